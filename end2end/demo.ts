// The demo, in which 118 customers have written: for looking at pages that hold something. Tests leave it as
// they found it.

import { expect, test as base } from './fixtures';
import { list } from './desk';
import { MIA } from './people';
import { Place } from './running';

/** As many of each as the demo always has. */
const STANDING: [string, number][] = [['closed', 10], ['snoozed', 7], ['with-the-bot', 5]];

export const test = base.extend({
  program: [
    async ({}, use) => {
      const program = await (await Place.sqlite()).demo();
      await use(program);
      await program.stop();
    },
    { scope: 'worker' },
  ],
  /** The demo's past comes as webhooks, and then each conversation is put where it stands: waits until all are. */
  page: async ({ page, signIn }, use) => {
    await signIn(MIA);
    await expect(async () => {
      for (const [view, least] of STANDING) {
        await page.goto(`/inbox?view=${view}`);
        expect(await list(page).getByRole('link').count(), view).toBeGreaterThanOrEqual(least);
      }
    }).toPass({ timeout: 60_000 });
    await use(page);
  },
});

export { expect };
