// What owners of accounts ask of Meta, and how long what is said is kept.

import { createHmac } from 'node:crypto';
import { request } from '@playwright/test';
import { expect, test } from '../desk';
import { looksGood } from '../every-page';
import { MIA, PASSWORD } from '../people';

const SECRET = 'kiln-and-glaze-of-the-app';

function signed(user: string): string {
  const payload = Buffer.from(JSON.stringify({ algorithm: 'HMAC-SHA256', user_id: user })).toString('base64url');
  return `${createHmac('sha256', SECRET).update(payload).digest('base64url')}.${payload}`;
}

test('an owner follows the deletion that they asked Meta for', async ({ page, desk }) => {
  const meta = await request.newContext({ baseURL: desk.inbox.address });
  const answer = await meta.post('/meta/data-deletion', { form: { signed_request: signed(desk.account.id) } });
  expect(answer.status()).toBe(200);
  const { url, confirmation_code: code } = await answer.json();
  const unknown = await meta.post('/meta/data-deletion', { form: { signed_request: signed('555') } });
  const nothing = (await unknown.json()).url;
  await meta.dispose();
  await expect(async () => {
    await page.goto(url);
    await expect(page.getByRole('heading', { name: 'Your data is deleted' })).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expect(page.getByRole('main')).toContainText(code);
  await expect(page.getByRole('main')).not.toContainText('Hannah');
  await looksGood(page);
  await page.goto(nothing);
  await expect(page.getByRole('heading', { name: 'There is nothing to delete' })).toBeVisible();
  await looksGood(page);
});

test('an admin sees what would go before anything does', async ({ page, desk, signIn, expectAnswer }) => {
  await desk.colleague();
  await signIn(MIA);
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Settings of luna.ceramics' }).click();
  await page.getByRole('link', { name: 'Rule for what is old' }).click();
  const days = page.getByRole('textbox', { name: 'Days that messages are kept' });
  expectAnswer(422, /\/kept/);
  await days.fill('soon');
  await page.getByRole('button', { name: 'See what would go' }).click();
  await expect(days).toHaveValue('soon');
  await expect(days).toHaveAccessibleDescription(/Type a whole number of days/);
  await looksGood(page);
  await days.fill('90');
  await page.getByRole('button', { name: 'See what would go' }).click();
  await expect(page.getByRole('status')).toContainText('Nothing that is here now is older.');
  await looksGood(page);
  await page.getByRole('button', { name: 'Save this rule' }).click();
  await expect(page.getByText('The rule is saved.')).toBeVisible();
  await expect(days).toHaveValue('90');
  await expect(page.getByRole('heading', { name: 'Lately' })).toBeVisible();
  await page.goto('/audit');
  await expect(page.getByRole('main')).toContainText('is kept: messages 90 days, files for ever.');
});
