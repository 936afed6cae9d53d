// The simulator, alone: what its control interface and its Graph API are asked.

import { expect } from '@playwright/test';
import type { Callback } from './callback';
import { type Connection, Place, type Running } from './running';

export type Account = Connection;
export type Customer = { id: string; name: string; conversation_open: boolean };
type Said = { mid: string; from: 'customer' | 'business'; text?: string; attachments?: object[]; reactions?: object[] };
export type Phone = { typing: boolean; seen_at: string | null; messages: Said[] };
type State = { apps: { id: string }[]; accounts: Account[]; customers: Customer[] };
type Answer = { status: number; body: { message_id?: string; error?: { code: number; error_subcode?: number } } };

export class Meta {
  private constructor(private readonly running: Running) {}

  static async start(seed: 'demo' | 'empty', callback?: Pick<Callback, 'options'>): Promise<Meta> {
    const place = await Place.sqlite();
    return new Meta(await place.simulate(['--seed', seed, ...(callback?.options ?? [])]));
  }

  get address(): string {
    return this.running.address;
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  state(): Promise<State> {
    return this.control('state');
  }

  addAccount(name: string, platform: 'instagram' | 'page' = 'instagram'): Promise<Account> {
    return this.control('accounts', { platform, name });
  }

  /** From now on everything is told there. */
  async tell(url: string, verifyToken: string): Promise<void> {
    await this.control('callback', { url, verify_token: verifyToken }, 'PUT');
  }

  /** What the customer's phone shows. */
  phone({ id }: { id: string }): Promise<Phone> {
    return this.control(`customers/${id}/phone`);
  }

  /** What goes wrong next. */
  async break(fault: object): Promise<void> {
    await this.control('faults', fault);
  }

  /** Such as `{ routing: { default_app_id, may_take } }`. */
  async change({ id }: Account, what: object): Promise<void> {
    await this.control(`accounts/${id}`, what, 'PATCH');
  }

  addCustomer({ id }: Account, name: string): Promise<Customer> {
    return this.control('customers', { account_id: id, name });
  }

  /** Lets a customer do something, such as `{ send: { text } }`. */
  act({ id }: { id: string }, deed: object): Promise<{ mid: string }> {
    return this.control(`customers/${id}/do`, deed);
  }

  async passTime(seconds: number): Promise<void> {
    await this.control('clock', { advance_s: seconds });
  }

  /** Asks as the app of `account` would: what it says to `customer`, or does. */
  async ask(account: Account, customer: Customer, what: object): Promise<Answer> {
    const response = await fetch(`${this.address}/v25.0/me/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${account.token}` },
      body: JSON.stringify({ recipient: { id: customer.id }, ...what }),
    });
    return { status: response.status, body: await response.json() };
  }

  /** A message that must arrive; answers with its mid. */
  async say(account: Account, customer: Customer, message: object): Promise<string> {
    return (await this.signal(account, customer, { message })).message_id!;
  }

  /** What must be accepted, such as `{ sender_action: 'typing_on' }`. */
  async signal(account: Account, customer: Customer, what: object): Promise<Answer['body']> {
    const { status, body } = await this.ask(account, customer, what);
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  }

  private async control<T>(path: string, body?: object, method = 'POST'): Promise<T> {
    const post = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${this.address}/control/${path}`, body && post);
    const text = await response.text();
    expect(response.ok, `${path}: ${text}`).toBe(true);
    return text ? JSON.parse(text) : undefined;
  }
}
