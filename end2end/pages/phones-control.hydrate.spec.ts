import type { Page } from '@playwright/test';
import { breakNext, expect, message, test, write } from '../phones';

const row = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Customers' }).getByRole('listitem').filter({ hasText: name });
const traffic = (page: Page) => page.getByRole('list', { name: 'Traffic' }).getByRole('listitem');

test('25 hours later the window is closed, and a week later for people too', async ({ page, meta, luna, hannah }) => {
  await page.goto(`/?customer=${hannah.id}`);
  await expect(row(page, 'Hannah Okafor')).toContainText('Never wrote');
  await write(page, 'Is the blue mug still there?');
  await expect(row(page, 'Hannah Okafor')).not.toContainText(/Never wrote|24 h|closed/);

  const clock = page.getByRole('region', { name: 'Control' }).getByRole('time').first();
  const before = await clock.textContent();
  await page.getByRole('button', { name: '+ 25 h' }).click();
  await expect(clock).not.toHaveText(before!);
  await expect(row(page, 'Hannah Okafor')).toContainText('Past 24 h');
  const late = await meta.ask(luna, hannah, { message: { text: 'It is' } });
  expect([late.status, late.body.error?.code, late.body.error?.error_subcode]).toEqual([400, 10, 2534022]);
  const byHand = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT', message: { text: 'It is, by hand' } };
  expect((await meta.ask(luna, hannah, byHand)).status).toBe(200);
  await expect(message(page, 'It is, by hand')).toBeVisible();

  await page.getByRole('button', { name: '+ 7 days' }).click();
  await expect(row(page, 'Hannah Okafor')).toContainText('Window closed');
  await write(page, 'Hello again');
  await expect(row(page, 'Hannah Okafor')).not.toContainText(/24 h|closed/);
  await meta.say(luna, hannah, { text: 'Welcome back' });
});

test('the next request fails as chosen, and only that one', async ({ page, meta, luna, hannah }) => {
  await meta.act(hannah, { send: { text: 'Hello?' } });
  await page.goto(`/?customer=${hannah.id}`);
  await expect(message(page, 'Hello?')).toBeVisible();
  const next = page.getByRole('combobox', { name: 'Next request' });
  await breakNext(page, 'request', 'Error 613, too fast', { kind: 'error', code: 613, times: 1, account_id: luna.id });
  const failed = await meta.ask(luna, hannah, { message: { text: 'Too fast' } });
  expect([failed.status, failed.body.error?.code]).toEqual([400, 613]);
  await expect(next.getByRole('option', { selected: true })).toHaveText('Works');
  await expect(traffic(page).filter({ hasText: '400' })).toContainText('messages, text');
  await meta.say(luna, hannah, { text: 'In good time' });
  await expect(message(page, 'In good time')).toBeVisible();
  await expect(message(page, 'Too fast')).toHaveCount(0);

  await breakNext(page, 'request', 'Error after delivery', { kind: 'error_after_delivery' });
  expect((await meta.ask(luna, hannah, { message: { text: 'And yet' } })).status).not.toBe(200);
  await expect(message(page, 'And yet')).toBeVisible();
});

test('the next webhook goes wrong as chosen, and only that one', async ({ page, meta, callback, hannah }) => {
  await meta.act(hannah, { send: { text: 'Hello?' } });
  await page.goto(`/?customer=${hannah.id}`);
  await expect(message(page, 'Hello?')).toBeVisible();
  const next = page.getByRole('combobox', { name: 'Next webhook' });
  const heard = () => callback.happened.map((it) => it.message?.text);
  await expect.poll(heard).toEqual(['Hello?']);

  await breakNext(page, 'webhook', 'Twice', { kind: 'webhooks_duplicated' });
  await write(page, 'Anybody?');
  await expect.poll(heard).toEqual(['Hello?', 'Anybody?', 'Anybody?']);
  await expect(next.getByRole('option', { selected: true })).toHaveText('Arrives');

  await breakNext(page, 'webhook', 'With a wrong signature', { kind: 'wrong_signature' });
  await write(page, 'Forged');
  await expect.poll(() => callback.nRefused).toBe(3);
  await expect(traffic(page).filter({ hasText: '401' })).toHaveCount(3);
  await write(page, 'Signed again');
  await expect.poll(heard).toEqual(['Hello?', 'Anybody?', 'Anybody?', 'Signed again']);
});

test('a search narrows the list, and says if nobody is of that name', async ({ page, meta, luna, hannah }) => {
  await meta.addCustomer(luna, 'ليلى ناصر');
  await page.goto(`/?customer=${hannah.id}`);
  const names = page.getByRole('list', { name: 'Customers' }).getByRole('link');
  const search = page.getByRole('searchbox', { name: 'Search customers' });
  await search.fill('okafor');
  await expect(names).toHaveText(['Hannah Okafor']);
  // Whoever comes meanwhile is searched as well.
  await meta.addCustomer(luna, 'Jonas Weber');
  await meta.addCustomer(luna, 'Ada Okafor');
  await expect(page.getByRole('link', { name: 'Ada Okafor' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Jonas Weber' })).toBeHidden();
  await search.fill('nobody at all');
  await expect(page.getByText('Nobody of that name.')).toBeVisible();
});
