// Pictures of every page: `npm run shots -- FOLDER`.

import { resolve } from 'node:path';
import { EVERY_PAGE, SCHEMES, SIZES, show } from '../every-page';
import { test } from '../fixtures';

const folder = resolve(process.env.INIT_CWD ?? '.', process.env.SHOTS!);

for (const { name, open } of EVERY_PAGE) {
  for (const viewport of SIZES) {
    test.describe(`${viewport.width} px wide`, () => {
      test.use({ viewport });

      test(name, async ({ page, live, stage }) => {
        await open(stage);
        await live(page);
        for (const scheme of SCHEMES) {
          await show(page, scheme);
          const file = `${name.replaceAll(' ', '-')}-${viewport.width}-${scheme}.png`;
          await page.screenshot({ path: resolve(folder, file), caret: 'initial' });
        }
      });
    });
  }
}
