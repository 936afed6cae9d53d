import { chat, expect, test } from '../phones';

test.describe('the demo', () => {
  test.use({ seed: 'demo' });

  test('everybody is in the list, and a name leads to their phone', async ({ page, meta, javaScriptEnabled }) => {
    await page.goto('/');
    const list = page.getByRole('list', { name: 'Customers' });
    const { customers } = await meta.state();
    const names = await list.getByRole('link').allTextContents();
    expect(names.sort()).toEqual(customers.map((it) => it.name).sort());

    await list.getByRole('link', { name: 'Hannah Okafor' }).click();
    await expect(page).toHaveURL(`/?customer=${customers.find((it) => it.name === 'Hannah Okafor')!.id}`);
    await expect(page).toHaveTitle('Hannah Okafor · Simulator');
    await expect(page.getByRole('heading', { name: 'Hannah Okafor, their phone', level: 1 })).toBeAttached();
    await expect(list.getByRole('link', { name: 'Hannah Okafor' })).toHaveAttribute('aria-current', 'true');
    if (javaScriptEnabled ?? true) {
      await expect(chat(page).getByRole('article', { name: 'luna.ceramics' }).first()).toBeAttached();
      await expect(chat(page).getByRole('article', { name: 'You' }).first()).toBeAttached();
    } else {
      await expect(chat(page).getByRole('paragraph')).toHaveText('The chat needs JavaScript.');
    }
  });
});

test('where nobody has come yet, the page says so', async ({ page, meta }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nobody yet, their phone');
  await expect(page.getByRole('list', { name: 'Customers' }).getByRole('listitem')).toHaveCount(0);
  expect((await meta.state()).customers).toEqual([]);
  expect((await page.request.get('/phone/nobody')).status()).toBe(404);
});
