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
