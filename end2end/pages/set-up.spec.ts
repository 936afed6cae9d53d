import { type Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { BUSINESS, MIA, PASSWORD } from '../people';

const field = (page: Page, name: string) => page.getByRole('textbox', { name });

async function fillIn(page: Page, password: string) {
  await field(page, 'Business name').fill(BUSINESS);
  await field(page, 'Your name').fill(MIA.name);
  await field(page, 'Email').fill(MIA.email);
  await field(page, 'Password').fill(password);
}

async function create(page: Page) {
  await page.getByRole('button', { name: 'Create the first admin' }).click();
}

test('the first admin is made behind the link, once', async ({ page, live, newProgram, expectAnswer }) => {
  const link = await newProgram.setUpLink();
  await page.goto(link);
  await live(page);
  await expect(page).toHaveTitle('Set up · Switchboard');
  await expect(field(page, 'Business name')).toBeFocused();
  await fillIn(page, PASSWORD);
  await create(page);
  await expect(page).toHaveURL(`${newProgram.address}/inbox`);
  await live(page);
  await expect(page.getByRole('link', { name: BUSINESS })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Three steps to the first reply' })).toBeVisible();
  await page.getByRole('button', { name: MIA.name }).click();
  await expect(page.getByText('Admin', { exact: true }).filter({ visible: true })).toBeVisible();

  expectAnswer(410, new URL(link).pathname);
  await page.goto(link);
  await live(page);
  await expect(page.getByRole('heading', { name: 'This link does not work any more' })).toBeVisible();
  await expect(page.getByRole('textbox')).toHaveCount(0);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(`${newProgram.address}/inbox`);
  // The program ends before the browser does, and an open inbox would miss it.
  await page.goto(link);
});

test('wrong input keeps everything but the password', async ({ page, live, newProgram, expectAnswer }) => {
  const link = await newProgram.setUpLink();
  expectAnswer(422, new URL(link).pathname);
  await page.goto(link);
  await live(page);
  await fillIn(page, 'kiln');
  await create(page);
  await expect(field(page, 'Password')).toHaveAttribute('aria-invalid', 'true');
  await live(page);
  await expect(field(page, 'Business name')).toHaveValue(BUSINESS);
  await expect(field(page, 'Your name')).toHaveValue(MIA.name);
  await expect(field(page, 'Email')).toHaveValue(MIA.email);
  await expect(field(page, 'Password')).toHaveValue('');
  await expect(field(page, 'Password')).toHaveAccessibleDescription('At least 10 characters.');
  await expect(field(page, 'Password')).toBeFocused();
  await expect(field(page, 'Email')).not.toHaveAttribute('aria-invalid');
  await field(page, 'Password').fill(PASSWORD);
  await create(page);
  await expect(page).toHaveURL(`${newProgram.address}/inbox`);
  // The program ends before the browser does, and an open inbox would miss it.
  expectAnswer(410, new URL(link).pathname);
  await page.goto(link);
});

test('each problem stands beside its field, and the page begins at the first', async ({
  page,
  live,
  emptyProgram,
  expectAnswer,
}) => {
  const link = await emptyProgram.setUpLink();
  expectAnswer(422, new URL(link).pathname);
  await page.goto(link);
  await live(page);
  await fillIn(page, MIA.name);
  await field(page, 'Your name').fill('M'.repeat(81));
  await field(page, 'Email').fill('mia@luna-ceramics.example');
  await field(page, 'Password').fill('mia@luna-ceramics.example');
  await create(page);
  await expect(field(page, 'Your name')).toHaveAccessibleDescription('At most 80 characters.');
  await expect(field(page, 'Your name')).toBeFocused();
  await expect(field(page, 'Password')).toHaveAccessibleDescription('Choose one that is not your name or email.');
  await expect(field(page, 'Business name')).toHaveAccessibleDescription('');
});
