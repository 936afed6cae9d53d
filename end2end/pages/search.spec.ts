import { expect, message, test } from '../desk';
import { INES, NASTY } from '../people';
import { everything, found, hit, hits, say } from '../search';

test('a message is found by its words and opens where it was said', async ({ page, desk, signIn, live }) => {
  await say(desk, 'Crème brûlée bowls, please', ...Array.from({ length: 60 }, (_, n) => `One more thing, ${n}`));
  await signIn(INES);
  await found(page, 'thing 59', 'One more thing, 59');
  await everything(page).fill('creme BRULEE');
  await everything(page).press('Enter');
  await expect(page).toHaveURL('/search?q=creme+BRULEE');
  await expect(page).toHaveTitle('creme BRULEE · Search · Switchboard');
  await expect(hits(page)).toHaveCount(1);
  await expect(page.locator('.hit mark')).toHaveText(['Crème', 'brûlée']);
  await expect(page.getByRole('status').first()).toHaveText('1 message');
  await hit(page, 'brûlée bowls').click();
  await expect(page).toHaveURL(/\/inbox\/(\w{26})\?at=(\w{26})#m-\2$/);
  await live(page);
  // More lines ago than a thread begins with.
  await expect(message(page, 'brûlée bowls')).toBeInViewport();
  await expect(message(page, 'One more thing, 59')).not.toBeInViewport();
});

test('customers are found by name, and filters narrow a search', async ({ page, desk, signIn, live }) => {
  const jonas = await desk.meta.addCustomer(desk.account, 'Jonas Lind');
  await desk.meta.act(jonas, { send: { text: 'A blue mug for Hannah' } });
  await signIn(INES);
  await found(page, 'hannah', 'A blue mug for Hannah');
  // Her name comes from Meta, after what she said.
  await expect(async () => {
    await page.goto('/search?q=hannah');
    await expect(page.getByRole('heading', { name: 'Customers' })).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expect(hit(page, 'Hannah Okafor').first()).toHaveAttribute('href', /^\/inbox\/\w{26}$/);
  await page.goto('/search?q=from:jonas+blue');
  await expect(hits(page)).toHaveCount(1);
  await page.goto('/search?q=blue+before:2001');
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
  await page.goto('/search?q=blue+before:soon');
  await expect(page.getByText('“before:soon” is no day.')).toBeVisible();
  await expect(hits(page)).toHaveCount(2);
  await live(page);
});

test('what was said and what was typed are shown as text', async ({ page, desk, signIn }) => {
  await say(desk, `${NASTY} mug`);
  await signIn(INES);
  await found(page, 'alert', NASTY);
  await everything(page).fill(NASTY.replaceAll('"', ''));
  await everything(page).press('Enter');
  await expect(everything(page)).toHaveValue(NASTY.replaceAll('"', ''));
  await expect(hit(page, NASTY)).toBeVisible();
  await expect(page.locator('main img')).toHaveCount(0);
});

test('the inbox leads to it with what was typed', async ({ page, desk, signIn, live }) => {
  await say(desk, 'An ochre teapot');
  await signIn(INES);
  await found(page, 'ochre', 'An ochre teapot');
  // The list knows the newest words of each conversation only.
  await page.goto('/inbox?view=all-open&q=blue+mug');
  await live(page);
  await page.getByRole('link', { name: 'Search all messages' }).click();
  await expect(page).toHaveURL('/search?q=blue+mug');
  await expect(hit(page, 'Is the blue mug still there?')).toBeVisible();
});
