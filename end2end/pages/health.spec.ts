import { expect, test } from '../desk';
import { MIA } from '../people';

test('what is wrong with an account is said, and leads to what mends it', async ({ page, desk, signIn }) => {
  const { account, inbox, meta } = desk;
  await inbox.addUser(MIA);
  await signIn(MIA);
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Health', exact: true }).click();
  await expect(page).toHaveTitle('Health · Switchboard');
  const luna = page.getByRole('region', { name: 'luna.ceramics, Instagram' });
  const look = luna.getByRole('button', { name: 'Look now for luna.ceramics' });
  // The customer's message may still be on its way.
  await expect(async () => {
    await look.click();
    await expect(page.getByRole('status')).toHaveText('Meta was asked just now. This is how it is.');
    await expect(luna).toContainText('Healthy', { timeout: 1000 });
  }).toPass();
  await expect(luna).toContainText('Meta tells us of everything');
  await meta.change(account, { permissions: ['instagram_business_basic'] });
  await look.click();
  await expect(luna).toContainText('We may not read and answer messages');
  await expect(luna.getByRole('link', { name: 'Connect again' })).toHaveAttribute('href', '/accounts/connect');
  await page.goto('/rules');
  await expect(page.getByRole('alert')).toContainText('Something is wrong with an account.');
  await page.getByRole('link', { name: 'See what, and mend it' }).click();
  await expect(page).toHaveURL(/\/accounts\/health$/);
  await expect(page.getByRole('region', { name: 'Between Meta and us' })).toContainText('Public address');
  await expect(luna).toContainText('Broken');
});
