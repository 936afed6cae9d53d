// Other programs that are told what happens.

import { type Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { MIA } from '../people';

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const endpoints = (page: Page) => page.getByRole('group', { name: 'Endpoints, as a table' });

test('an endpoint is made, paused, looked at and deleted', async ({ page, signIn }) => {
  await signIn(MIA);
  await page.goto('/tokens');
  await field(page, 'Name').fill('Listening');
  await field(page, 'Bot').fill('Listener');
  await press(page, 'Make the token');
  await page.goto('/endpoints');
  await expect(page).toHaveTitle('Endpoints · Switchboard');
  await field(page, 'Name').fill('Order events');
  await field(page, 'Address').fill('https://bot.example/events');
  await page.getByRole('combobox', { name: 'Token' }).selectOption({ label: 'Listening, as Listener' });
  await press(page, 'Make the endpoint');
  await expect(page.getByRole('heading', { name: 'The secret of Order events' })).toBeVisible();
  await expect(field(page, 'Secret')).toHaveValue(/^[\w-]{32}$/);
  const row = endpoints(page).getByRole('row', { name: 'Order events' });
  await press(page, 'Pause Order events');
  await expect(page.getByRole('status')).toContainText('The endpoint is paused.');
  await expect(row).toContainText('Paused');
  await expect(field(page, 'Secret')).toHaveCount(0);
  await press(page, 'Resume Order events');
  await expect(row).toContainText('Works');
  await row.getByRole('link', { name: 'Log of Order events' }).click();
  await expect(page.getByRole('heading', { name: 'Order events' })).toBeVisible();
  await expect(page.getByText('It was told nothing in the last seven days.')).toBeVisible();
  await page.getByRole('link', { name: 'What failed' }).click();
  await expect(page.getByText('Nothing has failed.')).toBeVisible();
  await page.getByRole('link', { name: 'All endpoints' }).click();
  await field(page, 'Listener answers within so many seconds').fill('300');
  await press(page, 'Save the limit of Listener');
  await expect(page.getByRole('status')).toHaveText('The bot’s time limit is saved.');
  await expect(field(page, 'Listener answers within so many seconds')).toHaveValue('300');
  await press(page, 'Delete Order events');
  await press(page, 'Delete this endpoint');
  await expect(page.getByRole('status')).toContainText('The endpoint is deleted.');
  await expect(row).toHaveCount(0);
});

test('an address that is not public is refused, and what was typed stays', async ({ page, signIn, expectAnswer }) => {
  expectAnswer(422, '/endpoints');
  await signIn(MIA);
  await page.goto('/tokens');
  await field(page, 'Name').fill('Another');
  await press(page, 'Make the token');
  await page.goto('/endpoints');
  await field(page, 'Name').fill('Order events');
  await field(page, 'Address').fill('http://10.0.0.1/events');
  await press(page, 'Make the endpoint');
  await expect(field(page, 'Address')).toHaveAccessibleDescription(/neither public nor by https/);
  await expect(field(page, 'Address')).toHaveValue('http://10.0.0.1/events');
  await expect(field(page, 'Name')).toHaveValue('Order events');
});
