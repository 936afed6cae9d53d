import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '../demo';
import { list, log } from '../desk';
import { SCHEMES, SIZES, show } from '../every-page';

for (const viewport of SIZES) {
  test.describe(`${viewport.width} px wide`, () => {
    test.use({ viewport });

    test('axe finds nothing in a list and in threads, in light and dark', async ({ page, live }) => {
      await page.goto('/inbox?view=all-open');
      await live(page);
      const links = await list(page).getByRole('link').evaluateAll((all) => all.map((it) => it.getAttribute('href')!));
      expect(links.length).toBeGreaterThan(10);
      for (const path of ['/inbox?view=all-open', ...links.slice(0, 6)]) {
        await page.goto(path);
        await live(page);
        for (const scheme of SCHEMES) {
          await show(page, scheme);
          const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
          const found = violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map((it) => it.html) }));
          expect(found, `${path} ${scheme}`).toEqual([]);
        }
      }
    });
  });
}

test('every conversation of the demo opens, and nothing in it goes wrong', async ({ page, live }) => {
  test.setTimeout(120_000);
  await page.goto('/inbox?view=all-open');
  await live(page);
  const links = await list(page).getByRole('link').evaluateAll((all) => all.map((it) => it.getAttribute('href')!));
  for (const path of links.slice(0, 40)) {
    await page.locator(`a[href="${path}"]`).first().click();
    await expect(page).toHaveURL(path);
    await expect(log(page).getByRole('article').first()).toBeAttached();
  }
});
