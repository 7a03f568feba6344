import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { call, type Answer } from '../support/app.js';
import { MortalPostgres } from '../support/postgres-process.js';
import { Servers, signIn, type ServerProcess } from '../support/server-process.js';

const WRITERS = 4;
const ROUNDS = 4;

let postgres: MortalPostgres;
let servers: Servers;
beforeAll(async () => {
  postgres = await MortalPostgres.start();
  servers = new Servers('acknowledged');
});
afterAll(async () => {
  await servers.close();
  await postgres.close();
});

interface Attempt {
  readonly key: string;
  /** The id the server acknowledged; none when no 2xx came back. */
  id?: string;
}

const start = (): Promise<ServerProcess> =>
  servers.serving({ environment: { DATABASE_URL: postgres.appUrl, DATABASE_OWNER_URL: postgres.ownerUrl } });

const open = (url: string, token: string, key: string): Promise<Answer<{ id: string }>> => call<{ id: string }>(url, 'POST', '/v1/merchants', {
  token, headers: { 'idempotency-key': key },
  body: { legalName: key, registration: { scheme: 'none', value: key.slice(0, 40) }, sector: { system: 'x', code: 'food' }, country: 'GB', language: 'en', zone: 'UTC', sizes: [] },
});

/** Writes until told to stop; a broken connection is an attempt without an answer. */
async function writer(name: string, url: string, token: string, until: { over: boolean }): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (let i = 0; !until.over; i += 1) {
    const attempt: Attempt = { key: `${name}-${i}` };
    attempts.push(attempt);
    const answer = await open(url, token, attempt.key).catch(() => undefined);
    if (answer?.status === 201) attempt.id = answer.body.id;
    else await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return attempts;
}

describe('kill -9 in the middle of the work', () => {
  it('loses nothing that was acknowledged, and what was not is done once when it is sent again', async () => {
    let server = await start();
    const attempts: Attempt[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { token } = (await signIn(server.url)).body;
      const until = { over: false };
      const writers = Array.from({ length: WRITERS }, (_, n) => writer(`r${round}w${n}`, server.url, token, until));
      await new Promise((resolve) => setTimeout(resolve, 700 + 100 * round));
      if (round % 2 === 0) await servers.end(server, 'SIGKILL');
      else await postgres.kill();
      until.over = true;
      attempts.push(...(await Promise.all(writers)).flat());
      if (round % 2 === 0) server = await start();
      else await postgres.revive();
    }
    const acknowledged = attempts.filter(({ id }) => id !== undefined);
    console.log(`${attempts.length} sent, ${acknowledged.length} acknowledged`);
    expect(acknowledged.length).toBeGreaterThan(20);
    expect(acknowledged.length).toBeLessThan(attempts.length);
    const { token } = (await signIn(server.url)).body;
    for (const { key, id } of attempts) {
      const again = await open(server.url, token, key);
      expect({ key, status: again.status }).toEqual({ key, status: 201 });
      if (id !== undefined) expect({ key, id: again.body.id, replayed: again.headers['idempotency-replayed'] }).toEqual({ key, id, replayed: 'true' });
    }
    const client = new Client({ connectionString: postgres.ownerUrl });
    await client.connect();
    const { rows } = await client.query<{ key: string }>(`SELECT legal_name AS key FROM merchant WHERE legal_name ~ '^r\\dw\\d-\\d+$' ORDER BY legal_name`);
    await client.end();
    expect(rows.map(({ key }) => key).sort()).toEqual(attempts.map(({ key }) => key).sort());
  });
});
