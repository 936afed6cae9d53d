import AxeBuilder from '@axe-core/playwright';
import { createHmac } from 'node:crypto';
import { type Page } from '@playwright/test';
import { SCHEMES, SIZES, show } from '../every-page';
import { expect, submitSignIn, test } from '../fixtures';
import { INES, MIA, PASSWORD } from '../people';
import { type Running } from '../running';

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const said = (page: Page) => page.getByRole('status').filter({ hasText: /\S/ });

type Live = (page: Page) => Promise<void>;

async function signInAt(page: Page, live: Live, program: Running, email: string): Promise<void> {
  await page.goto(`${program.address}/login`);
  await submitSignIn(page, email, PASSWORD);
  await expect(page).toHaveURL(/\/inbox$/);
  await live(page);
}

async function begin(page: Page, live: Live, program: Running): Promise<void> {
  await program.addUser(INES);
  await program.addUser(MIA);
  await signInAt(page, live, program, MIA.email);
}

async function addLabel(page: Page, program: Running, name: string, colour: string): Promise<void> {
  await page.goto(`${program.address}/labels`);
  await page.getByRole('link', { name: 'New label' }).click();
  await field(page, 'Name').fill(name);
  await page.getByRole('radio', { name: colour }).check();
  await press(page, 'Save label');
  await expect(said(page)).toHaveText('The label is saved.');
}

