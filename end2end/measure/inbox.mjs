// How fast a stocked inbox is in a browser, for `make bench`. Says it as JSON.
// The environment names the program and who signs in; see xtask/src/bench/browser.rs.

import { createHmac, randomUUID } from 'node:crypto';
import { chromium } from '@playwright/test';

const { ADDRESS, SECRET, EMAIL, PASSWORD, ACCOUNT, CUSTOMER, CONVERSATION, CHROMIUM } = process.env;
const N_SWITCHES = 60;
const N_MESSAGES = 40;
const BETWEEN_TWO_MS = 200;
/** After which something is wrong, and not slow. */
const NEVER_MS = 10_000;
/** What a page still loads when it has come alive. */
const REST_MS = 2000;

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
const context = await browser.newContext({
  baseURL: ADDRESS,
  viewport: { width: 1440, height: 900 },
  reducedMotion: 'reduce',
});
const page = await context.newPage();
try {
  const firstVisit = await visit();
  const switches = await switchAround();
  const painted = await hear();
  console.log(
    JSON.stringify({
      first_visit_kb: firstVisit / 1000,
      switch_p50_ms: at(switches, 50),
      switch_p95_ms: at(switches, 95),
      painted_p50_ms: at(painted, 50),
      painted_p95_ms: at(painted, 95),
    }),
  );
} finally {
  await browser.close();
}

/** Signs in with nothing kept from before, and counts what comes over the wire until the inbox is alive. */
async function visit() {
  let bytes = 0;
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto('/login');
  await page.getByRole('textbox', { name: 'Email' }).fill(EMAIL);
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/inbox/);
  await alive();
  await page.waitForTimeout(REST_MS);
  await devtools.detach();
  return bytes;
}

/** From the click on a row until the messages of that conversation are on the screen. */
async function switchAround() {
  await page.goto('/inbox?view=all-open');
  await alive();
  const took = [];
  for (let n = 0; n < N_SWITCHES; n += 1) {
    const { x, y } = await page.evaluate(nextRow);
    const switched = page.evaluate(untilSwitched, NEVER_MS);
    await page.evaluate(() => 0);
    await page.mouse.click(x, y);
    took.push(await switched);
    await page.waitForTimeout(BETWEEN_TWO_MS);
  }
  return took;
}

/** From the moment at which Meta posts a message until it is on the screen. */
async function hear() {
  await page.goto(`/inbox/${CONVERSATION}?view=all-open`);
  await alive();
  await page.waitForTimeout(REST_MS);
  const took = [];
  for (let n = 0; n < N_MESSAGES; n += 1) {
    const text = `Is it painted? ${randomUUID()}`;
    const painted = page.evaluate(untilPainted, text);
    await page.evaluate(() => 0);
    const posted = now();
    await post(text);
    took.push((await painted) - posted);
    await page.waitForTimeout(BETWEEN_TWO_MS);
  }
  return took;
}

function alive() {
  return page.waitForSelector('html[data-hydrated]');
}

/** Where to click for the row below the chosen one. */
async function nextRow() {
  const rows = () => [...document.querySelectorAll('.convo__link')];
  const below = () => rows()[rows().findIndex((it) => it.ariaCurrent === 'true') + 1];
  const frame = () => new Promise(requestAnimationFrame);
  while (!below()) {
    rows().at(-1).scrollIntoView();
    await frame();
  }
  const row = below();
  row.scrollIntoView({ block: 'center' });
  await frame();
  await frame();
  const { x, y, width, height } = row.getBoundingClientRect();
  return { x: x + width / 2, y: y + height / 2 };
}

function untilSwitched(neverMs) {
  const last = () => [...document.querySelectorAll('[role=log] article')].at(-1)?.id;
  const before = last();
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('the click opened no other conversation')), neverMs);
    const begin = ({ timeStamp }) => {
      const look = () => {
        if (!last() || last() === before) {
          requestAnimationFrame(look);
          return;
        }
        // A task of its own comes after this frame is painted.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now() - timeStamp);
        port2.postMessage(null);
      };
      requestAnimationFrame(look);
    };
    document.addEventListener('click', begin, { once: true, capture: true });
  });
}

function untilPainted(text) {
  const log = document.querySelector('[role=log]');
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!log.textContent.includes(text)) return;
      observer.disconnect();
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
        port2.postMessage(null);
      });
    });
    observer.observe(log, { childList: true, subtree: true, characterData: true });
  });
}

async function post(text) {
  const timestamp = Date.now();
  const message = { mid: `painted.${randomUUID()}`, text };
  const messaging = [{ sender: { id: CUSTOMER }, recipient: { id: ACCOUNT }, timestamp, message }];
  const body = JSON.stringify({ object: 'instagram', entry: [{ id: ACCOUNT, time: timestamp, messaging }] });
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
  const { status } = await fetch(`${ADDRESS}/webhooks/meta`, { method: 'POST', body, headers });
  if (status !== 200) throw new Error(`the event is answered with ${status}`);
}

function now() {
  return performance.timeOrigin + performance.now();
}

function at(all, percent) {
  const sorted = all.toSorted((one, other) => one - other);
  return sorted[Math.min(Math.floor((sorted.length * percent) / 100), sorted.length - 1)];
}
