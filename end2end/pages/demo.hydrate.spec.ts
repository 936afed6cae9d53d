// The demo: pages that are full, by all kinds of things that customers and colleagues do.

import AxeBuilder from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { expect, test } from '../demo';
import { list, log } from '../desk';
import { SCHEMES, SIZES, show } from '../every-page';

const VIEWS = ['all-open', 'with-the-bot', 'snoozed', 'closed'];

async function conversations(page: Page, view: string): Promise<string[]> {
  await page.goto(`/inbox?view=${view}`);
  return list(page).getByRole('link').evaluateAll((all) => all.map((it) => it.getAttribute('href')!));
}

async function expectAccessible(page: Page, path: string): Promise<void> {
  for (const scheme of SCHEMES) {
    await show(page, scheme);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    const found = violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map((it) => it.html) }));
    expect(found, `${path} ${scheme}`).toEqual([]);
  }
}

for (const viewport of SIZES) {
  for (const view of VIEWS) {
    test.describe(`${viewport.width} px wide`, () => {
      test.use({ viewport });

      test(`axe finds nothing in ${view} and in its first threads`, async ({ page, live }) => {
        test.setTimeout(120_000);
        const paths = await conversations(page, view);
        expect(paths.length).toBeGreaterThan(3);
        for (const path of [`/inbox?view=${view}`, ...paths.slice(0, 3)]) {
          await page.goto(path);
          await live(page);
          await expectAccessible(page, path);
        }
      });
    });
  }
}

for (const view of VIEWS) {
  test(`every conversation of ${view} opens at its end, and nothing in it goes wrong`, async ({ page, live }) => {
    test.setTimeout(120_000);
    const paths = await conversations(page, view);
    await live(page);
    for (const path of paths.slice(0, 40)) {
      // Rows far from the window have no nodes: the one that is wanted is scrolled to.
      const link = page.locator(`a[href="${path}"]`).first();
      if ((await link.count()) === 0) await list(page).getByRole('link').last().scrollIntoViewIfNeeded();
      await link.click();
      await expect(page).toHaveURL(path);
      await expect(log(page).getByRole('article').first()).toBeAttached();
      await expect.poll(() => log(page).evaluate(left), `${path} is at its end`).toBeLessThan(2);
    }
  });
}

/** Pixels below what is seen. */
const left = (log: Element) => log.scrollHeight - log.scrollTop - log.clientHeight;
