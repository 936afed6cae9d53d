// A person's own picture: chosen, shown wherever they are, and taken away again.

import { expect, test } from '../fixtures';
import { INES, MIA, PASSWORD } from '../people';

/** A PNG of one colour, 300 by 200, made on the spot. */
async function png(page: import('@playwright/test').Page): Promise<Buffer> {
  const text = await page.context().browser()!.newPage().then(async (drawing) => {
    const made = await drawing.evaluate(() => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 300, height: 200 });
      const pen = canvas.getContext('2d')!;
      pen.fillStyle = '#a5522d';
      pen.fillRect(0, 0, 300, 200);
      return canvas.toDataURL('image/png');
    });
    await drawing.close();
    return made;
  });
  return Buffer.from(text.split(',')[1], 'base64');
}

test('a picture is chosen, shown, refused when it is none, and taken away by an admin', async ({ page, browser, signIn, expectAnswer, program }) => {
  await signIn(INES);
  await page.goto('/me');
  const section = page.getByRole('region', { name: 'Picture', exact: true });
  const choose = async (name: string, buffer: Buffer) => {
    await section.locator('input[type=file]').setInputFiles({ name, mimeType: 'image/png', buffer });
    await section.getByRole('button', { name: 'Save picture' }).click();
  };
  await expect(section.locator('.avatar')).toHaveText('IC');
  expectAnswer(422, '/me/picture');
  await choose('no.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'));
  await expect(section.getByRole('alert')).toContainText('no picture that can be read');
  await choose('me.png', await png(page));
  await expect(page.getByText('Your picture is changed.')).toBeVisible();
  const picture = section.locator('.avatar img');
  await expect(picture).toHaveJSProperty('naturalWidth', 256);
  await expect(page.getByRole('banner').locator('.me .avatar img'), 'in the rail, too').toHaveCount(1);
  await page.goto('/inbox');
  await expect(page.getByRole('banner').locator('.me .avatar img')).toHaveJSProperty('complete', true);

  const of_mia = await browser.newContext({ baseURL: program.address });
  await of_mia.request.post('/login', { form: { email: MIA.email, password: PASSWORD }, maxRedirects: 0 });
  const people = await of_mia.newPage();
  await people.goto('/people');
  await expect(people.getByRole('row').filter({ hasText: INES.name }).locator('.avatar img')).toHaveCount(1);
  await people.getByRole('button', { name: `More about ${INES.name}` }).click();
  await people.getByRole('button', { name: 'Remove their picture' }).click();
  await expect(people.getByText(`${INES.name} has no picture now.`)).toBeVisible();
  await of_mia.close();
  await page.goto('/me');
  await expect(section.locator('.avatar')).toHaveText('IC');
});
