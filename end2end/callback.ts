// The callback of an app, as Meta meets it: it shows itself when asked, and keeps every webhook that is signed.

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One item of a webhook, such as a message or a reaction. */
export type Happened = Record<string, any>;

const SECRET = 'kiln-and-glaze-of-the-app';
const VERIFY = 'say-kiln';

export class Callback {
  /** In the order in which they came. */
  readonly happened: Happened[] = [];
  nRefused = 0;
  private readonly server = createServer((request, response) => this.answer(request, response));

  static async listen(): Promise<Callback> {
    const callback = new Callback();
    callback.server.listen(0, '127.0.0.1');
    await once(callback.server, 'listening');
    return callback;
  }

  /** What the simulator must be told to find it. */
  get options(): string[] {
    const { port } = this.server.address() as AddressInfo;
    return ['--callback', `http://127.0.0.1:${port}/webhooks`, '--app-secret', SECRET, '--verify-token', VERIFY];
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') {
      const { searchParams } = new URL(request.url!, 'http://127.0.0.1');
      const known = searchParams.get('hub.mode') === 'subscribe' && searchParams.get('hub.verify_token') === VERIFY;
      response.writeHead(known ? 200 : 403).end(known ? searchParams.get('hub.challenge') : '');
      return;
    }
    const body = Buffer.concat(await request.toArray());
    const signed = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
    if (request.headers['x-hub-signature-256'] !== signed) {
      this.nRefused += 1;
      response.writeHead(401).end();
      return;
    }
    for (const { messaging = [], changes = [] } of JSON.parse(body.toString()).entry) {
      this.happened.push(...messaging, ...changes);
    }
    response.writeHead(200).end();
  }
}
