// What passes between page and program is read only where both are of the same build.

import { type Page, type Route } from '@playwright/test';
import { expect, field, message, send, test } from '../desk';

const notice = (page: Page) => page.getByRole('alert').filter({ hasText: 'Switchboard has been updated. Reload the page' });

/** As a program of another build would answer: the stamp stands after the first four bytes. */
async function ofAnotherBuild(route: Route): Promise<void> {
  const response = await route.fetch();
  const body = await response.body();
  if (response.headers()['content-type'] === 'application/octet-stream') body.fill('x', 4, 12);
  await route.fulfill({ response, body });
}

test('a page asks to be loaded again once the program was updated, and nothing that was written is lost', async ({ page, desk, openThread, live }) => {
  await openThread();
  await expect(notice(page)).toHaveCount(0);
  await page.route('**/fn/**', ofAnotherBuild);
  await field(page).fill('Two are left.');
  await send(page).click();
  await expect(notice(page)).toBeVisible();
  await expect(message(page, 'Two are left.')).toContainText('Not confirmed yet: reload the page');
  await field(page).fill('Shall I keep');
  await page.unrouteAll({ behavior: 'wait' });
  await notice(page).getByRole('button', { name: 'Reload' }).click();
  await expect(notice(page)).toHaveCount(0);
  await live(page);
  await expect(field(page)).toHaveValue('Shall I keep');
  await expect(message(page, 'Two are left.')).toHaveCount(1);
  await expect.poll(() => desk.said()).toEqual(['Two are left.']);
});
