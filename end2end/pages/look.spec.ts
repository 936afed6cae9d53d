import { EVERY_PAGE, SIZES, show } from '../every-page';
import { expect, test } from '../fixtures';
import { MIA } from '../people';

test('the sign-in page as it is read aloud', async ({ page, live }) => {
  await page.goto('/login');
  await live(page);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Sign in to Luna Ceramics" [level=1]
      - paragraph: Your team’s inbox for Instagram and Messenger.
      - text: Email
      - textbox "Email"
      - text: Password
      - textbox "Password"
      - button "Sign in"
      - paragraph: Forgotten it? Ask an admin.
  `);
});

test('the set-up page as it is read aloud', async ({ page, live, emptyProgram }) => {
  await page.goto(await emptyProgram.setUpLink());
  await live(page);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Set up Switchboard" [level=1]
      - paragraph: You become the first admin. Everybody else is added afterwards.
      - text: Business name
      - textbox "Business name"
      - text: Your name
      - textbox "Your name"
      - text: Email
      - textbox "Email"
      - text: Password
      - textbox "Password"
      - paragraph: At least 10 characters.
      - button "Create the first admin"
  `);
});

test('the inbox as it is read aloud', async ({ page, live, signIn }) => {
  await signIn(MIA);
  await page.goto('/inbox');
  await live(page);
  await expect(page.locator('body')).toMatchAriaSnapshot(`
    - link "Skip to content"
    - banner:
      - link "Luna Ceramics"
      - navigation "Views":
        - list:
          - listitem:
            - link "Mine"
          - listitem:
            - link "Unassigned"
          - listitem:
            - link "All open"
          - listitem:
            - link "Expiring soon"
          - listitem:
            - link "With the bot"
          - listitem:
            - link "Snoozed"
          - listitem:
            - link "Closed"
      - button "Mia Lindqvist"
    - main:
      - heading "Inbox" [level=1]
      - region "Mine":
        - heading "Mine" [level=2]
        - search:
          - searchbox "Search conversations"
        - list "Conversations"
        - heading "Nobody has written yet" [level=2]
        - paragraph: Conversations that are yours appear here, newest first.
      - region "Welcome":
        - group "First steps":
          - heading "Three steps to the first reply" [level=2]
          - paragraph
          - list:
            - listitem:
              - heading "Connect an account" [level=3]
              - paragraph
            - listitem:
              - heading "Add your team" [level=3]
              - paragraph
            - listitem:
              - heading "Say hello" [level=3]
              - paragraph
  `);
});

for (const { name, open } of EVERY_PAGE) {
  test(`${name}: fits every width, follows the system's colours and styles nothing inline`, async ({
    page,
    live,
    stage,
  }) => {
    let markup = '';
    page.on('response', async (response) => {
      if (response.request().isNavigationRequest() && response.status() !== 303) markup = await response.text();
    });
    await open(stage);
    await live(page);
    await expect.poll(() => markup).toContain('</html>');
    expect(markup).not.toMatch(/<[^>]* style=/);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const [needed, given] = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return [scrollWidth, clientWidth];
      });
      expect(needed, `${size.width} px`).toBeLessThanOrEqual(given);
    }
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await show(page, 'light');
    const light = await ground();
    await show(page, 'dark');
    expect(await ground()).not.toBe(light);
  });
}
