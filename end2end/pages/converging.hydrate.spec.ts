// A page that was open while things happened shows what a page shows that is opened afterwards.

import { randomUUID } from 'node:crypto';
import { type Page } from '@playwright/test';
import { expect, list, log, row, test } from '../desk';
import { MIA } from '../people';
import { colleagues, queued } from '../wire';

/** What stands in list and thread, without what no person can tell apart: in which order something was written. */
async function shown(page: Page): Promise<string> {
  const parts = [list(page), log(page)].map((it) =>
    it.evaluate((element) => {
      const written = (node: Node): string => {
        if (node.nodeType === Node.TEXT_NODE) return node.nodeValue!;
        if (!(node instanceof Element)) return '';
        const attributes = [...node.attributes].map((it) => `${it.name}=${it.value}`).filter((it) => !/=$|^style=padding-block/.test(it));
        const inside = [...node.childNodes].map(written).join('');
        return `\n<${node.localName} ${attributes.sort().join(' ')}>${inside}`;
      };
      return written(element);
    }),
  );
  return (await Promise.all(parts)).join('\n');
}

for (const platform of ['instagram', 'page'] as const) {
  test.describe(platform, () => {
    test.use({ platform });

    test('old state and events make the new state', async ({ page, context, desk, openThread, live }) => {
      test.setTimeout(180_000);
      const mia = await desk.colleague();
      await openThread();
      await page.goto(`${new URL(page.url()).pathname}?view=all-open`);
      await live(page);
      const conversation = new URL(page.url()).pathname.split('/')[2];
      const fresh = await context.newPage();
      const open = async () => {
        await fresh.goto(page.url());
        await live(fresh);
        return shown(fresh);
      };
      let before = await open();
      const then = async (what: string, deed: () => Promise<unknown>) => {
        await test.step(what, async () => {
          await deed();
          // First it has happened; then both are as they become, which may take several changes.
          await expect(async () => expect(await open()).not.toBe(before)).toPass();
          await expect(async () => {
            before = await open();
            expect(await shown(page)).toBe(before);
          }).toPass();
        });
      };
      const reply = async (parts: object[], more: object = {}): Promise<string> => {
        const said = await mia('send_reply', { conversation, reply: { client_id: randomUUID(), parts, ...more } });
        return queued(said)[0];
      };
      const step = (it: object) => mia('take_step', { conversation, step: it });
      const act = (deed: object) => desk.meta.act(desk.hannah, deed);

      let hers = '';
      await then('she writes', async () => (hers = (await act({ send: { text: 'Two, if there are two.' } })).mid));
      await then('she changes it', () => act({ edit: { mid: hers, text: 'Three, if there are three.' } }));
      await then('she sends a picture', () => act({ send: { attachments: [{ type: 'image' }] } }));
      await then('she sends a file and a voice message', () =>
        act({ send: { attachments: [{ type: 'file' }, { type: 'audio' }] } }),
      );
      await then('she answers her own message', () => act({ send: { text: 'This.', reply_to: { mid: hers } } }));
      await then('a colleague replies', () => reply([text('Three are left.')]));
      await then('she has seen it', () => act({ read: {} }));
      const ours = (await desk.meta.phone(desk.hannah)).messages.find((it) => it.from === 'business')!.mid;
      await then('she reacts', () => act({ react: { mid: ours, emoji: '❤️' } }));
      await then('she takes the reaction back', () => act({ unreact: { mid: ours } }));
      await then('she takes her message back', () => act({ unsend: { mid: hers } }));
      const chip = { content_type: 'text', title: 'Blue', payload: 'blue' };
      await then('a colleague offers quick replies', () =>
        reply([{ ...text('Which?'), quick_replies: [chip] }]),
      );
      const asked = (await desk.meta.phone(desk.hannah)).messages.findLast((it) => it.from === 'business')!.mid;
      await then('she taps one', () => act({ tap: { mid: asked, payload: 'blue' } }));
      await then('a colleague sends what Meta refuses', () => reply([text('#fault error 368')]));
      await then('a colleague writes a note', () =>
        mia('add_note', { conversation, note: { client_id: randomUUID(), text: 'She is a regular.' } }),
      );
      const { id } = colleagues(await mia('open_receivers', { conversation })).find((it) => it.name === MIA.name)!;
      // Whoever answered took it on.
      await then('it is nobody’s', () => step({ step: 'assign', to: null }));
      await then('it is assigned', () => step({ step: 'assign', to: id }));
      await then('it is urgent', () => step({ step: 'prioritise', to: 'urgent' }));
      await then('it is snoozed', () => step({ step: 'snooze', until: Date.now() + 3_600_000 }));
      await then('it is opened again', () => step({ step: 'reopen' }));
      await then('it is closed', () => step({ step: 'close' }));
      await then('she writes, and it opens', () => act({ send: { text: 'One more thing.' } }));
      if (platform === 'instagram') {
        await then('she answers a story', () => act({ story_reply: { text: 'That glaze!' } }));
        await then('she mentions us in a story', () => act({ story_mention: {} }));
        await then('a colleague sends a heart', () => reply([{ kind: 'like_heart' }]));
      }
      await then('she comments', () => act({ comment: { text: 'Do you ship to Austria?' } }));
      const jonas = await desk.meta.addCustomer(desk.account, 'Jonas Thal');
      await then('somebody else writes', () => desk.meta.act(jonas, { send: { text: 'Hello?' } }));
      await expect(row(page, 'Jonas Thal')).toBeVisible();
      await fresh.close();
    });
  });
}

test('what happens between a page and its stream is not missed', async ({ page, context, desk, openThread, live }) => {
  await openThread();
  const late = await context.newPage();
  let letGo = () => {};
  const held = new Promise<void>((done) => (letGo = done));
  await late.route('**/events**', async (route) => {
    await held;
    await route.continue();
  });
  await late.goto('/inbox?view=all-open');
  await live(late);
  await page.goto('/inbox?view=all-open');
  await live(page);
  const jonas = await desk.meta.addCustomer(desk.account, 'Jonas Thal');
  await desk.meta.act(jonas, { send: { text: 'Hello?' } });
  await expect(row(page, 'Jonas Thal')).toBeVisible();
  await expect(row(late, 'Jonas Thal')).toHaveCount(0);
  letGo();
  await expect(row(late, 'Jonas Thal')).toBeVisible();
});

const text = (text: string) => ({ kind: 'text', text });
