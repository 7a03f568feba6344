import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { ready, Servers, signIn } from '../support/server-process.js';

let servers: Servers;
let empty: TestDatabase;
beforeAll(async () => {
  servers = new Servers('instances');
  empty = await createEmptyDatabase();
});
afterAll(async () => {
  await servers.close();
  await empty.drop();
});

describe('several instances', () => {
  it('starting at once on an empty database all serve, and it is migrated and seeded once', async () => {
    const environment = { DATABASE_URL: empty.appUrl, DATABASE_OWNER_URL: empty.ownerUrl };
    const three = await Promise.all([1, 2, 3].map(() => servers.start({ environment })));
    await Promise.all(three.map(ready));
    expect((await Promise.all(three.map(({ url }) => signIn(url)))).map(({ status }) => status)).toEqual([201, 201, 201]);
    const client = new Client({ connectionString: empty.ownerUrl });
    await client.connect();
    const { rows } = await client.query(`SELECT (SELECT count(*)::int FROM migration) AS migrations, (SELECT count(DISTINCT name)::int FROM migration) AS names,
      (SELECT count(*)::int FROM merchant) AS merchants, (SELECT count(DISTINCT legal_name)::int FROM merchant) AS businesses,
      (SELECT count(*)::int FROM scheme) AS schemes, (SELECT count(DISTINCT title)::int FROM scheme) AS titles`);
    await client.end();
    const [{ migrations, names, merchants = 0, businesses, schemes = 0, titles } = {}] = rows as Record<string, number>[];
    expect(Math.min(merchants, schemes)).toBeGreaterThan(0);
    expect([migrations, merchants, schemes]).toEqual([names, businesses, titles]);
    expect(await Promise.all(three.map((server) => servers.end(server, 'SIGTERM')))).toEqual([0, 0, 0]);
  });
});
