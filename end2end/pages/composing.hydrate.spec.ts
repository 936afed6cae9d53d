// What can be written beside a plain reply: notes, drafts, saved replies, cards, posts, and a second look.

import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from '@playwright/test';
import { expect, field, log, message, send, test } from '../desk';
import { INES, NASTY, PASSWORD } from '../people';

const note = (page: Page) => page.getByRole('textbox', { name: 'Note' });
const mode = (page: Page, name: 'Reply' | 'Note') =>
  page.getByRole('group', { name: 'Mode' }).getByRole('button', { name });
const tool = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const options = (page: Page) => page.getByRole('listbox', { name: 'Saved replies' }).getByRole('option');

/** The same person, in another browser, with the same conversation open. */
async function elsewhere(browser: Browser, page: Page): Promise<Page> {
  const context = await browser.newContext();
  await context.request.post(new URL('/login', page.url()).href, {
    form: { email: INES.email, password: PASSWORD },
    maxRedirects: 0,
  });
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.locator('html')).toHaveAttribute('data-hydrated');
  return other;
}

async function keepSavedReply(page: Page, shortcut: string, text: string): Promise<void> {
  await field(page).fill(text);
  await tool(page, 'Saved replies').click();
  const panel = page.getByRole('dialog', { name: 'Saved replies' });
  await panel.getByRole('button', { name: 'Save this as a saved reply' }).click();
  await panel.getByRole('textbox', { name: 'Shortcut' }).fill(shortcut);
  await panel.getByRole('textbox', { name: 'Title', exact: true }).fill(`About ${shortcut}`);
  await panel.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(options(page).filter({ hasText: `/${shortcut}` })).toBeVisible();
  await page.keyboard.press('Escape');
  await field(page).fill('');
}

async function expectNothingFound(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    const found = violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map((it) => it.html) }));
    expect(found, `${what}, ${colorScheme}`).toEqual([]);
  }
}

test('a note is for the team: a colleague sees it, the customer does not', async ({ page, browser, desk, openThread }) => {
  await openThread();
  const other = await elsewhere(browser, page);
  await field(page).fill('To the customer');
  await mode(page, 'Note').click();
  await expect(note(page)).toBeFocused();
  await expect(note(page)).toHaveValue('');
  await expect(page.getByRole('form', { name: 'Note' })).toContainText('Only your team sees this');
  await note(page).fill(`Parcel is packed. ${NASTY}`);
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(log(page).getByRole('article', { name: /Internal note/ })).toContainText('Parcel is packed.');
  await expect(note(page)).toHaveValue('');
  await expect(log(other).getByRole('article', { name: /Internal note/ })).toContainText(NASTY);
  await expect(log(page).getByRole('article', { name: /Internal note/ })).toHaveCount(1);
  expect(await desk.said()).toEqual([]);
  await mode(page, 'Reply').click();
  await expect(field(page), 'reply and note are drafted apart').toHaveValue('To the customer');
  await other.context().close();
});

test('a note can be added when nobody can be written to', async ({ page, desk, openThread, live }) => {
  await openThread();
  await page.clock.setFixedTime(Date.now() + 9 * 24 * 3600 * 1000);
  await page.reload();
  await live(page);
  await expect(page.getByRole('status', { name: 'Reply window' })).toContainText('Closed since');
  await page.getByRole('button', { name: 'Add a note' }).click();
  await expect(note(page)).toBeFocused();
  await note(page).fill('Call them tomorrow.');
  await note(page).press('Enter');
  await expect(log(page).getByRole('article', { name: /Internal note/ })).toContainText('Call them tomorrow.');
  await mode(page, 'Reply').click();
  await expect(page.getByRole('status', { name: 'Reply window' })).toContainText('Closed since');
  expect(await desk.said()).toEqual([]);
});