test('labels are made, renamed, coloured and deleted', async ({ page, live, newProgram, expectAnswer }) => {
  await begin(page, live, newProgram);
  await addLabel(page, newProgram, 'Press', 'Teal');
  await expect(page).toHaveTitle('Labels · Switchboard');
  await addLabel(page, newProgram, 'Wholesale', 'Purple');
  const rows = page.getByRole('group', { name: 'Labels, as a table' }).getByRole('row');
  await expect(rows).toHaveCount(3);
  await page.getByRole('link', { name: 'Edit Press' }).click();
  await expect(page.getByRole('radio', { name: 'Teal' })).toBeChecked();
  expectAnswer(422, /^\/labels\//);
  await field(page, 'Name').fill('wholesale');
  await press(page, 'Save label');
  await expect(field(page, 'Name')).toHaveAccessibleDescription('There is one of this name already.');
  await field(page, 'Name').fill('Media');
  await page.getByRole('radio', { name: 'Red' }).check();
  await press(page, 'Save label');
  await expect(rows.filter({ hasText: 'Media' })).toContainText('0');
  await page.getByRole('link', { name: 'Edit Media' }).click();
  await press(page, 'Delete label');
  await expect(said(page)).toHaveText('The label is deleted. No conversation carried it.');
  await expect(rows).toHaveCount(2);
});

test('saved replies are shared or one’s own', async ({ page, live, newProgram, browser }) => {
  await begin(page, live, newProgram);
  await page.goto(`${newProgram.address}/replies/new`);
  await field(page, 'Shortcut').fill('/hello');
  await field(page, 'Title').fill('Hello');
  await field(page, 'Text').fill('Hi {first name}.\n</textarea> {order}');
  await page.getByRole('radio', { name: 'Everybody' }).check();
  await press(page, 'Save reply');
  await expect(said(page)).toHaveText('The saved reply is saved.');
  const shared = page.getByRole('group', { name: 'Everybody’s, as a table' });
  await expect(shared.getByRole('row', { name: '/hello' })).toBeVisible();
  await page.getByRole('link', { name: 'Edit /hello' }).click();
  await expect(field(page, 'Text')).toHaveValue('Hi {first name}.\n</textarea> {order}');
  await expect(page.getByText('Nothing is filled in for {order}')).toBeVisible();

  const ines = await (await browser.newContext()).newPage();
  await signInAt(ines, live, newProgram, INES.email);
  await ines.goto(`${newProgram.address}/replies`);
  await ines.getByRole('link', { name: 'Read /hello' }).click();
  await expect(ines.getByText('Admins change it.')).toBeVisible();
  await expect(ines.getByRole('button', { name: 'Save reply' })).toHaveCount(0);
  await ines.goto(`${newProgram.address}/replies/new`);
  await field(ines, 'Shortcut').fill('mine');
  await field(ines, 'Title').fill('Mine');
  await field(ines, 'Text').fill('Mine alone.');
  await press(ines, 'Save reply');
  await ines.getByRole('link', { name: 'Edit /mine' }).click();
  await press(ines, 'Delete reply');
  await expect(said(ines)).toHaveText('The saved reply is deleted.');
  await ines.context().close();
});

test('the log is filtered and exported', async ({ page, live, newProgram }) => {
  await begin(page, live, newProgram);
  await addLabel(page, newProgram, 'Press', 'Teal');
  await page.goto(`${newProgram.address}/audit`);
  const log = page.getByRole('group', { name: 'Audit log, as a table' });
  await expect(log.getByRole('row').nth(1)).toContainText(`${MIA.name} made the label Press.`);
  await page.getByRole('combobox', { name: 'Action' }).selectOption('Signed in');
  await page.getByRole('combobox', { name: 'Person' }).selectOption(MIA.name);
  await press(page, 'Filter');
  await expect(log.getByRole('row')).toHaveCount(2);
  await expect(log).toContainText(`${MIA.name} signed in.`);
  const href = await page.getByRole('link', { name: 'Export as CSV' }).getAttribute('href');
  const file = await page.request.get(`${newProgram.address}${href}`);
  expect(await file.text()).toMatch(/^At,Who,What happened.*\r\n.*Mia Lindqvist signed in\./);
  await page.getByRole('link', { name: 'Clear' }).click();
  await expect(log.getByRole('row').nth(1)).toContainText('exported the audit log');
});

test('numbers are drawn, and stand in tables and files', async ({ page, live, newProgram }) => {
  await begin(page, live, newProgram);
  await page.goto(`${newProgram.address}/numbers`);
  await expect(page).toHaveTitle('Numbers · Switchboard');
  await expect(page.getByRole('img', { name: /^Opened and closed over 30 days\. There was nothing\.$/ })).toBeVisible();
  await page.getByRole('link', { name: '7 days' }).click();
  await page.getByText('First reply as a table').click();
  const table = page.getByRole('group', { name: 'First reply, as a table' });
  await expect(table.getByRole('row')).toHaveCount(8);
  const href = await page.getByRole('link', { name: 'By person as CSV' }).getAttribute('href');
  const file = await page.request.get(`${newProgram.address}${href}`);
  expect(await file.text()).toMatch(/^person,opened,closed,first_reply_median_min/);
});

/** What an app shows, so many half minutes from now. */
function code(secret: string, later: number): string {
  const bits = [...secret.replaceAll(' ', '')]
    .map((it) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(it).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((it) => parseInt(it, 2)));
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const tag = createHmac('sha1', key).update(step).digest();
  const word = tag.readUInt32BE(tag[19]! & 15) & 0x7fff_ffff;
  return String(word % 1_000_000).padStart(6, '0');
}

test('a code beside the password', async ({ page, live, newProgram, expectAnswer }) => {
  await begin(page, live, newProgram);
  await page.goto(`${newProgram.address}/me`);
  await page.getByRole('link', { name: 'Turn on' }).click();
  await expect(page.getByRole('img', { name: 'The secret as a QR code' })).toBeVisible();
  const secret = (await page.locator('.secret').textContent())!;
  expectAnswer(422, '/me/second-factor');
  await field(page, 'Code').fill('12');
  await press(page, 'Turn on');
  await expect(field(page, 'Code')).toHaveAccessibleDescription(/This code is not right/);
  await field(page, 'Code').fill(code(secret, 0));
  await press(page, 'Turn on');
  const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await expect(codes).toHaveCount(10);
  const recovery = (await codes.first().textContent())!;
  await page.getByRole('link', { name: 'I have kept them' }).click();
  await expect(page.getByText('10 recovery codes are left.')).toBeVisible();

  const signOut = async () => {
    await page.goto(`${newProgram.address}/me`);
    await page.getByRole('button', { name: 'Sign out of' }).first().click();
    await expect(page).toHaveURL(/\/login$/);
    await submitSignIn(page, MIA.email, PASSWORD);
    await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
  };
  await signOut();
  expectAnswer(401, '/login/code');
  await field(page, 'Code').fill('000000');
  await press(page, 'Sign in');
  await expect(page.getByRole('alert')).toContainText('This code is not right');
  await field(page, 'Code').fill(code(secret, 1));
  await press(page, 'Sign in');
  await expect(page).toHaveURL(/\/inbox$/);
  await signOut();
  await field(page, 'Code').fill(recovery);
  await press(page, 'Sign in');
  await expect(page).toHaveURL(/\/inbox$/);
  await page.goto(`${newProgram.address}/me`);
  await expect(page.getByText('9 recovery codes are left.')).toBeVisible();
  await field(page, 'Your password').fill(PASSWORD);
  await press(page, 'Turn off');
  await expect(said(page)).toHaveText('Two-factor sign-in is off.');
});

for (const viewport of [SIZES[0], SIZES[2]]) {
  test.describe(`${viewport.width} px wide`, () => {
    test.use({ viewport });

    test('lists and codes fit, and axe finds nothing', async ({ page, live, newProgram, javaScriptEnabled }) => {
      await begin(page, live, newProgram);
      await addLabel(page, newProgram, 'W'.repeat(40), 'Teal');
      for (const path of ['/labels', '/replies/new', '/audit', '/me', '/me/second-factor', '/numbers?days=90']) {
        await page.goto(`${newProgram.address}${path}`);
        const over = await page.locator('main').evaluate((it) => it.scrollWidth - it.clientWidth);
        expect(over, path).toBe(0);
        if (javaScriptEnabled === false) continue;
        for (const scheme of SCHEMES) {
          await show(page, scheme);
          const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
          expect(violations.map(({ id, nodes }) => ({ id, at: nodes.map((it) => it.html) })), path).toEqual([]);
        }
      }
    });
  });
}
