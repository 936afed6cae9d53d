// From another app to a person and back, as somebody at the desk sees it.

import AxeBuilder from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { INES } from '../people';
import { type Desk, expect, field, log, message, replyWindow, send, test } from '../desk';

test.use({ platform: 'page' });

const takeOver = (page: Page) => page.getByRole('button', { name: 'Take over' });
const handToBot = (page: Page) => page.getByRole('button', { name: 'Hand to bot', exact: true });
const handOver = (page: Page) => page.getByRole('button', { name: 'Hand over', exact: true });

/** From now on another app has what nobody has. */
async function share(desk: Desk): Promise<void> {
  const { apps } = await desk.meta.state();
  await desk.meta.change(desk.account, { routing: { default_app_id: '7', may_take: [apps[0].id] } });
}

test('what another app has is taken over, answered and handed back', async ({ page, desk, openThread }) => {
  await openThread();
  await expect(handToBot(page)).toHaveCount(0);
  await share(desk);
  await desk.meta.act(desk.hannah, { send: { text: 'And the red one?' } });
  await expect(message(page, 'And the red one?')).toBeVisible();
  await expect(replyWindow(page)).toHaveText('Another app has this conversation');
  await expect(field(page)).toHaveCount(0);
  await page.reload();
  await expect(replyWindow(page)).toHaveText('Another app has this conversation');
  await takeOver(page).click();
  await expect(log(page)).toContainText('took this');
  await expect(takeOver(page)).toHaveCount(0);
  await field(page).fill('I have both');
  await send(page).click();
  await expect.poll(() => desk.said()).toEqual(['I have both']);
  await expect(handToBot(page)).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await log(page).focus();
  await page.keyboard.press('b');
  const note = page.getByRole('textbox', { name: 'A note for the bot' });
  await note.fill('She wants both, <b>wrapped</b>');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await handOver(page).click();
  await expect(log(page)).toContainText('handed this to the bot');
  await expect(replyWindow(page)).toHaveText('Another app has this conversation');
});

test('on a phone both are there too', async ({ page, desk, openThread }) => {
  await openThread();
  await share(desk);
  await desk.meta.act(desk.hannah, { send: { text: 'And the red one?' } });
  await expect(takeOver(page)).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await takeOver(page).click();
  await expect(field(page)).toBeVisible();
  await handToBot(page).click();
  await handOver(page).click();
  await expect(takeOver(page)).toBeVisible();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the buttons work as plain forms', async ({ page, desk, signIn }) => {
    await share(desk);
    await desk.meta.act(desk.hannah, { send: { text: 'And the red one?' } });
    await signIn(INES);
    await expect(async () => {
      await page.goto('/inbox?view=with-the-bot');
      await expect(page.getByRole('link', { name: 'Hannah Okafor' })).toBeVisible({ timeout: 1000 });
    }).toPass();
    await page.getByRole('link', { name: 'Hannah Okafor' }).click();
    await takeOver(page).click();
    await expect(page).toHaveURL(/\/inbox\/\w{26}\?view=with-the-bot/);
    await handToBot(page).click();
    await handOver(page).click();
    await expect(takeOver(page)).toBeVisible();
  });
});
