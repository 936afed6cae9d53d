// How much a conversation presses, and the team that it is given to.

import { type Page } from '@playwright/test';
import { expect, list, log, row, test } from '../desk';

const details = (page: Page) => page.getByRole('complementary', { name: 'Details' });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search conversations' });
const about = (page: Page) => list(page).getByRole('listitem').filter({ has: row(page, 'Hannah Okafor') });
const assignee = (page: Page) => details(page).getByRole('combobox', { name: 'Assignee' });

test('what is urgent says so in its row, and is found by it', async ({ page, desk, openThread }) => {
  const mia = await desk.colleague();
  await openThread();
  const conversation = new URL(page.url()).pathname.split('/')[2];
  await expect(details(page).getByRole('button', { name: 'Normal', pressed: true })).toBeVisible();
  await details(page).getByRole('button', { name: 'Urgent' }).click();
  await expect(about(page)).toContainText('Urgent');
  await expect(log(page)).toContainText('set the priority to Urgent');
  await expect(details(page).getByRole('button', { name: 'Urgent', pressed: true })).toBeVisible();
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await expect(log(page)).not.toContainText('set the priority to Urgent');
  await expect(about(page)).not.toContainText('Urgent');
  // Somebody else's word is heard of, too.
  await mia('take_step', { conversation, step: { step: 'prioritise', to: 'high' } });
  await expect(about(page)).toContainText('High');
  await log(page).focus();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('priority: u');
  await page.keyboard.press('Enter');
  await expect(about(page)).toContainText('Urgent');
  await search(page).fill('priority:urgent');
  await search(page).press('Enter');
  await expect(row(page, 'Hannah Okafor')).toBeVisible();
  await search(page).fill('priority:high');
  await search(page).press('Enter');
  await expect(row(page, 'Hannah Okafor')).toHaveCount(0);
  // And by a form, on the customer's page.
  await page.goto(`/inbox/${conversation}`);
  await details(page).getByRole('link', { name: 'All about this person' }).click();
  await page.getByRole('group', { name: 'Priority' }).getByRole('button', { name: 'High' }).click();
  await expect(page.getByRole('group', { name: 'Priority' }).getByRole('button', { name: 'High', pressed: true })).toBeVisible();
});

test('a conversation is given to a team, whose it stays until somebody has it', async ({ page, desk, openThread }) => {
  await desk.colleague();
  await desk.addTeam('Orders');
  await openThread();
  await expect(assignee(page)).toHaveValue('');
  await assignee(page).selectOption({ label: 'Team Orders' });
  await expect(page.locator('.toast')).toContainText('Given to Orders');
  await expect(log(page)).toContainText('gave this to the team Orders');
  await expect(assignee(page).locator('option:checked')).toHaveText('Team Orders');
  await search(page).fill('team:orders');
  await search(page).press('Enter');
  await expect(row(page, 'Hannah Okafor')).toBeVisible();
  await assignee(page).selectOption({ label: 'Nobody' });
  await expect(assignee(page)).toHaveValue('');
  await search(page).fill('team:orders ');
  await search(page).press('Enter');
  await expect(row(page, 'Hannah Okafor')).toHaveCount(0);
});

test('a customer’s page sets a priority without a script', async ({ page, openThread, browser, desk }) => {
  await openThread();
  await details(page).getByRole('link', { name: 'All about this person' }).click();
  const path = new URL(page.url()).pathname;
  const context = await browser.newContext({
    baseURL: desk.inbox.address,
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const plain = await context.newPage();
  await plain.goto(path);
  await press(plain, 'Urgent');
  await expect(plain.getByRole('button', { name: 'Urgent', pressed: true })).toBeVisible();
  await context.close();
});
