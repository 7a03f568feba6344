import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { currency, money } from '../../src/core/money/index.js';
import { ok } from '../../src/core/errors/index.js';
import { BatchPreparation, ClaimPayments, LineMoves, LineRecords, LineWriteOffs, Overpayments, OverpaymentQueries, OverpaymentWriteOffs, PayoutQueries, Reissues, REMITTANCES, type LineView } from '../../src/modules/payouts/index.js';
import { OverpaymentOpenings } from '../../src/modules/payouts/overpayments/overpayment-openings.service.js';
import type { LineEvent } from '../../src/modules/payouts/payment-line.machine.js';
import { Returns } from '../../src/modules/payouts/repair/returns.service.js';
import { FundLedger } from '../../src/modules/funds/index.js';
import type { Context } from '../../src/platform/access/context.js';
import type { Tx } from '../../src/platform/database/tx.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { joinBusiness, regrant } from '../support/grants.js';
import { brokenPayments } from '../support/invariants.js';
import { financePerson, payableClaims, type Payables } from '../support/payables.js';
import { codeOf, value } from '../support/results.js';

type Person = Awaited<ReturnType<typeof financePerson>>;

let world: TestApp;
let owner: Client;
let app: Client;
let preparer: Person;
let approver: Person;
let second: Person;

const SYSTEM: Context = { actor: { kind: 'system', name: 'test' }, requestId: 'test' };
const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => world.app.get(UnitOfWork).run(SYSTEM, async (tx) => ok(await work(tx))).then(value);
const refusedBy = async (work: Promise<unknown>): Promise<string | undefined> => work.then(() => undefined, (error: unknown) => (error as { constraint?: string }).constraint);
const minors = (...amounts: number[]): bigint[] => amounts.map(BigInt);
const query = async <Row extends object>(sql: string, params: unknown[] = []): Promise<Row[]> => (await owner.query(sql, params)).rows as Row[];

/** Opens a batch with all that is due, and locks it. */
async function locked({ fundId }: Payables): Promise<LineView[]> {
  const opened = value(await world.app.get(BatchPreparation).open(preparer, { fundId }));
  value(await world.app.get(BatchPreparation).lock(preparer, opened.id, opened.version));
  return value(await world.app.get(PayoutQueries).linesOf(opened.id, { limit: 100 })).items.slice();
}

const move = async (event: LineEvent, lines: readonly LineView[], reason?: string): Promise<void> => {
  await run((tx) => world.app.get(LineMoves).move(tx, SYSTEM, event, lines.map(({ id }) => ({ lineId: id, ...(reason === undefined ? {} : { reason }) }))));
};
async function sent(book: Payables): Promise<LineView[]> {
  const lines = await locked(book);
  await move('release', lines);
  return lines;
}
async function paid(book: Payables): Promise<LineView[]> {
  const lines = await sent(book);
  await move('settle', lines);
  return lines;
}
/** As the handler hears of it. */
const cameBack = async (event: 'reject' | 'return', lines: readonly LineView[], reason?: string): Promise<void> => {
  await move(event, lines, reason);
  value(await run((tx) => world.app.get(Returns).cameBack(tx, SYSTEM, lines.map(({ id }) => id))));
};
const linesOf = (claimId: string): Promise<LineView[]> => world.app.get(PayoutQueries).ofClaim(claimId);
const lineOf = async ({ id }: LineView): Promise<LineView> => value(await world.app.get(LineRecords).get(SYSTEM, id));
const holdsOf = async (claimId: string): Promise<string[]> => (await query<{ kind: string }>('SELECT kind FROM claim_hold WHERE claim_id = $1 AND released_at IS NULL ORDER BY kind', [claimId])).map(({ kind }) => kind);
const release = (claimId: string): Promise<object[]> => query('UPDATE claim_hold SET released_at = now(), version = version + 1 WHERE claim_id = $1 AND released_at IS NULL', [claimId]);
const balances = async ({ fundId }: Payables): Promise<Record<string, string>> => Object.fromEntries((await query<{ name: string; minor: string }>(
  'SELECT name, balance_minor::text AS minor FROM ledger_account WHERE fund_id = $1 AND balance_minor <> 0 ORDER BY name', [fundId])).map(({ name, minor }) => [name, minor]));

async function otherAccount(claimId: string): Promise<string> {
  await owner.query('SET session_replication_role = replica');
  await owner.query(`UPDATE payee_account SET state = 'replaced', version = version + 1 WHERE state = 'usable' AND merchant_id = (SELECT merchant_id FROM claim WHERE id = $1)`, [claimId]);
  await owner.query(`
    INSERT INTO payee_account (id, merchant_id, kind, country, holder, last_four, key_id, blind_index, index_key_id, state, usable_from, check_outcome, checked_at, created_by, created_at)
    SELECT uuidv7(), merchant_id, 'iban', 'DE', 'Business', '7777', 'k1', sha256(gen_random_uuid()::text::bytea), 'k1', 'usable', now(), 'match', now(), uuidv7(), now() FROM claim WHERE id = $1`, [claimId]);
  await owner.query('SET session_replication_role = origin');
  return (await query<{ merchantId: string }>('SELECT merchant_id AS "merchantId" FROM claim WHERE id = $1', [claimId]))[0]?.merchantId ?? '';
}
const fix = async (claimId: string): Promise<void> => {
  const merchantId = await otherAccount(claimId);
  value(await run((tx) => world.app.get(Reissues).accountFixed(tx, SYSTEM, merchantId)));
};

