// What narrows the list, and the views that are made of it.

import AxeBuilder from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { expect, list, row, test } from '../desk';
import { SCHEMES, SIZES, show } from '../every-page';

const views = (page: Page) => page.getByRole('navigation', { name: 'Views' });
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search conversations' });
const title = (page: Page) => page.locator('#list-title');
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** The count that stands beside a view. */
const count = (page: Page, name: string) =>
  views(page).getByRole('listitem').filter({ has: page.getByRole('link', { name, exact: true }) }).locator('.views__count');

async function saveView(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Filter' }).click();
  await page.getByRole('combobox', { name: 'Assigned to' }).selectOption('Nobody');
  await page.getByRole('textbox', { name: 'Name of the view' }).fill(name);
  await press(page, 'Save view');
  await expect(page).toHaveURL('/inbox?view=all-open&q=assignee%3Anobody');
}

test('a view is made of a filter, and is right while others work', async ({ page, desk, openThread, live }) => {
  await openThread();
  const conversation = new URL(page.url()).pathname.split('/')[2];
  const jonas = await desk.meta.addCustomer(desk.account, 'Jonas Weber');
  await desk.meta.act(jonas, { send: { text: 'Do you ship to Austria?' } });
  await page.goto('/inbox?view=all-open');
  await expect(row(page, 'Jonas Weber')).toBeVisible();
  await saveView(page, 'Nobody’s yet');
  await live(page);
  await expect(title(page)).toHaveText('Nobody’s yet');
  await expect(page).toHaveTitle('Nobody’s yet · Switchboard');
  await expect(views(page).locator('[aria-current]')).toHaveText('Nobody’s yet');
  await expect(search(page)).toHaveValue('assignee:nobody');
  await expect(count(page, 'Nobody’s yet')).toHaveText('2');
  const mia = await desk.colleague();
  await mia('take_step', { conversation, step: { step: 'snooze', until: Date.now() + 7_200_000 } });
  await expect(row(page, 'Hannah Okafor')).toHaveCount(0);
  await expect(row(page, 'Jonas Weber')).toBeVisible();
  await expect(count(page, 'Nobody’s yet')).toHaveText('1');
  // What comes to fit comes in, though nobody asked for the list again.
  await mia('take_step', { conversation, step: { step: 'reopen' } });
  await expect(row(page, 'Hannah Okafor')).toBeVisible();
  await expect(count(page, 'Nobody’s yet')).toHaveText('2');
  await views(page).getByRole('link', { name: 'All open', exact: true }).click();
  await expect(title(page)).toHaveText('All open');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('nobody’s y');
  await page.keyboard.press('Enter');
  await expect(title(page)).toHaveText('Nobody’s yet');
});

test('filters are typed, and what is not understood is said', async ({ page, openThread }) => {
  await openThread();
  await search(page).fill('is:unread label:Wholesale');
  await search(page).press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'No label is called “Wholesale”.' })).toBeVisible();
  await search(page).fill('window:free platform:instagram hannah');
  await search(page).press('Enter');
  await expect(list(page).getByRole('link')).toHaveText(['Hannah Okafor']);
  await search(page).fill('window:closed');
  await search(page).press('Enter');
  await expect(list(page).getByRole('link')).toHaveCount(0);
});

test('a view is changed and deleted', async ({ page, openThread, expectAnswer }) => {
  await openThread();
  await page.goto('/inbox?view=all-open');
  await saveView(page, 'Nobody’s yet');
  await page.goto('/views');
  await page.getByRole('link', { name: 'Edit Nobody’s yet' }).click();
  await expect(page.getByRole('combobox', { name: 'Assigned to' })).toHaveValue('nobody');
  expectAnswer(422, /^\/views\//);
  await page.getByRole('textbox', { name: 'Name of the view' }).fill('x'.repeat(41));
  await page.getByRole('checkbox', { name: 'Unread' }).check();
  await press(page, 'Save view');
  await expect(page.getByRole('textbox', { name: 'Name of the view' })).toHaveAccessibleDescription(
    'A view has a name of 1 to 40 characters.',
  );
  await expect(page.getByRole('checkbox', { name: 'Unread' })).toBeChecked();
  await page.getByRole('textbox', { name: 'Name of the view' }).fill('New and nobody’s');
  await press(page, 'Save view');
  await expect(page).toHaveURL('/inbox?view=all-open&q=assignee%3Anobody+is%3Aunread');
  await expect(title(page)).toHaveText('New and nobody’s');
  await page.goto('/views');
  await page.getByRole('link', { name: 'Edit New and nobody’s' }).click();
  await press(page, 'Delete view');
  await expect(page.getByRole('status').filter({ hasText: 'The view is deleted.' })).toBeVisible();
  await page.goto('/inbox');
  await expect(views(page).getByRole('heading', { name: 'Saved views' })).toHaveCount(0);
});

test('a phone has the saved views under More', async ({ page, openThread }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openThread();
  await page.goto('/inbox?view=all-open');
  await saveView(page, 'Nobody’s yet');
  await page.getByRole('button', { name: 'More' }).click();
  await expect(page.getByRole('link', { name: 'Nobody’s yet' })).toBeVisible();
});

for (const size of SIZES) {
  test(`${size.width} px wide › the form of a filter and the list of views stand well and axe finds nothing`, async ({
    page,
    openThread,
  }) => {
    await page.setViewportSize(size);
    await openThread();
    await page.goto('/inbox?view=all-open');
    await saveView(page, 'A view whose name is as long as it can b');
    for (const path of ['/inbox?view=all-open&q=assignee%3Anobody', '/views', '/views/new?view=snoozed&q=is%3Aodd']) {
      await page.goto(path);
      for (const scheme of SCHEMES) {
        await show(page, scheme);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width);
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      }
    }
  });
}
