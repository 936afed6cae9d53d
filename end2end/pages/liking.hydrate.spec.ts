// How a person likes to work: it holds at once, and on every page after.

import { type Page } from '@playwright/test';
import { expect, field, message, test } from '../desk';
import { INES } from '../people';

const openMenu = (page: Page) => page.getByRole('button', { name: /^(Ines Carvalho|More)$/ }).click();
const html = (page: Page) => page.locator('html');
/** Waits until the server knows it. */
const saved = (page: Page) => page.waitForResponse(/save_preferences/);

test('a theme holds at once, and the next page comes in it', async ({ page, openThread, live }) => {
  await openThread();
  await expect(html(page)).not.toHaveAttribute('data-theme');
  await openMenu(page);
  const answer = saved(page);
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(html(page)).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');
  expect((await answer).status()).toBe(200);
  expect(await (await page.request.get('/inbox')).text()).toMatch(/<html[^>]* data-theme="dark"/);
  await page.reload();
  await live(page);
  await openMenu(page);
  await page.getByRole('button', { name: 'System' }).click();
  await expect(html(page)).not.toHaveAttribute('data-theme');
});

test('Enter begins a line once it is to send no more', async ({ page, openThread }) => {
  await openThread();
  await expect(page.getByRole('form', { name: 'Reply' })).toContainText('Enter sends');
  await openMenu(page);
  await page.getByRole('switch', { name: 'Enter sends' }).uncheck();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('form', { name: 'Reply' })).toContainText('Ctrl+Enter sends');
  await field(page).fill('One');
  await field(page).press('Enter');
  await field(page).pressSequentially('Two');
  await expect(field(page)).toHaveValue('One\nTwo');
  await field(page).press('Control+Enter');
  await expect(message(page, 'One Two')).toBeVisible();
});

test('a message leaves at once for whoever wants nothing taken back', async ({ page, openThread, desk }) => {
  await openThread();
  await openMenu(page);
  const answer = saved(page);
  await page.getByRole('combobox', { name: 'A message can be taken back for' }).selectOption('Not at all');
  await answer;
  await page.keyboard.press('Escape');
  await field(page).fill('Two are left.');
  const before = Date.now();
  await field(page).press('Enter');
  await expect.poll(() => desk.said()).toEqual(['Two are left.']);
  expect(Date.now() - before, 'less than the five seconds of whoever has not chosen').toBeLessThan(4500);
});

test('who does not allow notifications is told so, and they stay off', async ({ page, openThread }) => {
  await page.addInitScript(() => {
    class Refused {
      static permission = 'denied';
      static requestPermission = async (then?: (word: string) => void) => (then?.('denied'), 'denied');
    }
    Object.assign(window, { Notification: Refused });
  });
  await openThread();
  await openMenu(page);
  const wanted = page.getByRole('switch', { name: 'Desktop notifications' });
  await wanted.click();
  await expect(page.getByRole('status').filter({ hasText: 'does not let the page notify you' })).toBeVisible();
  await expect(wanted).not.toBeChecked();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('it is all under More', async ({ page, signIn, live }) => {
    await signIn(INES);
    await page.goto('/inbox');
    await live(page);
    await openMenu(page);
    await page.getByRole('button', { name: 'Light' }).click();
    await expect(html(page)).toHaveAttribute('data-theme', 'light');
    const wanted = page.getByRole('switch', { name: 'Sound for new messages' });
    await wanted.check();
    await expect(wanted).toBeChecked();
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeInViewport();
  });
});
