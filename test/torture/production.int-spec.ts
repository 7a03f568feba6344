import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Servers } from '../support/server-process.js';

describe('production', () => {
  let database: TestDatabase;
  let servers: Servers;
  const production = (url: string): Record<string, string> => ({ NODE_ENV: 'production', DATABASE_URL: url });

  beforeAll(async () => {
    database = await createTestDatabase();
    servers = new Servers('production');
  });

  afterAll(async () => {
    await servers.close();
    await database.drop();
  });

  it('seeds no demo unless told to, and prints no password', async () => {
    const server = await servers.serving({ environment: production(database.appUrl) });
    const { status } = await call(server.url, 'POST', '/v1/sessions', { body: { email: 'finance@makegood.example', password: 'makegood demo 2026' } });
    expect(status).toBe(401);
    expect(server.output()).not.toMatch(/password/i);
    expect(await servers.end(server, 'SIGTERM')).toBe(0);
  });

  it('refuses to run as the owner of the tables, and keeps its password to itself', async () => {
    const words = await servers.lastWords({ environment: production(database.ownerUrl) });
    expect(words).toContain('In production Makegood runs as makegood_app');
    expect(words).not.toContain(new URL(database.ownerUrl).password);
  });

  it('says that it was not told a database, instead of starting one', async () => {
    expect(await servers.lastWords({ environment: { NODE_ENV: 'production' } })).toContain('DATABASE_URL is required in production');
  });

  it('says in words that a database was never migrated', async () => {
    const empty = new URL(database.appUrl);
    empty.pathname = '/postgres';
    const words = await servers.lastWords({ environment: production(empty.toString()) });
    expect(words).toContain('DATABASE_OWNER_URL');
    expect(words).not.toMatch(/at .*\.js:\d+/);
  });
});
