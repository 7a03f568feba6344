import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { currency, parseMoney } from '../../src/core/money/index.js';
import { SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { Vault } from '../../src/platform/crypto/vault.js';
import { readPain } from '../../src/platform/payment-files/pain-reader.js';
import { testConfig } from '../support/app.js';
import { financePerson, payableClaims } from '../support/payables.js';
import { MortalPostgres } from '../support/postgres-process.js';
import { Servers } from '../support/server-process.js';

/** So many funds are caught under way by kills at moments that nobody chose. */
const MOMENTS = 200;
/** Funds that one process pays at once; one kill meets them all. */
const AT_ONCE = 24;
const CLAIMS = 4;
const PAYER = join(process.cwd(), 'test', 'support', 'payer.mjs');
const SEPA = SHIPPED_PROFILES.find(({ id }) => id === 'sepa-sct-09') as object;

let postgres: MortalPostgres;
let servers: Servers;
let owner: Client;
let vault: Vault;
let people: Record<string, unknown>;
const funds: string[] = [];
let pending: readonly string[] = [];

const connected = async (): Promise<Client> => {
  const client = new Client({ connectionString: postgres.adminUrl });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};
const environment = (): Record<string, string> => ({ DATABASE_URL: postgres.appUrl, DATABASE_OWNER_URL: postgres.ownerUrl, DATABASE_POOL: '60', DEMO: 'off' });
const amountsOf = (n: number): bigint[] => Array.from({ length: CLAIMS }, (_, k) => BigInt(((n + 1) * 7_919 + k * 104_729) % 500_000 + 1));

async function freshFund(): Promise<string> {
  const { fundId } = await payableClaims(owner, { seed: `torture-${funds.length}`, amounts: amountsOf(funds.length), profile: SEPA, vault });
  funds.push(fundId);
  return fundId;
}

async function freshFunds(count: number): Promise<string[]> {
  const fresh: string[] = [];
  while (fresh.length < count) fresh.push(await freshFund());
  return fresh;
}

interface Work { readonly first?: readonly string[]; readonly funds: readonly string[]; readonly gates?: Readonly<Record<string, number>> }
interface Payer { readonly over: Promise<number | null>; readonly output: () => string; kill(): void; paying(): Promise<void> }

function payer(work: Work): Payer {
  const child = servers.script(PAYER, [JSON.stringify({ ...work, people })], environment());
  const paying = async (): Promise<void> => {
    while (!child.output().includes('paying')) {
      if (child.child.exitCode !== null) throw new Error(child.output());
      await pause(5);
    }
  };
  return { over: servers.ended(child), output: child.output, kill: () => void child.child.kill('SIGKILL'), paying };
}

/** Everybody is paid by now: the steps that each fund took (`w` writes to the database, `f` changes a file, `r` neither), and how long all took. */
async function paid(fresh: number): Promise<{ steps: string[]; ms: number }> {
  const process = payer({ first: pending, funds: await freshFunds(fresh) });
  await process.paying();
  const began = performance.now();
  if (await process.over !== 0) throw new Error(process.output());
  pending = [];
  return { steps: [...process.output().split('paying\n')[1]?.matchAll(/^paid (\w+)$/gm) ?? []].map(([, steps = '']) => steps), ms: performance.now() - began };
}

/** Kills a process once each of its funds stands before the step it is meant to die at; an earlier one's funds are paid first. */
async function killedAt(steps: readonly number[]): Promise<void> {
  const fresh = await freshFunds(steps.length);
  const process = payer({ first: pending, funds: fresh, gates: Object.fromEntries(fresh.map((id, n) => [id, steps[n] ?? 0])) });
  const code = await process.over;
  if (code !== null) throw new Error(`not killed at ${steps.join(', ')}: ${process.output()}`);
  pending = fresh;
}

/** Where the funds that are paid stand: none has a batch that has not left twice. */
async function standing(ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await owner.query<{ id: string; state: string }>('SELECT fund_id AS id, state FROM payout_batch WHERE fund_id = ANY ($1::uuid[])', [ids]);
  return new Map(rows.map(({ id, state }) => [id, state]));
}

/** Strikes at a moment that nobody chose while funds are paid, those that were struck before among them. Answers in which states it caught those it caught under way. */
async function struck(ms: number, strike: (process: Payer) => Promise<void>): Promise<string[]> {
  const ids = [...pending, ...await freshFunds(AT_ONCE + 10 - pending.length)];
  const process = payer({ funds: ids });
  await process.paying();
  await pause(Math.random() * ms);
  await strike(process);
  await process.over;
  const now = await standing(ids);
  pending = ids.filter((id) => now.get(id) !== 'settled');
  return [...now.values()].filter((state) => state !== 'settled');
}

beforeAll(async () => {
  postgres = await MortalPostgres.start();
  servers = new Servers('payouts');
  const migrated = await servers.command(['verify-audit'], { environment: environment() });
  if (migrated.code !== 0) throw new Error(migrated.output);
  owner = await connected();
  vault = new Vault({ ...testConfig(postgres.appUrl), dataDirectory: servers.directory });
  people = Object.fromEntries(await Promise.all(['preparer', 'approver', 'releaser'].map(async (name) => [name, await financePerson(owner, name, `finance_${name}` as 'finance_preparer')] as const)));
}, 120_000);

afterAll(async () => {
  await owner.end();
  await servers.close();
  await postgres.close();
});

/** What the bytes on disk say, by a reader that knows nothing of the database. */
async function fileSum(payingAccountId: string, sha256: string): Promise<{ count: number; minor: bigint; digest: string; references: string[] }> {
  const bytes = readFileSync(join(servers.directory, 'files', 'blobs', payingAccountId, sha256.slice(0, 2), sha256));
  const references: string[] = [];
  let minor = 0n;
  for await (const item of readPain((async function* one() { yield bytes; })())) {
    if (item.kind === 'head') continue;
    const amount = parseMoney(item.stated.amount, currency(item.stated.currency));
    references.push(item.stated.endToEndId);
    minor += amount.ok ? amount.value.minor : 0n;
  }
  return { count: references.length, minor, digest: createHash('sha256').update(bytes).digest('hex'), references };
}

async function expectPaidOnce(): Promise<void> {
  const references: string[] = [];
  for (const [n, fundId] of funds.entries()) {
    const due = amountsOf(n).reduce((sum, minor) => sum + minor, 0n);
    const { rows: [row = {}] } = await owner.query<Record<string, string>>(`
      SELECT (SELECT count(*) FROM claim c JOIN scheme s ON s.id = c.scheme_id WHERE s.fund_id = $1) AS claims,
        (SELECT count(*) FROM payment_line WHERE fund_id = $1) AS lines, (SELECT count(DISTINCT claim_id) FROM payment_line WHERE fund_id = $1 AND state = 'settled') AS "claimsPaid",
        (SELECT sum(net_minor) FROM payment_line WHERE fund_id = $1 AND state = 'settled') AS "linesMinor",
        (SELECT sum(released_minor) FROM payout_batch WHERE fund_id = $1 AND state = 'settled') AS "batchMinor", (SELECT count(*) FROM payout_batch WHERE fund_id = $1) AS batches,
        (SELECT balance_minor FROM ledger_account WHERE fund_id = $1 AND name = 'paid') AS paid, (SELECT sum(balance_minor) FROM ledger_account WHERE fund_id = $1 AND name IN ('in_transit', 'reserved')) AS standing,
        (SELECT a.balance_minor FROM ledger_account a JOIN fund f ON f.paying_account_id = a.paying_account_id WHERE f.id = $1 AND a.name = 'cleared') AS cleared,
        (SELECT count(*) FROM payment_line_move m JOIN payment_line l ON l.id = m.line_id WHERE l.fund_id = $1 AND m.to_state = 'settled') AS settlements,
        (SELECT count(*) FROM payment_line_booking k JOIN payment_line l ON l.id = k.line_id WHERE l.fund_id = $1) AS bookings,
        (SELECT count(*) FROM reconciliation_break r JOIN fund f ON f.paying_account_id = r.paying_account_id WHERE f.id = $1) AS breaks,
        (SELECT count(*) FROM payment_line_move m JOIN payment_line l ON l.id = m.line_id WHERE l.fund_id = $1 AND m.to_state = 'in_transit') AS departures,
        (SELECT count(*) FROM ledger_entry WHERE fund_id = $1 AND kind = 'payment_release') AS entries,
        (SELECT count(*) FROM event_log e JOIN payment_line l ON l.id = e.aggregate_id WHERE l.fund_id = $1 AND e.topic = 'payment_line.in_transit') AS events,
        (SELECT count(*) FROM payout_release r JOIN payout_batch b ON b.id = r.batch_id WHERE b.fund_id = $1 AND r.state <> 'done') AS "unfinished"`, [fundId]);
    const { rows: files } = await owner.query<{ payingAccountId: string; sha256: string }>(`
      SELECT b.paying_account_id AS "payingAccountId", f.sha256 FROM payout_file f JOIN payout_batch b ON b.id = f.batch_id WHERE b.fund_id = $1`, [fundId]);
    const read = await Promise.all(files.map(({ payingAccountId, sha256 }) => fileSum(payingAccountId, sha256)));
    references.push(...read.flatMap((file) => file.references));
    const [all, sum] = [String(CLAIMS), String(due)];
    expect({ fund: n, ...row, files: read.reduce((count, file) => count + file.count, 0), fileMinor: String(read.reduce((minor, file) => minor + file.minor, 0n)), digests: read.map(({ digest }) => digest) }).toEqual({
      fund: n, claims: all, lines: all, claimsPaid: all, departures: all, entries: all, events: all, batches: '1', unfinished: '0', linesMinor: sum, batchMinor: sum, paid: sum,
      standing: '0', cleared: sum, settlements: all, bookings: all, breaks: '0',
      files: CLAIMS, fileMinor: sum, digests: files.map(({ sha256 }) => sha256),
    });
  }
  expect(new Set(references).size).toBe(funds.length * CLAIMS);
  const audited = await servers.command(['verify-audit'], { environment: environment() });
  expect(audited).toMatchObject({ code: 0, output: expect.stringContaining(' 0 not whole') as unknown });
}

describe('while money goes out, nobody is paid twice and nobody forgotten', () => {
  it('by kill -9 before and after each statement that writes and each change of a file, and at 200 moments; by a database that dies, or ends its connections', async () => {
    const whole = await paid(AT_ONCE + 10);
    const path = whole.steps.at(-1) ?? '';
    // Between two steps that only read, a kill changes nothing: it is enough to die before what writes, and before what follows it.
    const points = [...path].flatMap((step, n) => (step !== 'r' || (n > 0 && path[n - 1] !== 'r') ? [n + 1] : []));
    for (let n = 0; n < points.length; n += AT_ONCE) await killedAt(points.slice(n, n + AT_ONCE));

    const caught: string[] = [];
    let kills = 0;
    while (caught.length < MOMENTS) {
      kills += 1;
      if (kills > MOMENTS) throw new Error(`${kills} kills caught only ${caught.length}`);
      caught.push(...await struck(whole.ms, async (process) => process.kill()));
    }
    for (let n = 0; n < 3; n += 1) {
      await struck(whole.ms, async () => void await owner.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [new URL(postgres.appUrl).username]));
    }
    await struck(whole.ms, async () => {
      await owner.end();
      await postgres.kill();
      await pause(50);
      await postgres.revive();
      owner = await connected();
    });
    await paid(1);
    console.log(`${funds.length} funds of ${CLAIMS} claims; ${points.length} points of ${path.length} steps; ${kills} kills at random caught ${caught.length}: ${JSON.stringify(Object.fromEntries([...Map.groupBy(caught, (state) => state)].map(([state, all]) => [state, all.length])))}`);
    await expectPaidOnce();
  }, 570_000);
});