const granted = (claimId: string, minor: bigint, isTold = true): Promise<void> => regrant(world, owner, { claimId, minor, isTold });
const owedBy = async (claimId: string): Promise<{ id: string; left: string; version: number }[]> =>
  (await world.app.get(OverpaymentQueries).ofClaim(claimId)).map(({ id, left, version }) => ({ id, left: left.amount, version }));
const agree = (id: string): Promise<object[]> => query('UPDATE overpayment SET offset_agreed_by = (SELECT id FROM app_user LIMIT 1), offset_agreed_at = now(), version = version + 1 WHERE id = $1', [id]);

beforeAll(async () => {
  world = await startTestApp();
  owner = new Client({ connectionString: world.database.adminUrl });
  app = new Client({ connectionString: world.database.appUrl });
  await Promise.all([owner.connect(), app.connect()]);
  preparer = await financePerson(owner, 'preparer', 'finance_preparer');
  approver = await financePerson(owner, 'approver', 'finance_approver');
  second = await financePerson(owner, 'second', 'finance_approver');
}, 60_000);

afterEach(async () => { expect(await brokenPayments(owner)).toEqual([]); });

afterAll(async () => {
  await Promise.all([owner.end(), app.end()]);
  await world.close();
});

describe('a payment that came back', () => {
  it('waits for the account where the business can put it right, for finance where we or the bank must, and for nobody where the file was refused', async () => {
    const book = await payableClaims(owner, { seed: 'reasons', amounts: minors(100, 200, 300, 400) });
    const lines = await sent(book);
    const byReason = ['AC04', 'AM04', 'MS03', 'file_refused'].map((reason, index) => ({ reason, line: lines.find(({ claimId }) => claimId === book.claimIds[index]) as LineView }));
    for (const { reason, line } of byReason) await cameBack('reject', [line], reason);
    expect(await Promise.all(book.claimIds.map(holdsOf))).toEqual([['payee'], ['bank'], ['bank'], []]);
    expect(await query(`SELECT subject_id AS id, reasons FROM task WHERE kind = 'payment_returned' ORDER BY reasons`)).toEqual([{ id: book.claimIds[1], reasons: ['AM04'] }, { id: book.claimIds[2], reasons: ['MS03'] }]);
    expect(await balances(book)).toEqual({ funding: '-1000', reserved: '1000' });
    // Told twice it changes nothing.
    await cameBack('reject', byReason.map(({ line }) => line), 'AC01');
    expect((await query<{ n: number }>('SELECT count(*)::int AS n FROM claim_hold WHERE claim_id = ANY ($1)', [book.claimIds]))[0]?.n).toBe(3);
    const listed = await world.app.get(LineRecords).waiting({ limit: 100 });
    const waiting = (items: readonly { readonly id: string }[]): number[] => items.map(({ id }) => byReason.findIndex(({ line }) => line.id === id)).filter((place) => place >= 0);
    expect(listed.items.filter(({ id }) => byReason.some(({ line }) => line.id === id)).map(({ waitsFor, stoppedBy, net, isProposed }) => [waitsFor, stoppedBy, net.amount, isProposed])).toEqual(
      [['account', ['payee'], '1.00', false], ['desk', ['bank'], '2.00', false], ['desk', ['bank'], '3.00', false], ['again', [], '4.00', false]]);
    for (const [waitsFor, places] of [['account', [0]], ['desk', [1, 2]], ['again', [3]]] as const) expect(waiting((await world.app.get(LineRecords).waiting({ waitsFor, limit: 100 })).items)).toEqual(places);
    const [first, rest] = [await world.app.get(LineRecords).waiting({ limit: 1 }), await world.app.get(LineRecords).waiting({ after: listed.items[0]?.id ?? '', limit: 100 })];
    expect([...first.items, ...rest.items]).toEqual(listed.items);
    const next = await locked(book);
    expect(waiting((await world.app.get(LineRecords).waiting({ limit: 100 })).items)).toEqual([0, 1, 2]);
    expect(next.map(({ claimId, replaces }) => [claimId, replaces])).toEqual([[book.claimIds[3], byReason[3]?.line.id]]);
  });

  it('is paid again with the next batch once another account is in use, and its chain is shown', async () => {
    const book = await payableClaims(owner, { seed: 'fixed', amounts: minors(900) });
    const [claimId = ''] = book.claimIds;
    const [first] = await sent(book) as [LineView];
    await cameBack('reject', [first], 'AC04');
    expect(value(await world.app.get(ClaimPayments).of(SYSTEM, claimId))).toMatchObject({ status: 'returned', items: [{ stage: 'came_back', fault: 'account_closed' }] });
    await fix(claimId);
    expect(await holdsOf(claimId)).toEqual([]);
    const [again] = await paid(book) as [LineView];
    expect(again).toMatchObject({ replaces: first.id, endToEndId: first.endToEndId.replace(/-1$/, '-2'), gross: { amount: '9.00' } });
    expect(await world.app.get(LineRecords).get(preparer, first.id)).toMatchObject({
      value: { chain: [{ id: first.id, state: 'rejected' }, { id: again.id, state: 'settled' }], moves: [{ to: 'pending' }, { to: 'included' }, { to: 'in_transit' }, { to: 'rejected', reason: 'AC04' }] },
    });
    expect(value(await world.app.get(LineRecords).get(preparer, first.id)).waits).toBeUndefined();
    expect(value(await world.app.get(ClaimPayments).of(SYSTEM, claimId))).toMatchObject({ status: 'paid', items: [{ stage: 'paid' }, { stage: 'again' }] });
    expect(await balances(book)).toEqual({ funding: '-900', paid: '900' });
  });

  it('also when it comes back a week after it was booked', async () => {
    const book = await payableClaims(owner, { seed: 'week', amounts: minors(700) });
    const lines = await paid(book);
    await cameBack('return', lines, 'AC06');
    expect([await balances(book), await holdsOf(book.claimIds[0] ?? '')]).toEqual([{ funding: '-700', reserved: '700' }, ['payee']]);
    await fix(book.claimIds[0] ?? '');
    await paid(book);
    expect(await balances(book)).toEqual({ funding: '-700', paid: '700' });
  });

  it('waits on where a person holds the claim for its account', async () => {
    const book = await payableClaims(owner, { seed: 'person', amounts: minors(100) });
    const [claimId = ''] = book.claimIds;
    const lines = await sent(book);
    await query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at, placed_by, reason_digest, review_on) SELECT id, merchant_id, 'payee', now(), $2, repeat('0', 64), current_date FROM claim WHERE id = $1`, [claimId, preparer.userId]);
    await cameBack('reject', lines, 'AC04');
    await fix(claimId);
    expect([(await linesOf(claimId)).length, await holdsOf(claimId)]).toEqual([1, ['payee']]);
    await release(claimId);
    expect((await locked(book)).map(({ replaces }) => replaces)).toEqual([lines[0]?.id]);
  });

  it('is not paid again by itself to the account it came back from, though nothing holds it any more', async () => {
    const book = await payableClaims(owner, { seed: 'same-account', amounts: minors(300) });
    const [claimId = ''] = book.claimIds;
    const [line] = await sent(book) as [LineView];
    await cameBack('reject', [line], 'AC04');
    const [{ merchantId } = { merchantId: '' }] = await query<{ merchantId: string }>('SELECT merchant_id AS "merchantId" FROM claim WHERE id = $1', [claimId]);
    value(await run((tx) => world.app.get(Reissues).accountFixed(tx, SYSTEM, merchantId)));
    expect([(await linesOf(claimId)).length, await holdsOf(claimId)]).toEqual([1, ['payee']]);
    await release(claimId);
    expect(codeOf(await world.app.get(BatchPreparation).open(preparer, { fundId: book.fundId }))).toBe('payouts.batch_empty');
    await fix(claimId);
    expect((await locked(book)).map(({ replaces }) => replaces)).toEqual([line.id]);
  });

  it('is paid again once, however many ask at once, and never while something stops it', async () => {
    const book = await payableClaims(owner, { seed: 'race', amounts: minors(800) });
    const [claimId = ''] = book.claimIds;
    const [line] = await sent(book) as [LineView];
    const reissues = world.app.get(Reissues);
    expect(codeOf(await reissues.reissue(preparer, line.id, (await lineOf(line)).version))).toBe('payouts.not_back');
    await cameBack('reject', [line], 'AM04');
    const { version } = await lineOf(line);
    expect(codeOf(await reissues.reissue(preparer, line.id, version - 1))).toBe('http.stale');
    expect(codeOf(await reissues.reissue(preparer, line.id, version))).toBe('payouts.line_held');
    await release(claimId);
    const answers = await Promise.all(Array.from({ length: 6 }, () => reissues.reissue(preparer, line.id, version)));
    expect(answers.map(codeOf).sort()).toEqual([...Array.from({ length: 5 }, () => 'payouts.reissued_already'), undefined]);
    const follow = (replaces: string, entitlement = 1) => app.query(`
      INSERT INTO payment_line (claim_id, merchant_id, fund_id, entitlement_no, n, currency, gross_minor, withheld_minor, offset_minor, net_minor, method, end_to_end_id, replaces_id, created_at, moved_at, moved_by)
      SELECT claim_id, merchant_id, fund_id, $2, n + 9, currency, 1, 0, 0, 1, method, end_to_end_id || '-B', $1, created_at, moved_at, moved_by FROM payment_line WHERE id = $1`, [replaces, entitlement]);
    expect(await refusedBy(follow(line.id))).toMatch(/payment_line_(replaces|counting)_uq/);
    expect(await refusedBy(follow((await linesOf(claimId))[0]?.id ?? ''))).toBe('payment_line_follows_ck');
  });

  it('waits in no batch while somebody holds it, nor for more than is granted by then, however it was given back', async () => {
    const [held, fallen] = await Promise.all(['given-back-held', 'given-back-fallen'].map((seed) => payableClaims(owner, { seed, amounts: minors(1_000) }))) as [Payables, Payables];
    for (const { fundId } of [held, fallen]) {
      const { id, version } = value(await world.app.get(BatchPreparation).open(preparer, { fundId }));
      value(await world.app.get(BatchPreparation).cancel(preparer, id, version));
    }
    await query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'tax', now() FROM claim WHERE id = $1`, [held.claimIds[0]]);
    await granted(fallen.claimIds[0] ?? '', 700n, false);
    expect(await Promise.all([held, fallen].map(async ({ fundId }) => codeOf(await world.app.get(BatchPreparation).open(preparer, { fundId }))))).toEqual(['payouts.batch_empty', 'payouts.batch_empty']);
    await run((tx) => world.app.get(OverpaymentOpenings).fell(tx, SYSTEM, fallen.claimIds[0] ?? ''));
    await release(held.claimIds[0] ?? '');
    expect((await Promise.all([held, fallen].map(locked))).map(([line]) => line?.gross.amount)).toEqual(['10.00', '7.00']);
  });

  it('is paid again for less where less is granted by now', async () => {
    const book = await payableClaims(owner, { seed: 'less', amounts: minors(1_000) });
    const [claimId = ''] = book.claimIds;
    const [line] = await sent(book) as [LineView];
    await cameBack('reject', [line], 'AC04');
    await granted(claimId, 600n);
    await fix(claimId);
    expect((await locked(book)).map(({ gross, replaces }) => [gross.amount, replaces])).toEqual([['6.00', line.id]]);
    expect(await owedBy(claimId)).toEqual([]);
  });

  it('and another for what was granted since are both paid', async () => {
    const book = await payableClaims(owner, { seed: 'both', amounts: minors(1_000) });
    const [claimId = ''] = book.claimIds;
    const [line] = await paid(book) as [LineView];
    await granted(claimId, 1_500n);
    await paid(book);
    await cameBack('return', [line], 'AC04');
    await fix(claimId);
    await paid(book);
    expect((await linesOf(claimId)).map(({ gross, state, entitlement }) => [gross.amount, state, entitlement])).toEqual([['10.00', 'settled', 1], ['5.00', 'settled', 2], ['10.00', 'returned', 1]]);
    expect(await balances(book)).toEqual({ funding: '-1500', paid: '1500' });
  });
});

