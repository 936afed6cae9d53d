// A voice message spoken into the browser's own pretended microphone.

import AxeBuilder from '@axe-core/playwright';
import { expect, log, send, test } from '../desk';
import config from '../playwright.config';

const browser = config.use!.launchOptions!;

test.use({
  launchOptions: {
    ...browser,
    args: [...browser.args!, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  },
});

for (const platform of ['instagram', 'page'] as const) {
  test.describe(platform, () => {
    test.use({ platform });

    test('a voice message is recorded, heard again, and sent', async ({ page, context, desk, openThread }) => {
      await context.grantPermissions(['microphone']);
      await openThread();
      await page.getByRole('button', { name: 'Record a voice message' }).click();
      const recording = page.getByRole('group', { name: 'Recording' });
      await expect(recording.getByRole('timer')).toHaveText('0:01');
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      expect(violations.map(({ id, nodes }) => ({ id, at: nodes.map((it) => it.html) }))).toEqual([]);
      await recording.getByRole('button', { name: 'Done' }).click();
      const file = page.getByRole('list', { name: 'Attached files' }).getByRole('listitem');
      await expect(file).toContainText('Voice message.wav');
      await expect(file).toContainText('KB');
      const length = () => file.locator('audio').evaluate((it: HTMLAudioElement) => it.duration);
      await expect.poll(length).toBeGreaterThan(0.5);
      await send(page).click();
      await expect(log(page).getByRole('button', { name: /Play voice message/ })).toBeVisible();
      const heard = async () => (await desk.meta.phone(desk.hannah)).messages.flatMap((it) => it.attachments ?? []);
      await expect.poll(heard).toHaveLength(1);
    });
  });
}

test('a recording can be thrown away', async ({ page, context, openThread }) => {
  await context.grantPermissions(['microphone']);
  await openThread();
  await page.getByRole('button', { name: 'Record a voice message' }).click();
  await expect(page.getByRole('timer')).toHaveText(/0:0\d/);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('list', { name: 'Attached files' })).toHaveCount(0);
  await expect(send(page)).toBeVisible();
});
