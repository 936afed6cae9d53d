// How much a conversation presses, and the team that it is given to: beside the thread, and on the customer’s page.

import { type Page } from '@playwright/test';
import { expect, list, log, row, test } from '../desk';

const details = (page: Page) => page.getByRole('complementary', { name: 'Details' });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search conversations' });
const about = (page: Page) => list(page).getByRole('listitem').filter({ hasText: 'Hannah Okafor' });

test('what is urgent says so in its row, and is found by it', async ({ page, desk, openThread }) => {
  const mia = await desk.colleague();
  await openThread();
  const conversation = new URL(page.url()).pathname.split('/')[2];
  await mia('take_step', { conversation, step: { step: 'prioritise', to: 'high' } });
  await expect(about(page)).toContainText('High');
  await expect(log(page)).toContainText('set the priority to High');
  await details(page).getByRole('link', { name: 'All about this person' }).click();
  const priority = page.getByRole('group', { name: 'Priority' });
  await expect(priority.getByRole('button', { name: 'High', pressed: true })).toBeVisible();
  await press(page, 'Urgent');
  await expect(priority.getByRole('button', { name: 'Urgent', pressed: true })).toBeVisible();
  await page.goto('/inbox?view=all-open&q=priority%3Aurgent');
  await expect(about(page)).toContainText('Urgent');
  await search(page).fill('priority:high');
  await search(page).press('Enter');
  await expect(row(page, 'Hannah Okafor')).toHaveCount(0);
});

test('a conversation is given to a team, whose it stays until somebody has it', async ({ page, desk, openThread }) => {
  await desk.colleague();
  await desk.addTeam('Orders');
  await openThread();
  await details(page).getByRole('link', { name: 'All about this person' }).click();
  await page.getByRole('combobox', { name: 'Team' }).selectOption('Orders');
  await press(page, 'Give');
  await expect(page.getByRole('combobox', { name: 'Team' }).locator('option:checked')).toHaveText('Orders');
  await page.goto('/inbox?view=unassigned&q=team%3Aorders');
  await row(page, 'Hannah Okafor').click();
  await expect(log(page)).toContainText('gave this to the team Orders');
});

test('beside the thread both are a choice away, and can be taken back', async ({ page, desk, openThread }) => {
  await desk.colleague();
  await desk.addTeam('Orders');
  await openThread();
  const priority = details(page).getByRole('group', { name: 'Priority' });
  await expect(priority.getByRole('button', { name: 'Normal', pressed: true })).toBeVisible();
  await priority.getByRole('button', { name: 'Urgent' }).click();
  await expect(priority.getByRole('button', { name: 'Urgent', pressed: true })).toBeVisible();
  await expect(about(page)).toContainText('Urgent');
  const assignee = page.locator('.thread__header').getByRole('combobox', { name: 'Assignee' });
  await assignee.selectOption({ label: 'Orders' });
  await expect(page.getByText('Given to Orders', { exact: true })).toBeVisible();
  await expect(log(page)).toContainText('gave this to the team Orders');
  await expect(details(page).getByRole('definition').filter({ hasText: 'Orders' })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(details(page).getByRole('definition').filter({ hasText: 'Orders' })).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('priority: n');
  await page.keyboard.press('Enter');
  await expect(priority.getByRole('button', { name: 'Normal', pressed: true })).toBeVisible();
});