describe('a write-off', () => {
  it('takes two people by the application and by the database', async () => {
    const book = await payableClaims(owner, { seed: 'write-off', amounts: minors(500) });
    const [line] = await sent(book) as [LineView];
    const writeOffs = world.app.get(LineWriteOffs);
    expect(codeOf(await writeOffs.propose(preparer, line.id, (await lineOf(line)).version, 'Early.'))).toBe('payouts.not_back');
    await cameBack('reject', [line], 'MD07');
    const { version } = await lineOf(line);
    expect(codeOf(await writeOffs.propose(approver, line.id, version - 1, 'The business is gone.'))).toBe('http.stale');
    value(await writeOffs.propose(approver, line.id, version, 'The business is gone and has no heirs.'));
    expect(codeOf(await writeOffs.propose(preparer, line.id, version, 'Again.'))).toBe('payouts.write_off_open');
    const decide = (by: Context, outcome: 'written_off' | 'dropped' = 'written_off', n = 1) => writeOffs.decide(by, line.id, version, { n, outcome, note: 'Looked at it.' });
    expect([codeOf(await decide(approver)), codeOf(await decide(second, 'written_off', 2)), codeOf(await decide(preparer))]).toEqual(['payouts.write_off_second', 'payouts.write_off_not_found', 'access.permission']);
    expect(await refusedBy(app.query(`UPDATE payment_line SET state = 'written_off', version = version + 1 WHERE id = $1`, [line.id]))).toBe('payment_line_written_off_ck');
    expect(await refusedBy(app.query(`UPDATE write_off SET outcome = 'written_off', decided_by = proposed_by, decided_at = now(), note_digest = reason_digest, version = version + 1 WHERE line_id = $1`, [line.id]))).toBe('write_off_second_ck');
    expect(await refusedBy(app.query(`INSERT INTO duty_held (subject_id, duty, user_id, held_at) VALUES ($1, 'write_off_decider', $2, now())`, [line.id, approver.userId]))).toBe('duty_held_conflict_ck');
    expect(value(await decide(second)).state).toBe('written_off');
    expect(await balances(book)).toEqual({ funding: '-500', written_off: '500' });
    expect(codeOf(await world.app.get(Reissues).reissue(preparer, line.id, (await lineOf(line)).version))).toBe('payouts.not_back');
    expect(await refusedBy(app.query(`UPDATE write_off SET note_digest = reason_digest, version = version + 1 WHERE line_id = $1`, [line.id]))).toBe('write_off_stays_ck');
  });

  it('is taken back without a reason by who proposed it, and by nobody else, until it is decided', async () => {
    const book = await payableClaims(owner, { seed: 'taken-back', amounts: minors(500) });
    const [line] = await sent(book) as [LineView];
    await cameBack('reject', [line], 'AC04');
    const { version } = await lineOf(line);
    const writeOffs = world.app.get(LineWriteOffs);
    value(await writeOffs.propose(approver, line.id, version, 'The business is gone.'));
    expect([codeOf(await writeOffs.takeBack(preparer, line.id, 1)), codeOf(await writeOffs.takeBack(approver, line.id, 2))]).toEqual(['payouts.write_off_of_another', 'payouts.write_off_not_found']);
    expect(await refusedBy(app.query(`UPDATE write_off SET outcome = 'dropped', decided_by = $2, decided_at = now(), version = version + 1 WHERE line_id = $1`, [line.id, second.userId]))).toBe('write_off_note_ck');
    expect(value(await writeOffs.takeBack(approver, line.id, 1)).decided).toMatchObject({ by: approver.userId, outcome: 'dropped', note: '' });
    expect([codeOf(await writeOffs.takeBack(approver, line.id, 1)), codeOf(await writeOffs.decide(second, line.id, version, { n: 1, outcome: 'written_off', note: 'Yes.' }))]).toEqual(['payouts.write_off_decided', 'payouts.write_off_decided']);
    expect(await query(`SELECT action FROM audit_entry WHERE aggregate_id = $1 AND action LIKE '%write_off%' ORDER BY seq`, [line.id])).toEqual([{ action: 'payment_line.write_off_proposed' }, { action: 'payment_line.write_off_taken_back' }]);
    expect([(await lineOf(line)).state, value(await writeOffs.propose(preparer, line.id, version, 'It is gone after all.')).n]).toEqual(['rejected', 2]);
  });

  it('that is dropped leaves the payment as it is', async () => {
    const book = await payableClaims(owner, { seed: 'kept', amounts: minors(500) });
    const [line] = await sent(book) as [LineView];
    await cameBack('reject', [line], 'AC04');
    const { version } = await lineOf(line);
    value(await world.app.get(LineWriteOffs).propose(approver, line.id, version, 'Nobody answers.'));
    value(await world.app.get(LineWriteOffs).decide(approver, line.id, version, { n: 1, outcome: 'dropped', note: 'They answered.' }));
    await fix(book.claimIds[0] ?? '');
    expect((await locked(book)).length).toBe(1);
  });
});

