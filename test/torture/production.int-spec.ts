import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ServerProcesses, ended } from '../support/server-process.js';

describe('production', () => {
  let database: TestDatabase;
  let servers: ServerProcesses;
  const production = (url: string): Record<string, string> => ({ NODE_ENV: 'production', DATABASE_URL: url });

  beforeAll(async () => {
    database = await createTestDatabase();
    servers = new ServerProcesses();
  });

  afterAll(async () => {
    await servers.close();
    await database.drop();
  });

  it('seeds no demo unless told to, and prints no password', async () => {
    const server = await servers.start(production(database.appUrl));
    await server.ready();
    const { status } = await call(server.url, 'POST', '/v1/sessions', { body: { email: 'finance@makegood.example', password: 'makegood demo 2026' } });
    expect(status).toBe(401);
    expect(server.output()).not.toMatch(/password/i);
    expect(await servers.end(server.child, 'SIGTERM')).toBe(0);
  });

  it.each(['main', 'worker'])('%s refuses to run as the owner of the tables', async (entry) => {
    const server = await servers.start(production(database.ownerUrl), [process.execPath, `dist/src/${entry}.js`]);
    expect(await ended(server.child)).toBe(1);
    expect(server.output()).toContain('Connect as makegood_app');
    expect(server.output()).not.toContain(new URL(database.ownerUrl).password);
  });

  it('says that it was not told a database, instead of starting one', async () => {
    const server = await servers.start({ NODE_ENV: 'production' });
    expect(await ended(server.child)).toBe(1);
    expect(server.output()).toContain('DATABASE_URL is required in production');
  });

  it('says in words that a database was never migrated', async () => {
    const empty = new URL(database.appUrl);
    empty.pathname = '/postgres';
    const server = await servers.start(production(empty.toString()));
    expect(await ended(server.child)).toBe(1);
    expect(server.output()).toContain('DATABASE_OWNER_URL');
    expect(server.output()).not.toMatch(/at .*\.js:\d+/);
  });
});
