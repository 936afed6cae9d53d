import AxeBuilder from '@axe-core/playwright';
import { type Browser, type Page } from '@playwright/test';
import { SCHEMES, SIZES, show } from '../every-page';
import { expect, submitSignIn, test } from '../fixtures';
import { BUSINESS, INES, MIA, PASSWORD } from '../people';
import { type Running } from '../running';

const HANA = { name: 'Hana Sato', email: 'hana@luna-ceramics.example' };
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

type Live = (page: Page) => Promise<void>;

/** Mia sets the program up, and is at the people. */
async function begin(page: Page, live: Live, program: Running): Promise<void> {
  await page.goto(await program.setUpLink());
  await field(page, 'Business name').fill(BUSINESS);
  await field(page, 'Your name').fill(MIA.name);
  await field(page, 'Email').fill(MIA.email);
  await field(page, 'Password').fill(PASSWORD);
  await press(page, 'Create the first admin');
  await expect(page).toHaveURL(/\/inbox$/);
  await live(page);
  await page.goto(`${program.address}/people`);
}

/** Another browser; nobody is signed in there. */
async function another(browser: Browser): Promise<Page> {
  return (await browser.newContext()).newPage();
}

async function signInAt(page: Page, live: Live, program: Running, email: string, password = PASSWORD): Promise<void> {
  await page.goto(`${program.address}/login`);
  await submitSignIn(page, email, password);
  await expect(page).toHaveURL(/\/inbox$/);
  await live(page);
}

/** The link that is shown once. */
async function invite(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'Invite someone' }).click();
  await field(page, 'Name').fill(HANA.name);
  await field(page, 'Email').fill(HANA.email);
  await expect(page.getByRole('radio', { name: 'Agent' })).toBeChecked();
  await press(page, 'Make the link');
  await expect(page.getByRole('heading', { name: `Send this link to ${HANA.name}` })).toBeVisible();
  return field(page, 'Invitation link').inputValue();
}

const people = (page: Page) => page.getByRole('group', { name: 'People, as a table' });
const invited = (page: Page) => page.getByRole('group', { name: 'Invited, as a table' });

test('an invited person comes in by their link, once', async ({ page, live, browser, newProgram, expectAnswer }) => {
  await begin(page, live, newProgram);
  await expect(page).toHaveTitle('People · Switchboard');
  const first = await invite(page);
  await page.goto(`${newProgram.address}/people`);
  await expect(field(page, 'Invitation link')).toHaveCount(0);
  await expect(invited(page).getByRole('row', { name: HANA.name })).toContainText('Works once, for 7 days');
  await press(page, `New link for ${HANA.name}`);
  const link = await field(page, 'Invitation link').inputValue();
  expect(link).not.toBe(first);

  const hana = await another(browser);
  expect((await hana.goto(first))?.status()).toBe(410);
  await expect(hana.getByRole('heading', { name: 'This invitation does not work any more' })).toBeVisible();
  await hana.goto(link);
  await expect(hana.getByRole('heading', { name: `Join ${BUSINESS}` })).toBeVisible();
  await expect(hana.getByText(`${MIA.name} invites you`)).toBeVisible();
  await expect(field(hana, 'Your name')).toHaveValue(HANA.name);
  await expect(field(hana, 'Password')).toBeFocused();
  await field(hana, 'Password').fill('short');
  await press(hana, 'Join');
  await expect(field(hana, 'Password')).toHaveAccessibleDescription('At least 10 characters.');
  await field(hana, 'Password').fill(PASSWORD);
  await press(hana, 'Join');
  await expect(hana).toHaveURL(`${newProgram.address}/inbox`);
  await live(hana);
  await hana.getByRole('button', { name: HANA.name }).click();
  await expect(hana.getByRole('link', { name: 'Your page' }).filter({ visible: true })).toBeVisible();
  await expect(hana.getByRole('link', { name: 'People' })).toHaveCount(0);
  await hana.context().close();

  expectAnswer(410, new URL(link).pathname);
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'This invitation does not work any more' })).toBeVisible();
  await page.goto(`${newProgram.address}/people`);
  await expect(people(page).getByRole('row', { name: HANA.name })).toContainText('Agent');
  await expect(invited(page)).toHaveCount(0);
});

test('wrong input keeps what was typed', async ({ page, signIn, expectAnswer }) => {
  expectAnswer(422, '/people/invite');
  await signIn(MIA);
  await page.goto('/people/invite');
  await expect(field(page, 'Name')).toBeFocused();
  await field(page, 'Name').fill('Ines');
  await field(page, 'Email').fill(INES.email.toUpperCase());
  await page.getByRole('radio', { name: 'Admin' }).check();
  await press(page, 'Make the link');
  await expect(field(page, 'Email')).toHaveAccessibleDescription('Somebody already signs in with this email.');
  await expect(field(page, 'Email')).toBeFocused();
  await expect(field(page, 'Name')).toHaveValue('Ines');
  await expect(page.getByRole('radio', { name: 'Admin' })).toBeChecked();
});

