import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { Callback, Happened } from '../callback';
import { chat, expect, field, message, test, write } from '../phones';

const MARKUP = '<img src=x onerror=alert(1)>';
const QUESTION = { text: 'Which glaze?', quick_replies: ['Tidal', 'Ember'].map((title) => quickReply(title)) };

function quickReply(title: string) {
  return { content_type: 'text', title, payload: `GLAZE_${title.toUpperCase()}` };
}

function card(title: string, button: string, payload: string) {
  const element = { title, subtitle: 'Stoneware', buttons: [{ type: 'postback', title: button, payload }] };
  return { attachment: { type: 'template', payload: { template_type: 'generic', elements: [element] } } };
}

/** Waits until the app has heard of something. */
async function heard(callback: Callback, it: Happened): Promise<void> {
  await expect.poll(() => callback.happened).toContainEqual(expect.objectContaining(it));
}

const saying = (message: object) => ({ message: expect.objectContaining(message) });

async function sentPicture(callback: Callback): Promise<Response> {
  const urls = () => callback.happened.flatMap((it) => it.message?.attachments ?? []).map((it) => it.payload.url);
  await expect.poll(urls).toHaveLength(1);
  return fetch(urls()[0]);
}

/** The picture that the chat shows is really one. */
async function expectPicture(page: Page): Promise<void> {
  const picture = chat(page).getByRole('img', { name: 'Photo' });
  await expect.poll(() => picture.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBeGreaterThan(0);
}

test.describe('the customer', () => {
  test('writes, and the app hears it signed', async ({ page, callback, hannah }) => {
    await page.goto(`/?customer=${hannah.id}`);
    await write(page, 'Is the blue mug still there?');
    await expect(field(page)).toHaveValue('');
    await heard(callback, {
      sender: expect.objectContaining({ id: hannah.id }),
      ...saying({ text: 'Is the blue mug still there?' }),
    });
    await field(page).fill('The large one\nwith the handle');
    await field(page).press('Enter');
    await heard(callback, saying({ text: 'The large one\nwith the handle' }));
    await field(page).fill('   ');
    await field(page).press('Enter');
    await expect(chat(page).getByRole('article')).toHaveCount(2);
    expect(callback.nRefused).toBe(0);
  });

  test('taps a quick reply, and they are gone', async ({ page, callback, meta, luna, hannah }) => {
    await meta.act(hannah, { send: { text: 'A mug, please' } });
    await page.goto(`/phone/${hannah.id}`);
    const replies = page.getByRole('group', { name: 'Quick replies' });
    await meta.say(luna, hannah, QUESTION);
    await expect(replies.getByRole('button')).toHaveText(['Tidal', 'Ember']);
    await replies.getByRole('button', { name: 'Ember' }).click();
    await expect(replies).toHaveCount(0);
    await expect(message(page, 'Ember')).toHaveAccessibleName('You');
    await heard(callback, saying({ text: 'Ember', quick_reply: { payload: 'GLAZE_EMBER' } }));

    await meta.say(luna, hannah, QUESTION);
    await expect(replies).toBeVisible();
    await write(page, 'Both!');
    await expect(replies).toHaveCount(0);
  });

  test('taps the button of a card', async ({ page, callback, meta, luna, hannah }) => {
    await meta.act(hannah, { send: { text: 'What is new?' } });
    await page.goto(`/phone/${hannah.id}`);
    await meta.say(luna, hannah, card('Tidal kettle', 'Reserve', 'RESERVE_KETTLE'));
    await expect(message(page, 'Tidal kettle')).toContainText('Stoneware');
    await page.getByRole('button', { name: 'Reserve' }).click();
    await heard(callback, { postback: expect.objectContaining({ title: 'Reserve', payload: 'RESERVE_KETTLE' }) });
  });

  test('reacts and takes it back, without losing the place', async ({ page, callback, meta, luna, hannah }) => {
    await meta.act(hannah, { send: { text: 'Thank you' } });
    const mid = await meta.say(luna, hannah, { text: 'It is on its way' });
    await page.goto(`/phone/${hannah.id}`);
    const theirs = message(page, 'It is on its way');
    const react = theirs.getByRole('button', { name: 'React' });
    await react.focus();
    await page.keyboard.press('Enter');
    await expect(react).toHaveAttribute('aria-expanded', 'true');
    await expect(theirs.getByRole('button', { name: '❤️' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(theirs.getByRole('img', { name: 'Reacted ❤️' })).toBeVisible();
    await expect(theirs.getByRole('group', { name: 'Reactions' })).toHaveCount(0);
    await expect(react).toBeFocused();
    await heard(callback, { reaction: expect.objectContaining({ mid, action: 'react', emoji: '❤️' }) });

    await page.keyboard.press('Enter');
    await expect(theirs.getByRole('button', { name: '❤️' })).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('Enter');
    await expect(theirs.getByRole('img')).toHaveCount(0);
    await expect(react).toBeFocused();
    await heard(callback, { reaction: expect.objectContaining({ mid, action: 'unreact' }) });
  });

  test('edits and unsends', async ({ page, callback, hannah }) => {
    await page.goto(`/phone/${hannah.id}`);
    await write(page, 'Friday suits me');
    await message(page, 'Friday suits me').hover();
    await page.getByRole('button', { name: 'Edit' }).click();
    await expect(field(page)).toHaveValue('Friday suits me');
    await write(page, 'Saturday suits me');
    await expect(message(page, 'Saturday suits me')).toContainText('Edited');
    await expect(chat(page).getByRole('article')).toHaveCount(1);
    await expect.poll(() => callback.happened.map((it) => it.message_edit?.text)).toContain('Saturday suits me');

    await message(page, 'Saturday suits me').getByRole('button', { name: 'Unsend' }).click();
    await expect(message(page, 'You unsent a message')).toBeVisible();
    await expect(chat(page)).not.toContainText('Saturday');
    await heard(callback, saying({ is_deleted: true }));
  });

  test('is told what cannot be done, and loses nothing of it', async ({ page, meta, hannah, expectAnswer }) => {
    await page.goto(`/phone/${hannah.id}`);
    const { mid } = await meta.act(hannah, { send: { text: 'Friday suits me' } });
    await message(page, 'Friday suits me').getByRole('button', { name: 'Edit' }).click();
    await field(page).fill('Saturday suits me');
    await meta.act(hannah, { unsend: { mid } });
    await expect(message(page, 'You unsent a message')).toBeVisible();
    await expect(field(page)).toHaveValue('Saturday suits me');
    expectAnswer(422, `/control/customers/${hannah.id}/do`);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(page.getByRole('alert')).toHaveText('mid: that message was unsent');
    await expect(field(page)).toHaveValue('Saturday suits me');
    await expect(page.getByText('Edit your message')).toBeVisible();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await write(page, 'Any day suits me');
    await expect(page.getByRole('alert')).toHaveCount(0);
  });

  test('sends a sample photo', async ({ page, callback, hannah }) => {
    await page.goto(`/phone/${hannah.id}`);
    const button = page.getByRole('button', { name: 'Send photo' });
    await button.click();
    await expect(button).toHaveAttribute('aria-expanded', 'true');
    await page.getByRole('group', { name: 'Photos' }).getByRole('button', { name: 'Two mugs' }).click();
    await expect(button).toHaveAttribute('aria-expanded', 'false');
    await expectPicture(page);
    const picture = await sentPicture(callback);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  });

  test('sends a photo of their own', async ({ page, callback, hannah }) => {
    const file = '../simulator/art/chip-1.jpg';
    await page.goto(`/phone/${hannah.id}`);
    await page.getByRole('button', { name: 'Send photo' }).click();
    const chosen = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'From this computer' }).click();
    await (await chosen).setFiles(file);
    await expectPicture(page);
    const picture = await sentPicture(callback);
    expect(Buffer.from(await picture.arrayBuffer()).equals(await readFile(file))).toBe(true);
  });
});

test.describe('the business', () => {
  test('answers, and the phone shows it', async ({ page, meta, luna, hannah }) => {
    await meta.act(hannah, { send: { text: 'Hello?' } });
    await page.goto(`/phone/${hannah.id}`);
    await expect(message(page, 'Hello?')).toBeVisible();
    await meta.say(luna, hannah, { text: 'Hello, Hannah!' });
    await expect(message(page, 'Hello, Hannah!')).toHaveAccessibleName('luna.ceramics');
  });

  test('types until it answers, or for 20 seconds', async ({ page, meta, luna, hannah }) => {
    await meta.act(hannah, { send: { text: 'Hello?' } });
    await page.goto(`/phone/${hannah.id}`);
    const typing = chat(page).getByText('typing…');
    await meta.signal(luna, hannah, { sender_action: 'typing_on' });
    await expect(typing).toBeVisible();
    await meta.say(luna, hannah, { text: 'Hello, Hannah!' });
    await expect(message(page, 'Hello, Hannah!')).toBeVisible();
    await expect(typing).toHaveCount(0);

    await meta.signal(luna, hannah, { sender_action: 'typing_on' });
    await expect(typing).toBeVisible();
    await meta.passTime(20);
    await expect(typing).toHaveCount(0);

    await meta.signal(luna, hannah, { sender_action: 'typing_on' });
    await expect(typing).toBeVisible();
    await meta.signal(luna, hannah, { sender_action: 'typing_off' });
    await expect(typing).toHaveCount(0);
  });

  test('has seen what it marks as seen', async ({ page, meta, luna, hannah }) => {
    await page.goto(`/phone/${hannah.id}`);
    await write(page, 'Are you open on Sunday?');
    const seen = chat(page).getByText('Seen', { exact: true });
    await expect(seen).toHaveCount(0);
    await meta.signal(luna, hannah, { sender_action: 'mark_seen' });
    await expect(message(page, 'Are you open on Sunday?').getByText('Seen', { exact: true })).toBeVisible();
    await write(page, 'And on Monday?');
    await expect(seen).toHaveCount(0);
    await meta.say(luna, hannah, { text: 'On both' });
    await expect(message(page, 'And on Monday?').getByText('Seen', { exact: true })).toBeVisible();
    await expect(seen).toHaveCount(1);
  });

  test('does not disturb what is half written', async ({ page, meta, luna, hannah }) => {
    await meta.act(hannah, { send: { text: 'Hello?' } });
    await page.goto(`/phone/${hannah.id}`);
    await field(page).pressSequentially('The blue one');
    for (const _ of 'one') await page.keyboard.press('ArrowLeft');
    await meta.say(luna, hannah, { text: 'Which one?' });
    await expect(message(page, 'Which one?')).toBeVisible();
    await expect(field(page)).toBeFocused();
    await page.keyboard.type('large ');
    await expect(field(page)).toHaveValue('The blue large one');
  });

  test('leaves focus on a message where it is', async ({ page, meta, luna, hannah }) => {
    const { mid } = await meta.act(hannah, { send: { text: 'Hello?' } });
    await page.goto(`/phone/${hannah.id}`);
    const unsend = message(page, 'Hello?').getByRole('button', { name: 'Unsend' });
    await unsend.focus();
    await meta.signal(luna, hannah, { sender_action: 'react', payload: { message_id: mid, reaction: 'love' } });
    await expect(message(page, 'Hello?').getByRole('img', { name: 'Reacted' })).toBeVisible();
    await expect(unsend).toBeFocused();
    await meta.say(luna, hannah, { text: 'Hello, Hannah!' });
    await expect(message(page, 'Hello, Hannah!')).toBeVisible();
    await expect(unsend).toBeFocused();
  });
});

test('two windows on one phone agree', async ({ page, context, meta, luna, hannah }) => {
  await page.goto(`/?customer=${hannah.id}`);
  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Open in a window of its own' }).click();
  const other = await opened;
  await expect(other).toHaveURL(`/phone/${hannah.id}`);
  await expect(other.getByRole('list', { name: 'Customers' })).toBeHidden();

  await field(page).fill('Half a thought');
  await write(other, 'From the other window');
  await expect(message(page, 'From the other window')).toHaveAccessibleName('You');
  await expect(field(page)).toHaveValue('Half a thought');
  await meta.say(luna, hannah, QUESTION);
  for (const window of [page, other]) {
    await expect(window.getByRole('group', { name: 'Quick replies' })).toBeVisible();
  }
  await page.getByRole('group', { name: 'Quick replies' }).getByRole('button', { name: 'Tidal' }).click();
  for (const window of [page, other]) {
    await expect(window.getByRole('group', { name: 'Quick replies' })).toHaveCount(0);
  }
  expect(await other.getByRole('article').allInnerTexts()).toEqual(await page.getByRole('article').allInnerTexts());
});

test('markup in a name or a message is text', async ({ page, meta, luna, hannah }) => {
  await page.goto(`/?customer=${hannah.id}`);
  const strange = await meta.addCustomer(luna, MARKUP);
  // Once as the script makes the page, once as it comes from the simulator.
  await page.getByRole('link', { name: MARKUP }).click();
  await expect(page).toHaveTitle(`${MARKUP} · Simulator`);
  await write(page, MARKUP);
  await meta.act(strange, { comment: { text: MARKUP } });
  await meta.say(luna, strange, { text: `${MARKUP} from the shop` });
  await meta.say(luna, strange, card(`${MARKUP} a card`, 'Reserve', MARKUP));
  await meta.say(luna, strange, { text: 'Which?', quick_replies: [{ ...quickReply('Tidal'), title: '<b>Tidal</b>' }] });
  for (const path of [null, `/?customer=${strange.id}`, `/phone/${strange.id}`]) {
    if (path) await page.goto(path);
    await expect(page.getByRole('button', { name: '<b>Tidal</b>' })).toBeVisible();
    await expect(message(page, MARKUP)).toHaveCount(3);
    await expect(chat(page)).toContainText(`”: ${MARKUP} Delete`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${MARKUP}, their phone`);
    await expect(page.locator('img[src="x"], b')).toHaveCount(0);
  }
  await page.goto('/');
  await page.getByRole('list', { name: 'Traffic' }).getByText('messages, text').last().click();
  await expect(page.getByLabel('All of it').filter({ hasText: MARKUP })).toBeVisible();
  await expect(page.locator('img[src="x"]')).toHaveCount(0);
});
