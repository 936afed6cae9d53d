import AxeBuilder from '@axe-core/playwright';
import { EVERY_PAGE, SCHEMES, SIZES, show } from '../every-page';
import { expect, test } from '../fixtures';

for (const { name, open } of EVERY_PAGE) {
  for (const viewport of SIZES) {
    test.describe(`${viewport.width} px wide`, () => {
      test.use({ viewport });

      test(`${name}: axe finds nothing, in light and dark`, async ({ page, live, stage }) => {
        await open(stage);
        await live(page);
        for (const scheme of SCHEMES) {
          await show(page, scheme);
          // The other mode opens a second page to look into frames, and there are none.
          const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
          const found = violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map((it) => it.html) }));
          expect(found, scheme).toEqual([]);
        }
      });
    });
  }
}
