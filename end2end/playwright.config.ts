import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'pages',
  // Nothing waits for time, so whatever needs a second try is broken.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'line',
  use: {
    launchOptions: {
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
    locale: 'en-GB',
    timezoneId: 'Europe/Lisbon',
    viewport: { width: 1440, height: 900 },
    // Colours are measured and pictures taken as soon as a page stands.
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'plain', testIgnore: '*.hydrate.spec.ts', use: { javaScriptEnabled: false } },
    { name: 'hydrated' },
  ],
});
