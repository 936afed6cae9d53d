// All about one customer: the page, a copy of everything, and deleting it.

import { type Page } from '@playwright/test';
import { besides, expect, log, row, test } from '../desk';
import { looksGood } from '../every-page';
import { MIA } from '../people';

const details = (page: Page) => page.getByRole('complementary', { name: 'Details' });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

async function openContact(page: Page): Promise<string> {
  await details(page).getByRole('link', { name: 'All about this person' }).click();
  await expect(page).toHaveURL(/\/contacts\/\w{26}$/);
  return new URL(page.url()).pathname;
}

test('an agent reads all about a customer and deletes nobody', async ({ page, openThread, expectAnswer, live }) => {
  await openThread();
  const path = await openContact(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Hannah Okafor' })).toBeVisible();
  await expect(page.getByText('1 message received')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Delete everything' })).toHaveCount(0);
  await looksGood(page);
  expectAnswer(403, `${path}/delete`);
  await page.goto(`${path}/delete`);
  await expect(page.getByText('Your role does not allow this.')).toBeVisible();
  await page.goto(path);
  await page.getByRole('link', { name: 'Open conversation' }).click();
  await live(page);
  await expect(log(page)).toContainText('Is the blue mug still there?');
});

test('who is deleted is gone from open pages too, with a code as proof', async ({
  page,
  browser,
  desk,
  openThread,
  expectAnswer,
}) => {
  await openThread();
  const path = await openContact(page);
  await page.goBack();
  await expect(log(page)).toContainText('Is the blue mug still there?');
  const mia = await besides(browser, desk, MIA);
  await mia.goto(path);
  const copy = mia.waitForEvent('download');
  await mia.getByRole('link', { name: 'Export as ZIP' }).click();
  expect((await copy).suggestedFilename()).toMatch(/^customer-\w+-\d{4}-\d\d-\d\d\.zip$/);
  await mia.getByRole('link', { name: 'Delete everything' }).click();
  await mia.getByRole('textbox', { name: 'Name' }).fill('Hannah');
  await press(mia, 'Delete everything');
  await expect(mia.getByRole('textbox', { name: 'Name' })).toHaveAccessibleDescription('This is not the name.');
  await expect(mia.getByRole('textbox', { name: 'Name' })).toHaveValue('Hannah');
  await looksGood(mia);
  // The page that shows the thread asks for it once more, and perhaps for its details beside it, and lets it go.
  expectAnswer(404, /open_(conversation|details)/);
  expectAnswer(404, /^\/inbox\//);
  await mia.getByRole('textbox', { name: 'Name' }).fill('hannah okafor');
  await press(mia, 'Delete everything');
  await expect(mia.getByText('under the code')).toBeVisible();
  await expect(async () => {
    await mia.reload();
    await expect(mia.getByRole('cell', { name: /^Done/ })).toBeVisible({ timeout: 500 });
  }).toPass();
  await looksGood(mia);
  await expect(page.getByRole('heading', { name: 'There is no such conversation' })).toBeVisible();
  await expect(row(page, 'Hannah Okafor')).toHaveCount(0);
  await mia.goto('/audit');
  await expect(mia.getByText(/^All about a customer is deleted \(\w{4}-\w{4}-\w{4}\)\.$/)).toBeVisible();
  // Who writes again is somebody new.
  await desk.meta.act(desk.hannah, { send: { text: 'Hello again' } });
  await page.goto('/inbox?view=unassigned');
  await expect(async () => {
    await page.reload();
    await expect(row(page, 'Hannah Okafor')).toBeVisible({ timeout: 500 });
  }).toPass();
  await row(page, 'Hannah Okafor').click();
  await expect(log(page)).toContainText('Hello again');
  await expect(log(page)).not.toContainText('blue mug');
  await mia.context().close();
});
