import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../support/app.js';
import { ServerProcesses, ended } from '../support/server-process.js';

const DEMO = { email: 'owner@corner-cafe.example', password: 'makegood demo 2026' };
let servers: ServerProcesses;

beforeAll(() => {
  servers = new ServerProcesses();
});

afterAll(() => servers.close());

const pidFile = (): string => join(servers.directory, 'data', 'postmaster.pid');
const postmaster = (): number => Number.parseInt(readFileSync(pidFile(), 'utf8').split('\n')[0] ?? '', 10);

const signIn = (url: string) => call<{ token: string }>(url, 'POST', '/v1/sessions', { body: DEMO });

describe('starting and stopping', () => {
  it('serves the seeded demo, and Ctrl-C stops server and database', async () => {
    const server = await servers.start();
    await server.ready();
    expect((await signIn(server.url)).status).toBe(201);
    expect(existsSync(pidFile())).toBe(true);
    expect(await servers.end(server.child, 'SIGINT')).toBe(0);
    expect(existsSync(pidFile())).toBe(false);
    expect(server.output()).toContain('makegood demo 2026');
  });

  it('starts again where it stopped', async () => {
    const began = performance.now();
    const server = await servers.start();
    await server.ready();
    console.log(`ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    expect(await servers.end(server.child, 'SIGTERM')).toBe(0);
  });

  it('recovers from kill -9 of the server: the next start adopts its database', async () => {
    const first = await servers.start();
    await first.ready();
    await servers.end(first.child, 'SIGKILL');
    const second = await servers.start();
    await second.ready();
    expect((await signIn(second.url)).status).toBe(201);
    expect(await servers.end(second.child, 'SIGTERM')).toBe(0);
    // The last one out stops the database, whoever started it.
    expect(existsSync(pidFile())).toBe(false);
  });

  it('recovers from kill -9 of PostgreSQL with everything that was acknowledged', async () => {
    const first = await servers.start();
    await first.ready();
    const { body } = await signIn(first.url);
    process.kill(postmaster(), 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const began = performance.now();
    const away = await call(first.url, 'GET', '/v1/sessions/current', { token: `${body.token.slice(0, -1)}x` });
    expect({ status: away.status, code: away.body['code'], retry: away.headers['retry-after'] }).toEqual({ status: 503, code: 'platform.database_away', retry: '2' });
    expect(performance.now() - began).toBeLessThan(1_500);
    expect((await call(first.url, 'GET', '/livez')).status).toBe(200);
    expect((await call(first.url, 'GET', '/readyz')).status).toBe(503);
    await servers.end(first.child, 'SIGKILL');
    const second = await servers.start();
    await second.ready();
    expect((await call(second.url, 'GET', '/v1/sessions/current', { token: body.token })).status).toBe(200);
    await servers.end(second.child, 'SIGTERM');
  });

  it('two starts at once share one data directory, and neither harms it', async () => {
    const both = await Promise.all([servers.start(), servers.start()]);
    await Promise.all(both.map(({ ready }) => ready()));
    expect((await Promise.all(both.map(({ url }) => signIn(url)))).map(({ status }) => status)).toEqual([201, 201]);
    await Promise.all(both.map(({ child }) => servers.end(child, 'SIGTERM')));
    const again = await servers.start();
    await again.ready();
    expect((await signIn(again.url)).status).toBe(201);
    await servers.end(again.child, 'SIGTERM');
  });

  it('says in words that the port is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const address = holder.address();
    const server = await servers.start({ PORT: String(typeof address === 'object' && address !== null ? address.port : 0) });
    expect(await ended(server.child)).toBe(1);
    holder.close();
    expect(server.output()).toContain('The port is taken');
    expect(server.output()).not.toMatch(/at .*\.js:\d+/);
  });

  it('says in words what a setting must be, and never its value', async () => {
    const server = await servers.start({ DATABASE_POOL: 's3cret' });
    expect(await ended(server.child)).toBe(1);
    expect(server.output()).toContain('DATABASE_POOL must be a whole number');
    expect(server.output()).not.toContain('s3cret');
  });
});
