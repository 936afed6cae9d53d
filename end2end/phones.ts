// What the tests of the phones stand on: a simulator of each test's own, and an app that hears its webhooks.

import type { Locator, Page } from '@playwright/test';
import { Callback } from './callback';
import { expect, test as base } from './fixtures';
import { type Account, type Customer, Meta } from './meta';

type Fixtures = {
  /** What the simulator begins with. */
  seed: 'demo' | 'empty';
  callback: Callback;
  meta: Meta;
  /** In an empty world: a shop on Instagram, and somebody who has never written to it. */
  luna: Account;
  hannah: Customer;
};

export const test = base.extend<Fixtures>({
  seed: ['empty', { option: true }],
  callback: async ({}, use) => {
    const callback = await Callback.listen();
    await use(callback);
    await callback.close();
  },
  meta: async ({ seed, callback }, use) => {
    // The demo would first tell all its past.
    const meta = await Meta.start(seed, seed === 'empty' ? callback : undefined);
    await use(meta);
    await meta.stop();
  },
  luna: async ({ meta }, use) => use(await meta.addAccount('luna.ceramics')),
  hannah: async ({ meta, luna }, use) => use(await meta.addCustomer(luna, 'Hannah Okafor')),
  baseURL: async ({ meta }, use) => use(meta.address),
});

export const chat = (page: Page): Locator => page.getByRole('log', { name: 'Chat' });
export const field = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });

/** The message that says so. */
export const message = (page: Page, text: string): Locator => chat(page).getByRole('article').filter({ hasText: text });

export async function write(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(message(page, text)).toHaveAccessibleName('You');
}

/** Chooses what goes wrong next, and waits until it will. */
export async function breakNext(page: Page, what: 'request' | 'webhook', option: string, fault: object): Promise<void> {
  await page.getByRole('combobox', { name: `Next ${what}` }).selectOption(option);
  const active = () => page.request.get('/control/faults').then(async (it) => (await it.json()).active);
  await expect.poll(active).toEqual([expect.objectContaining(fault)]);
}

export { expect };
