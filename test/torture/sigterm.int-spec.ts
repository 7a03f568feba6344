import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { call } from '../support/app.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { raw } from '../support/raw-http.js';
import { Servers, signIn, type ServerProcess } from '../support/server-process.js';

let servers: Servers;
let database: TestDatabase;
beforeAll(async () => {
  servers = new Servers('sigterm');
  database = await createEmptyDatabase();
});
afterAll(async () => {
  await servers.close();
  await database.drop();
});

const serving = (): Promise<ServerProcess> => servers.serving({ environment: { DATABASE_URL: database.appUrl, DATABASE_OWNER_URL: database.ownerUrl } });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function heldUp<T>(table: string, ms: number, meanwhile: () => Promise<T>): Promise<T> {
  const blocker = new Client({ connectionString: database.ownerUrl });
  await blocker.connect();
  await blocker.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  const working = meanwhile();
  await pause(ms);
  await blocker.query('ROLLBACK');
  await blocker.end();
  return working;
}

describe('SIGTERM', () => {
  it('answers the requests in flight, also those that leave a job behind, and exits within ten seconds', async () => {
    const server = await serving();
    const { token } = (await signIn(server.url)).body;
    const me = await call<{ memberships: { merchantId: string }[] }>(server.url, 'GET', '/v1/sessions/current', { token });
    const sites = await call<{ items: { id: string }[] }>(server.url, 'GET', `/v1/merchants/${me.body.memberships[0]?.merchantId ?? ''}/sites`, { token });
    const schemes = await call<{ items: { id: string }[] }>(server.url, 'GET', '/v1/schemes');
    const draft = () => call<{ id: string }>(server.url, 'POST', '/v1/claims', {
      token, body: { siteId: sites.body.items[0]?.id, schemeId: schemes.body.items[0]?.id, window: { from: '2026-10-13T10:00:00+01:00', to: '2026-10-13T14:30:00+01:00' }, answers: { takeTariff: true } },
    });
    const { id } = (await draft()).body;
    const submit = () => call(server.url, 'POST', `/v1/claims/${id}/submissions`, {
      token, headers: { 'if-match': '"1"' }, body: { declarations: { isTrue: true, paidElsewhere: false } },
    });
    const began = performance.now();
    const answers = await heldUp('claim', 1_200, async () => {
      const inFlight = [submit(), draft(), draft(), draft(), draft(), draft()];
      await pause(200);
      server.child.kill('SIGTERM');
      return Promise.all(inFlight);
    });
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 201]);
    expect(await servers.ended(server)).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('does not wait longer than that for a client that never finishes its request', async () => {
    const server = await serving();
    const slow = raw(server.url, 'POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{', 30_000);
    await pause(200);
    const began = performance.now();
    expect(await servers.end(server, 'SIGTERM')).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    await slow.catch(() => undefined);
  });
});
