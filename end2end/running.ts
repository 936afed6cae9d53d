// The program, running on data of its own.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { PASSWORD, type Person } from './people';

const BINARY = resolve(process.env.SWITCHBOARD_BIN || '../target/debug/switchboard');
// Nobody listens there: a test never speaks to the real one.
const NO_META = 'http://127.0.0.1:9';
const PATIENCE_MS = 20_000;
const FREE_PORT = '127.0.0.1:0';

const run = promisify(execFile);

// A run that is interrupted must not leave programs behind.
const children = new Set<ChildProcess>();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

export type Connection = { id: string; platform: string; name: string; token: string };

/** An empty database and a folder. */
export class Place {
  private constructor(
    readonly folder: string,
    readonly databaseUrl: string,
    private readonly forget: () => Promise<unknown> = async () => {},
  ) {}

  static async sqlite(): Promise<Place> {
    const folder = await mkdtemp(join(tmpdir(), 'switchboard-end2end-'));
    return new Place(folder, `sqlite://${folder}/switchboard.db`);
  }

  static async postgres(): Promise<Place> {
    const server = process.env.TEST_POSTGRES_URL;
    if (!server) {
      throw new Error('TEST_POSTGRES_URL is missing: it names the Postgres server to make a database on');
    }
    const name = `end2end_${randomUUID().replaceAll('-', '')}`;
    const url = new URL(server);
    url.pathname = `/${name}`;
    await run('psql', [server, '--command', `create database ${name}`]);
    const folder = await mkdtemp(join(tmpdir(), 'switchboard-end2end-'));
    return new Place(folder, url.href, () => run('psql', [server, '--command', `drop database ${name}`]));
  }

  async addUser({ email, name, role }: Person): Promise<void> {
    const child = this.start(['user', 'add', '--email', email, '--name', name, '--role', role, '--password-stdin']);
    const said = listen(child);
    child.stdin!.end(`${PASSWORD}\n`);
    await ended(child);
    if (child.exitCode !== 0) throw new Error(`cannot add ${email}:\n${said.join('\n')}`);
  }

  serve(args: string[] = []): Promise<Running> {
    return Running.start(this.start(['serve', '--listen', FREE_PORT, ...args]), this);
  }

  /** Connects an account with a token that its owner gave. */
  async addAccount({ id, platform, name, token }: Connection): Promise<void> {
    const child = this.start(['account', 'add', '--platform', platform, '--id', id, '--name', name, '--token-stdin']);
    const said = listen(child);
    child.stdin!.end(`${token}\n`);
    await ended(child);
    if (child.exitCode !== 0) throw new Error(`cannot connect ${name}:\n${said.join('\n')}`);
  }

  demo(): Promise<Running> {
    const ports = ['--listen', FREE_PORT, '--simulator-listen', FREE_PORT];
    return Running.start(this.start(['demo', ...ports, '--data', this.folder]), this);
  }

  simulate(args: string[]): Promise<Running> {
    return Running.start(this.start(['simulator', '--listen', FREE_PORT, ...args]), this);
  }

  async remove(): Promise<void> {
    await this.forget();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Without any setting from outside. */
  private start(args: string[]): ChildProcess {
    const env = {
      SWITCHBOARD_DATABASE_URL: this.databaseUrl,
      SWITCHBOARD_GRAPH_URL: NO_META,
      SWITCHBOARD_INSTAGRAM_GRAPH_URL: NO_META,
    };
    const child = spawn(BINARY, args, { cwd: this.folder, env });
    children.add(child);
    child.once('close', () => children.delete(child));
    return child;
  }
}

export class Running {
  /** Such as `http://127.0.0.1:41231`. */
  address = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly place: Place,
    private readonly said: string[],
  ) {}

  static async start(child: ChildProcess, place: Place): Promise<Running> {
    const running = new Running(child, place, listen(child));
    running.address = await running.find(/listening.*(http:\/\/127\.0\.0\.1:\d+)/);
    return running;
  }

  /** The link that makes the first admin. */
  setUpLink(): Promise<string> {
    return this.find(/(http:\S+\/setup\/\S+)/);
  }

  /** Somebody more who can sign in. */
  addUser(person: Person): Promise<void> {
    return this.place.addUser(person);
  }

  /** Stops it, removes its data, and fails if it did not go well. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await ended(this.child);
    await this.place.remove();
    const broken = this.said.filter((line) => / ERROR |panicked|without the browser bundle/.test(line));
    if (this.child.exitCode !== 0 || broken.length > 0) {
      throw new Error(`the program ended with ${this.child.exitCode}:\n${broken.join('\n')}`);
    }
  }

  /** The first group of `pattern` in the first line, said already or yet to come, that has it. */
  private async find(pattern: RegExp): Promise<string> {
    const timeout = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const found = this.said.map((line) => line.match(pattern)).find(Boolean);
      if (found) return found[1];
      if (this.child.exitCode !== null) throw new Error(`it ended without ${pattern}:\n${this.said.join('\n')}`);
      await once(this.child, 'said', { signal: timeout }).catch(() => {
        throw new Error(`it never said ${pattern}:\n${this.said.join('\n')}`);
      });
    }
  }
}

/** Every line that `child` says, as they come; each is told as an event `said`, and so is the end. */
function listen(child: ChildProcess): string[] {
  const said: string[] = [];
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface(stream).on('line', (line) => {
      said.push(line);
      child.emit('said');
    });
  }
  child.once('close', () => child.emit('said'));
  return said;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
}
