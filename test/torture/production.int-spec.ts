import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshKeys } from '../../src/platform/crypto/keyring.js';
import { call } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Servers } from '../support/server-process.js';

describe('production', () => {
  let database: TestDatabase;
  let servers: Servers;
  const production = (url: string): Record<string, string> => ({ NODE_ENV: 'production', DATABASE_URL: url, MAKEGOOD_KEYS: freshKeys() });

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

  it('gets its first administrator from the command line, once, with a password that is long enough', async () => {
    const add = (email: string, password: string) => servers.command(['user', 'add', email, 'First Administrator'], { environment: production(database.appUrl), input: `${password}\n` });
    expect(await add('first@operator.example', 'too short')).toMatchObject({ code: 1, output: expect.stringContaining('at least 15 characters') });
    expect(await add('first@operator.example', 'fifteen or more of them')).toMatchObject({ code: 0, output: 'first@operator.example added as administrator\n' });
    expect(await add('FIRST@operator.example', 'fifteen or more of them')).toMatchObject({ code: 1, output: expect.stringContaining('registered with this address') });
    expect(await add('nobody', 'fifteen or more of them')).toMatchObject({ code: 2 });
    const server = await servers.serving({ environment: production(database.appUrl) });
    const { status, body } = await call<{ token: string }>(server.url, 'POST', '/v1/sessions', { body: { email: 'first@operator.example', password: 'fifteen or more of them' } });
    expect(status).toBe(201);
    const person = { email: 'second@operator.example', name: 'Second', password: 'added by the first of them' };
    expect((await call(server.url, 'POST', '/v1/users', { token: body.token, body: person, headers: { 'idempotency-key': 'second' } })).status).toBe(201);
    expect(await servers.end(server, 'SIGTERM')).toBe(0);
  });

  it('says that it was not told a database, instead of starting one', async () => {
    expect(await servers.lastWords({ environment: { NODE_ENV: 'production' } })).toContain('DATABASE_URL is required in production');
  });

  it('does not start without the keys of account numbers', async () => {
    const { MAKEGOOD_KEYS: _keys, ...without } = production(database.appUrl);
    expect(await servers.lastWords({ environment: without })).toContain('MAKEGOOD_KEYS or MAKEGOOD_KEYS_FILE is required in production');
  });

  it('says in words that a database was never migrated', async () => {
    const empty = new URL(database.appUrl);
    empty.pathname = '/postgres';
    const words = await servers.lastWords({ environment: production(empty.toString()) });
    expect(words).toContain('DATABASE_OWNER_URL');
    expect(words).not.toMatch(/at .*\.js:\d+/);
  });
});
