import { type Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { MIA, NASTY, PASSWORD } from '../people';

/** Fills in and sends a form as a browser would that checks nothing. */
async function send(page: Page, button: string, fields: Record<string, string>) {
  for (const [name, value] of Object.entries(fields)) await page.getByRole('textbox', { name }).fill(value);
  await page.getByRole('button', { name: button }).evaluate((it: HTMLButtonElement) => (it.formNoValidate = true));
  await page.getByRole('button', { name: button }).click();
}

/** Every script in the page came from the server with this page's nonce, and no picture was made of the text. */
async function expectNothingRan(page: Page) {
  await expect(page.getByRole('img')).toHaveCount(0);
  expect(await page.evaluate(() => [...document.scripts].filter((it) => it.nonce === '').length)).toBe(0);
}

test('a script or style that is not ours does not run', async ({ page, expectConsole, signIn }) => {
  await signIn(MIA);
  expectConsole(/inline script.*Content Security Policy/s);
  expectConsole(/inline event handler.*Content Security Policy/s);
  expectConsole(/inline style.*Content Security Policy/s);
  await page.route('**/inbox', async (route) => {
    const response = await route.fetch();
    expect(response.headers()['content-security-policy']).not.toContain('unsafe-inline');
    const injected = `
      <script>document.documentElement.dataset.ran = 'inline'</script>
      <img alt="" src="data:," onerror="document.documentElement.dataset.ran = 'handler'">
      <p style="color: rgb(1, 2, 3)">planted</p>`;
    await route.fulfill({ response, body: (await response.text()).replace('</body>', `${injected}</body>`) });
  });
  await page.goto('/inbox');
  await expect(page.getByText('planted')).not.toHaveCSS('color', 'rgb(1, 2, 3)');
  await expect(page.locator('html')).not.toHaveAttribute('data-ran');
});

test('what a stranger types at sign-in is shown as text', async ({ page, live, expectAnswer }) => {
  expectAnswer(401, '/login');
  await page.goto(`/login?next=${encodeURIComponent(`/inbox?q=${NASTY}`)}`);
  await live(page);
  await send(page, 'Sign in', { Email: NASTY, Password: NASTY });
  await expect(page.getByRole('alert')).toBeVisible();
  await live(page);
  await expect(page.getByRole('textbox', { name: 'Email' })).toHaveValue(NASTY);
  await expectNothingRan(page);
});

test('what is typed at set-up is shown as text, there and on every page after', async ({
  page,
  live,
  newProgram,
  expectAnswer,
}) => {
  const link = await newProgram.setUpLink();
  expectAnswer(422, new URL(link).pathname);
  await page.goto(link);
  await live(page);
  const names = { 'Business name': NASTY, 'Your name': NASTY };
  await send(page, 'Create the first admin', { ...names, Email: NASTY, Password: NASTY });
  await expect(page.getByText('This is not an email address.')).toBeVisible();
  await live(page);
  await expect(page.getByRole('textbox', { name: 'Business name' })).toHaveValue(NASTY);
  await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveValue(NASTY);
  await expect(page.getByRole('textbox', { name: 'Email' })).toHaveValue(NASTY);
  await expectNothingRan(page);

  await send(page, 'Create the first admin', { Email: MIA.email, Password: PASSWORD });
  await live(page);
  await expect(page.getByRole('link', { name: NASTY })).toBeVisible();
  await expectNothingRan(page);
  await page.getByRole('button', { name: NASTY }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await live(page);
  await expect(page.getByRole('heading', { name: `Sign in to ${NASTY}` })).toBeVisible();
  await expectNothingRan(page);
});

test('what is searched for is shown as text, after a reload too', async ({ page, live, signIn }) => {
  await signIn(MIA);
  await page.goto('/inbox');
  await live(page);
  const search = page.getByRole('searchbox', { name: 'Search conversations' });
  await search.fill(NASTY);
  await search.press('Enter');
  await expect(page.getByRole('status')).toContainText(NASTY);
  await expectNothingRan(page);
  await page.reload();
  await live(page);
  await expect(search).toHaveValue(NASTY);
  await expect(page.getByRole('status')).toContainText(NASTY);
  await expectNothingRan(page);
});

test('nothing comes from elsewhere, and every file is small and kept for ever', async ({
  page,
  live,
  signIn,
  program,
}) => {
  const urls = new Set<string>();
  page.on('request', (request) => urls.add(request.url()));
  await page.goto('/login');
  await live(page);
  await signIn(MIA);
  await page.goto('/inbox');
  await live(page);
  const elsewhere = [...urls].filter((url) => !url.startsWith(`${program.address}/`));
  expect(elsewhere).toEqual([]);
  const assets = [...urls].map((url) => url.split('#')[0]).filter((url) => url.includes('/assets/'));
  for (const kind of ['js', 'wasm', 'css', 'svg', 'woff2']) {
    expect(assets.map((url) => url.split('.').pop())).toContain(kind);
  }
  for (const url of new Set(assets)) {
    const answer = await page.request.get(url, { headers: { 'accept-encoding': 'gzip, br' } });
    const headers = answer.headers();
    // A font is compressed already.
    expect(headers['content-encoding'], url).toBe(url.endsWith('.woff2') ? undefined : 'br');
    expect(headers['cache-control'], url).toContain('immutable');
    expect(headers.etag, url).toBeTruthy();
    const again = await page.request.get(url, {
      headers: { 'accept-encoding': 'gzip, br', 'if-none-match': headers.etag },
    });
    expect(again.status(), url).toBe(304);
  }
});
