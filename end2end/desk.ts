// An inbox beside a pretended Meta, for one test: an account, a customer who has written, an agent who is signed in.

import { type Browser, type Locator, type Page, request } from '@playwright/test';
import { expect, test as base } from './fixtures';
import { type Account, type Customer, Meta } from './meta';
import { INES, MIA, PASSWORD, type Person } from './people';
import { Place, type Running } from './running';

const SECRET = 'kiln-and-glaze-of-the-app';
const VERIFY = 'say-kiln';

export class Desk {
  private constructor(
    readonly meta: Meta,
    readonly inbox: Running,
    readonly account: Account,
    readonly hannah: Customer,
    private readonly place: Place,
  ) {}

  static async open(platform: 'instagram' | 'page'): Promise<Desk> {
    const place = await Place.sqlite();
    const meta = await Meta.start('empty', { options: ['--app-secret', SECRET, '--verify-token', VERIFY] });
    const account = await meta.addAccount('luna.ceramics', platform);
    await place.addUser(INES);
    await place.addAccount(account);
    const hosts = ['--graph-url', meta.address, '--instagram-graph-url', meta.address, '--media-allow', meta.address];
    const app = ['--meta-app-secrets', SECRET, '--meta-verify-token', VERIFY];
    const inbox = await place.serve([...hosts, ...app, '--send-timeout-s', '2', '--echo-wait-s', '1']);
    await meta.tell(`${inbox.address}/webhooks/meta`, VERIFY);
    const hannah = await meta.addCustomer(account, 'Hannah Okafor');
    await meta.act(hannah, { send: { text: 'Is the blue mug still there?' } });
    return new Desk(meta, inbox, account, hannah, place);
  }

  /** What the customer's phone shows of what the business said. */
  async said(): Promise<string[]> {
    const { messages } = await this.meta.phone(this.hannah);
    return messages.filter((it) => it.from === 'business').map((it) => it.text ?? '');
  }

  /** Mia, signed in beside whoever sits before the browser: what she does, as her own page would ask for it. */
  async colleague(): Promise<Colleague> {
    await this.place.addUser(MIA);
    const asked = await request.newContext({ baseURL: this.inbox.address });
    const answer = await asked.post('/login', { form: { email: MIA.email, password: PASSWORD }, maxRedirects: 0 });
    expect(answer.headers().location).toBe('/inbox');
    await asked.post('/fn/save_preferences', { data: { preferences: { undo_s: 0 } } });
    return async (what, data) => {
      const done = await asked.post(`/fn/${what}`, { data });
      expect(done.status(), `${what}: ${await done.text()}`).toBe(200);
      return done.body();
    };
  }

  /** Mia makes a team, of nobody yet. */
  async addTeam(name: string): Promise<void> {
    const asked = await request.newContext({ baseURL: this.inbox.address });
    await asked.post('/login', { form: { email: MIA.email, password: PASSWORD }, maxRedirects: 0 });
    const added = await asked.post('/teams', { form: { name }, maxRedirects: 0 });
    expect(added.status()).toBe(303);
    await asked.dispose();
  }

  async stop(): Promise<void> {
    await this.inbox.stop();
    await this.meta.stop();
  }
}

/** Asks a server function, as JSON, and answers with what it said, which `wire.ts` reads. */
export type Colleague = (what: string, data: object) => Promise<Buffer>;

type Fixtures = {
  platform: 'instagram' | 'page';
  desk: Desk;
  /** The conversation with the customer, open. */
  openThread: () => Promise<void>;
};

export const test = base.extend<Fixtures>({
  platform: ['instagram', { option: true }],
  desk: async ({ platform }, use) => {
    const desk = await Desk.open(platform);
    await use(desk);
    await desk.stop();
  },
  baseURL: async ({ desk }, use) => use(desk.inbox.address),
  openThread: async ({ page, signIn, live }, use) =>
    use(async () => {
      await signIn(INES);
      await expect(async () => {
        await page.goto('/inbox?view=unassigned');
        await expect(row(page, 'Hannah Okafor')).toBeVisible({ timeout: 1000 });
      }).toPass();
      await live(page);
      await row(page, 'Hannah Okafor').click();
      await expect(page).toHaveURL(/\/inbox\/\w{26}/);
      await expect(message(page, 'Is the blue mug still there?')).toBeVisible();
    }),
});

/** Somebody else, in a browser of their own. */
export async function besides(browser: Browser, desk: Desk, person: Person): Promise<Page> {
  await desk.inbox.addUser(person);
  const context = await browser.newContext({ baseURL: desk.inbox.address });
  const form = { email: person.email, password: PASSWORD };
  const answer = await context.request.post('/login', { form, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  return context.newPage();
}

export const list = (page: Page): Locator => page.getByRole('list', { name: 'Conversations' });
export const row = (page: Page, name: string): Locator => list(page).getByRole('link', { name });
export const log = (page: Page): Locator => page.getByRole('log', { name: 'Messages' });
export const message = (page: Page, text: string): Locator =>
  log(page).getByRole('article').filter({ hasText: text });
export const field = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });
export const send = (page: Page): Locator => page.getByRole('button', { name: 'Send', exact: true });
export const replyWindow = (page: Page): Locator => page.getByRole('status', { name: 'Reply window' });

export { expect };
