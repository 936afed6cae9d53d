import { type Locator, type Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { INES, MIA } from '../people';
import { VIEWS } from '../views';

const views = (page: Page) => page.getByRole('navigation', { name: 'Views' });
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search conversations' });

test.beforeEach(async ({ signIn }) => signIn(MIA));

test('each view has its title, its empty text and the only current link', async ({ page, live }) => {
  await page.goto('/inbox');
  await live(page);
  for (const view of VIEWS.toReversed()) {
    await views(page).getByRole('link', { name: view.title, exact: true }).click();
    await expect(page).toHaveURL(view.path);
    await expect(page).toHaveTitle(`${view.title} · Switchboard`);
    await expect(page.getByRole('heading', { name: view.title, exact: true })).toBeVisible();
    await expect(page.getByText(view.empty)).toBeVisible();
    await expect(views(page).locator('[aria-current]')).toHaveText(view.title);
  }
});

test('an admin is told the first steps, an agent is not', async ({ page, live, signIn }) => {
  await page.goto('/inbox');
  await live(page);
  const steps = page.getByRole('heading', { name: 'Three steps to the first reply' });
  await expect(steps).toBeVisible();
  await signIn(INES);
  await page.goto('/inbox');
  await live(page);
  await expect(page.getByRole('heading', { name: 'Nothing to answer yet' })).toBeVisible();
  await expect(steps).toHaveCount(0);
});

test('a search stays in its view, says that nothing was found, and leads back', async ({ page, live }) => {
  await page.goto('/inbox?view=closed');
  await live(page);
  await search(page).fill('  100 % "blue" & white ');
  await search(page).press('Enter');
  await expect(page.getByRole('status')).toContainText('No conversation in Closed matches “100 % "blue" & white”.');
  await expect(page).toHaveTitle('Closed · Switchboard');
  await page.getByRole('link', { name: 'Show all' }).click();
  await expect(page).toHaveURL('/inbox?view=closed');
  await expect(search(page)).toHaveValue('');
});

test('a page that is not there says so and leads to the inbox', async ({ page, live, expectAnswer }) => {
  expectAnswer(404, '/inbox/no/such/page');
  await page.goto('/inbox/no/such/page');
  await live(page);
  await expect(page).toHaveTitle('Not found · Switchboard');
  await page.getByRole('link', { name: 'Go to the inbox' }).click();
  await expect(page).toHaveURL('/inbox');
});

test('everything is reached and done by keyboard alone', async ({ page, live }) => {
  await page.goto('/inbox');
  await live(page);
  const tab = async (...controls: ReturnType<Page['getByRole']>[]) => {
    for (const control of controls) {
      await page.keyboard.press('Tab');
      await expect(control).toBeFocused();
      await expect(control).toBeInViewport();
    }
  };
  const skip = page.getByRole('link', { name: 'Skip to content' });
  const links = VIEWS.map((view) => views(page).getByRole('link', { name: view.title, exact: true }));
  const notices = page.getByRole('banner').getByRole('link', { name: 'Notifications' });
  const me = page.getByRole('button', { name: MIA.name });
  const steps = page.getByRole('group', { name: 'First steps' });

  const filter = page.getByRole('link', { name: 'Filter' });
  await tab(skip, page.getByRole('link', { name: 'Luna Ceramics' }), ...links, notices, me, filter, search(page), steps);

  await skip.focus();
  await page.keyboard.press('Enter');
  await tab(filter, search(page));

  await links[6].focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/inbox?view=closed');
  await live(page);

  await me.focus();
  await page.keyboard.press('Enter');
  const signOut = page.getByRole('button', { name: 'Sign out' });
  await expect(signOut).toBeVisible();
  const pages = ['Search everything', 'Your page', 'People'].map((name) => page.getByRole('link', { name, exact: true }));
  const choices = ['Theme', 'A message can be taken back for'].map((name) => page.getByRole('combobox', { name }));
  const switches = ['Enter sends', 'Sound', 'Desktop'].map((name) => page.getByRole('switch', { name }));
  // What is chosen there is of use to the program only.
  const likings = (await choices[0].isVisible()) ? [...choices, ...switches] : [];
  await tab(...pages, ...likings, signOut);
  await page.keyboard.press('Escape');
  await expect(me).toBeFocused();
  await expect(signOut).toBeHidden();
  await page.keyboard.press('Enter');
  await tab(...pages, ...likings, signOut);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/login');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('everything is reached from the tab bar', async ({ page, live }) => {
    await page.goto('/inbox');
    await live(page);
    await expect(search(page)).toBeInViewport();
    const more = views(page).getByRole('button', { name: 'More' });
    await expect(views(page).getByRole('link')).toHaveText(['Mine', 'Unassigned', 'All open']);
    for (const view of VIEWS.toReversed()) {
      const link = views(page).getByRole('link', { name: view.title, exact: true });
      if (!(await link.isVisible())) await more.tap();
      await expect(link).toBeInViewport({ ratio: 1 });
      await link.tap();
      // There is one pane: an admin's own list gives it to the first steps.
      const words = view.title === 'Mine' ? 'Three steps to the first reply' : view.empty;
      await expect(page.getByText(words)).toBeVisible();
      await expect(page.getByRole('button', { name: 'Sign out' })).toBeHidden();
    }
    await more.tap();
    await page.getByRole('button', { name: 'Sign out' }).tap();
    await expect(page).toHaveURL('/login');
  });

  test('every control is large enough for a finger', async ({ page, live }) => {
    await page.goto('/inbox');
    await live(page);
    const isLargeEnough = async (control: Locator) => {
      const reached = await control.evaluate((it) => {
        const { left, right, top, bottom } = it.getBoundingClientRect();
        const [x, y] = [(left + right) / 2, (top + bottom) / 2];
        const corners = [-21, 21].flatMap((dx) => [-21, 21].map((dy) => [x + dx, y + dy]));
        return corners.every(([x, y]) => it.contains(document.elementFromPoint(x, y)));
      });
      expect(reached, `44 px around ${await control.ariaSnapshot()}`).toBe(true);
    };
    await isLargeEnough(search(page));
    await views(page).getByRole('button', { name: 'More' }).tap();
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
    const controls = views(page).getByRole('link').or(views(page).getByRole('button'));
    await expect(controls).toHaveCount(13);
    for (const control of await controls.all()) {
      await isLargeEnough(control);
    }
  });
});
