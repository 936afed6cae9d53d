// What lets other programs in.

import { type Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { MIA } from '../people';

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const tokens = (page: Page) => page.getByRole('group', { name: 'API tokens, as a table' });

test('a token is made, shown once and revoked', async ({ page, signIn }) => {
  await signIn(MIA);
  await page.goto('/tokens');
  await expect(page).toHaveTitle('API tokens · Switchboard');
  await expect(page.getByRole('checkbox', { name: 'Read', exact: true })).toBeChecked();
  await field(page, 'Name').fill('Webshop');
  await page.getByRole('checkbox', { name: 'Send', exact: true }).check();
  await field(page, 'Bot').fill('Kiln');
  await page.getByRole('combobox', { name: 'It can be used' }).selectOption('For 30 days');
  await press(page, 'Make the token');
  await expect(page.getByRole('heading', { name: 'The token of Webshop' })).toBeVisible();
  await expect(field(page, 'API token')).toHaveValue(/^swb_[\w-]{32}$/);
  const row = tokens(page).getByRole('row', { name: 'Webshop' });
  await expect(row).toContainText('read, send');
  await expect(row).toContainText('Writes as Kiln');
  await expect(row).toContainText(MIA.name);
  await page.goto('/tokens');
  await expect(field(page, 'API token')).toHaveCount(0);
  await press(page, 'Revoke Webshop');
  await press(page, 'Revoke this token');
  await expect(page.getByRole('status')).toHaveText('The token is revoked. Whatever used it is shut out.');
  await expect(row).toHaveCount(0);
});

test('what is wrong is said beside its field, and what was typed stays', async ({ page, signIn, expectAnswer }) => {
  expectAnswer(422, '/tokens');
  await signIn(MIA);
  await page.goto('/tokens');
  await field(page, 'Name').fill('W'.repeat(81));
  await page.getByRole('checkbox', { name: 'Read', exact: true }).uncheck();
  await field(page, 'Bot').fill('Kiln');
  await press(page, 'Make the token');
  await expect(field(page, 'Name')).toHaveAccessibleDescription('At most 80 characters.');
  await expect(field(page, 'Name')).toBeFocused();
  await expect(page.getByRole('group', { name: 'It may' })).toHaveAccessibleDescription('Tick what the program may do.');
  await expect(field(page, 'Bot')).toHaveValue('Kiln');
});
