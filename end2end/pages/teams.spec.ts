import { type Page } from '@playwright/test';
import { expect, submitSignIn, test } from '../fixtures';
import { INES, MIA, PASSWORD } from '../people';
import { Place, type Running } from '../running';

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Mia is signed in, and Ines is one of the people. */
async function begin(page: Page, program: Running): Promise<void> {
  await program.addUser(MIA);
  await program.addUser(INES);
  await page.goto(`${program.address}/login`);
  await submitSignIn(page, MIA.email, PASSWORD);
  await expect(page).toHaveURL(/\/inbox$/);
  await page.goto(`${program.address}/people`);
}

async function addTeam(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Teams', exact: true }).click();
  await field(page, 'Name of the team').fill(name);
  await press(page, 'Add team');
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

test('a team is made, filled, renamed and deleted', async ({ page, newProgram, expectAnswer }) => {
  expectAnswer(422, '/teams');
  await begin(page, newProgram);
  await addTeam(page, 'Orders');
  await page.getByRole('checkbox', { name: INES.name }).check();
  await press(page, 'Save members');
  await expect(page.getByRole('status')).toContainText('The team is changed.');
  await expect(page.getByRole('checkbox', { name: INES.name })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: MIA.name })).toHaveAccessibleDescription('Sees every account as an admin.');
  await field(page, 'Name of the team').fill('Returns');
  await press(page, 'Save name');
  await expect(page).toHaveTitle('Returns · Switchboard');
  await page.getByRole('link', { name: 'Teams', exact: true }).click();
  await expect(page.getByRole('row', { name: 'Returns' })).toContainText('1 person');
  await field(page, 'Name of the team').fill('returns');
  await press(page, 'Add team');
  await expect(field(page, 'Name of the team')).toHaveAccessibleDescription('Another team has this name.');
  await expect(field(page, 'Name of the team')).toBeFocused();
  await page.getByRole('link', { name: 'People', exact: true }).last().click();
  await expect(page.getByRole('row', { name: INES.name })).toContainText('Returns');
  await page.getByRole('link', { name: 'Teams', exact: true }).click();
  await page.getByRole('link', { name: 'Returns' }).click();
  await press(page, 'Delete team');
  await expect(page.getByRole('status')).toHaveText('The team is deleted.');
  await expect(page.getByText('There is no team yet.')).toBeVisible();
});

test('rules are added, ordered, switched off and deleted', async ({ page, newProgram }) => {
  await begin(page, newProgram);
  await page.getByRole('link', { name: 'Assignment' }).click();
  await expect(page.getByText('A rule needs a team.')).toBeVisible();
  for (const name of ['Orders', 'Returns']) await addTeam(page, name);
  await page.getByRole('link', { name: 'Assignment' }).click();
  for (const team of ['Orders', 'Returns']) {
    await page.getByRole('combobox', { name: 'goes to the team' }).selectOption(team);
    await page.getByRole('combobox', { name: 'and there' }).selectOption('To whoever has the fewest');
    await press(page, 'Add rule');
    await expect(page.getByRole('status')).toContainText('The rule is added.');
  }
  const rows = page.getByRole('group', { name: 'Rules, as a table' }).getByRole('row');
  await expect(rows.nth(1)).toContainText('Orders');
  await press(page, 'Ask earlier rule 2');
  await expect(rows.nth(1)).toContainText('Returns');
  await press(page, 'Switch off rule 1');
  await expect(page.getByRole('button', { name: 'Switch on rule 1' })).toBeVisible();
  await press(page, 'Delete rule 1');
  await expect(rows).toHaveCount(2);
});

test('working hours are kept, and what is wrong is said', async ({ page, newProgram, expectAnswer }) => {
  expectAnswer(422, '/hours/new');
  await begin(page, newProgram);
  await page.getByRole('link', { name: 'Working hours' }).click();
  await page.getByRole('link', { name: 'Add working hours' }).click();
  await field(page, 'Name').fill('Shop');
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Atlantis');
  await field(page, 'Saturday').fill('14-10');
  await field(page, 'Days that are different').fill('2026-12-24 closed');
  await press(page, 'Save working hours');
  await expect(page.getByRole('combobox', { name: 'Time zone' })).toHaveAccessibleDescription(/This is no time zone/);
  await expect(field(page, 'Saturday')).toHaveAccessibleDescription(/The end comes before the beginning/);
  await expect(field(page, 'Days that are different')).toHaveValue('2026-12-24 closed');
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Lisbon');
  await field(page, 'Saturday').fill('10-14');
  await press(page, 'Save working hours');
  await expect(page.getByRole('status')).toHaveText('The working hours are saved.');
  await expect(page.getByRole('row', { name: 'Shop' })).toContainText('Monday to Friday 9:00-17:00; Saturday 10:00-14:00');
  await page.getByRole('link', { name: 'Shop' }).click();
  await press(page, 'Delete working hours');
  await expect(page.getByText('There are none yet')).toBeVisible();
});

test('somebody says whether they are there, and has a limit', async ({ page, newProgram }) => {
  await begin(page, newProgram);
  await page.goto(`${newProgram.address}/me`);
  await press(page, 'Go away');
  await expect(page.getByRole('status')).toContainText('You are away');
  await page.goto(`${newProgram.address}/people`);
  const row = page.getByRole('group', { name: 'People, as a table' }).getByRole('row', { name: MIA.name });
  await expect(row).toContainText('Away');
  await press(page, `More about ${MIA.name}`);
  await page.getByRole('spinbutton', { name: /Rules give at most/ }).filter({ visible: true }).fill('15');
  await press(page, 'Save limit');
  await expect(page.getByRole('status')).toContainText(`Rules give ${MIA.name} at most 15 open conversations.`);
  await expect(row).toContainText('0 of 15');
});

test('an account is limited to a team, paused and resumed', async ({ page }) => {
  const place = await Place.sqlite();
  await place.addAccount({ id: '17841460210973548', platform: 'instagram', name: 'Luna Ceramics', token: 'IGAAkiln' });
  const program = await place.serve();
  await begin(page, program);
  await addTeam(page, 'Orders');
  await page.getByRole('link', { name: 'Accounts', exact: true }).click();
  const account = page.getByRole('region', { name: 'Luna Ceramics, Instagram' });
  await expect(account).toContainText('Everybody');
  await page.getByRole('link', { name: 'Settings of Luna Ceramics' }).click();
  await page.getByRole('checkbox', { name: 'Orders' }).check();
  await press(page, 'Save who sees it');
  await expect(page.getByRole('status')).toContainText('Who sees the account is changed');
  await expect(page.getByRole('checkbox', { name: 'Orders' })).toBeChecked();
  await press(page, 'Pause');
  await expect(page.getByRole('status')).toContainText('nothing goes out');
  await press(page, 'Resume');
  await expect(page.getByRole('status')).toContainText('Messages go out again.');
  const seen = page.getByRole('combobox', { name: 'Show a message as seen' });
  await seen.selectOption('When somebody answers');
  await page.getByRole('checkbox', { name: 'Show that somebody is typing' }).uncheck();
  await press(page, 'Save what they see');
  await expect(seen).toHaveValue('on_reply');
  await expect(page.getByRole('checkbox', { name: 'Show that somebody is typing' })).not.toBeChecked();
  await page.getByRole('link', { name: 'Accounts', exact: true }).click();
  await expect(account).toContainText('Orders, and admins');
  await program.stop();
});
