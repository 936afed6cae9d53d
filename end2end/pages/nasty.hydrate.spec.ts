// Whoever writes what, it is shown as text.

import { randomUUID } from 'node:crypto';
import { expect, field, list, log, message, test } from '../desk';
import { NASTY } from '../people';
import { queued } from '../wire';

test('a customer’s name and whatever they or colleagues write is text', async ({ page, desk, openThread, live }) => {
  test.setTimeout(60_000);
  const mia = await desk.colleague();
  await openThread();
  // While the pointer is over the list nothing moves there.
  await field(page).click();
  const eve = await desk.meta.addCustomer(desk.account, NASTY);
  const act = (deed: object) => desk.meta.act(eve, deed);
  const { mid } = await act({ send: { text: NASTY } });
  const link = list(page).getByRole('link', { name: NASTY });
  await expect(link).toBeVisible();
  await link.click();
  await expect(page.getByRole('heading', { name: NASTY, level: 2 })).toBeVisible();
  const conversation = new URL(page.url()).pathname.split('/')[2];

  await act({ edit: { mid, text: `${NASTY} (changed)` } });
  await act({ send: { text: 'An answer', reply_to: { mid } } });
  await act({ story_reply: { text: NASTY } });
  await act({ comment: { text: NASTY } });
  await act({ postback: { title: NASTY, payload: NASTY } });
  await act({ referral: { ref: NASTY, ad_title: NASTY } });
  await act({ share: { kind: 'reel', title: NASTY } });
  const title = NASTY.slice(0, 20);
  const template = { template_type: 'generic', elements: [{ title: NASTY, subtitle: NASTY, buttons: [button(title)] }] };
  const quick_replies = [{ content_type: 'text', title, payload: 'x' }];
  for (const part of [{ kind: 'text', text: NASTY, quick_replies }, { kind: 'template', template }]) {
    const reply = { client_id: randomUUID(), parts: [part] };
    expect(queued(await mia('send_reply', { conversation, reply }))).toHaveLength(1);
  }
  await mia('add_note', { conversation, note: { client_id: randomUUID(), text: NASTY } });
  await expect.poll(async () => (await desk.meta.phone(eve)).messages.filter((it) => it.from === 'business')).toHaveLength(2);
  const ours = (await desk.meta.phone(eve)).messages.find((it) => it.from === 'business')!.mid;
  await act({ react: { mid: ours, emoji: '<b>❤️</b>' } }).catch(() => {});

  for (const name of [`${NASTY} (changed)`, 'An answer']) await expect(message(page, name).first()).toBeVisible();
  await expect(log(page).getByRole('article', { name: /^Internal note/ })).toContainText(NASTY);
  await expect(log(page)).toContainText('Reference:');
  for (const again of [false, true]) {
    if (again) {
      await page.reload();
      await live(page);
    }
    await expect(log(page).getByText(NASTY).first()).toBeVisible();
    expect(await page.locator('script:not([nonce]), img[src="x"], #app b b').count()).toBe(0);
    expect(await page.evaluate(() => [...document.scripts].filter((it) => it.nonce === '').length)).toBe(0);
    await expect(page).toHaveTitle(/alert\(1\)/);
  }
});

test('a file’s name is text', async ({ page, desk, openThread }) => {
  await openThread();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach files' }).click();
  const name = '<img src=x onerror=alert(2)>.pdf';
  const buffer = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
  await (await chooser).setFiles([{ name, mimeType: 'application/pdf', buffer }]);
  await expect(page.getByRole('list', { name: 'Attached files' })).toContainText(name);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(log(page).getByRole('article').last()).toContainText('.pdf');
  await expect.poll(async () => (await desk.meta.phone(desk.hannah)).messages.flatMap((it) => it.attachments ?? [])).toHaveLength(1);
  expect(await page.locator('img[src="x"]').count()).toBe(0);
});

const button = (title: string) => ({ type: 'web_url', title, url: 'https://luna-ceramics.example' });
