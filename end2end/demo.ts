// The demo, in which 118 customers have written: for looking at pages that hold something. Tests leave it as
// they found it.

import { expect, test as base } from './fixtures';
import { list } from './desk';
import { MIA } from './people';
import { Place } from './running';

export const test = base.extend({
  program: [
    async ({}, use) => {
      const program = await (await Place.sqlite()).demo();
      await use(program);
      await program.stop();
    },
    { scope: 'worker' },
  ],
  /** The demo's past comes as webhooks: waits until it is there. */
  page: async ({ page, signIn }, use) => {
    await signIn(MIA);
    await expect(async () => {
      await page.goto('/inbox?view=closed');
      await expect(list(page).getByRole('link').first()).toBeVisible({ timeout: 1000 });
    }).toPass({ timeout: 30_000 });
    await use(page);
  },
});

export { expect };
