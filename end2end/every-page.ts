// Every page in every state that looks different, for what must hold on all of them.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { type Stage, expect, submitSignIn } from './fixtures';
import { INES, MIA } from './people';

type EveryPage = { name: string; open: (stage: Stage) => Promise<unknown> };

export const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];

export const SCHEMES = ['light', 'dark'] as const;

/** Shows the page in `scheme`, with all its colours changed. */
export async function show(page: Page, scheme: (typeof SCHEMES)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((it) => it.finished)));
}

/** In every size and both colour schemes axe finds nothing, and nothing sticks out. */
export async function looksGood(page: Page): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const scheme of SCHEMES) {
      await show(page, scheme);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations, `${size.width} ${scheme}`).toEqual([]);
    }
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wider, `${size.width}: nothing sticks out`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(SIZES[0]);
}

export const EVERY_PAGE: EveryPage[] = [
  { name: 'sign-in', open: ({ page }) => page.goto('/login') },
  {
    name: 'sign-in with a problem',
    open: async ({ page, expectAnswer }) => {
      expectAnswer(401, '/login');
      await page.goto('/login');
      await submitSignIn(page, 'eve@luna-ceramics.example', 'not the password');
      await expect(page.getByRole('alert')).toBeVisible();
    },
  },
  { name: 'set-up', open: async ({ page, emptyProgram }) => page.goto(await emptyProgram.setUpLink()) },
  {
    name: 'set-up with problems',
    open: async ({ page, emptyProgram, expectAnswer }) => {
      expectAnswer(422, /^\/setup\//);
      await page.goto(await emptyProgram.setUpLink());
      await page.getByRole('textbox', { name: 'Business name' }).fill('L'.repeat(81));
      await page.getByRole('textbox', { name: 'Your name' }).fill('  ');
      await page.getByRole('textbox', { name: 'Email' }).fill('mia@luna-ceramics.example');
      await page.getByRole('textbox', { name: 'Password' }).fill('kiln');
      await page.getByRole('button', { name: 'Create the first admin' }).click();
      await expect(page.getByText('At most 80 characters.')).toBeVisible();
    },
  },
  {
    name: 'set-up link used',
    open: ({ page, expectAnswer }) => {
      expectAnswer(410, '/setup/used');
      return page.goto('/setup/used');
    },
  },
  {
    name: 'inbox of an admin',
    open: async ({ page, signIn }) => {
      await signIn(MIA);
      await page.goto('/inbox');
    },
  },
  {
    name: 'inbox of an agent',
    open: async ({ page, signIn }) => {
      await signIn(INES);
      await page.goto('/inbox?view=expiring-soon');
    },
  },
  {
    name: 'inbox with a search that finds nothing',
    open: async ({ page, signIn }) => {
      await signIn(INES);
      await page.goto('/inbox?view=closed&q=teapot');
    },
  },
  {
    name: 'inbox with its menu open',
    open: async ({ page, signIn }) => {
      await signIn(MIA);
      await page.goto('/inbox');
      await page.getByRole('button', { name: /^(Mia Lindqvist|More)$/ }).click();
      await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
    },
  },
  {
    name: 'notifications',
    open: async ({ page, signIn }) => {
      await signIn(INES);
      await page.goto('/notifications');
    },
  },
  {
    name: 'people',
    open: async ({ page, signIn }) => {
      await signIn(MIA);
      await page.goto('/people');
    },
  },
  {
    name: 'people with what can be done with one of them',
    open: async ({ page, signIn }) => {
      await signIn(MIA);
      await page.goto('/people');
      await page.getByRole('button', { name: `More about ${INES.name}` }).click();
      await expect(page.getByRole('button', { name: 'Deactivate' })).toBeVisible();
    },
  },
  {
    name: 'invite with problems',
    open: async ({ page, signIn, expectAnswer }) => {
      expectAnswer(422, '/people/invite');
      await signIn(MIA);
      await page.goto('/people/invite');
      await page.getByRole('textbox', { name: 'Name' }).fill('H'.repeat(81));
      await page.getByRole('textbox', { name: 'Email' }).fill(INES.email);
      await page.getByRole('button', { name: 'Make the link' }).click();
      await expect(page.getByText('At most 80 characters.')).toBeVisible();
    },
  },
  {
    name: 'people, for an agent',
    open: async ({ page, signIn, expectAnswer }) => {
      expectAnswer(403, '/people');
      await signIn(INES);
      await page.goto('/people');
    },
  },
  ...[
    '/teams',
    '/accounts',
    '/accounts/health',
    '/accounts/connect?trouble=stale',
    '/accounts/connect/token',
    '/rules?done=off',
    '/hours',
    '/hours/new',
  ].map((path) => ({
    name: `${path} of an admin`,
    open: async ({ page, signIn }: Stage) => {
      await signIn(MIA);
      await page.goto(path);
    },
  })),
  {
    name: 'working hours with problems',
    open: async ({ page, signIn, expectAnswer }) => {
      expectAnswer(422, '/hours/new');
      await signIn(MIA);
      await page.goto('/hours/new');
      await page.getByRole('textbox', { name: 'Name' }).fill('Shop');
      await page.getByRole('combobox', { name: 'Time zone' }).fill('Atlantis');
      await page.getByRole('textbox', { name: 'Monday' }).fill('noon');
      await page.getByRole('button', { name: 'Save working hours' }).click();
      await expect(page.getByText('This is no time zone.')).toBeVisible();
    },
  },
  {
    name: 'a new label with a problem',
    open: async ({ page, signIn, expectAnswer }) => {
      expectAnswer(422, '/labels/new');
      await signIn(MIA);
      await page.goto('/labels/new');
      await page.getByRole('textbox', { name: 'Name' }).fill('L'.repeat(41));
      await page.getByRole('button', { name: 'Save label' }).click();
      await expect(page.getByText('At most 40 characters.')).toBeVisible();
    },
  },
  {
    name: 'labels',
    open: async ({ page, signIn }) => {
      await signIn(MIA);
      await page.goto('/labels?deleted=3');
    },
  },
  {
    name: 'a new saved reply with a problem',
    open: async ({ page, signIn, expectAnswer }) => {
      expectAnswer(422, '/replies/new');
      await signIn(MIA);
      await page.goto('/replies/new');
      await page.getByRole('textbox', { name: 'Shortcut' }).fill('not this');
      await page.getByRole('textbox', { name: 'Title' }).fill('Hello');
      await page.getByRole('textbox', { name: 'Text' }).fill('Hi {order}');
      await page.getByRole('button', { name: 'Save reply' }).click();
      await expect(page.getByText('A shortcut is 1 to 40')).toBeVisible();
    },
  },
  {
    name: 'saved replies',
    open: async ({ page, signIn }) => {
      await signIn(INES);
      await page.goto('/replies');
    },
  },
  {
    name: 'a filter with a problem',
    open: async ({ page, signIn }) => {
      await signIn(MIA);
      await page.goto('/views/new?view=snoozed&q=is%3Aodd+mug');
    },
  },
  {
    name: 'saved views',
    open: async ({ page, signIn }) => {
      await signIn(INES);
      await page.goto('/views?done=deleted');
    },
  },
  {
    name: 'deletions',
    open: async ({ page, signIn }) => {
      await signIn(MIA);
      await page.goto('/contacts/deletions');
    },
  },
  {
    name: 'a deletion that is not there',
    open: ({ page, expectAnswer }) => {
      expectAnswer(404, '/deletion/3f9c1a');
      return page.goto('/deletion/3f9c1a');
    },
  },
  {
    name: 'API tokens with a new one',
    open: async ({ page, signIn }) => {
      await signIn(MIA);
      await page.goto('/tokens');
      await page.getByRole('textbox', { name: 'Name' }).fill('Shop');
      await page.getByRole('button', { name: 'Make the token' }).click();
      await expect(page.getByRole('textbox', { name: 'API token' })).toHaveValue(/^swb_/);
    },
  },
  {
    name: 'the page about the API',
    open: async ({ page, signIn }) => {
      await signIn(INES);
      await page.goto('/api');
    },
  },
  {
    name: 'endpoints with problems',
    open: async ({ page, signIn, expectAnswer }) => {
      expectAnswer(422, '/endpoints');
      await signIn(MIA);
      await page.goto('/tokens');
      await page.getByRole('textbox', { name: 'Name' }).fill('Listening');
      await page.getByRole('button', { name: 'Make the token' }).click();
      await expect(page.getByRole('textbox', { name: 'API token' })).toHaveValue(/^swb_/);
      await page.goto('/endpoints');
      await page.getByRole('textbox', { name: 'Name' }).fill('Shop');
      await page.getByRole('textbox', { name: 'Address' }).fill('http://10.0.0.1/');
      await page.getByRole('button', { name: 'Make the endpoint' }).click();
      await expect(page.getByText('This is neither public nor by https.')).toBeVisible();
    },
  },
  {
    name: 'a new API token with problems',
    open: async ({ page, signIn, expectAnswer }) => {
      expectAnswer(422, '/tokens');
      await signIn(MIA);
      await page.goto('/tokens');
      await page.getByRole('textbox', { name: 'Name' }).fill('S'.repeat(81));
      await page.getByRole('checkbox', { name: 'Read' }).uncheck();
      await page.getByRole('button', { name: 'Make the token' }).click();
      await expect(page.getByText('Tick what the program may do.')).toBeVisible();
    },
  },
  ...['/fields?done=deleted', '/fields/new'].map((path) => ({
    name: path,
    open: async ({ page, signIn }: Stage) => {
      await signIn(MIA);
      await page.goto(path);
    },
  })),
  {
    name: 'audit log',
    open: async ({ page, signIn }) => {
      await signIn(MIA);
      await page.goto('/audit?action=person.signed_in');
    },
  },
  {
    name: 'numbers',
    open: async ({ page, signIn }) => {
      await signIn(MIA);
      await page.goto('/numbers?days=90');
      await page.getByText('First reply as a table').click();
    },
  },
  {
    name: 'setting up a second factor',
    open: async ({ page, signIn }) => {
      await signIn(INES);
      await page.goto('/me/second-factor');
    },
  },
  {
    name: 'invitation used',
    open: ({ page, expectAnswer }) => {
      expectAnswer(410, '/join/used');
      return page.goto('/join/used');
    },
  },
  {
    name: 'search',
    open: async ({ page, signIn }) => {
      await signIn(INES);
      await page.goto('/search');
    },
  },
  {
    name: 'search that finds nothing',
    open: async ({ page, signIn }) => {
      await signIn(INES);
      await page.goto('/search?q=teapot+before%3Asoon');
    },
  },
  {
    name: 'own page',
    open: async ({ page, signIn }) => {
      await signIn(INES);
      await page.goto('/me?saved=likings');
    },
  },
  {
    name: 'not found',
    open: async ({ page, signIn, expectAnswer }) => {
      expectAnswer(404, '/no/such/page');
      await signIn(MIA);
      await page.goto('/no/such/page');
    },
  },
];