describe('what was granted falls', () => {
  it('under a payment that waits, one in a batch, one in a locked batch, one on its way and one that was booked', async () => {
    const [loose, open, shut, way, done] = await Promise.all(['loose', 'open', 'shut', 'way', 'done'].map((seed) => payableClaims(owner, { seed, amounts: minors(1_000) }))) as [Payables, Payables, Payables, Payables, Payables];
    const batch = value(await world.app.get(BatchPreparation).open(preparer, { fundId: loose.fundId }));
    value(await world.app.get(BatchPreparation).cancel(preparer, batch.id, batch.version));
    value(await world.app.get(BatchPreparation).open(preparer, { fundId: open.fundId }));
    await locked(shut);
    await sent(way);
    await paid(done);
    for (const { claimIds: [claimId = ''] } of [loose, open, shut, way, done]) await granted(claimId, 700n);
    const states = await Promise.all([loose, open, shut, way, done].map(async ({ claimIds: [claimId = ''] }) => [(await linesOf(claimId)).map(({ state }) => state), (await owedBy(claimId)).map(({ left }) => left)]));
    expect(states).toEqual([[['dropped'], []], [['dropped'], []], [['dropped'], []], [['in_transit'], ['3.00']], [['settled'], ['3.00']]]);
    expect(await query('SELECT d.reason FROM payout_drop d JOIN payment_line l ON l.id = d.line_id WHERE l.claim_id = $1', [shut.claimIds[0]])).toEqual([{ reason: 'entitlement_fell' }]);
    expect([await balances(way), await balances(done)]).toEqual([{ funding: '-700', in_transit: '1000', recoverable: '-300' }, { funding: '-700', paid: '1000', recoverable: '-300' }]);
    for (const book of [loose, open, shut]) expect((await locked(book)).map(({ gross }) => gross.amount)).toEqual(['7.00']);
    expect(await Promise.all([way, done].map(async ({ fundId }) => codeOf(await world.app.get(BatchPreparation).open(preparer, { fundId }))))).toEqual(['payouts.batch_empty', 'payouts.batch_empty']);
  });

  it('and rises again: what is due is taken off what is owed first, even before anybody was told', async () => {
    const book = await payableClaims(owner, { seed: 'again', amounts: minors(1_000) });
    const [claimId = ''] = book.claimIds;
    await paid(book);
    await granted(claimId, 700n);
    await granted(claimId, 900n, false);
    expect(codeOf(await world.app.get(BatchPreparation).open(preparer, { fundId: book.fundId }))).toBe('payouts.batch_empty');
    await run((tx) => world.app.get(OverpaymentOpenings).net(tx, SYSTEM, [claimId]));
    expect([(await owedBy(claimId)).map(({ left }) => left), await balances(book)]).toEqual([['1.00'], { funding: '-900', paid: '1000', recoverable: '-100' }]);
    await granted(claimId, 1_250n);
    expect([(await owedBy(claimId)).map(({ left }) => left), (await locked(book)).map(({ gross }) => gross.amount)]).toEqual([['0.00'], ['2.50']]);
  });

  it('and the payment comes back: nothing is owed, and the lower sum is paid', async () => {
    const book = await payableClaims(owner, { seed: 'returned', amounts: minors(1_000) });
    const [claimId = ''] = book.claimIds;
    const lines = await paid(book);
    await granted(claimId, 700n);
    await cameBack('return', lines, 'AC04');
    await fix(claimId);
    expect([(await owedBy(claimId)).map(({ left }) => left), (await paid(book)).map(({ gross }) => gross.amount), await balances(book)]).toEqual([['0.00'], ['7.00'], { funding: '-700', paid: '700' }]);
  });
});

