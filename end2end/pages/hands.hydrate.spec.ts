import AxeBuilder from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { besides, expect, field, log, message, row, test } from '../desk';
import { SCHEMES, show } from '../every-page';
import { INES, type Person } from '../people';

const NOAH: Person = { email: 'noah@luna-ceramics.example', name: 'Noah Brandt', role: 'agent' };

const header = (page: Page) => page.getByRole('region', { name: 'Conversation' }).locator('.thread__header');
const toast = (page: Page) => page.locator('.toast');
const assignee = (page: Page) => page.getByRole('combobox', { name: 'Assignee' });
const details = (page: Page) => page.getByRole('complementary', { name: 'Details' });
const palette = (page: Page) => page.getByRole('dialog', { name: 'Commands' });

/** Where the page stands: not in a field. */
async function leaveFields(page: Page): Promise<void> {
  await log(page).focus();
}

test('a conversation is closed, and opened again by Undo', async ({ page, openThread }) => {
  await openThread();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(header(page).getByText('Closed')).toBeVisible();
  await expect(toast(page)).toContainText('Closed Hannah Okafor');
  await expect(page).toHaveURL(/\/inbox\/\w{26}/);
  await toast(page).getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('button', { name: 'Close', exact: true })).toBeVisible();
  // What is taken back at once leaves no trail.
  await expect(log(page)).not.toContainText('closed this');
});

test('a conversation is put aside until later, and taken back', async ({ page, openThread }) => {
  await openThread();
  await page.getByRole('button', { name: 'Snooze', exact: true }).click();
  await page.getByRole('button', { name: /^Tomorrow morning/ }).click();
  await expect(header(page)).toContainText(/Until \w+ 9:00/);
  await expect(toast(page)).toContainText('Snoozed until');
  await page.getByRole('button', { name: 'Snooze', exact: true }).click();
  await page.getByRole('button', { name: 'Open it again now' }).click();
  await expect(header(page)).not.toContainText('Until');
  await page.getByRole('button', { name: 'Snooze', exact: true }).click();
  const moment = page.getByLabel('Another time');
  await moment.fill('2001-01-01T09:00');
  await moment.press('Enter');
  await expect(header(page)).not.toContainText('Until');
});

test('a colleague gets a conversation, sees it come, and both see each other', async ({ page, browser, desk, openThread }) => {
  const other = await besides(browser, desk, NOAH);
  await openThread();
  await other.goto('/inbox');
  await expect(other.locator('html')).toHaveAttribute('data-hydrated');
  await assignee(page).selectOption('Noah Brandt');
  await expect(toast(page)).toContainText('Assigned to Noah Brandt');
  await expect(log(page)).toContainText('assigned this to Noah Brandt');
  await row(other, 'Hannah Okafor').click();
  await expect(assignee(other).locator('option:checked')).toHaveText('You');
  await expect(header(page).getByTitle('Noah is here')).toBeVisible();
  await expect(header(other).getByTitle('Ines is here')).toBeVisible();
  await field(other).pressSequentially('Good morn');
  await expect(page.getByText('Noah is writing a reply')).toBeVisible();
  await other.context().close();
});

test('what the team knows of a customer is written beside the thread', async ({ page, openThread }) => {
  await openThread();
  await expect(details(page)).toContainText('Known since');
  await details(page).getByRole('button', { name: 'Edit' }).click();
  const email = details(page).getByRole('textbox', { name: 'Email' });
  await expect(email).toBeFocused();
  await email.fill('hannah at okafor');
  await details(page).getByRole('textbox', { name: 'About' }).fill('Runs a café.\n<b>In Peckham</b>');
  await details(page).getByRole('button', { name: 'Save' }).click();
  await expect(email).toHaveAttribute('aria-invalid', 'true');
  await email.fill('hannah@okafor.example');
  await details(page).getByRole('button', { name: 'Save' }).click();
  await expect(details(page)).toContainText('hannah@okafor.example');
  await expect(details(page)).toContainText('<b>In Peckham</b>');
  await expect(details(page).getByRole('button', { name: 'Edit' })).toBeFocused();
});

