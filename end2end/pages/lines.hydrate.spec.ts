// What changes in a thread changes where it stands: a voice message plays on, and nobody loses their place.

import { type Locator } from '@playwright/test';
import { expect, log, test } from '../desk';

/** Notes on these nodes that they are the ones; `kept` says whether they still are. */
const note = (it: Locator) => it.evaluateAll((all) => all.forEach((node) => ((node as Noted).isNoted = true)));
const kept = (it: Locator) => it.evaluateAll((all) => all.map((node) => (node as Noted).isNoted === true));

type Noted = Element & { isNoted?: true };

test('a line changes part by part', async ({ page, desk, openThread }) => {
  await openThread();
  const act = (deed: object) => desk.meta.act(desk.hannah, deed);
  const lines = log(page).getByRole('article');
  const bodies = log(page).locator('.msg__stack');
  await act({ send: { text: 'Is the blue one still there?' } });
  await expect(lines.last()).toContainText('Is the blue one still there?');
  const n = await lines.count();
  await note(lines);
  await note(bodies);

  const { mid } = await act({ send: { text: 'Or the green one?' } });
  await expect(lines).toHaveCount(n + 1);
  expect(await kept(lines)).toEqual([...Array(n).fill(true), false]);
  expect(await kept(bodies)).toEqual([...Array(n).fill(true), false]);

  await note(lines);
  await note(bodies);
  await act({ edit: { mid, text: 'Or the yellow one?' } });
  await expect(lines.last()).toContainText('Or the yellow one?');
  expect(await kept(lines)).toEqual(Array(n + 1).fill(true));
  expect(await kept(bodies)).toEqual(Array(n + 1).fill(true));

  await log(page).getByRole('button', { name: 'React' }).last().click();
  await expect(lines.last().getByRole('img', { name: 'You reacted ❤️' })).toBeVisible();
  expect(await kept(lines)).toEqual(Array(n + 1).fill(true));
});
