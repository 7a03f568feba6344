import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Long: every statement of a payout, before and after, and 200 moments at random; short: some of each, within the budget of the stage. */
const IS_LONG = process.env['TORTURE_PAYOUTS'] === 'long';
const MOMENTS = IS_LONG ? 200 : 2;
const CLAIMS = 7;
const PAYER = join(process.cwd(), 'test', 'support', 'payer.mjs');
const SEPA = SHIPPED_PROFILES.find(({ id }) => id === 'sepa-sct-09') as object;

interface Kill { readonly fund: string; readonly statement?: number; readonly when?: 'before' | 'after' }

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
const environment = (): Record<string, string> => ({ DATABASE_URL: postgres.appUrl, DATABASE_OWNER_URL: postgres.ownerUrl, DEMO: 'off' });
const amountsOf = (n: number): bigint[] => Array.from({ length: CLAIMS }, (_, k) => BigInt(((n + 1) * 7_919 + k * 104_729) % 500_000 + 1));

async function freshFund(): Promise<string> {
  const { fundId } = await payableClaims(owner, { seed: `torture-${funds.length}`, amounts: amountsOf(funds.length), profile: SEPA, vault });
  funds.push(fundId);
  return fundId;
}

interface Payer { readonly over: Promise<number | null>; readonly output: () => string; kill(): void }

function payer(todo: readonly string[], kill?: Kill): Payer {
  const child = servers.script(PAYER, [JSON.stringify({ funds: todo, people, ...(kill === undefined ? {} : { kill }) })], environment());
  return { over: servers.ended(child), output: child.output, kill: () => void child.child.kill('SIGKILL') };
}

/** Pays what an earlier payer left, and then a fresh fund, in which it is killed; what is left of that is for the next. */
async function killedAt(kill: Omit<Kill, 'fund'>): Promise<void> {
  const fund = await freshFund();
  const process = payer([...pending, fund], { fund, ...kill });
  const code = await process.over;
  if (code !== null) throw new Error(`not killed at ${JSON.stringify(kill)}: ${process.output()}`);
  pending = [fund];
}

async function killedAfter(ms: number): Promise<void> {
  const fund = await freshFund();
  const process = payer([...pending, fund], { fund });
  while (!process.output().includes('paying')) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, ms));
  process.kill();
  await process.over;
  pending = [fund];
}

/** Everybody is paid by now: how many statements one fund took, and how long. */
async function paid(): Promise<{ statements: number; ms: number }> {
  const fund = await freshFund();
  const process = payer([...pending, fund], { fund });
  while (!process.output().includes('paying')) await new Promise((resolve) => setTimeout(resolve, 5));
  const began = performance.now();
  if (await process.over !== 0) throw new Error(process.output());
  pending = [];
  return { statements: Number.parseInt(/paid with (\d+)/.exec(process.output())?.[1] ?? '', 10), ms: performance.now() - began };
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

describe('kill -9 while money goes out', () => {
  it('of the application at each statement and at any moment, and of the database, pays nobody twice and forgets nobody', async () => {
    const whole = await paid();
    const step = IS_LONG ? 1 : Math.ceil(whole.statements / 4);
    for (let statement = IS_LONG ? 1 : 1 + Math.floor(step / 2); statement <= whole.statements; statement += step) {
      for (const when of IS_LONG ? ['before', 'after'] as const : [statement % 2 === 0 ? 'before' as const : 'after' as const]) await killedAt({ statement, when });
    }
    for (let n = 0; n < MOMENTS; n += 1) await killedAfter(whole.ms * ((n + 0.5) / MOMENTS));
    const fund = await freshFund();
    const process = payer([...pending, fund], { fund });
    while (!process.output().includes('paying')) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, whole.ms / 2));
    await owner.end();
    await postgres.kill();
    await process.over;
    await postgres.revive();
    owner = await connected();
    pending = [...pending, fund];
    await paid();
    console.log(`${funds.length} funds of ${CLAIMS} claims, ${whole.statements} statements each, ${whole.ms.toFixed(0)} ms`);
    await expectPaidOnce();
  }, IS_LONG ? 7_200_000 : 400_000);
});
