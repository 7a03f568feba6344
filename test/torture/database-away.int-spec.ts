import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { call, type Answer } from '../support/app.js';
import { MortalPostgres } from '../support/postgres-process.js';
import { Servers, signIn, type ServerProcess } from '../support/server-process.js';

const POOL = 4;

let postgres: MortalPostgres;
let servers: Servers;
let server: ServerProcess;
let token: string;

beforeAll(async () => {
  postgres = await MortalPostgres.start();
  servers = new Servers('away');
  server = await servers.serving({ environment: { DATABASE_URL: postgres.appUrl, DATABASE_OWNER_URL: postgres.ownerUrl, DATABASE_POOL: String(POOL) } });
  token = (await signIn(server.url)).body.token;
});

afterAll(async () => {
  await servers.close();
  await postgres.close();
});

const read = () => call(server.url, 'GET', '/v1/claims', { token });
/** A write that nobody minds having twice. */
const write = (code: string) => call(server.url, 'POST', '/v1/merchants', {
  token, body: { legalName: code, registration: { scheme: 'none', value: '' }, sector: { system: 'x', code: 'food' }, country: 'GB', language: 'en', zone: 'UTC', sizes: [] },
});

interface Timed { readonly answer: Answer; readonly ms: number }

async function timed(ask: () => Promise<Answer>): Promise<Timed> {
  const began = performance.now();
  const answer = await ask();
  return { answer, ms: performance.now() - began };
}

const away = { status: 503, retry: '2', type: 'application/problem+json' };
const seen = ({ answer: { status, headers } }: Timed) => ({ status, retry: headers['retry-after'], type: headers['content-type'] });

async function everyAnswerIsAway(asks: (() => Promise<Answer>)[], withinMs: number): Promise<void> {
  const answers = await Promise.all(asks.map(timed));
  expect(answers.map(seen)).toEqual(answers.map(() => away));
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(withinMs);
}

async function probes(readiness: number): Promise<void> {
  expect((await call(server.url, 'GET', '/livez')).status).toBe(200);
  expect((await call(server.url, 'GET', '/readyz')).status).toBe(readiness);
}

/** Milliseconds until the same process serves again. */
async function servesAgain(): Promise<number> {
  const began = performance.now();
  while ((await read()).status !== 200 || (await write('after')).status !== 201) {
    if (performance.now() - began > 20_000) throw new Error('it does not serve again');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(server.child.exitCode).toBeNull();
  return performance.now() - began;
}

describe('while the database is dead', () => {
  it('every request is answered 503 within a second, and after its return the same process serves within two', async () => {
    await postgres.kill();
    await everyAnswerIsAway([read, read, () => write('dead'), read, () => write('dead')], 1_000);
    await probes(503);
    await everyAnswerIsAway([read], 1_000);
    await postgres.revive();
    const ms = await servesAgain();
    console.log(`dead: serving again after ${ms.toFixed(0)} ms`);
    expect(ms).toBeLessThan(2_000);
    await probes(200);
  });
});

describe('while the database hangs', () => {
  it('every request is answered 503 within five seconds, and after its return the same process serves within two', async () => {
    await read();
    const thaw = postgres.freeze();
    try {
      await everyAnswerIsAway(Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? read : () => write('hung'))), 5_000);
      await probes(503);
      await everyAnswerIsAway([read, () => write('hung')], 5_000);
    } finally {
      thaw();
    }
    const ms = await servesAgain();
    console.log(`hung: serving again after ${ms.toFixed(0)} ms`);
    expect(ms).toBeLessThan(2_000);
  });

  it('in the middle of a transaction, the answer comes within five seconds too', async () => {
    const blocker = new Client({ connectionString: postgres.ownerUrl });
    blocker.on('error', () => undefined);
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE merchant IN ACCESS EXCLUSIVE MODE');
    const writing = timed(() => write('half'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const thaw = postgres.freeze();
    const { answer, ms } = await writing;
    thaw();
    await blocker.end();
    expect(answer.status).toBe(503);
    expect(ms).toBeLessThan(5_000);
    expect(await servesAgain()).toBeLessThan(2_000);
  });
});

describe('while every connection of the pool is taken', () => {
  it('others are answered 503 within two seconds', async () => {
    const blocker = new Client({ connectionString: postgres.ownerUrl });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE merchant IN ACCESS EXCLUSIVE MODE');
    const holders = Array.from({ length: POOL }, (_, i) => write(`holder ${i}`));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await everyAnswerIsAway([read, read], 2_000);
    expect((await call(server.url, 'GET', '/livez')).status).toBe(200);
    await blocker.query('ROLLBACK');
    await blocker.end();
    await Promise.all(holders);
    expect(await servesAgain()).toBeLessThan(2_000);
  });
});
