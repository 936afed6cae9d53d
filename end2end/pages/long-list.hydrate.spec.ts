import { expect, list, test } from '../desk';
import { INES } from '../people';

/** More than all have nodes at the same time. */
const N_CUSTOMERS = 90;

test('a long list stays under its reader while it grows', async ({ page, desk, signIn, live }) => {
  const write = async (n: number) => {
    const customer = await desk.meta.addCustomer(desk.account, `Customer ${n}`);
    await desk.meta.act(customer, { send: { text: 'Is it fired yet?' } });
  };
  await Promise.all(Array.from({ length: N_CUSTOMERS }, (_, n) => write(n)));
  await signIn(INES);
  // Everybody's message has come.
  const counted = new RegExp(`views__count[^>]*>${N_CUSTOMERS + 1}<`);
  await expect.poll(async () => (await page.request.get('/inbox')).text()).toMatch(counted);
  await page.goto('/inbox?view=unassigned');
  await live(page);
  const href = await list(page).getByRole('link').nth(30).getAttribute('href');
  const chosen = list(page).locator(`a[href="${href}"]`);
  await chosen.evaluate((it) => it.scrollIntoView({ block: 'center' }));
  const y = async () => (await chosen.boundingBox())?.y ?? 0;
  const before = await y();
  // Space stands in for rows far above: more have come than have nodes.
  await expect(list(page)).toHaveAttribute('style', /padding-block: [1-9]/);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  expect(Math.abs((await y()) - before)).toBeLessThan(2);
});
