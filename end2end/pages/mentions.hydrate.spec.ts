// Calling a colleague in a note: who is offered, what the note shows, and what they hear of it.

import type { Page } from '@playwright/test';
import { expect, field, log, test } from '../desk';
import { INES, MIA } from '../people';

const note = (page: Page) => page.getByRole('textbox', { name: 'Note' });
const mode = (page: Page, name: 'Reply' | 'Note') =>
  page.getByRole('group', { name: 'Mode' }).getByRole('button', { name });
const offered = (page: Page) => page.getByRole('listbox', { name: 'Colleagues' }).getByRole('option');
const notes = (page: Page) => log(page).getByRole('article', { name: /Internal note/ });

test('@ offers colleagues in a note, by keyboard and by pointer, and nowhere else', async ({ page, desk, openThread }) => {
  await desk.colleague();
  await openThread();
  await field(page).pressSequentially('@Mi');
  await expect(offered(page), 'a customer is not called').toHaveCount(0);
  await mode(page, 'Note').click();
  await note(page).pressSequentially('Ask @');
  await expect(offered(page)).toHaveText([new RegExp(MIA.name)]);
  await note(page).pressSequentially('lind');
  await expect(note(page)).toHaveAttribute('aria-activedescendant', 'saved-0');
  await note(page).press('Enter');
  await expect(note(page)).toHaveValue(`Ask @${MIA.name} `);
  await expect(offered(page)).toHaveCount(0);
  await note(page).pressSequentially('and @m');
  await offered(page).click();
  await expect(note(page)).toHaveValue(`Ask @${MIA.name} and @${MIA.name} `);
  await note(page).press('Enter');
  await expect(notes(page).locator('.mention')).toHaveText([`@${MIA.name}`, `@${MIA.name}`]);
  await expect(notes(page).locator('.mention--me'), 'somebody else is meant').toHaveCount(0);
  expect(await desk.said()).toEqual([]);
});

test('whoever is called sees that they are meant', async ({ page, desk, openThread }) => {
  const mia = await desk.colleague();
  await openThread();
  const conversation = /\/inbox\/(\w{26})/.exec(page.url())?.[1];
  await mia('add_note', { conversation, note: { client_id: 'n1', text: `@${INES.name}, can you look? <b>soon</b>` } });
  await expect(notes(page).locator('.mention--me')).toHaveText(`@${INES.name}`);
  await expect(notes(page)).toContainText('<b>soon</b>');
});

test('who is called hears of it: a count, a page, and it is read when they look', async ({ page, desk, openThread, live }) => {
  const mia = await desk.colleague();
  await openThread();
  const here = page.url();
  const conversation = /\/inbox\/(\w{26})/.exec(here)?.[1];
  await page.goto('/inbox?view=closed');
  await live(page);
  const bell = page.getByRole('banner').getByRole('listitem').filter({ hasText: 'Notifications' });
  await expect(bell).toHaveText('Notifications');
  await mia('add_note', { conversation, note: { client_id: 'n1', text: `@${INES.name}, which glaze? <i>blue</i>` } });
  await expect(bell).toHaveText('Notifications1');
  await bell.getByRole('link').click();
  await expect(page).toHaveTitle('Notifications · Switchboard');
  const row = page.getByRole('main').getByRole('listitem');
  await expect(row).toContainText(`Unread: ${MIA.name} mentioned you`);
  await expect(row).toContainText('<i>blue</i>');
  await row.getByRole('link').click();
  await live(page);
  await expect(notes(page)).toBeVisible();
  await expect(bell, 'looking is reading').toHaveText('Notifications');
  await mia('add_note', { conversation, note: { client_id: 'n2', text: `@${INES.name} and before your eyes` } });
  await expect(notes(page)).toHaveCount(2);
  await expect(bell).toHaveText('Notifications');
  await page.goto('/inbox?view=closed');
  await mia('add_note', { conversation, note: { client_id: 'n3', text: `@${INES.name} a third time` } });
  await page.goto('/notifications');
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(row.first()).toBeVisible();
  await expect(page.getByText('Unread:')).toHaveCount(0);
});
