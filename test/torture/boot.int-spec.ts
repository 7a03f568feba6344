import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../support/app.js';

const DEMO = { email: 'owner@corner-cafe.example', password: 'makegood demo 2026' };
let directory: string;
const children = new Set<ChildProcess>();

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'makegood-boot-test-'));
  chmodSync(directory, 0o711);
});

afterAll(async () => {
  await Promise.all([...children].map((child) => end(child, 'SIGTERM')));
  rmSync(directory, { recursive: true, force: true });
});

const freePort = (): Promise<number> => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
});

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  output(): string;
}

/** The server as `npm start` runs it, on the data directory of this suite. */
async function start(environment: Record<string, string> = {}): Promise<Started> {
  const port = environment['PORT'] ?? String(await freePort());
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DATABASE_|NODE_ENV|NODE_OPTIONS)/.test(name)));
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: { ...inherited, MAKEGOOD_DATA_DIR: directory, LOG_LEVEL: 'error', ...environment, PORT: port }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  return { child, url: `http://127.0.0.1:${port}`, output: () => output };
}

async function ready({ child, url, output }: Started): Promise<void> {
  const until = performance.now() + 40_000;
  while (!(await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false))) {
    if (child.exitCode !== null || performance.now() > until) throw new Error(`did not start: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const ended = (child: ChildProcess): Promise<number | null> =>
  (child.exitCode !== null || child.signalCode !== null ? Promise.resolve(child.exitCode) : new Promise((resolve) => child.once('exit', resolve)));

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  children.delete(child);
  return ended(child);
}

const pidFile = (): string => join(directory, 'data', 'postmaster.pid');
const postmaster = (): number => Number.parseInt(readFileSync(pidFile(), 'utf8').split('\n')[0] ?? '', 10);

const signIn = (url: string) => call<{ token: string }>(url, 'POST', '/v1/sessions', { body: DEMO });

describe('starting and stopping', () => {
  it('serves the seeded demo, and Ctrl-C stops server and database', async () => {
    const server = await start();
    await ready(server);
    expect((await signIn(server.url)).status).toBe(201);
    expect(existsSync(pidFile())).toBe(true);
    expect(await end(server.child, 'SIGINT')).toBe(0);
    expect(existsSync(pidFile())).toBe(false);
    expect(server.output()).toContain('makegood demo 2026');
  });

  it('starts again where it stopped', async () => {
    const began = performance.now();
    const server = await start();
    await ready(server);
    console.log(`ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    expect(await end(server.child, 'SIGTERM')).toBe(0);
  });

  it('recovers from kill -9 of the server: the next start adopts its database', async () => {
    const first = await start();
    await ready(first);
    await end(first.child, 'SIGKILL');
    const second = await start();
    await ready(second);
    expect((await signIn(second.url)).status).toBe(201);
    expect(await end(second.child, 'SIGTERM')).toBe(0);
    // The last one out stops the database, whoever started it.
    expect(existsSync(pidFile())).toBe(false);
  });

  it('recovers from kill -9 of PostgreSQL with everything that was acknowledged', async () => {
    const first = await start();
    await ready(first);
    const { body } = await signIn(first.url);
    process.kill(postmaster(), 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const began = performance.now();
    const away = await call(first.url, 'GET', '/v1/sessions/current', { token: `${body.token.slice(0, -1)}x` });
    expect({ status: away.status, code: away.body['code'], retry: away.headers['retry-after'] }).toEqual({ status: 503, code: 'platform.database_away', retry: '2' });
    expect(performance.now() - began).toBeLessThan(1_500);
    expect((await call(first.url, 'GET', '/livez')).status).toBe(200);
    expect((await call(first.url, 'GET', '/readyz')).status).toBe(503);
    await end(first.child, 'SIGKILL');
    const second = await start();
    await ready(second);
    expect((await call(second.url, 'GET', '/v1/sessions/current', { token: body.token })).status).toBe(200);
    await end(second.child, 'SIGTERM');
  });

  it('two starts at once share one data directory, and neither harms it', async () => {
    const both = await Promise.all([start(), start()]);
    await Promise.all(both.map(ready));
    expect((await Promise.all(both.map(({ url }) => signIn(url)))).map(({ status }) => status)).toEqual([201, 201]);
    await Promise.all(both.map(({ child }) => end(child, 'SIGTERM')));
    const again = await start();
    await ready(again);
    expect((await signIn(again.url)).status).toBe(201);
    await end(again.child, 'SIGTERM');
  });

  it('says in words that the port is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const address = holder.address();
    const server = await start({ PORT: String(typeof address === 'object' && address !== null ? address.port : 0) });
    expect(await ended(server.child)).toBe(1);
    children.delete(server.child);
    holder.close();
    expect(server.output()).toContain('The port is taken');
    expect(server.output()).not.toMatch(/at .*\.js:\d+/);
  });

  it('says in words what a setting must be, and never its value', async () => {
    const server = await start({ DATABASE_POOL: 's3cret' });
    expect(await ended(server.child)).toBe(1);
    children.delete(server.child);
    expect(server.output()).toContain('DATABASE_POOL must be a whole number');
    expect(server.output()).not.toContain('s3cret');
  });
});