test('whoever is deactivated is out in every browser', async ({ page, live, browser, newProgram }) => {
  await newProgram.addUser(INES);
  // Somebody can sign in already, so there is no set-up.
  await newProgram.addUser(MIA);
  const ines = await another(browser);
  await signInAt(ines, live, newProgram, INES.email);
  await signInAt(page, live, newProgram, MIA.email);
  await page.goto(`${newProgram.address}/people`);
  await press(page, `More about ${INES.name}`);
  await press(page, 'Deactivate');
  await expect(page.getByRole('status')).toContainText(`${INES.name} can no longer sign in.`);
  await expect(people(page).getByRole('row', { name: INES.name })).toHaveCount(0);
  await ines.goto(`${newProgram.address}/inbox`);
  await expect(ines).toHaveURL(/\/login/);
  await submitSignIn(ines, INES.email, PASSWORD);
  await expect(ines.getByRole('alert')).toBeVisible();

  await press(page, `Activate again for ${INES.name}`);
  await expect(page.getByRole('status')).toHaveText(`${INES.name} is an agent now.`);
  await signInAt(ines, live, newProgram, INES.email);
  await ines.context().close();
});

test('the last admin stays one, and can hand over', async ({ page, live, newProgram }) => {
  await newProgram.addUser(INES);
  await newProgram.addUser(MIA);
  await signInAt(page, live, newProgram, MIA.email);
  await page.goto(`${newProgram.address}/people`);
  await press(page, `More about ${MIA.name}`);
  await expect(page.getByText('There must be an admin.').filter({ visible: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Make an agent' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await press(page, `More about ${INES.name}`);
  await press(page, 'Make an admin');
  await expect(page.getByRole('status')).toHaveText(`${INES.name} is an admin now.`);
  await press(page, `More about ${MIA.name}`);
  await page.getByRole('button', { name: 'Make an agent' }).filter({ visible: true }).click();
  await expect(page).toHaveURL(`${newProgram.address}/me`);
  await expect(page.getByRole('link', { name: 'People' })).toHaveCount(0);
});

test('a person looks after themselves', async ({ page, live, browser, newProgram, expectAnswer }) => {
  await newProgram.addUser(INES);
  const elsewhere = await another(browser);
  await signInAt(elsewhere, live, newProgram, INES.email);
  await signInAt(page, live, newProgram, INES.email);
  await page.getByRole('button', { name: INES.name }).click();
  await page.getByRole('link', { name: 'Your page' }).filter({ visible: true }).click();
  await expect(page).toHaveTitle('Your page · Switchboard');
  const sessions = page.getByRole('group', { name: 'Where you are signed in, as a table' });
  await expect(sessions.getByRole('row')).toHaveCount(3);
  await expect(sessions.getByRole('row').nth(1)).toContainText('Chrome on Linux this one');
  await expect(sessions.getByRole('row').nth(1)).toContainText('127.0.0.1');

  await field(page, 'Your name').fill('Inês Carvalho');
  await press(page, 'Save name');
  await expect(page.getByRole('status')).toHaveText('Your name is changed.');
  await expect(page.getByRole('button', { name: 'Inês Carvalho' })).toBeVisible();

  await page.getByRole('combobox', { name: 'Theme' }).filter({ visible: true }).selectOption('Dark');
  await press(page, 'Save theme');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  expectAnswer(422, '/me/password');
  await field(page, 'Present password').fill('not the password');
  await field(page, 'New password').fill('a longer pass phrase');
  await press(page, 'Change password');
  await expect(field(page, 'Present password')).toHaveAccessibleDescription('This is not your password.');
  await expect(field(page, 'Present password')).toBeFocused();
  await field(page, 'Present password').fill(PASSWORD);
  await field(page, 'New password').fill('a longer pass phrase');
  await press(page, 'Change password');
  await expect(page.getByRole('status')).toContainText('Every other browser is signed out.');
  await expect(sessions.getByRole('row')).toHaveCount(2);
  await elsewhere.goto(`${newProgram.address}/inbox`);
  await expect(elsewhere).toHaveURL(/\/login/);
  await signInAt(elsewhere, live, newProgram, INES.email, 'a longer pass phrase');

  await page.reload();
  await press(page, 'Sign out everywhere else');
  await expect(page.getByRole('status')).toHaveText('Signed out there.');
  await expect(sessions.getByRole('row')).toHaveCount(2);
  await elsewhere.goto(`${newProgram.address}/inbox`);
  await expect(elsewhere).toHaveURL(/\/login/);
  await elsewhere.context().close();
});

for (const viewport of [SIZES[0], SIZES[2]]) {
  test.describe(`${viewport.width} px wide`, () => {
    test.use({ viewport });

    test('the list with its link fits, and axe finds nothing', async ({ page, live, newProgram, javaScriptEnabled }) => {
      await newProgram.addUser(INES);
      await newProgram.addUser(MIA);
      await signInAt(page, live, newProgram, MIA.email);
      await page.goto(`${newProgram.address}/people`);
      await press(page, `More about ${INES.name}`);
      await press(page, 'Deactivate');
      await invite(page);
      const tables = await page.locator('main, .table-scroll').evaluateAll((all) => {
        return all.map((it) => it.scrollWidth - it.clientWidth);
      });
      expect(tables).toEqual([0, 0, 0, 0]);
      if (javaScriptEnabled === false) return;
      for (const scheme of SCHEMES) {
        await show(page, scheme);
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
        expect(violations.map(({ id, nodes }) => ({ id, at: nodes.map((it) => it.html) })), scheme).toEqual([]);
      }
    });
  });
}
