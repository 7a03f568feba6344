import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { transitionRows } from '../../src/core/machine/index.js';
import { bankDayFrom, SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { addDays, dateAt } from '../../src/core/time/index.js';
import { CLAIM_HOLD_KINDS } from '../../src/modules/claims/index.js';
import { BATCH_MACHINE, BatchApprovals, BatchPreparation, COUNTING_STATES, LINE_MACHINE, PayoutQueries, type BatchView } from '../../src/modules/payouts/index.js';
import { Clock } from '../../src/platform/clock/clock.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { financePerson, minors, payableClaims, type Payables } from '../support/payables.js';
import { codeOf, refusedBy, value } from '../support/results.js';

const TARGET = { calendar: 'target' } as const;
const SEPA = SHIPPED_PROFILES.find(({ id }) => id === 'sepa-sct-09') as object;

type Person = Awaited<ReturnType<typeof financePerson>>;

let world: TestApp;
let owner: Client;
let app: Client;
let preparation: BatchPreparation;
let approvals: BatchApprovals;
let queries: PayoutQueries;
let preparer: Person;
let approver: Person;
let second: Person;

const open = async ({ fundId }: Payables): Promise<BatchView> => value(await preparation.open(preparer, { fundId }));

beforeAll(async () => {
  world = await startTestApp();
  owner = new Client({ connectionString: world.database.adminUrl });
  app = new Client({ connectionString: world.database.appUrl });
  await Promise.all([owner.connect(), app.connect()]);
  [preparation, approvals, queries] = [world.app.get(BatchPreparation), world.app.get(BatchApprovals), world.app.get(PayoutQueries)];
  preparer = await financePerson(owner, 'preparer', 'finance_preparer');
  approver = await financePerson(owner, 'approver', 'finance_approver');
  second = await financePerson(owner, 'second', 'finance_approver');
}, 60_000);

afterAll(async () => {
  await Promise.all([owner.end(), app.end()]);
  await world.close();
});

describe('a batch', () => {
  it('has a line for everything that is due, is locked, approved by others on its digest, and adds up', async () => {
    const book = await payableClaims(owner, { seed: 'whole', amounts: minors(12_345, 1, 999_999), approvals: [{ upToMinor: '100000', count: 1 }, { count: 2 }] });
    const opened = await open(book);
    const locked = value(await preparation.lock(preparer, opened.id, opened.version));
    expect(await queries.get(opened.id)).toMatchObject({ value: { state: 'locked', approvalsNeeded: 2, totals: { count: 3, net: { amount: '10123.45', currency: 'EUR' } } } });
    expect(codeOf(await approvals.approve(preparer, opened.id, locked.version, locked.digest ?? ''))).toBe('access.permission');
    expect(codeOf(await approvals.approve(approver, opened.id, locked.version, '0'.repeat(64)))).toBe('payouts.digest_differs');
    const once = value(await approvals.approve(approver, opened.id, locked.version, locked.digest ?? ''));
    expect([once.state, codeOf(await approvals.approve(approver, opened.id, once.version, locked.digest ?? ''))]).toEqual(['locked', 'payouts.approved_already']);
    expect(value(await approvals.approve(second, opened.id, once.version, locked.digest ?? '')).state).toBe('approved');
  });

  it('leaves out what something stops, and takes it when nothing does', async () => {
    const book = await payableClaims(owner, { seed: 'held', amounts: minors(500, 600, 700) });
    const [held = '', stopped = ''] = book.claimIds;
    await owner.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'fund', now() FROM claim WHERE id = $1`, [held]);
    await owner.query(`INSERT INTO payee_hold (merchant_id, account_id, placed_at) SELECT c.merchant_id, p.id, now() FROM claim c JOIN payee_account p ON p.merchant_id = c.merchant_id WHERE c.id = $1`, [stopped]);
    const opened = await open(book);
    expect(value(await queries.linesOf(opened.id, { limit: 10 })).items.map(({ net }) => net.amount)).toEqual(['7.00']);
    await owner.query('UPDATE claim_hold SET released_at = now() , version = version + 1 WHERE claim_id = $1', [held]);
    const next = await open(book);
    expect(value(await queries.linesOf(next.id, { limit: 10 })).items.map(({ claimId }) => claimId)).toEqual([held]);
  });

  it('leaves out what is stopped between being opened and being locked, whatever stops it, and the next one does not collect it either', async () => {
    const ofMerchant = '= (SELECT merchant_id FROM claim WHERE id = $1)';
    const stops: Readonly<Record<string, string>> = {
      ...Object.fromEntries(CLAIM_HOLD_KINDS.map((kind) => [kind, `INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, '${kind}', now() FROM claim WHERE id = $1`])),
      payments_stopped: 'INSERT INTO payee_hold (merchant_id, account_id, placed_at) SELECT c.merchant_id, p.id, now() FROM claim c JOIN payee_account p ON p.merchant_id = c.merchant_id WHERE c.id = $1',
      account_recovery: 'INSERT INTO merchant_hold (merchant_id, subject_id, placed_at) SELECT merchant_id, uuidv7(), now() FROM claim WHERE id = $1',
      not_verified: `UPDATE merchant SET verified_at = NULL, verified_by = NULL, version = version + 1 WHERE id ${ofMerchant}`,
      no_account: `UPDATE payee_account SET state = 'replaced', version = version + 1 WHERE merchant_id ${ofMerchant}`,
    };
    const book = await payableClaims(owner, { seed: 'held-later', amounts: [...Object.keys(stops), 'free'].map(() => 500n) });
    const opened = await open(book);
    await owner.query('SET session_replication_role = replica');
    for (const [index, sql] of Object.values(stops).entries()) await owner.query(sql, [book.claimIds[index]]);
    await owner.query('SET session_replication_role = origin');
    value(await preparation.lock(preparer, opened.id, opened.version));
    expect(value(await queries.linesOf(opened.id, { limit: 10 })).items.map(({ claimId }) => claimId)).toEqual([book.claimIds.at(-1)]);
    const { rows } = await owner.query<{ reason: string }>(`SELECT l.reason FROM payment_line l WHERE l.fund_id = $1 AND l.state = 'pending' ORDER BY array_position($2::uuid[], l.claim_id)`, [book.fundId, book.claimIds]);
    expect(rows.map(({ reason }) => reason)).toEqual(Object.keys(stops));
    expect(codeOf(await preparation.open(preparer, { fundId: book.fundId }))).toBe('payouts.batch_empty');
  });

  it('is neither locked nor approved by who has lost the role since they read it, nor approved by who locked it with both roles, nor locked once its fund pays from elsewhere', async () => {
    const [book, other] = [await payableClaims(owner, { seed: 'roles', amounts: minors(500) }), await payableClaims(owner, { seed: 'roles-elsewhere', amounts: minors(500) })];
    const opened = await open(book);
    const without = async <T>({ userId }: Person, role: string, work: () => Promise<T>): Promise<T> => {
      await owner.query('DELETE FROM user_role WHERE user_id = $1 AND role = $2', [userId, role]);
      try {
        return await work();
      } finally {
        await owner.query('INSERT INTO user_role (user_id, role, granted_at) VALUES ($1, $2, now())', [userId, role]);
      }
    };
    expect(codeOf(await without(preparer, 'finance_preparer', () => preparation.lock(preparer, opened.id, opened.version)))).toBe('access.permission');
    const payFrom = async (id: string): Promise<void> => {
      await owner.query(`
        INSERT INTO paying_account_change (paying_account_id, fund_id, n, what, base_version, proposed_by, proposed_at, outcome, decided_by, decided_at)
        SELECT $1, f.id, f.version, '{}', f.version, $3, now(), 'applied', $4, now() FROM fund f WHERE f.id = $2`, [id, book.fundId, preparer.userId, approver.userId]);
      await owner.query('UPDATE fund SET paying_account_id = $1, version = version + 1 WHERE id = $2', [id, book.fundId]);
    };
    await payFrom(other.payingAccountId);
    expect(codeOf(await preparation.lock(preparer, opened.id, opened.version))).toBe('payouts.paying_account_missing');
    await payFrom(book.payingAccountId);
    const { version, digest = '' } = value(await preparation.lock(preparer, opened.id, opened.version));
    expect(codeOf(await without(approver, 'finance_approver', () => approvals.approve(approver, opened.id, version, digest)))).toBe('access.permission');
    await owner.query(`INSERT INTO user_role (user_id, role, granted_at) VALUES ($1, 'finance_approver', now())`, [preparer.userId]);
    expect(codeOf(await approvals.approve(preparer, opened.id, version, digest))).toBe('identity.duty_conflict');
    await owner.query(`DELETE FROM user_role WHERE user_id = $1 AND role = 'finance_approver'`, [preparer.userId]);
    expect(codeOf(await approvals.approve(approver, opened.id, opened.version, digest))).toBe('http.stale');
  });

  it('with nothing in it is not opened, and one that is cancelled gives its lines back', async () => {
    const book = await payableClaims(owner, { seed: 'given-back', amounts: minors(100, 200) });
    const opened = await open(book);
    expect(codeOf(await preparation.open(preparer, { fundId: book.fundId }))).toBe('payouts.batch_empty');
    expect(value(await preparation.cancel(preparer, opened.id, opened.version)).state).toBe('cancelled');
    const again = await open(book);
    expect(value(await queries.get(again.id)).totals.count).toBe(2);
    // What was refused has taken no number.
    expect(Number(again.number)).toBe(Number(opened.number) + 1);
  });

  it('is for a day on which its bank pays: another is refused with the next, and without one it is the first', async () => {
    const book = await payableClaims(owner, { seed: 'closed', amounts: minors(100), profile: SEPA });
    const today = dateAt(world.app.get(Clock).now(), 'Europe/Berlin');
    const closed = Array.from({ length: 7 }, (_, n) => addDays(today, n)).find((on) => bankDayFrom(on, TARGET) !== on) ?? '';
    expect(await preparation.open(preparer, { fundId: book.fundId, executeOn: closed })).toMatchObject({ refusal: { code: 'payouts.date_closed', params: { executeOn: closed, next: bankDayFrom(closed, TARGET) }, pointer: '/executeOn' } });
    expect((await open(book)).executeOn).toBe(bankDayFrom(today, TARGET));
  });

  it('is refused where the day is over or the fund pays from nowhere', async () => {
    const book = await payableClaims(owner, { seed: 'days', amounts: minors(100) });
    expect(codeOf(await preparation.open(preparer, { fundId: book.fundId, executeOn: '2020-01-01' }))).toBe('payouts.date_past');
    expect(codeOf(await preparation.open(preparer, { fundId: book.fundId, executeOn: '2999-01-01' }))).toBe('payouts.date_far');
    await owner.query('UPDATE fund SET paying_account_id = NULL, version = version + 1 WHERE id = $1', [book.fundId]);
    expect(codeOf(await preparation.open(preparer, { fundId: book.fundId }))).toBe('payouts.paying_account_missing');
  });
});

describe('eight who build batches at once', () => {
  it('make 3,000 distinct lines of 3,000 claims, and exactly what is granted', async () => {
    const amounts = Array.from({ length: 3_000 }, (_, n) => BigInt((n * 7_919) % 100_000 + 1));
    const book = await payableClaims(owner, { seed: 'rush', amounts });
    for (let round = 0; round < 3; round += 1) await Promise.all(Array.from({ length: 8 }, () => preparation.open(preparer, { fundId: book.fundId })));
    const { rows: [row] } = await owner.query(`
      SELECT count(*)::int AS lines, count(DISTINCT claim_id)::int AS claims, count(DISTINCT end_to_end_id)::int AS ids, sum(gross_minor)::text AS sum, count(*) FILTER (WHERE batch_id IS NULL)::int AS loose
      FROM payment_line WHERE fund_id = $1 AND state = ANY ($2)`, [book.fundId, COUNTING_STATES]);
    expect(row).toEqual({ lines: 3_000, claims: 3_000, ids: 3_000, sum: String(amounts.reduce((sum, minor) => sum + minor, 0n)), loose: 0 });
  }, 120_000);
});

describe('the database', () => {
  it.each([['payment_line', LINE_MACHINE], ['payout_batch', BATCH_MACHINE]] as const)('keeps the transitions of a %s as its machine lists them', async (table, machine) => {
    const { rows } = await owner.query(`SELECT event, from_state AS "from", to_state AS "to" FROM ${table}_transition ORDER BY 1, 2, 3`);
    const listed = transitionRows<string, string>(machine).map((row) => JSON.stringify(row)).sort();
    expect(rows.map((row) => JSON.stringify(row)).sort()).toEqual(listed);
  });

  it('refuses a second line for an entitlement, and one above it, whoever writes them', async () => {
    const book = await payableClaims(owner, { seed: 'direct', amounts: minors(1_000) });
    const opened = await open(book);
    const line = (entitlementNo: number, minor: number) => app.query(`
      INSERT INTO payment_line (claim_id, merchant_id, fund_id, entitlement_no, n, currency, gross_minor, withheld_minor, offset_minor, net_minor, method, end_to_end_id, created_at, moved_at, moved_by)
      SELECT claim_id, merchant_id, fund_id, $2, n + 1, currency, $3, 0, 0, $3, method, end_to_end_id || '-B', created_at, moved_at, moved_by FROM payment_line WHERE batch_id = $1`, [opened.id, entitlementNo, minor]);
    expect(await refusedBy(line(1, 1))).toBe('payment_line_counting_uq');
    await owner.query(`SET session_replication_role = replica`);
    await owner.query(`INSERT INTO entitlement SELECT claim_id, 2, merchant_id, uuidv7(), assessment_id, 1500, 0, 1500, currency, granted_at FROM entitlement WHERE claim_id = $1`, [book.claimIds[0]]);
    await owner.query(`SET session_replication_role = origin`);
    expect(await refusedBy(line(2, 501))).toBe('payment_line_within_ck');
    await line(2, 500);
  });

  it('keeps a locked batch as it is: its lines, its sum and its people', async () => {
    const book = await payableClaims(owner, { seed: 'frozen', amounts: minors(1_000, 2_000) });
    const opened = await open(book);
    const locked = value(await preparation.lock(preparer, opened.id, opened.version));
    const set = (what: string) => refusedBy(app.query(`UPDATE payout_batch SET ${what}, version = version + 1 WHERE id = $1`, [opened.id]));
    expect(await set('total_minor = total_minor + 1')).toBe('payout_batch_frozen_ck');
    expect(await set(`digest = repeat('0', 64)`)).toBe('payout_batch_frozen_ck');
    expect(await set(`state = 'approved'`)).toBe('payout_batch_approved_ck');
    expect(await set(`state = 'settled'`)).toBe('payout_batch_transition_ck');
    expect(await refusedBy(app.query(`UPDATE payment_line SET payee_account_id = NULL, version = version + 1 WHERE batch_id = $1`, [opened.id]))).toBe('payment_line_frozen_ck');
    value(await approvals.approve(approver, opened.id, locked.version, locked.digest ?? ''));
    expect(await set(`state = 'released', released_by = '${second.userId}', released_at = now(), released_count = 2, released_minor = 3000`)).toBe('payout_batch_released_ck');
  });

  it('refuses a lock over other lines than were counted', async () => {
    const book = await payableClaims(owner, { seed: 'tie', amounts: minors(1_000, 2_000) });
    const opened = await open(book);
    const lock = (count: number, minor: number) => refusedBy(app.query(`
      UPDATE payout_batch SET state = 'locked', locked_by = $2, locked_at = now(), line_count = $3, gross_minor = $4, withheld_minor = 0, total_minor = $4,
        digest = payout_batch_digest(id), approvals_needed = 1, version = version + 1 WHERE id = $1`, [opened.id, preparer.userId, count, minor]));
    expect([await lock(1, 3_000), await lock(2, 2_999), await lock(2, 3_000)]).toEqual(['payout_batch_adds_up_ck', 'payout_batch_adds_up_ck', undefined]);
  });
});
