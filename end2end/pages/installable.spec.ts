import { expect, test } from '../fixtures';

test('the program can be installed', async ({ page, request }) => {
  await page.goto('/login');
  const manifest = await page.locator('link[rel=manifest]').getAttribute('href');
  const answer = await request.get(manifest!);
  expect(answer.headers()['content-type']).toBe('application/manifest+json');
  const { name, start_url, display, icons } = await answer.json();
  expect({ name, start_url, display }).toEqual({ name: 'Switchboard', start_url: '/inbox', display: 'standalone' });
  const touch = await page.locator('link[rel=apple-touch-icon]').getAttribute('href');
  for (const src of [...icons.map((it: { src: string }) => it.src), touch]) {
    const icon = await request.get(src);
    expect(icon.headers()['content-type'], src).toBe('image/png');
  }
  await expect(page.locator('meta[name=theme-color]')).toHaveCount(2);
});
