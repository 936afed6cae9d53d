import AxeBuilder from '@axe-core/playwright';
import { expect, message, test } from '../desk';
import { SCHEMES, SIZES, show } from '../every-page';
import { INES } from '../people';
import { everything, found, hit, hits, say } from '../search';

test('what is typed is found as it is typed', async ({ page, desk, signIn }) => {
  await say(desk, 'A celadon thermos', 'A celadon bowl');
  await signIn(INES);
  await found(page, 'celadon', 'A celadon bowl');
  await page.goto('/search');
  const documents: string[] = [];
  page.on('request', (it) => it.isNavigationRequest() && documents.push(it.url()));
  await expect(everything(page)).toBeFocused();
  await everything(page).pressSequentially('celad', { delay: 30 });
  await expect(hits(page)).toHaveCount(2);
  await expect(page).toHaveURL('/search?q=celad');
  await everything(page).pressSequentially('on th', { delay: 30 });
  await expect(hits(page)).toHaveCount(1);
  await expect(page.getByRole('status').first()).toHaveText('1 message');
  await expect(page).toHaveTitle('celadon th · Search · Switchboard');
  await expect(everything(page)).toBeFocused();
  await everything(page).press('Enter');
  await everything(page).fill('zzyzx');
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
  await everything(page).fill('');
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toHaveCount(0);
  expect(documents, 'no page was asked for').toEqual([]);
});

test('whoever is signed out meanwhile is asked to sign in', async ({ page, context, desk, signIn }) => {
  await say(desk, 'A celadon thermos');
  await signIn(INES);
  await page.goto('/search');
  await context.clearCookies();
  await everything(page).fill('celadon');
  await expect(page).toHaveURL('/login?next=%2Fsearch%3Fq%3Dceladon');
});

test('a message far back is shown in a part of its thread', async ({ page, desk, signIn, live }) => {
  test.slow();
  await say(desk, 'The very first word');
  await Promise.all(Array.from({ length: 330 }, (_, n) => say(desk, `Word number ${n}`)));
  await say(desk, 'And that was all');
  await signIn(INES);
  await found(page, 'all', 'And that was all');
  await found(page, '"very first"', 'The very first word');
  await hit(page, 'The very first word').click();
  await expect(message(page, 'The very first word')).toBeInViewport();
  await expect(page.locator('html')).not.toHaveAttribute('data-hydrated');
  await page.getByRole('link', { name: 'Go to the newest messages' }).click();
  await live(page);
  await expect(message(page, 'The very first word')).toHaveCount(0);
});

for (const viewport of SIZES) {
  test.describe(`${viewport.width} px wide`, () => {
    test.use({ viewport });

    test('what was found stands well and axe finds nothing', async ({ page, desk, signIn }) => {
      await say(desk, 'A celadon thermos', `A celadon ${'bowl '.repeat(80)}`, `${'very'.repeat(60)} celadon`);
      await signIn(INES);
      await found(page, 'celadon', 'veryvery');
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
      for (const scheme of SCHEMES) {
        await show(page, scheme);
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
        expect(violations.map(({ id, nodes }) => ({ id, at: nodes.map((it) => it.html) })), scheme).toEqual([]);
      }
    });
  });
}
