import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { SCHEMES, show } from '../every-page';
import type { Meta } from '../meta';
import { breakNext, chat, expect, message, test } from '../phones';

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

type Room = { page: Page; meta: Meta; width: number; expectAnswer: (status: number, path: RegExp) => void };

const HANNAH = '5500000000000001';

/** With everything in the chat that a business can put there. */
async function openPhone({ page, meta }: Room, path: string): Promise<void> {
  const { accounts, customers } = await meta.state();
  const [luna, hannah] = [accounts[0], customers.find((it) => it.id === HANNAH)!];
  await meta.act(hannah, { send: { text: 'Which of these are there?' } });
  const buttons = [
    { type: 'postback', title: 'Reserve', payload: 'RESERVE' },
    { type: 'web_url', title: 'View', url: 'https://shop.example/kettle' },
  ];
  const elements = [{ title: 'Tidal kettle', subtitle: 'Stoneware', buttons }];
  await meta.say(luna, hannah, { attachment: { type: 'template', payload: { template_type: 'generic', elements } } });
  const quick_replies = [{ content_type: 'text', title: 'Ember', payload: 'EMBER' }];
  await meta.say(luna, hannah, { text: 'Which glaze?', quick_replies });
  await meta.signal(luna, hannah, { sender_action: 'typing_on' });
  await page.goto(path);
  await expect(chat(page).getByText('typing…')).toBeVisible();
}

const STATES: { name: string; open: (room: Room) => Promise<unknown> }[] = [
  { name: 'the phone among the others', open: (room) => openPhone(room, `/?customer=${HANNAH}`) },
  { name: 'a phone in its own window', open: (room) => openPhone(room, `/phone/${HANNAH}`) },
  {
    name: 'photos to choose, and emoji',
    open: async (room) => {
      await openPhone(room, `/?customer=${HANNAH}`);
      await room.page.getByRole('button', { name: 'Send photo' }).click();
      await message(room.page, 'Which glaze?').getByRole('button', { name: 'React' }).click();
      await expect(room.page.getByRole('group', { name: 'Reactions' })).toBeVisible();
    },
  },
  {
    name: 'what cannot be sent, and what is being edited',
    open: async (room) => {
      await openPhone(room, `/?customer=${HANNAH}`);
      const { page, meta, expectAnswer } = room;
      const { mid } = await meta.act({ id: HANNAH }, { send: { text: 'The large one' } });
      await message(page, 'The large one').getByRole('button', { name: 'Edit' }).click();
      await meta.act({ id: HANNAH }, { unsend: { mid } });
      expectAnswer(422, /do$/);
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await expect(page.getByRole('alert')).toHaveText('mid: that message was unsent');
      await expect(page.getByText('Edit your message')).toBeVisible();
    },
  },
  {
    name: 'everybody',
    open: async ({ page, width }) => {
      await page.goto(`/?customer=${HANNAH}`);
      if (width < 960) await page.getByRole('button', { name: 'Everybody' }).click();
      await expect(page.getByRole('list', { name: 'Customers' })).toBeVisible();
    },
  },
  {
    name: 'the control, with traffic',
    open: async ({ page, meta, width }) => {
      await page.goto(`/?customer=${HANNAH}`);
      if (width < 960) await page.getByRole('button', { name: 'Control', exact: true }).click();
      await breakNext(page, 'request', 'Error 613, too fast', { kind: 'error', code: 613 });
      const { accounts, customers } = await meta.state();
      await meta.ask(accounts[0], customers[0], { message: { text: 'Too fast' } });
      const failed = page.getByRole('list', { name: 'Traffic' }).getByRole('listitem').filter({ hasText: '400' });
      await failed.locator('summary').click();
      await expect(page.getByLabel('All of it').filter({ hasText: '613' })).toBeVisible();
      await breakNext(page, 'webhook', 'Never', { kind: 'webhooks_lost' });
    },
  },
];

for (const viewport of SIZES) {
  test.describe(`${viewport.width} px wide`, () => {
    test.use({ viewport, seed: 'demo' });

    for (const { name, open } of STATES) {
      test(`${name}: axe finds nothing, in light and dark, and it fits`, async ({ page, meta, expectAnswer }) => {
        await open({ page, meta, width: viewport.width, expectAnswer });
        for (const scheme of SCHEMES) {
          await show(page, scheme);
          const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
          const found = violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map((it) => it.html) }));
          expect(found, scheme).toEqual([]);
        }
        const [needed, given] = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return [scrollWidth, clientWidth];
        });
        expect(needed).toBeLessThanOrEqual(given);
      });
    }
  });
}
