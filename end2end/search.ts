// Looking through everything, in the tests of it.

import { type Locator, type Page, expect } from '@playwright/test';
import type { Desk } from './desk';

export const everything = (page: Page): Locator => page.getByRole('searchbox', { name: 'Search everything' });
export const hits = (page: Page): Locator => page.locator('.hits').getByRole('link');
export const hit = (page: Page, text: string): Locator => hits(page).filter({ hasText: text });

/** The customer says these things, one after the other. */
export async function say(desk: Desk, ...texts: string[]): Promise<void> {
  for (const text of texts) await desk.meta.act(desk.hannah, { send: { text } });
}

/** Waits until what was said is found: the index follows what is said. */
export async function found(page: Page, words: string, text: string): Promise<void> {
  await expect(async () => {
    await page.goto(`/search?q=${encodeURIComponent(words)}`);
    await expect(hit(page, text).first()).toBeVisible({ timeout: 1000 });
  }).toPass();
}
