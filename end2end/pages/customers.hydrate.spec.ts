// What is known of customers in a business's own fields, and customers who are blocked.

import { type Page } from '@playwright/test';
import { besides, expect, field as reply, log, row, test } from '../desk';
import { looksGood } from '../every-page';
import { MIA } from '../people';

const details = (page: Page) => page.getByRole('complementary', { name: 'Details' });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const said = (page: Page) => page.getByRole('status').filter({ hasText: /\S/ });

async function addField(page: Page, name: string, kind: string, options = ''): Promise<void> {
  await page.goto('/fields');
  await page.getByRole('link', { name: 'New field' }).click();
  await field(page, 'Name').fill(name);
  await page.getByRole('combobox', { name: 'Kind' }).selectOption(kind);
  await field(page, 'What can be chosen').fill(options);
  await press(page, 'Save field');
}

test('an admin says what is to be known of customers, and an agent fills it in', async ({
  page,
  browser,
  desk,
  openThread,
  expectAnswer,
}) => {
  await openThread();
  const mia = await besides(browser, desk, MIA);
  await addField(mia, 'Colour', 'Choice');
  await expect(field(mia, 'What can be chosen')).toHaveAccessibleDescription(/Write what can be chosen, one on each line\./);
  await field(mia, 'What can be chosen').fill('Blue\nGreen');
  await press(mia, 'Save field');
  await expect(said(mia)).toHaveText('The field is saved.');
  await addField(mia, 'Member', 'Yes or no');
  await addField(mia, 'Shoe size <b>', 'Number');
  const rows = mia.getByRole('group', { name: 'Fields, as a table' }).getByRole('row');
  await expect(rows).toHaveCount(4);
  await press(mia, 'Move up Member');
  await expect(said(mia)).toHaveText('The order is changed.');
  await expect(rows.nth(1)).toContainText('Member');
  await looksGood(mia);

  await details(page).getByRole('link', { name: 'All about this person' }).click();
  await expect(page).toHaveURL(/\/contacts\/\w{26}$/);
  const path = new URL(page.url()).pathname;
  expectAnswer(422, path);
  await field(page, 'Email').fill('hannah');
  await field(page, 'Shoe size <b>').fill('large');
  await page.getByRole('combobox', { name: 'Member' }).selectOption('Yes');
  await press(page, 'Save what you know');
  await expect(field(page, 'Email')).toHaveValue('hannah');
  await expect(field(page, 'Email')).toHaveAccessibleDescription(/\S/);
  await expect(field(page, 'Shoe size <b>')).toHaveAccessibleDescription('Write a number, such as 12 or -3.5.');
  await expect(page.getByRole('combobox', { name: 'Member' })).toHaveValue('yes');
  await looksGood(page);
  await field(page, 'Email').fill('hannah@example.org');
  await field(page, 'Shoe size <b>').fill('38.5');
  await page.getByRole('combobox', { name: 'Colour' }).selectOption('Green');
  await press(page, 'Save what you know');
  await expect(said(page)).toHaveText('What you know is saved.');
  await expect(field(page, 'Shoe size <b>')).toHaveValue('38.5');
  await page.getByRole('link', { name: 'Open conversation' }).click();
  await expect(details(page).getByRole('definition').filter({ hasText: 'Green' })).toBeVisible();
  await page.goBack();
  await mia.getByRole('link', { name: 'Edit Colour' }).click();
  await expect(mia.getByText('It says something of 1 customer. All of that goes with it')).toBeVisible();
  await press(mia, 'Delete field');
  await expect(said(mia)).toHaveText('The field is deleted, with all that it said.');
  await page.reload();
  await expect(page.getByRole('combobox', { name: 'Colour' })).toHaveCount(0);
  await mia.goto('/audit');
  await expect(mia.getByText('Mia Lindqvist deleted the customer field Colour with all that it said.')).toBeVisible();
  await mia.context().close();
});

test('an agent keeps no fields', async ({ page, openThread, expectAnswer }) => {
  await openThread();
  expectAnswer(403, '/fields');
  await page.goto('/fields');
  await expect(page.getByText('Your role does not allow this.')).toBeVisible();
});

test('who is blocked is written to by nobody and bothers nobody, until they are unblocked', async ({ page, desk, openThread }) => {
  await openThread();
  const thread = page.url();
  await details(page).getByRole('link', { name: 'Block', exact: true }).click();
  await press(page, 'Block this person');
  await expect(page.getByRole('heading', { name: 'Blocked' })).toBeVisible();
  await looksGood(page);
  await page.goto(thread);
  await expect(page.getByRole('status', { name: 'Reply window' })).toHaveText('Blocked');
  await expect(reply(page)).toHaveCount(0);
  await expect(log(page)).toContainText(/You blocked Hannah Okafor|blocked Hannah Okafor/);
  await desk.meta.act(desk.hannah, { send: { text: 'Why does nobody answer?' } });
  await expect(log(page)).toContainText('Why does nobody answer?');
  const views = page.getByRole('navigation', { name: 'Views' });
  await views.getByRole('link', { name: 'Unassigned', exact: true }).click();
  await expect(page.locator('#list-title')).toHaveText('Unassigned');
  await expect(row(page, 'Hannah Okafor')).toHaveCount(0);
  await page.goto(thread);
  await page.getByRole('group', { name: 'About Hannah Okafor' }).getByRole('link', { name: 'Unblock' }).click();
  await press(page, 'Unblock');
  await expect(page.getByRole('button', { name: 'Block this person' })).toBeVisible();
  await page.goto('/inbox?view=unassigned');
  await row(page, 'Hannah Okafor').click();
  await expect(log(page)).toContainText(/unblocked Hannah Okafor/);
  await expect(reply(page)).toBeVisible();
});