test('drafts are there after a reload and in another browser, until they are sent', async ({ page, browser, desk, openThread, live }) => {
  await openThread();
  const saved = () => page.waitForResponse((it) => it.url().endsWith('/fn/save_draft'));
  let answer = saved();
  await field(page).fill(`Half a sent ${NASTY}`);
  await answer;
  await mode(page, 'Note').click();
  answer = saved();
  await note(page).fill('Ask Noah');
  await answer;
  const other = await elsewhere(browser, page);
  await expect(field(other)).toHaveValue(`Half a sent ${NASTY}`);
  await mode(other, 'Note').click();
  await expect(note(other)).toHaveValue('Ask Noah');
  await mode(page, 'Reply').click();
  await field(page).fill('At once before the page goes');
  await page.reload();
  await live(page);
  await expect(field(page)).toHaveValue('At once before the page goes');
  answer = saved();
  await send(page).click();
  await answer;
  await expect.poll(() => desk.said()).toEqual(['At once before the page goes']);
  await page.reload();
  await live(page);
  await expect(message(page, 'At once before the page goes')).toBeVisible();
  await expect(field(page)).toHaveValue('');
  await other.context().close();
});

test('a saved reply is kept, offered after a slash, and filled in', async ({ page, desk, openThread }) => {
  await openThread();
  await keepSavedReply(page, 'courier', 'Hi {first name}, it is with the courier. {agent} {order}');
  await keepSavedReply(page, 'courtesy', `Thank you. ${NASTY}`);
  await field(page).pressSequentially('Packed! /cour');
  await expect(options(page)).toHaveCount(2);
  await expect(options(page).first()).toHaveAttribute('aria-selected', 'true');
  await field(page).press('Escape');
  await expect(options(page)).toHaveCount(0);
  await expect(field(page)).toHaveValue('Packed! /cour');
  await field(page).fill('');
  await field(page).pressSequentially('Packed! /cour');
  await field(page).press('ArrowDown');
  await field(page).press('ArrowDown');
  await expect(options(page).first()).toContainText('Hi Hannah, it is with the courier. Ines {order}');
  await field(page).press('Enter');
  await expect(field(page)).toHaveValue('Packed! Hi Hannah, it is with the courier. Ines {order}');
  await expect(field(page)).toBeFocused();
  await send(page).click();
  await expect.poll(() => desk.said()).toEqual(['Packed! Hi Hannah, it is with the courier. Ines {order}']);
});

test('saved replies are searched, and one’s own are deleted', async ({ page, openThread }) => {
  await openThread();
  await keepSavedReply(page, 'courier', 'It is with the courier.');
  await keepSavedReply(page, 'hours', 'We are there from ten to six.');
  await tool(page, 'Saved replies').click();
  const search = page.getByRole('combobox', { name: 'Search saved replies' });
  await expect(search).toBeFocused();
  await search.fill('ten to');
  await expect(options(page)).toHaveCount(1);
  await expectNothingFound(page, 'saved replies');
  await page.getByRole('button', { name: 'Delete /hours' }).click();
  await page.getByRole('button', { name: 'Really delete /hours' }).click();
  await search.fill('');
  await expect(options(page)).toHaveCount(1);
  await search.press('Enter');
  await expect(field(page)).toHaveValue('It is with the courier.');
});

test('what is wrong with a saved reply is said', async ({ page, openThread }) => {
  await openThread();
  await field(page).fill('Hello');
  await tool(page, 'Saved replies').click();
  await page.getByRole('button', { name: 'Save this as a saved reply' }).click();
  await page.getByRole('textbox', { name: 'Shortcut' }).fill('two words');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'shortcut' })).toBeVisible();
  await expectNothingFound(page, 'saving a reply');
});

