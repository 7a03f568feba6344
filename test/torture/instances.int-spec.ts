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
      (SELECT count(*)::int FROM app_user WHERE email LIKE 'owner@%') AS owners, (SELECT count(*)::int FROM scheme) AS schemes`);
    await client.end();
    const [{ migrations, names, ...seeded } = {}] = rows as Record<string, number>[];
    expect(migrations).toBe(names);
    expect(seeded).toEqual({ owners: 1, schemes: 1 });
    expect(await Promise.all(three.map((server) => servers.end(server, 'SIGTERM')))).toEqual([0, 0, 0]);
  });
});
