import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { call } from '../support/app.js';
import { isAlive, pidFile, postmaster, ready, Servers, signIn } from '../support/server-process.js';

let servers: Servers;
beforeAll(() => { servers = new Servers('boot'); });
afterAll(async () => { await servers.close(); });

describe('starting and stopping', () => {
  it('serves the seeded demo, and Ctrl-C stops server and database', async () => {
    const server = await servers.serving();
    expect((await signIn(server.url)).status).toBe(201);
    const database = postmaster(servers.directory);
    expect(await servers.end(server, 'SIGINT')).toBe(0);
    expect([existsSync(pidFile(servers.directory)), isAlive(database)]).toEqual([false, false]);
    expect(server.output()).toContain('makegood demo 2026');
  });

  it('starts again where it stopped', async () => {
    const began = performance.now();
    const server = await servers.serving();
    console.log(`ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    expect(await servers.end(server, 'SIGTERM')).toBe(0);
  });

  it.each([[150], [500], [900]])('Ctrl-C %i ms after the start leaves no database behind', async (ms) => {
    const server = await servers.start();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await servers.end(server, 'SIGINT');
    expect(existsSync(pidFile(servers.directory))).toBe(false);
    expect(server.output()).not.toMatch(/at .*\.js:\d+/);
  });

  it('recovers from kill -9 of the server: the next start adopts its database', async () => {
    await servers.end(await servers.serving(), 'SIGKILL');
    const second = await servers.serving();
    expect((await signIn(second.url)).status).toBe(201);
    expect(await servers.end(second, 'SIGTERM')).toBe(0);
    // The last one out stops the database, whoever started it.
    expect(existsSync(pidFile(servers.directory))).toBe(false);
  });

  it('recovers from kill -9 of PostgreSQL with everything that was acknowledged', async () => {
    const first = await servers.serving();
    const { body } = await signIn(first.url);
    process.kill(postmaster(servers.directory), 'SIGKILL');
    await servers.end(first, 'SIGKILL');
    const second = await servers.serving();
    expect((await call(second.url, 'GET', '/v1/sessions/current', { token: body.token })).status).toBe(200);
    await servers.end(second, 'SIGTERM');
  });

  it('the last one out stops the database even while a session of its own is still closing', async () => {
    const server = await startEmbeddedPostgres({ directory: servers.directory });
    const closing = new Client({ connectionString: server.appUrl });
    await closing.connect();
    const stopped = server.stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await closing.end();
    await stopped;
    expect(existsSync(pidFile(servers.directory))).toBe(false);
  });

  it('a database that somebody else uses is left to them', async () => {
    const server = await startEmbeddedPostgres({ directory: servers.directory });
    const other = new Client({ connectionString: server.appUrl });
    await other.connect();
    await server.stop();
    expect((await other.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await other.end();
    await server.stop();
    expect(existsSync(pidFile(servers.directory))).toBe(false);
  });

  it('two starts at once share one data directory, and neither harms it', async () => {
    const both = await Promise.all([servers.start(), servers.start()]);
    await Promise.all(both.map(ready));
    expect((await Promise.all(both.map(({ url }) => signIn(url)))).map(({ status }) => status)).toEqual([201, 201]);
    await Promise.all(both.map((server) => servers.end(server, 'SIGTERM')));
    const again = await servers.serving();
    expect((await signIn(again.url)).status).toBe(201);
    await servers.end(again, 'SIGTERM');
  });
});

describe('kill -9 while the demo is being written', () => {
  let cut: Servers;
  beforeAll(() => { cut = new Servers('cut'); });
  afterAll(async () => { await cut.close(); });

  it('is told by the next start, and by the one after it: no half of a demo is served, and what to delete is said', async () => {
    const first = await cut.start();
    const database = await startEmbeddedPostgres({ directory: cut.directory });
    const people = async (): Promise<number> => {
      const client = new Client({ connectionString: database.appUrl });
      try {
        await client.connect();
        return (await client.query<{ n: number }>('SELECT count(*)::int AS n FROM app_user')).rows[0]?.n ?? 0;
      } catch {
        return 0;
      } finally {
        await client.end();
      }
    };
    while (await people() === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await cut.end(first, 'SIGKILL');
    await database.stop();
    for (let again = 0; again < 2; again += 1) {
      const said = await cut.lastWords({});
      expect(said).toContain(`The demo was cut short while it was being written, so only a part of it is there. Delete the folder ${cut.directory} and start again`);
      expect(said).not.toMatch(/at .*\.js:\d+/);
    }
    expect(existsSync(pidFile(cut.directory))).toBe(false);
  });
});