test('details stay as this browser left them', async ({ page, openThread, live }) => {
  await openThread();
  await details(page).getByRole('button', { name: 'Close details' }).click();
  await expect(details(page)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Show details' })).toBeFocused();
  await page.reload();
  await live(page);
  await expect(details(page)).toBeHidden();
  await leaveFields(page);
  await page.keyboard.press('d');
  await expect(details(page)).toBeVisible();
});

test('the keyboard alone goes from conversation to conversation', async ({ page, desk, openThread }) => {
  await openThread();
  const jonas = await desk.meta.addCustomer(desk.account, 'Jonas Thal');
  await desk.meta.act(jonas, { send: { text: 'Do you ship to Austria?' } });
  // Nothing moves in the list while somebody points at it.
  await page.mouse.move(900, 300);
  await expect(row(page, 'Jonas Thal')).toBeVisible();
  await leaveFields(page);
  await page.keyboard.press('k');
  await expect(row(page, 'Jonas Thal')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(message(page, 'Do you ship to Austria?')).toBeVisible();
  await expect(log(page)).toBeFocused();
  await page.keyboard.press('e');
  await expect(toast(page)).toContainText('Closed Jonas Thal');
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page).toHaveURL('/inbox?view=closed');
  await expect(row(page, 'Jonas Thal')).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Search conversations' })).toBeFocused();
  await page.keyboard.type('jeg?');
  await expect(page.getByRole('searchbox', { name: 'Search conversations' })).toHaveValue('jeg?');
});

test('keys lead to the reply, the assignee and the snooze menu', async ({ page, openThread }) => {
  await openThread();
  await leaveFields(page);
  await page.keyboard.press('r');
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('e z');
  await expect(field(page)).toHaveValue('e z');
  await leaveFields(page);
  await page.keyboard.press('z');
  await expect(page.getByRole('button', { name: /^In 1 hour/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /^In 1 hour/ })).toBeHidden();
  await leaveFields(page);
  await page.keyboard.press('a');
  await expect(assignee(page)).toBeFocused();
});

test('everything can be done from the palette, by keyboard alone', async ({ page, openThread }) => {
  await openThread();
  await leaveFields(page);
  await page.keyboard.press('Control+k');
  const search = palette(page).getByRole('combobox');
  await expect(search).toBeFocused();
  await page.keyboard.type('close');
  await expect(palette(page).getByRole('option', { selected: true })).toContainText('Close');
  await page.keyboard.press('Enter');
  await expect(palette(page)).toBeHidden();
  await expect(header(page).getByText('Closed')).toBeVisible();
  await expect(log(page)).toBeFocused();
  await page.keyboard.press('Control+k');
  await expect(search).toHaveValue('');
  await page.keyboard.type('snoozed');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/inbox?view=snoozed');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('mug');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/inbox?view=all-open&q=mug');
  await page.keyboard.press('Control+k');
  await page.keyboard.press('ArrowDown');
  await expect(palette(page).getByRole('option').nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(palette(page)).toBeHidden();
});

test('a question mark shows all keys', async ({ page, openThread }) => {
  await openThread();
  await leaveFields(page);
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await expect(keys).toContainText('Close or reopen');
  await page.keyboard.press('e');
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();
  await expect(log(page)).toBeFocused();
  await expect(page.getByRole('button', { name: 'Close', exact: true })).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('list, thread and details lead to each other and back', async ({ page, openThread }) => {
    await openThread();
    await page.getByRole('button', { name: 'Show details' }).click();
    await expect(details(page)).toBeVisible();
    await expect(log(page)).toBeHidden();
    await expect(details(page).getByRole('button', { name: 'Back to the conversation' })).toBeFocused();
    await assignee(page).selectOption('You');
    await expect(toast(page)).toContainText('Yours now');
    await details(page).getByRole('button', { name: 'Snooze' }).click();
    await expect(page.getByRole('button', { name: /^In 1 hour/ })).toBeInViewport({ ratio: 1 });
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(details(page)).toBeHidden();
    await expect(page.getByRole('button', { name: 'Show details' })).toBeFocused();
    await page.getByRole('link', { name: 'Back to conversations' }).click();
    await expect(page.getByRole('searchbox', { name: 'Search conversations' })).toBeVisible();
  });
});

for (const viewport of [{ width: 1440, height: 900 }, { width: 1024, height: 768 }, { width: 390, height: 844 }]) {
  test.describe(`${viewport.width} px wide`, () => {
    test.use({ viewport });

    test('axe finds nothing in what opens', async ({ page, openThread }) => {
      await openThread();
      const find = async (what: string) => {
        for (const scheme of SCHEMES) {
          await show(page, scheme);
          // The other mode opens a second page to look into frames, and there are none.
          const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
          expect(violations.map(({ id, nodes }) => ({ id, at: nodes.map((it) => it.html) })), `${what}, ${scheme}`).toEqual([]);
        }
      };
      await find('thread');
      const snooze = async () => {
        await page.getByRole('button', { name: 'Snooze', exact: true }).filter({ visible: true }).first().click();
        await expect(page.getByRole('button', { name: /^In 1 hour/ })).toBeVisible();
        await find('snooze menu');
        await page.keyboard.press('Escape');
      };
      // On a phone it is among the details; on a smaller desk these lie over it.
      const isPhone = viewport.width < 500;
      if (!isPhone) await snooze();
      if (await details(page).isHidden()) await page.getByRole('button', { name: 'Show details' }).click();
      await expect(details(page)).toContainText('Known since');
      await find('details');
      if (isPhone) await snooze();
      await details(page).getByRole('button', { name: 'Edit' }).click();
      await find('editing');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('as');
      await find('palette');
    });
  });
}
