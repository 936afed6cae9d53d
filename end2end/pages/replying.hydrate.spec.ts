import { expect, field, log, message, replyWindow, row, send, test } from '../desk';

for (const platform of ['instagram', 'page'] as const) {
  test.describe(platform, () => {
    test.use({ platform });

    test('a customer writes, the agent sees it live, types, answers; the customer reads it', async ({ page, desk, openThread }) => {
      await openThread();
      await desk.meta.act(desk.hannah, { send: { text: 'The one with the handle.' } });
      await expect(message(page, 'The one with the handle.')).toBeVisible();
      await expect.poll(async () => (await desk.meta.phone(desk.hannah)).seen_at, 'she is shown that it was seen').toBeTruthy();
      await expect(replyWindow(page)).toContainText('Free reply for');
      await field(page).pressSequentially('Yes, two are left.');
      await expect.poll(async () => (await desk.meta.phone(desk.hannah)).typing).toBe(true);
      await field(page).press('Enter');
      await expect(message(page, 'Yes, two are left.')).toBeVisible();
      await expect(field(page)).toHaveValue('');
      await expect(field(page)).toBeFocused();
      await expect(log(page).getByRole('button', { name: 'Take back' })).toBeVisible();
      await expect.poll(() => desk.said()).toEqual(['Yes, two are left.']);
      await expect(log(page)).toContainText(platform === 'page' ? 'Delivered' : 'Sent');
      await desk.meta.act(desk.hannah, { read: {} });
      await expect(log(page)).toContainText('Seen');
    });
  });
}

test('a message is taken back before it leaves, and the words are there again', async ({ page, desk, openThread }) => {
  await openThread();
  await field(page).fill('It is gone, I am afraid.');
  await send(page).click();
  await log(page).getByRole('button', { name: 'Take back' }).click();
  await expect(field(page)).toHaveValue('It is gone, I am afraid.');
  await expect(message(page, 'It is gone, I am afraid.')).toBeHidden();
  await field(page).fill('It is here.');
  await send(page).click();
  await expect.poll(() => desk.said()).toEqual(['It is here.']);
});

test('what Meta refuses says why, can be sent again, or be written anew', async ({ page, desk, openThread }) => {
  await openThread();
  await field(page).fill('#fault error 368');
  await send(page).click();
  await expect(log(page)).toContainText('Not sent');
  await expect(log(page).getByRole('button', { name: 'Retry' })).toBeVisible();
  await log(page).getByRole('button', { name: 'Edit' }).click();
  await expect(field(page)).toHaveValue('#fault error 368');
  await field(page).fill('Two are left.');
  await send(page).click();
  await expect.poll(() => desk.said()).toEqual(['Two are left.']);
});

test('a message of which nobody knows whether it arrived says so, and the agent decides', async ({ page, desk, openThread }) => {
  await openThread();
  await field(page).fill('#fault cut Two are left.');
  await send(page).click();
  await expect(log(page)).toContainText('Not confirmed', { timeout: 20_000 });
  expect(await desk.said()).toEqual([]);
  await expect(log(page).getByRole('button', { name: 'Send again' })).toBeVisible();
});

test('a picture is shown before it goes, and arrives', async ({ page, desk, openThread }) => {
  await openThread();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach files' }).click();
  await (await chooser).setFiles('../simulator/art/tidal-mugs.jpg');
  await expect(page.getByRole('list', { name: 'Attached files' }).getByRole('listitem')).toHaveCount(1);
  await send(page).click();
  await expect(log(page).getByRole('link', { name: /photo/i })).toBeVisible();
  const pictures = async () => (await desk.meta.phone(desk.hannah)).messages.flatMap((it) => it.attachments ?? []);
  await expect.poll(pictures).toHaveLength(1);
});

test('a heart, a reaction and an answer to a message reach the phone', async ({ page, desk, openThread }) => {
  await openThread();
  await page.getByRole('button', { name: 'Like heart' }).click();
  const sent = async () => (await desk.meta.phone(desk.hannah)).messages.filter((it) => it.from === 'business');
  await expect.poll(sent).toHaveLength(1);
  const hers = message(page, 'Is the blue mug still there?');
  await hers.hover();
  await hers.getByRole('button', { name: 'React' }).click();
  const reactions = async () => (await desk.meta.phone(desk.hannah)).messages.flatMap((it) => it.reactions ?? []);
  await expect.poll(reactions).toHaveLength(1);
  await hers.hover();
  await hers.getByRole('button', { name: 'Reply to this message' }).click();
  await field(page).fill('This one: yes.');
  await send(page).click();
  await expect.poll(() => desk.said()).toContain('This one: yes.');
});

test('a draft is there again after a reload', async ({ page, openThread, live }) => {
  await openThread();
  await field(page).fill('Half a sent');
  await page.reload();
  await live(page);
  await expect(field(page)).toHaveValue('Half a sent');
});

test('what anybody writes is text', async ({ page, desk, openThread }) => {
  await openThread();
  const nasty = '</textarea><script>alert(1)</script><img src=x onerror=alert(2)>';
  await desk.meta.act(desk.hannah, { send: { text: nasty } });
  await expect(message(page, nasty)).toBeVisible();
  await field(page).fill(nasty);
  await send(page).click();
  await expect.poll(() => desk.said()).toEqual([nasty]);
  await expect(message(page, nasty)).toHaveCount(2);
});

test('the list shows what comes in, newest first, wherever one is', async ({ page, desk, openThread }) => {
  await openThread();
  const jonas = await desk.meta.addCustomer(desk.account, 'Jonas Thal');
  // While the pointer is over the list nothing moves there.
  await field(page).click();
  await desk.meta.act(jonas, { send: { text: 'Do you ship to Austria?' } });
  await expect(row(page, 'Jonas Thal')).toBeVisible();
  await expect(row(page, 'Hannah Okafor')).toHaveAttribute('aria-current');
});
