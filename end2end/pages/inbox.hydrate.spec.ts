import { type Page } from '@playwright/test';
import { expect, submitSignIn, test } from '../fixtures';
import { MIA, PASSWORD } from '../people';
import { VIEWS } from '../views';

const search = (page: Page) => page.getByRole('searchbox', { name: 'Search conversations' });

/** The paths of the documents that the browser asks for from now on. */
function documents(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) asked.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  return asked;
}

/** Keeps the program from starting until the returned function is called. */
async function holdTheProgram(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test('switching views and searching asks for no document', async ({ page, live, signIn }) => {
  await signIn(MIA);
  await page.goto('/inbox');
  await live(page);
  const asked = documents(page);
  for (const view of VIEWS.slice(1)) {
    await page.getByRole('link', { name: view.title, exact: true }).click();
    await expect(page).toHaveURL(view.path);
    await expect(page).toHaveTitle(`${view.title} · Switchboard`);
  }
  await search(page).fill('teapot');
  await search(page).press('Enter');
  await expect(page).toHaveURL('/inbox?view=closed&q=teapot');
  await expect(page.getByRole('status')).toContainText('teapot');
  await page.goBack();
  await expect(page).toHaveURL('/inbox?view=closed');
  await expect(search(page)).toHaveValue('');
  await page.goBack();
  await expect(page).toHaveTitle('Snoozed · Switchboard');
  await page.goForward();
  await expect(page).toHaveTitle('Closed · Switchboard');
  expect(asked).toEqual([]);
});

test('a slash leads to the search, and is a slash in it', async ({ page, live, signIn }) => {
  await signIn(MIA);
  await page.goto('/inbox');
  await live(page);
  await page.keyboard.press('/');
  await expect(search(page)).toBeFocused();
  await page.keyboard.type('1/2');
  await expect(search(page)).toHaveValue('1/2');
});

test('what was typed before the page was live stays', async ({ page, live, signIn }) => {
  const release = await holdTheProgram(page);
  await page.goto('/login', { waitUntil: 'domcontentloaded' });
  const email = page.getByRole('textbox', { name: 'Email' });
  const password = page.getByRole('textbox', { name: 'Password' });
  await email.fill(MIA.email);
  await password.pressSequentially('kiln');
  await expect(page.locator('html')).not.toHaveAttribute('data-hydrated');
  release();
  await live(page);
  await expect(email).toHaveValue(MIA.email);
  await expect(password).toHaveValue('kiln');
  await expect(password).toBeFocused();

  await signIn(MIA);
  const releaseAgain = await holdTheProgram(page);
  await page.goto('/inbox?view=closed', { waitUntil: 'domcontentloaded' });
  await search(page).fill('teapot');
  releaseAgain();
  await live(page);
  await expect(search(page)).toHaveValue('teapot');
  await search(page).press('Enter');
  await expect(page).toHaveURL('/inbox?view=closed&q=teapot');
});

test('a form that is sent before the page is live works', async ({ page }) => {
  await holdTheProgram(page);
  await page.goto('/login', { waitUntil: 'domcontentloaded' });
  await submitSignIn(page, MIA.email, PASSWORD);
  await expect(page).toHaveURL('/inbox');
});

test('pressing twice sends once, and pressing again without an answer sends again', async ({ page, live }) => {
  await page.clock.install();
  let nSent = 0;
  await page.route('**/login', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    nSent += 1;
    // The browser stays on its page, as when no answer comes.
    await route.fulfill({ status: 204 });
  });
  await page.goto('/login');
  await live(page);
  await page.getByRole('textbox', { name: 'Email' }).fill(MIA.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  const button = page.getByRole('button', { name: 'Sign in' });
  await button.dblclick();
  await expect.poll(() => nSent).toBe(1);
  await button.click();
  await page.clock.fastForward(9_000);
  await page.unroute('**/login');
  await button.click();
  await expect(page).toHaveURL('/inbox');
  expect(nSent).toBe(1);
});

test('after Back the form works again', async ({ page, live, expectAnswer }) => {
  expectAnswer(401, '/login');
  await page.goto('/login');
  await live(page);
  await submitSignIn(page, MIA.email, 'not the password');
  await expect(page.getByRole('alert')).toBeVisible();
  await page.goBack();
  await live(page);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await submitSignIn(page, MIA.email, PASSWORD);
  await expect(page).toHaveURL('/inbox');
});
