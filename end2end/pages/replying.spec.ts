import { expect, field, message, row, send, test } from '../desk';
import { INES } from '../people';

test('a reply is written and sent with or without the program', async ({ page, desk, signIn, live }) => {
  await signIn(INES);
  await expect(async () => {
    await page.goto('/inbox?view=unassigned');
    await expect(row(page, 'Hannah Okafor')).toBeVisible({ timeout: 1000 });
  }).toPass();
  await live(page);
  await row(page, 'Hannah Okafor').click();
  await expect(message(page, 'Is the blue mug still there?')).toBeVisible();
  await field(page).fill('Yes, two are left.');
  await send(page).click();
  await expect(message(page, 'Yes, two are left.')).toBeVisible();
  await expect.poll(() => desk.said()).toEqual(['Yes, two are left.']);
});

test('after a reply the list beside it is the same, and so it is after one that cannot be sent', async ({ page, signIn, desk, expectAnswer }) => {
  // The program never starts: the forms are posted.
  await page.route('**/*.wasm', () => {});
  expectAnswer(422, /\/reply$/);
  await signIn(INES);
  await expect(async () => {
    await page.goto('/inbox?view=unassigned&q=mug');
    await expect(row(page, 'Hannah Okafor')).toBeVisible({ timeout: 1000 });
  }).toPass();
  await row(page, 'Hannah Okafor').click();
  const address = page.url();
  await field(page).fill('x'.repeat(1001));
  await send(page).click();
  await expect(page.getByRole('alert').filter({ hasText: /\w/ })).toBeVisible();
  await expect(page.getByRole('searchbox', { name: 'Search conversations' })).toHaveValue('mug');
  await field(page).fill('Yes, two are left.');
  await send(page).click();
  await expect(page).toHaveURL(address);
  await expect.poll(() => desk.said()).toEqual(['Yes, two are left.']);
});