describe('what was paid too much', () => {
  async function owing(seed: string, more: bigint[] = []): Promise<{ book: Payables; claimId: string; overpaymentId: string }> {
    const book = await payableClaims(owner, { seed, amounts: [1_000n, ...more] });
    const [claimId = ''] = book.claimIds;
    for (const other of book.claimIds.slice(1)) await query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'tax', now() FROM claim WHERE id = $1`, [other]);
    await paid(book);
    await granted(claimId, 700n);
    for (const other of book.claimIds.slice(1)) await release(other);
    return { book, claimId, overpaymentId: (await owedBy(claimId))[0]?.id ?? '' };
  }

  it('is paid back in parts, never more than is left, and stands with the bank', async () => {
    const { book, claimId, overpaymentId } = await owing('repaid');
    await run((tx) => world.app.get(FundLedger).postBank(tx, { payingAccountId: book.payingAccountId, kind: 'booked', postings: [{ account: 'bank', amountMinor: -1_000n }, { account: 'cleared', amountMinor: 1_000n }] }));
    const record = async (minor: bigint, code = 'EUR') => world.app.get(Overpayments).record(preparer, overpaymentId, (await owedBy(claimId))[0]?.version ?? 0, { amount: money(minor, currency(code)), evidence: 'Statement 17, entry 3' });
    expect([codeOf(await record(301n)), codeOf(await record(100n, 'KRW'))]).toEqual(['payouts.more_than_left', 'payouts.more_than_left']);
    expect(value(await record(100n)).left.amount).toBe('2.00');
    expect(value(await record(200n)).closedAt).toBeDefined();
    expect([codeOf(await record(1n)), await balances(book)]).toEqual(['payouts.recovery_closed', { funding: '-700', paid: '700' }]);
    expect(await query('SELECT name, balance_minor::text AS minor FROM ledger_account WHERE paying_account_id = $1 AND balance_minor <> 0 ORDER BY name', [book.payingAccountId])).toEqual([{ name: 'bank', minor: '-700' }, { name: 'cleared', minor: '700' }]);
  });

  it('is taken off the next payments only where its owner agreed, and owed again when one of them comes back', async () => {
    const { book, claimId, overpaymentId } = await owing('offset', [200n, 250n]);
    const [, other = '', third = ''] = book.claimIds;
    for (const one of [other, third]) await joinBusiness(owner, { of: claimId, claimId: one });
    expect((await locked(book)).map(({ offset }) => offset.amount)).toEqual(['0.00', '0.00']);
    await query(`UPDATE payment_line SET state = 'pending', batch_id = NULL, payee_account_id = NULL, version = version + 1 WHERE state = 'included' AND fund_id = $1`, [book.fundId]);
    await query(`UPDATE payment_line SET state = 'dropped', version = version + 1 WHERE state = 'pending' AND fund_id = $1`, [book.fundId]);
    await agree(overpaymentId);
    const lines = await sent(book);
    expect(lines.map(({ gross, offset, net }) => [gross.amount, offset.amount, net.amount]).sort()).toEqual([['2.00', '1.99', '0.01'], ['2.50', '1.01', '1.49']]);
    expect([(await owedBy(claimId)).map(({ left }) => left), await balances(book)]).toEqual([['0.00'], { funding: '-1150', in_transit: '150', paid: '1000' }]);
    const [small] = lines.filter(({ gross }) => gross.amount === '2.00') as [LineView];
    await cameBack('reject', [small], 'file_refused');
    expect([(await owedBy(claimId)).map(({ left }) => left), await balances(book)]).toEqual([['1.99'], { funding: '-1150', in_transit: '149', paid: '1000', recoverable: '-199', reserved: '200' }].map((one) => one));
    await move('settle', lines.filter(({ id }) => id !== small.id));
    expect((await paid(book)).map(({ replaces, offset }) => [replaces, offset.amount])).toEqual([[small.id, '1.99']]);
    expect(await balances(book)).toEqual({ funding: '-1150', paid: '1150' });
  });

  it('and nobody agreed to have set off stays owed beside what somebody did', async () => {
    const book = await payableClaims(owner, { seed: 'two-owed', amounts: minors(1_000, 1_000, 900) });
    const [one = '', other = '', next = ''] = book.claimIds;
    for (const claimId of [other, next]) await joinBusiness(owner, { of: one, claimId });
    await query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'tax', now() FROM claim WHERE id = $1`, [next]);
    await paid(book);
    for (const claimId of [one, other]) await granted(claimId, 700n);
    await release(next);
    await agree((await owedBy(one))[0]?.id ?? '');
    expect((await sent(book)).map(({ offset, net }) => [offset.amount, net.amount])).toEqual([['3.00', '6.00']]);
    expect((await Promise.all([one, other].map(owedBy))).map(([owed]) => owed?.left)).toEqual(['0.00', '3.00']);
  });

  it('that is paid back while a payment waits is not taken off it as well', async () => {
    const { book, claimId, overpaymentId } = await owing('changed', [500n]);
    await joinBusiness(owner, { of: claimId, claimId: book.claimIds[1] ?? '' });
    await run((tx) => world.app.get(FundLedger).postBank(tx, { payingAccountId: book.payingAccountId, kind: 'booked', postings: [{ account: 'bank', amountMinor: -1_000n }, { account: 'cleared', amountMinor: 1_000n }] }));
    await agree(overpaymentId);
    const opened = value(await world.app.get(BatchPreparation).open(preparer, { fundId: book.fundId }));
    value(await world.app.get(Overpayments).record(preparer, overpaymentId, (await owedBy(claimId))[0]?.version ?? 0, { amount: money(300n, currency('EUR')), evidence: 'Seen.' }));
    expect(codeOf(await world.app.get(BatchPreparation).lock(preparer, opened.id, opened.version))).toBe('payouts.batch_empty');
    value(await world.app.get(BatchPreparation).cancel(preparer, opened.id, (value(await world.app.get(PayoutQueries).get(opened.id))).version));
    expect((await locked(book)).map(({ gross, offset }) => [gross.amount, offset.amount])).toEqual([['5.00', '0.00']]);
  });

  it('is given up by two people, and by no one', async () => {
    const { book, claimId, overpaymentId } = await owing('given-up');
    const version = async (): Promise<number> => (await owedBy(claimId))[0]?.version ?? 0;
    const writeOffs = world.app.get(OverpaymentWriteOffs);
    value(await writeOffs.propose(approver, overpaymentId, await version(), 'Insolvent.'));
    expect(codeOf(await writeOffs.decide(approver, overpaymentId, await version(), { n: 1, outcome: 'written_off', note: 'Yes.' }))).toBe('payouts.write_off_second');
    const entry = (minor: number, by = approver.userId) => refusedBy(app.query(`INSERT INTO overpayment_entry (overpayment_id, currency, kind, amount_minor, proposed_by, decided_by, at) VALUES ($1, 'EUR', 'written_off', $4, $2, $3, now())`, [overpaymentId, by, second.userId, minor]));
    expect(await entry(300)).toBe('overpayment_written_off_ck');
    expect(value(await writeOffs.decide(second, overpaymentId, await version(), { n: 1, outcome: 'written_off', note: 'Yes.' })).closedAt).toBeDefined();
    expect([await entry(299), await entry(300, preparer.userId)]).toEqual(['overpayment_written_off_ck', 'overpayment_written_off_ck']);
    expect(await balances(book)).toEqual({ funding: '-700', paid: '1000', written_off: '-300' });
  });

  it('is given up as it stood when that was proposed, once, and not when it has come back; nobody writes to it as it was before', async () => {
    const { book, claimId, overpaymentId } = await owing('given-up-later');
    await run((tx) => world.app.get(FundLedger).postBank(tx, { payingAccountId: book.payingAccountId, kind: 'booked', postings: [{ account: 'bank', amountMinor: -1_000n }, { account: 'cleared', amountMinor: 1_000n }] }));
    const version = async (): Promise<number> => (await owedBy(claimId))[0]?.version ?? 0;
    const record = (of: number) => world.app.get(Overpayments).record(preparer, overpaymentId, of, { amount: money(100n, currency('EUR')), evidence: 'Statement 18' });
    const writeOffs = world.app.get(OverpaymentWriteOffs);
    const decide = async (n: number, outcome: 'written_off' | 'dropped') => writeOffs.decide(second, overpaymentId, await version(), { n, outcome, note: 'Yes.' });
    const before = await version();
    value(await writeOffs.propose(approver, overpaymentId, before, 'Insolvent.'));
    value(await writeOffs.takeBack(approver, overpaymentId, 1));
    value(await writeOffs.propose(approver, overpaymentId, before, 'Insolvent.'));
    value(await record(await version()));
    expect(codeOf(await record(before))).toBe('http.stale');
    expect(codeOf(await decide(2, 'written_off'))).toBe('payouts.write_off_overtaken');
    value(await decide(2, 'dropped'));
    value(await writeOffs.propose(approver, overpaymentId, await version(), 'The rest.'));
    value(await decide(3, 'written_off'));
    expect([codeOf(await decide(3, 'written_off')), codeOf(await writeOffs.propose(approver, overpaymentId, await version(), 'More.'))]).toEqual(['payouts.write_off_decided', 'payouts.recovery_closed']);
    expect(await balances(book)).toEqual({ funding: '-700', paid: '900', written_off: '-200' });
  });

  it('is not set off beyond what is owed, whoever lets the payment leave', async () => {
    const { book, claimId, overpaymentId } = await owing('beyond', [500n]);
    await joinBusiness(owner, { of: claimId, claimId: book.claimIds[1] ?? '' });
    await run((tx) => world.app.get(FundLedger).postBank(tx, { payingAccountId: book.payingAccountId, kind: 'booked', postings: [{ account: 'bank', amountMinor: -1_000n }, { account: 'cleared', amountMinor: 1_000n }] }));
    await agree(overpaymentId);
    const lines = await locked(book);
    expect(lines.map(({ offset }) => offset.amount)).toEqual(['3.00']);
    value(await world.app.get(Overpayments).record(preparer, overpaymentId, (await owedBy(claimId))[0]?.version ?? 0, { amount: money(1n, currency('EUR')), evidence: 'Seen.' }));
    await expect(move('release', lines)).rejects.toThrow('sets off more than is owed');
    expect((await lineOf(lines[0] as LineView)).state).toBe('included');
  });

  it('is agreed to by its owner alone, with a fresh proof', async () => {
    const { claimId, overpaymentId } = await owing('agreed');
    const [{ merchantId } = { merchantId: '' }] = await query<{ merchantId: string }>('SELECT merchant_id AS "merchantId" FROM claim WHERE id = $1', [claimId]);
    const as = (role: 'owner' | 'member', provedAt?: number): Context => ({
      actor: { kind: 'user', userId: preparer.userId, roles: [], memberships: [{ merchantId, role }], ...(provedAt === undefined ? {} : { session: { id: preparer.userId, provedAt } }) } as unknown as Context['actor'], requestId: 'owner',
    });
    const ask = (ctx: Context) => world.app.get(Overpayments).agreeToOffset(ctx, overpaymentId, 1);
    expect([codeOf(await ask(as('member', world.clock.now()))), codeOf(await ask(approver)), codeOf(await ask(as('owner')))]).toEqual(['payouts.not_found', 'payouts.not_found', 'identity.proof_needed']);
    expect(value(await ask(as('owner', world.clock.now()))).offsetAgreedAt).toBeDefined();
    expect(codeOf(await world.app.get(Overpayments).agreeToOffset(as('owner', world.clock.now()), overpaymentId, 2))).toBe('payouts.offset_agreed');
  });
});

