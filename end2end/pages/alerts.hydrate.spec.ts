// What calls somebody who looks elsewhere: the title, a sound, a notification.

import { type Page } from '@playwright/test';
import { expect, field, log, message, replyWindow, test } from '../desk';
import { colleagues } from '../wire';

/** Counts what would be heard, and keeps what would be shown, without a system to show it. */
async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const told = { notes: 0, shown: [] as { title: string; body: string; onclick?: () => void }[] };
    Object.assign(window, { told });
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when?: number) {
      told.notes += 1;
      return start.call(this, when);
    };
    class Shown {
      static permission = 'granted';
      static requestPermission = async (then?: (word: string) => void) => (then?.('granted'), 'granted');
      onclick?: () => void;
      body: string;
      constructor(public title: string, { body }: { body: string }) {
        this.body = body;
        told.shown.push(this);
      }
      close() {}
    }
    Object.assign(window, { Notification: Shown });
  });
}

type Told = { told: { notes: number; shown: { title: string; body: string; onclick?: () => void }[] } };
const notes = (page: Page) => page.evaluate(() => (window as unknown as Told).told.notes);
const shown = (page: Page) =>
  page.evaluate(() => (window as unknown as Told).told.shown.map(({ title, body }) => `${title}: ${body}`));

async function switchOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Ines Carvalho' }).click();
  await page.getByRole('switch', { name: 'Sound for new messages' }).check();
  await page.getByRole('switch', { name: 'Desktop notifications' }).check();
  await page.keyboard.press('Escape');
}

test('a message elsewhere is heard and shown, and what is before the eyes is not', async ({ page, desk, openThread }) => {
  await listen(page);
  await openThread();
  await switchOn(page);
  await desk.meta.act(desk.hannah, { send: { text: 'The one with the handle.' } });
  await expect(message(page, 'The one with the handle.')).toBeVisible();
  const jonas = await desk.meta.addCustomer(desk.account, 'Jonas Thal');
  await desk.meta.act(jonas, { send: { text: 'Do you ship to Austria?' } });
  await expect.poll(() => shown(page)).toHaveLength(1);
  expect((await shown(page))[0]).toContain(': Do you ship to Austria?');
  expect(await notes(page), 'two notes, once').toBe(2);
  await desk.meta.act(jonas, { send: { text: 'Or to Switzerland?' } });
  await expect.poll(() => shown(page)).toHaveLength(2);
  expect(await notes(page), 'not again within three seconds').toBe(2);
  await page.evaluate(() => (window as unknown as Told).told.shown[1].onclick!());
  await expect(message(page, 'Or to Switzerland?')).toBeVisible();
  await expect(page).toHaveURL(/view=unassigned/);
  await expect(replyWindow(page)).toBeVisible();
});

test('who does not want it hears and sees nothing', async ({ page, desk, openThread }) => {
  await listen(page);
  await openThread();
  // While the pointer is over the list nothing moves there.
  await field(page).click();
  const jonas = await desk.meta.addCustomer(desk.account, 'Jonas Thal');
  await desk.meta.act(jonas, { send: { text: 'Do you ship to Austria?' } });
  await expect(page.getByRole('list', { name: 'Conversations' })).toContainText('Do you ship to Austria?');
  expect(await notes(page)).toBe(0);
  expect(await shown(page)).toEqual([]);
});

test('the title says how many of mine are unread', async ({ page, desk, openThread }) => {
  const mia = await desk.colleague();
  await openThread();
  const name = await log(page).getByRole('article').first().getAttribute('aria-label');
  expect(name).toContain('Hannah Okafor');
  await expect(page).toHaveTitle('Hannah Okafor · Switchboard');
  await field(page).click();
  const jonas = await desk.meta.addCustomer(desk.account, 'Jonas Thal');
  await desk.meta.act(jonas, { send: { text: 'Do you ship to Austria?' } });
  const link = page.getByRole('list', { name: 'Conversations' }).getByRole('link', { name: 'Jonas Thal' });
  await expect(link).toBeVisible();
  const conversation = (await link.getAttribute('href'))!.split(/[/?]/)[2];
  const all = colleagues(await mia('open_receivers', { conversation }));
  const ines = all.find((it) => it.name === 'Ines Carvalho')!;
  await mia('take_step', { conversation, step: { step: 'assign', to: ines.id } });
  await expect(page).toHaveTitle('(1) Hannah Okafor · Switchboard');
  await page.getByRole('link', { name: 'Mine', exact: true }).first().click();
  await expect(page).toHaveTitle('(1) Mine · Switchboard');
  await page.reload();
  await expect(page).toHaveTitle('(1) Mine · Switchboard');
  await link.click();
  await expect(page).toHaveTitle('Jonas Thal · Switchboard');
});
