// Writes down whatever goes wrong in a browser; at the end of a test only what was announced may be there.

import { type BrowserContext, type ConsoleMessage, type Request, expect } from '@playwright/test';

type Announced = { words: string; fits: (answer: Answer) => boolean; came: boolean };
type Answer = { status: number; path: string };

export class Watch {
  private readonly faults: string[] = [];
  private readonly answers: Announced[] = [];
  private readonly lines: { words: RegExp; came: boolean }[] = [];
  /** In the order in which the browser asked. */
  private readonly requests: Request[] = [];
  private readonly unfinished: Request[] = [];
  /** Asked by a page that another document was to take the place of already. */
  private readonly whileLeaving = new Set<Request>();
  private leaving?: Request;

  constructor(
    context: BrowserContext,
    private readonly scripts: boolean,
  ) {
    context.on('console', (message) => this.onConsole(message));
    context.on('weberror', (error) => this.faults.push(`page error: ${error.error()}`));
    context.on('dialog', (dialog) => {
      this.faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    context.on('request', (request) => this.onRequest(request));
    context.on('requestfailed', (request) => this.unfinished.push(request));
    context.on('page', (page) =>
      page.on('framenavigated', (frame) => {
        if (frame === page.mainFrame()) this.leaving = undefined;
      }),
    );
    context.on('response', (response) => {
      const answer = { status: response.status(), path: pathOf(response.url()) };
      if (answer.status >= 400 && !this.wasAnnounced(answer)) {
        this.faults.push(`answer ${answer.status} of ${answer.path}`);
      }
    });
  }

  announceAnswer(status: number, path: string | RegExp): void {
    const fits = (answer: Answer) =>
      answer.status === status && (typeof path === 'string' ? answer.path === path : path.test(answer.path));
    this.answers.push({ words: `answer ${status} of ${path}`, fits, came: false });
  }

  announceConsole(words: RegExp): void {
    this.lines.push({ words, came: false });
  }

  close(): void {
    const failed = this.unfinished
      .filter((request) => !this.wasLeft(request))
      .map((request) => `request failed: ${request.url()} ${request.failure()?.errorText}`);
    const missing = [
      ...this.answers.filter((it) => !it.came).map((it) => `announced, but never came: ${it.words}`),
      ...this.lines.filter((it) => !it.came).map((it) => `announced, but never came: ${it.words}`),
    ];
    expect([...this.faults, ...failed, ...missing], 'what went wrong unannounced').toEqual([]);
  }

  private onConsole(message: ConsoleMessage): void {
    if (!['error', 'warning', 'assert'].includes(message.type())) return;
    const line = this.lines.find((it) => it.words.test(message.text()));
    if (line) {
      line.came = true;
      return;
    }
    const { url } = message.location();
    const status = Number(message.text().match(/^Failed to load resource:.* status of (\d+)/)?.[1]);
    if (status && this.wasAnnounced({ status, path: pathOf(url) })) return;
    // Without scripts nothing uses the program that the page announces; the browser says so after a while.
    if (!this.scripts && /\.wasm was preloaded using link preload but not used/.test(message.text())) return;
    this.faults.push(`console ${message.type()}: ${message.text()} (${url})`);
  }

  private onRequest(request: Request): void {
    this.requests.push(request);
    if (request.isNavigationRequest()) this.leaving = request;
    else if (this.leaving?.frame() === request.frame()) this.whileLeaving.add(request);
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.hostname !== '127.0.0.1') {
      this.faults.push(`a request left this machine: ${url}`);
    }
  }

  private wasAnnounced(answer: Answer): boolean {
    const announced = this.answers.find((it) => it.fits(answer));
    if (announced) announced.came = true;
    return Boolean(announced);
  }

  /** Whether the browser dropped it because its page was left for another, or what was typed was typed further. */
  private wasLeft(request: Request): boolean {
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') return false;
    if (this.whileLeaving.has(request)) return true;
    const later = this.requests.slice(this.requests.indexOf(request) + 1);
    const path = pathOf(request.url());
    if (path === '/search' && later.some((it) => pathOf(it.url()) === path)) return true;
    return later.some((it) => it.isNavigationRequest() && it.frame() === request.frame());
  }
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