describe('owners', () => {
  it('are told once of what was booked, of what to correct and of what to pay back', async () => {
    const book = await payableClaims(owner, { seed: 'letters', amounts: minors(1_000, 2_000) });
    for (const claimId of book.claimIds) {
      await query(`WITH person AS (INSERT INTO app_user (email, name, created_at) VALUES ($2, 'Owner', now()) RETURNING id)
        INSERT INTO membership (user_id, merchant_id, role) SELECT person.id, c.merchant_id, 'owner' FROM person, claim c WHERE c.id = $1`, [claimId, `${claimId}@owner.example`]);
    }
    const lines = await paid(book);
    await world.app.get(Jobs).sweep(REMITTANCES);
    await world.app.get(Jobs).sweep(REMITTANCES);
    await cameBack('return', lines.filter(({ claimId }) => claimId === book.claimIds[0]), 'AC04');
    await granted(book.claimIds[1] ?? '', 1_500n);
    const letters = await query<{ template: string; plain: string }>(`SELECT l.template, c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.about_id = ANY ($1) ORDER BY l.template, l.id`, [book.claimIds]);
    expect(letters.map(({ template }) => template)).toEqual(['payment.overpaid', 'payment.paid', 'payment.paid', 'payment.returned']);
    expect(letters.at(-1)?.plain).toMatch(/€10\.00[^]*closed\. Enter another account[^]*payee-accounts\?business=/);
    expect(letters[0]?.plain).toMatch(/€5\.00[^]*Transfer it[^]*object/);
  });
});