for (const platform of ['instagram', 'page'] as const) {
  test.describe(platform, () => {
    test.use({ platform });

    test('cards are made, looked over, and reach the customer', async ({ page, desk, openThread }) => {
      await openThread();
      await field(page).fill('This stays here.');
      await tool(page, 'Cards').click();
      const panel = page.getByRole('dialog', { name: 'Cards' });
      await panel.getByRole('button', { name: 'Send cards' }).click();
      await expect(panel.getByRole('alert')).toContainText('The title of card 1 is missing.');
      await panel.getByRole('textbox', { name: 'Title', exact: true }).fill('Tidal mug');
      await panel.getByRole('textbox', { name: 'Subtitle' }).fill(NASTY.slice(0, 60));
      await panel.getByRole('textbox', { name: 'Button 1', exact: true }).fill('I take it');
      await panel.getByRole('button', { name: 'Add', exact: true }).click();
      await panel.getByRole('textbox', { name: 'Title', exact: true }).fill('Tidal bowl');
      await panel.getByRole('textbox', { name: 'Button 1', exact: true }).fill('See it');
      await panel.getByRole('textbox', { name: 'Link of button 1' }).fill('https://luna.example/bowl');
      await panel.getByRole('button', { name: 'Card 1', exact: true }).click();
      await expect(panel.getByRole('textbox', { name: 'Title', exact: true })).toHaveValue('Tidal mug');
      await expectNothingFound(page, 'cards');
      await panel.getByRole('button', { name: 'Send cards' }).click();
      await expect(message(page, 'Tidal mug')).toBeVisible();
      await expect(message(page, 'Tidal bowl')).toBeVisible();
      await expect(field(page)).toHaveValue('This stays here.');
      const cards = async () => (await desk.meta.phone(desk.hannah)).messages.flatMap((it) => it.attachments ?? []);
      await expect.poll(cards).toHaveLength(1);
    });
  });
}

test.describe('Messenger', () => {
  test.use({ platform: 'page' });

  test('a text with buttons reaches the customer', async ({ page, desk, openThread }) => {
    await openThread();
    await tool(page, 'Cards').click();
    const panel = page.getByRole('dialog', { name: 'Cards' });
    await panel.getByRole('button', { name: 'Text with buttons' }).click();
    await panel.getByRole('textbox', { name: 'Text' }).fill('Anything else?');
    await panel.getByRole('textbox', { name: 'Button 1', exact: true }).fill('No, thanks');
    await panel.getByRole('button', { name: 'Send it' }).click();
    await expect(message(page, 'Anything else?')).toBeVisible();
    const sent = async () => (await desk.meta.phone(desk.hannah)).messages.filter((it) => it.from === 'business');
    await expect.poll(sent).toHaveLength(1);
  });
});

test('posts of the account are offered', async ({ page, openThread }) => {
  await openThread();
  await tool(page, 'Share a post').click();
  const panel = page.getByRole('dialog', { name: 'Share a post' });
  await expect(panel.getByRole('status').or(panel.getByRole('listitem').first())).not.toHaveText('A moment.');
  await expectNothingFound(page, 'posts');
});

test.describe('while nothing is heard', () => {
  test('a reply is held when the customer has written meanwhile', async ({ page, context, desk, openThread }) => {
    // The stream never begins, so the page does not learn of what comes.
    await context.route('**/events**', () => {});
    await openThread();
    await desk.meta.act(desk.hannah, { send: { text: 'Make it two, please.' } });
    await expect.poll(async () => (await page.request.get(page.url())).text()).toContain('Make it two, please.');
    await field(page).fill('One is on its way.');
    await send(page).click();
    const held = page.getByRole('group', { name: 'Held reply' });
    await expect(held).toContainText('Hannah Okafor wrote while you were writing.');
    await expect(held).toContainText('Make it two, please.');
    await expect(field(page)).toHaveValue('One is on its way.');
    await expect(message(page, 'One is on its way.')).toHaveCount(0);
    await expectNothingFound(page, 'a held reply');
    await held.getByRole('button', { name: 'Look first' }).click();
    await expect(held).toBeHidden();
    await expect(field(page)).toBeFocused();
    await field(page).fill('Two are on their way.');
    await send(page).click();
    await held.getByRole('button', { name: 'Send anyway' }).click();
    await expect.poll(() => desk.said()).toEqual(['Two are on their way.']);
    await expect(held).toBeHidden();
    await context.unrouteAll({ behavior: 'ignoreErrors' });
  });
});

test('note mode has no faults', async ({ page, openThread }) => {
  await openThread();
  await mode(page, 'Note').click();
  await expectNothingFound(page, 'note mode');
  await note(page).fill('/');
  await expectNothingFound(page, 'note mode with a slash');
});
