// What every test stands on: a program of its worker's own, and a browser in which nothing may go wrong unannounced.

import { type BrowserContext, type Page, test as base, expect } from '@playwright/test';
import { BUSINESS, INES, MIA, PASSWORD, type Person } from './people';
import { Place, type Running } from './running';
import { Watch } from './watch';

/** What it takes to open any page. */
export type Stage = Pick<Fixtures, 'signIn' | 'expectAnswer'> & { page: Page; emptyProgram: Running };

type Fixtures = {
  stage: Stage;
  watch: Watch;
  /** Announces an answer that would otherwise fail the test. */
  expectAnswer: (status: number, path: string | RegExp) => void;
  /** Announces a line of the browser's console that would otherwise fail the test. */
  expectConsole: (words: RegExp) => void;
  /** Waits until the page is live, where pages become live. */
  live: (page: Page) => Promise<void>;
  /** Signs in without the page, for tests of what comes after. */
  signIn: (person: Person) => Promise<void>;
  /** A program that nobody has set up yet, for this test alone. */
  newProgram: Running;
  /** A program on Postgres in which Ines can sign in, for this test alone. */
  programOnPostgres: Running;
};

type WorkerFixtures = {
  /** Set up, with an admin and an agent, and without a single customer. Tests leave it as they found it. */
  program: Running;
  /** A program that nobody sets up: for looking at the set-up page. */
  emptyProgram: Running;
};

export const test = base.extend<Fixtures, WorkerFixtures>({
  program: [
    async ({}, use) => {
      const place = await Place.sqlite();
      const program = await place.serve();
      await setUp(program);
      await place.addUser(INES);
      await use(program);
      await program.stop();
    },
    { scope: 'worker' },
  ],
  emptyProgram: [
    async ({}, use) => {
      const program = await (await Place.sqlite()).serve();
      await use(program);
      await program.stop();
    },
    { scope: 'worker' },
  ],
  newProgram: async ({}, use) => {
    const program = await (await Place.sqlite()).serve();
    await use(program);
    await program.stop();
  },
  programOnPostgres: async ({}, use) => {
    const place = await Place.postgres();
    await place.addUser(INES);
    const program = await place.serve();
    await use(program);
    await program.stop();
  },
  baseURL: async ({ program }, use) => use(program.address),
  watch: [
    async ({ context, javaScriptEnabled }, use) => {
      const watch = new Watch(context, javaScriptEnabled ?? true);
      await use(watch);
      watch.close();
    },
    { auto: true },
  ],
  expectAnswer: async ({ watch }, use) => use((status, path) => watch.announceAnswer(status, path)),
  expectConsole: async ({ watch }, use) => use((words) => watch.announceConsole(words)),
  live: async ({ javaScriptEnabled }, use) =>
    use(async (page) => {
      // Only the inbox is a program; it brings along what it begins with.
      const isProgram = (javaScriptEnabled ?? true) && (await page.locator('#first').count()) > 0;
      if (isProgram) await expect(page.locator('html')).toHaveAttribute('data-hydrated');
    }),
  stage: async ({ page, signIn, expectAnswer, emptyProgram }, use) =>
    use({ page, signIn, expectAnswer, emptyProgram }),
  signIn: async ({ context }, use) => use((person) => signIn(context, person)),
});

/** Mia makes herself the first admin. */
async function setUp(program: Running): Promise<void> {
  const { email, name } = MIA;
  const body = new URLSearchParams({ business: BUSINESS, name, email, password: PASSWORD });
  const answer = await fetch(await program.setUpLink(), { method: 'POST', body, redirect: 'manual' });
  expect(answer.status).toBe(303);
}

async function signIn(context: BrowserContext, { email }: Person): Promise<void> {
  const answer = await context.request.post('/login', { form: { email, password: PASSWORD }, maxRedirects: 0 });
  expect(answer.headers().location).toBe('/inbox');
}

/** Fills in the sign-in form and sends it. */
export async function submitSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Email' }).fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export { expect };
