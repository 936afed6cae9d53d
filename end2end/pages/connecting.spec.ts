// An admin connects an account: out to the pretended Meta and back. axe is a script, and looks where scripts run.

import { type Page } from '@playwright/test';
import { expect, submitSignIn, test as base } from '../fixtures';
import { looksGood } from '../every-page';
import { Meta } from '../meta';
import { MIA, PASSWORD } from '../people';
import { Place } from '../running';

const SECRET = 'pocket-app-secret';
const VERIFY = 'pocket-verify-token';

/** A program that knows the pretended Meta's app, which everything is told to. */
const test = base.extend<{}, { meta: Meta }>({
  meta: [
    async ({}, use) => {
      const meta = await Meta.start('demo');
      await use(meta);
      await meta.stop();
    },
    { scope: 'worker' },
  ],
  program: [
    async ({ meta }, use) => {
      const place = await Place.sqlite();
      await place.addUser(MIA);
      const [{ id }] = (await meta.state()).apps;
      const apps = ['--meta-app-id', id, '--instagram-app-id', id, '--meta-app-secrets', SECRET];
      const hosts = ['--graph-url', meta.address, '--instagram-graph-url', meta.address];
      const program = await place.serve([...apps, ...hosts, '--meta-verify-token', VERIFY]);
      await meta.tell(`${program.address}/webhooks/meta`, VERIFY);
      await use(program);
      await program.stop();
    },
    { scope: 'worker' },
  ],
});

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).click();

async function begin(page: Page, login: string): Promise<void> {
  await page.goto('/accounts');
  await follow(page, 'Connect an account');
  await expect(page).toHaveTitle('Connect an account · Switchboard');
  await follow(page, login);
  await expect(page.getByRole('heading', { name: 'Inbox wants to answer your messages' })).toBeVisible();
}

test('an Instagram account is connected, looked at and disconnected', async ({ page, signIn, javaScriptEnabled }) => {
  await signIn(MIA);
  await begin(page, 'Continue with Instagram');
  await press(page, 'Continue as luna.ceramics');
  await expect(page.getByRole('status')).toContainText('Connected.');
  // Instagram hangs “#_” on, and a browser carries it along.
  await expect(page).toHaveURL(/\/accounts\/\w+\?done=connected(#_)?$/);
  const connection = page.getByRole('region', { name: 'Connection' });
  await expect(connection).toContainText('We may see the account');
  await expect(connection).toContainText('Meta tells us of everything');
  if (javaScriptEnabled ?? true) await looksGood(page);
  await press(page, 'Look now');
  await expect(page.getByRole('status')).toContainText('Meta was asked just now.');
  await expect(page).toHaveURL(/\/accounts\/\w+\?done=looked$/);
  await follow(page, 'Disconnect');
  await expect(page.getByRole('heading', { name: 'Disconnect luna.ceramics' })).toBeVisible();
  if (javaScriptEnabled ?? true) await looksGood(page);
  await press(page, 'Disconnect, and keep everything');
  await expect(page.getByRole('status')).toContainText('all that was said is kept');
  await expect(connection).toContainText('It is not connected');
});

test('whoever cancels or switches too much off is told what to do', async ({ page, signIn }) => {
  await signIn(MIA);
  await begin(page, 'Continue with Instagram');
  await press(page, 'Cancel');
  await expect(page.getByRole('alert')).toContainText('somebody pressed “Cancel”');
  await follow(page, 'Continue with Instagram');
  await page.getByRole('checkbox', { name: 'instagram_business_manage_messages' }).uncheck();
  await press(page, 'Continue as luna.studio');
  await expect(page.getByRole('alert')).toContainText('leave on every switch');
  await expect(page).toHaveURL(/\/accounts\/connect\?trouble=no-messages(#_)?$/);
});

test('of the Pages of whoever logs in one is chosen', async ({ page, signIn, expectAnswer, javaScriptEnabled }) => {
  expectAnswer(422, /^\/accounts\/connect\/pages\//);
  await signIn(MIA);
  await begin(page, 'Continue with Facebook');
  await press(page, 'Continue as Luna Marin');
  await expect(page.getByRole('heading', { name: 'Choose what to connect' })).toBeVisible();
  await expect(page).toHaveURL(/\/accounts\/connect\/pages\/\w+$/);
  if (javaScriptEnabled ?? true) await looksGood(page);
  const ours = page.getByRole('checkbox', { name: 'Luna Ceramics' });
  if (await ours.isChecked()) await ours.uncheck();
  await press(page, 'Connect what is ticked');
  await expect(page.getByRole('alert')).toContainText('Tick at least one account.');
  await ours.check();
  await press(page, 'Connect what is ticked');
  await expect(page.getByRole('status')).toContainText('Connected.');
  await expect(page.getByRole('heading', { name: 'Luna Ceramics' })).toBeVisible();
});

test('a token is pasted', async ({ page, signIn, expectAnswer, meta }) => {
  expectAnswer(422, '/accounts/connect/token');
  await signIn(MIA);
  await page.goto('/accounts/connect');
  await follow(page, 'Paste a token');
  const token = page.getByLabel('Access token');
  await token.fill('IGAAkilnAndGlaze');
  await press(page, 'Connect');
  await expect(token).toHaveAccessibleDescription('Nothing was connected: Meta does not take this token.');
  await expect(token).toHaveValue('');
  const page_ = (await meta.state()).accounts.find((it) => it.platform === 'page')!;
  await page.getByRole('combobox', { name: 'It connects' }).selectOption('A Facebook Page, with the Page’s token');
  await token.fill(page_.token);
  await press(page, 'Connect');
  await expect(page.getByRole('status')).toContainText('Connected.');
});

test('a way back is good once, in time, and for whoever began it', async ({ page, browser, signIn, meta, program }) => {
  await signIn(MIA);
  const back = page.waitForRequest((it) => it.url().includes('/accounts/connect/back?'));
  await begin(page, 'Continue with Instagram');
  await press(page, 'Continue as luna.studio');
  await expect(page.getByRole('status')).toContainText('Connected.');
  // Replayed.
  const way = (await back).url();
  await page.goto(way);
  await expect(page.getByRole('alert')).toContainText('this way back from Meta was used already');
  // Stolen before it is used: in another browser it is not good, and nothing is taken from whoever began it.
  await follow(page, 'Continue with Instagram');
  const studio = page.getByRole('button', { name: 'Continue as luna.studio' });
  const form = { as: (await studio.getAttribute('value'))! };
  const pressed = await page.request.post(page.url(), { form, maxRedirects: 0 });
  const stolen = pressed.headers().location;
  const thief = await browser.newContext();
  const theirs = await thief.newPage();
  await theirs.goto(`${program.address}/login`);
  await submitSignIn(theirs, MIA.email, PASSWORD);
  await expect(theirs).toHaveURL(/\/inbox/);
  await theirs.goto(stolen);
  await expect(theirs.getByRole('alert')).toContainText('or was begun in another browser or by somebody else');
  await thief.close();
  // It comes back late: the code ran out at Meta meanwhile.
  await meta.passTime(3601);
  await page.goto(stolen);
  await expect(page.getByRole('alert')).toContainText('Meta did not take the code');
});
