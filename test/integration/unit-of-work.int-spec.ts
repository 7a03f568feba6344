import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { PgBoss } from 'pg-boss';
import { ok, refuse, type Result } from '../../src/core/errors/index.js';
import { readConfig } from '../../src/platform/config/config.js';
import { Vault } from '../../src/platform/crypto/vault.js';
import { Database } from '../../src/platform/database/database.js';
import type { Tx } from '../../src/platform/database/tx.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { fingerprintOf, IdempotencyStore } from '../../src/platform/idempotency/idempotency-store.js';
import { Jobs, QUEUE_SCHEMA } from '../../src/platform/jobs/jobs.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { asSystem } from '../support/lower-floors.js';

let testDatabase: TestDatabase;
let owner: Client;
let database: Database;
let work: UnitOfWork;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  owner = new Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
  await owner.query('CREATE TABLE note (text text PRIMARY KEY); GRANT SELECT, INSERT, UPDATE, DELETE ON note TO makegood_app');
});
afterAll(async () => {
  await owner.end();
  await testDatabase.drop();
});

const config = () => readConfig({ NODE_ENV: 'test', DATABASE_URL: testDatabase.appUrl, DATABASE_POOL: '3' });

beforeEach(async () => {
  await owner.query('TRUNCATE note');
  database = new Database(config(), []);
  work = new UnitOfWork(database);
});
afterEach(async () => { await database.onApplicationShutdown(); });

