import { type Page } from '@playwright/test';
import { expect, submitSignIn, test } from '../fixtures';
import { BUSINESS, INES, MIA, PASSWORD, type Person } from '../people';
import { VIEWS } from '../views';

type Live = (page: Page) => Promise<void>;

async function comeAndGo(page: Page, live: Live, address: string, person: Person) {
  await page.goto(`${address}/`);
  await live(page);
  await expect(page).toHaveURL(`${address}/login`);
  await submitSignIn(page, person.email, PASSWORD);
  await expect(page).toHaveURL(`${address}/inbox`);
  await live(page);
  const views = page.getByRole('navigation', { name: 'Views' });
  await expect(views.getByRole('link')).toHaveText(VIEWS.map((view) => view.title));
  await expect(page.getByRole('searchbox', { name: 'Search conversations' })).toBeEditable();
  await page.getByRole('button', { name: person.name }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(`${address}/login`);
  await page.goto(`${address}/inbox`);
  await expect(page).toHaveURL(/\/login/);
}

test('a person signs in, sees the inbox and signs out', async ({ page, live, program }) => {
  await comeAndGo(page, live, program.address, MIA);
});

test('a person signs in, sees the inbox and signs out, on Postgres', async ({ page, live, programOnPostgres }) => {
  await comeAndGo(page, live, programOnPostgres.address, INES);
});

test('the page says whose inbox it is and begins at the email', async ({ page, live }) => {
  await page.goto('/login');
  await live(page);
  await expect(page).toHaveTitle('Sign in · Switchboard');
  await expect(page.getByRole('heading', { name: `Sign in to ${BUSINESS}` })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Email' })).toBeFocused();
});

test('a form that is not filled in is not sent', async ({ page, live }) => {
  const posts: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
  await page.goto('/login');
  await live(page);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: 'Email' }).fill('mia');
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Email' })).toBeFocused();
  await submitSignIn(page, MIA.email, PASSWORD);
  await expect(page).toHaveURL(/\/inbox$/);
  expect(posts).toHaveLength(1);
});

test('a wrong password keeps the email, says so and begins at the password', async ({ page, live, expectAnswer }) => {
  expectAnswer(401, '/login');
  await page.goto('/login');
  await live(page);
  await submitSignIn(page, MIA.email, 'not the password');
  const problem = 'The email or the password is not right.';
  await expect(page.getByRole('alert')).toHaveText(problem);
  await live(page);
  const email = page.getByRole('textbox', { name: 'Email' });
  const password = page.getByRole('textbox', { name: 'Password' });
  await expect(email).toHaveValue(MIA.email);
  await expect(password).toHaveValue('');
  await expect(password).toBeFocused();
  for (const field of [email, password]) {
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(problem);
  }
  await password.fill(PASSWORD);
  await password.press('Enter');
  await expect(page).toHaveURL(/\/inbox$/);
});

test('somebody who was on the way to a page comes to it, even after a wrong password', async ({
  page,
  live,
  expectAnswer,
}) => {
  expectAnswer(401, '/login');
  await page.goto('/inbox?view=closed&q=blue+mug+%26+bowl');
  await live(page);
  await submitSignIn(page, MIA.email, 'not the password');
  await expect(page.getByRole('alert')).toBeVisible();
  await live(page);
  await submitSignIn(page, MIA.email, PASSWORD);
  await expect(page).toHaveURL(/\/inbox\?view=closed&q=blue\+mug\+%26\+bowl$/);
  await expect(page.getByRole('searchbox', { name: 'Search conversations' })).toHaveValue('blue mug & bowl');
});

test('after signing out the Back button shows nothing of the inbox', async ({ page, live, signIn }) => {
  await signIn(MIA);
  await page.goto('/inbox?view=snoozed');
  await live(page);
  await page.getByRole('button', { name: MIA.name }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login$/);
  await page.goBack();
  await expect(page).toHaveURL(/\/login\?next=/);
  await expect(page.getByText(MIA.name)).toHaveCount(0);
});