const note = (tx: Tx, text: string): Promise<number> => tx.execute('INSERT INTO note (text) VALUES ($1)', [text]);
const notes = async (): Promise<string[]> => (await owner.query<{ text: string }>('SELECT text FROM note ORDER BY text')).rows.map(({ text }) => text);
const backend = async (tx: Tx): Promise<number> => (await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid ?? 0;

/** Raises what the database would, `times` times in a row. */
const failing = (code: string, times: number) => {
  let runs = 0;
  return {
    runs: () => runs,
    work: async (tx: Tx): Promise<Result<number>> => {
      runs += 1;
      await note(tx, `run ${runs}`);
      if (runs <= times) await tx.query(`DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '${code}'; END $$`);
      return ok(runs);
    },
  };
};

describe('a unit of work', () => {
  it('waits longer for a statement where bulk work asks for it, and no longer afterwards', async () => {
    const slow = (tx: Tx) => tx.query('SELECT pg_sleep(4.2)');
    expect(await work.run(asSystem, async (tx) => ok(await slow(tx)))).toMatchObject({ ok: false, refusal: { code: 'platform.database_away' } });
    expect((await work.run(asSystem, async (tx) => {
      await tx.allow(20);
      return ok(await slow(tx));
    })).ok).toBe(true);
    expect(await work.run(asSystem, async (tx) => ok(await tx.query(`SELECT current_setting('statement_timeout') AS most`)))).toEqual(ok([{ most: '3500ms' }]));
  }, 20_000);

  it('commits what it did, and nothing after a refusal or an error', async () => {
    await work.run(asSystem, async (tx) => ok(await note(tx, 'kept')));
    const refused = await work.run(asSystem, async (tx) => {
      await note(tx, 'refused');
      return refuse('platform.busy');
    });
    await expect(work.run(asSystem, async (tx) => {
      await note(tx, 'broken');
      throw new TypeError('a bug');
    })).rejects.toThrow('a bug');
    expect([refused.ok, await notes()]).toEqual([false, ['kept']]);
  });

  it('inside another one throws', async () => {
    await expect(work.run(asSystem, async () => work.run(asSystem, async () => ok(1)))).rejects.toThrow('a unit of work inside a unit of work');
  });

  it.each([['40001'], ['40P01'], ['55P03']])('runs the whole function again after %s', async (code) => {
    const twice = failing(code, 2);
    expect(await work.run(asSystem, twice.work)).toEqual(ok(3));
    expect([twice.runs(), await notes()]).toEqual([3, ['run 3']]);
  });

  it('runs three times at most, then says that it is busy', async () => {
    const always = failing('40001', 99);
    expect(await work.run(asSystem, always.work)).toMatchObject({ ok: false, refusal: { code: 'platform.busy' } });
    expect([always.runs(), await notes()]).toEqual([3, []]);
  });

  it.each([['22012'], ['42P01']])('does not run again after %s', async (code) => {
    const once = failing(code, 1);
    await expect(work.run(asSystem, once.work)).rejects.toThrow();
    expect([once.runs(), await notes()]).toEqual([1, []]);
  });

  it('settles a real deadlock: both get their work done', async () => {
    await owner.query(`INSERT INTO note VALUES ('a'), ('b')`);
    const touch = (first: string, second: string) => work.run(asSystem, async (tx) => {
      await tx.execute('UPDATE note SET text = text WHERE text = $1', [first]);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return ok(await tx.execute('UPDATE note SET text = text WHERE text = $1', [second]));
    });
    expect(await Promise.all([touch('a', 'b'), touch('b', 'a')])).toEqual([ok(1), ok(1)]);
  });

  it('reuses the connection after a clean rollback, and destroys it when ROLLBACK itself fails', async () => {
    const pids: number[] = [];
    const refused = () => work.run(asSystem, async (tx) => {
      pids.push(await backend(tx));
      return refuse('platform.busy');
    });
    await refused();
    await refused();
    expect(pids[0]).toBe(pids[1]);
    const admin = new Client({ connectionString: testDatabase.adminUrl });
    await admin.connect();
    await work.run(asSystem, async (tx) => {
      const pid = await backend(tx);
      pids.push(pid);
      // Ended behind its back: the next thing said on it, the ROLLBACK, fails.
      await admin.query('SELECT pg_terminate_backend($1)', [pid]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return refuse('platform.busy');
    }).catch(() => undefined);
    await admin.end();
    expect(await work.run(asSystem, async (tx) => ok(await backend(tx)))).not.toEqual(ok(pids.at(-1)));
  });

  it('whose statement runs too long is told so, and its connection is not used again', async () => {
    let pid = 0;
    const began = performance.now();
    expect(await work.run(asSystem, async (tx) => {
      pid = await backend(tx);
      return ok(await tx.query('SELECT pg_sleep(10)'));
    })).toMatchObject({ ok: false, refusal: { code: 'platform.database_away' } });
    expect(performance.now() - began).toBeLessThan(4_500);
    expect(await work.run(asSystem, async (tx) => ok(await backend(tx)))).not.toEqual(ok(pid));
  });

  it('runs what follows the commit only after it', async () => {
    const seen: string[][] = [];
    await work.run(asSystem, async (tx) => {
      tx.afterCommit(async () => { seen.push(await notes()); });
      await note(tx, 'first');
      return ok(undefined);
    });
    await work.run(asSystem, async (tx) => {
      tx.afterCommit(async () => { seen.push(['never']); });
      return refuse('platform.busy');
    });
    expect(seen).toEqual([['first']]);
  });
});

describe('jobs', () => {
  let jobs: Jobs;
  const done: string[] = [];
  const poison = new Set<string>();

  beforeEach(async () => {
    done.length = 0;
    poison.clear();
    jobs = new Jobs(config(), work);
    jobs.define<{ text: string }>({
      queue: 'test.note',
      handle: async (_ctx, { text }, tx) => {
        if (poison.has(text)) throw new Error('poison');
        await note(tx, text);
        done.push(text);
      },
    });
    jobs.define<{ text: string }>({ queue: 'test.long', expireInSeconds: 7_200, perform: (_ctx, { text }) => { done.push(text); return Promise.resolve(); } });
    await jobs.open();
  });
  afterEach(async () => { await jobs.beforeApplicationShutdown(); });

  const queued = async (): Promise<string[]> =>
    (await owner.query<{ text: string }>(`SELECT data->>'text' AS text FROM pgboss.job WHERE name = 'test.note' AND state < 'completed' ORDER BY 1`)).rows.map(({ text }) => text);
  const until = async (reached: () => boolean | Promise<boolean>): Promise<void> => {
    for (const end = performance.now() + 15_000; !(await reached());) {
      if (performance.now() > end) throw new Error('not reached in 15 s');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('commit with the work that asks for them, or vanish with it', async () => {
    const answer = new IdempotencyStore(database, new Vault(config())).pending({
      principal: 'test', method: 'POST', path: '/test', key: 'together', authority: [], fingerprint: () => Promise.resolve(fingerprintOf({}, undefined)),
    }, 201);
    const attempt = (text: string, end: () => Result<string>) => work.run({ ...asSystem, pendingAnswer: answer }, async (tx) => {
      await note(tx, text);
      await jobs.enqueue(tx, 'test.note', { text });
      return end();
    });
    const kept = async () => [await notes(), await queued(), (await owner.query(`SELECT FROM idempotency WHERE key = 'together'`)).rowCount];
    await attempt('refused', () => refuse('platform.busy'));
    await expect(attempt('thrown', () => { throw new TypeError('a bug'); })).rejects.toThrow('a bug');
    expect(await kept()).toEqual([[], [], 0]);
    await attempt('both', () => ok('both'));
    expect(await kept()).toEqual([['both'], ['both'], 1]);
    await owner.query('DELETE FROM pgboss.job');
  });

  it('asked for inline are done before the caller goes on, and their row is completed with them', async () => {
    await work.run(asSystem, async (tx) => ok(await jobs.enqueue(tx, 'test.note', { text: 'at once' }, { inline: true })));
    expect([done, await queued()]).toEqual([['at once'], []]);
  });

  it('that fail inline stay in the queue, and the caller is not kept from going on', async () => {
    poison.add('later');
    expect(await work.run(asSystem, async (tx) => ok(await jobs.enqueue(tx, 'test.note', { text: 'later' }, { inline: true })))).toEqual(ok(undefined));
    expect([done, await queued()]).toEqual([[], ['later']]);
    poison.clear();
    await jobs.consume();
    // The handler is done before its transaction is: what counts is the commit.
    await until(async () => (await queued()).length === 0);
    expect([await notes(), await queued()]).toEqual([['later'], []]);
  });

  it('that take long inline keep the caller for a second at most, and are still done once', async () => {
    await owner.query('BEGIN; LOCK TABLE note IN ACCESS EXCLUSIVE MODE');
    const began = performance.now();
    await work.run(asSystem, async (tx) => ok(await jobs.enqueue(tx, 'test.note', { text: 'slow' }, { inline: true })));
    const kept = performance.now() - began;
    await owner.query('ROLLBACK');
    // The job itself ends with the lock time-out of two seconds: a caller that waited for it would be kept at least as long.
    expect(kept).toBeLessThan(1_950);
    await jobs.consume();
    await until(async () => (await queued()).length === 0);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect([await notes(), await queued()]).toEqual([['slow'], []]);
  });

  it('that are poison are parked at the end of their schedule, and never keep others waiting', async () => {
    poison.add('poison');
    await work.run(asSystem, async (tx) => ok(await jobs.enqueue(tx, 'test.note', { text: 'poison' })));
    await jobs.consume();
    await until(async () => ((await owner.query(`SELECT FROM pgboss.job WHERE name = 'test.note' AND retry_count + 1 >= 1 AND state = 'retry'`)).rowCount ?? 0) > 0);
    await work.run(asSystem, async (tx) => ok(await jobs.enqueue(tx, 'test.note', { text: 'behind it' })));
    await until(() => done.includes('behind it'));
    // The rest of the schedule takes minutes: the last try is made to be the next one.
    await owner.query(`UPDATE pgboss.job SET retry_count = retry_limit, start_after = now() WHERE name = 'test.note' AND state = 'retry'`);
    await until(async () => (await jobs.parked()).length > 0);
    expect((await jobs.parked()).map(({ data }) => data)).toMatchObject([{ text: 'poison' }]);
    expect(await notes()).toEqual(['behind it']);
  });

  it('that take hours and whose worker was killed are taken up when it has been silent for a minute, and no others are', async () => {
    await work.run(asSystem, async (tx) => {
      for (const text of ['killed', 'goes on']) await jobs.enqueue(tx, 'test.long', { text });
      await jobs.enqueueAll(tx, 'test.long', [{ text: 'killed, one of many' }]);
      return ok(undefined);
    });
    const killed = new PgBoss({ connectionString: testDatabase.appUrl, schema: QUEUE_SCHEMA, migrate: false, createSchema: false, schedule: false, supervise: false });
    await killed.start();
    expect(await killed.fetch('test.long', { batchSize: 3 })).toHaveLength(3);
    await owner.query(`UPDATE pgboss.job SET started_on = now() - interval '1 hour', heartbeat_on = now() - interval '59 s' WHERE name = 'test.long'`);
    await owner.query(`UPDATE pgboss.job SET heartbeat_on = now() - interval '61 s' WHERE name = 'test.long' AND data ->> 'text' LIKE 'killed%'`);
    await killed.supervise('test.long');
    await killed.stop({ graceful: false, close: true });
    await owner.query(`UPDATE pgboss.job SET start_after = now() WHERE name = 'test.long' AND state = 'retry'`);
    await jobs.consume();
    const going = async (): Promise<unknown[]> => (await owner.query<object>(`SELECT data ->> 'text' AS text, state FROM pgboss.job WHERE name = 'test.long' AND state < 'completed'`)).rows;
    await until(async () => done.length >= 2 && (await going()).length === 1);
    expect([done.toSorted(), await going()]).toEqual([['killed', 'killed, one of many'], [{ text: 'goes on', state: 'active' }]]);
  });
});
