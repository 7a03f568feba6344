import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { BatchPreparation, ClaimPayments, LineRecords, LineWriteOffs, Reissues, REMITTANCES, type LineView } from '../../src/modules/payouts/index.js';
import { OverpaymentOpenings } from '../../src/modules/payouts/overpayments/overpayment-openings.service.js';
import type { Context } from '../../src/platform/access/context.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { brokenPayments } from '../support/invariants.js';
import { asSystem } from '../support/lower-floors.js';
import { minors, payableClaims, type Payables } from '../support/payables.js';
import { PaymentMoves } from '../support/payment-moves.js';
import { codeOf, refusedBy, value } from '../support/results.js';

let desk: PaymentMoves;

beforeAll(async () => { desk = await PaymentMoves.of(); }, 60_000);
afterEach(async () => { expect(await brokenPayments(desk.owner)).toEqual([]); });
afterAll(async () => { await desk.close(); });

/** Somebody who is written to. */
const giveOwner = (claimId: string): Promise<object[]> => desk.query(`
  WITH person AS (INSERT INTO app_user (email, name, created_at) VALUES ($2, 'Owner', now()) RETURNING id)
  INSERT INTO membership (user_id, merchant_id, role) SELECT person.id, c.merchant_id, 'owner' FROM person, claim c WHERE c.id = $1`, [claimId, `${claimId}@desk.owner.example`]);

describe('a payment that came back', () => {
  it('waits for the account where the business can put it right, for finance where we or the bank must, and for nobody where the file was refused', async () => {
    const book = await payableClaims(desk.owner, { seed: 'reasons', amounts: minors(100, 200, 300, 400) });
    const lines = await desk.sent(book);
    const byReason = ['AC04', 'AM04', 'MS03', 'file_refused'].map((reason, index) => ({ reason, line: lines.find(({ claimId }) => claimId === book.claimIds[index]) as LineView }));
    for (const { reason, line } of byReason) await desk.cameBack('reject', [line], reason);
    expect(await Promise.all(book.claimIds.map((id) => desk.holdsOf(id)))).toEqual([['payee'], ['bank'], ['bank'], []]);
    expect(await desk.query(`SELECT subject_id AS id, reasons FROM task WHERE kind = 'payment_returned' ORDER BY reasons`)).toEqual([{ id: book.claimIds[1], reasons: ['AM04'] }, { id: book.claimIds[2], reasons: ['MS03'] }]);
    expect(await desk.balances(book)).toEqual({ funding: '-1000', reserved: '1000' });
    // Told twice it changes nothing.
    await desk.cameBack('reject', byReason.map(({ line }) => line), 'AC01');
    expect((await desk.query<{ n: number }>('SELECT count(*)::int AS n FROM claim_hold WHERE claim_id = ANY ($1)', [book.claimIds]))[0]?.n).toBe(3);
    const listed = await desk.world.app.get(LineRecords).waiting({ limit: 100 });
    const waiting = (items: readonly { readonly id: string }[]): number[] => items.map(({ id }) => byReason.findIndex(({ line }) => line.id === id)).filter((place) => place >= 0);
    expect(listed.items.filter(({ id }) => byReason.some(({ line }) => line.id === id)).map(({ waitsFor, stoppedBy, net, isProposed }) => [waitsFor, stoppedBy, net.amount, isProposed])).toEqual(
      [['account', ['payee'], '1.00', false], ['desk', ['bank'], '2.00', false], ['desk', ['bank'], '3.00', false], ['again', [], '4.00', false]]);
    for (const [waitsFor, places] of [['account', [0]], ['desk', [1, 2]], ['again', [3]]] as const) expect(waiting((await desk.world.app.get(LineRecords).waiting({ waitsFor, limit: 100 })).items)).toEqual(places);
    const [first, rest] = [await desk.world.app.get(LineRecords).waiting({ limit: 1 }), await desk.world.app.get(LineRecords).waiting({ after: listed.items[0]?.id ?? '', limit: 100 })];
    expect([...first.items, ...rest.items]).toEqual(listed.items);
    const next = await desk.locked(book);
    expect(waiting((await desk.world.app.get(LineRecords).waiting({ limit: 100 })).items)).toEqual([0, 1, 2]);
    expect(next.map(({ claimId, replaces }) => [claimId, replaces])).toEqual([[book.claimIds[3], byReason[3]?.line.id]]);
  });

  it('is told to its business each time, also while its claim is held for another, and once however often it is said', async () => {
    const book = await payableClaims(desk.owner, { seed: 'told-each', amounts: minors(1_000) });
    const [claimId = ''] = book.claimIds;
    const first = await desk.paid(book);
    await desk.granted(claimId, 1_500n);
    const second = await desk.paid(book);
    await giveOwner(claimId);
    const told = async (): Promise<number> => (await desk.query(`SELECT FROM letter WHERE about_id = $1 AND template = 'payment.returned'`, [claimId])).length;
    await desk.cameBack('return', first, 'AC04');
    expect([await told(), await desk.holdsOf(claimId)]).toEqual([1, ['payee']]);
    await desk.cameBack('return', second, 'AC04');
    expect([await told(), await desk.holdsOf(claimId)]).toEqual([2, ['payee']]);
    await desk.cameBack('return', [...first, ...second], 'AC04');
    await desk.release(claimId);
    await desk.cameBack('return', [...first, ...second], 'AC04');
    expect([await told(), await desk.holdsOf(claimId)]).toEqual([2, []]);
  });

  it('is paid again with the next batch once another account is in use, and its chain is shown', async () => {
    const book = await payableClaims(desk.owner, { seed: 'fixed', amounts: minors(900) });
    const [claimId = ''] = book.claimIds;
    const [first] = await desk.sent(book) as [LineView];
    await desk.cameBack('reject', [first], 'AC04');
    expect(value(await desk.world.app.get(ClaimPayments).of(asSystem, claimId))).toMatchObject({ status: 'returned', items: [{ stage: 'came_back', fault: 'account_closed' }] });
    await desk.fix(claimId);
    expect(await desk.holdsOf(claimId)).toEqual([]);
    const [again] = await desk.paid(book) as [LineView];
    expect(again).toMatchObject({ replaces: first.id, endToEndId: first.endToEndId.replace(/-1$/, '-2'), gross: { amount: '9.00' } });
    expect(await desk.world.app.get(LineRecords).get(desk.preparer, first.id)).toMatchObject({
      value: { chain: [{ id: first.id, state: 'rejected' }, { id: again.id, state: 'settled' }], moves: [{ to: 'pending' }, { to: 'included' }, { to: 'in_transit' }, { to: 'rejected', reason: 'AC04' }] },
    });
    expect(value(await desk.world.app.get(LineRecords).get(desk.preparer, first.id)).waits).toBeUndefined();
    expect(value(await desk.world.app.get(ClaimPayments).of(asSystem, claimId))).toMatchObject({ status: 'paid', items: [{ stage: 'paid' }, { stage: 'again' }] });
    expect(await desk.balances(book)).toEqual({ funding: '-900', paid: '900' });
  });

  it('also when it comes back a week after it was booked', async () => {
    const book = await payableClaims(desk.owner, { seed: 'week', amounts: minors(700) });
    const lines = await desk.paid(book);
    await desk.cameBack('return', lines, 'AC06');
    expect([await desk.balances(book), await desk.holdsOf(book.claimIds[0] ?? '')]).toEqual([{ funding: '-700', reserved: '700' }, ['payee']]);
    await desk.fix(book.claimIds[0] ?? '');
    await desk.paid(book);
    expect(await desk.balances(book)).toEqual({ funding: '-700', paid: '700' });
  });

  it('waits on where a person holds the claim for its account', async () => {
    const book = await payableClaims(desk.owner, { seed: 'person', amounts: minors(100) });
    const [claimId = ''] = book.claimIds;
    const lines = await desk.sent(book);
    await desk.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at, placed_by, reason_digest, review_on) SELECT id, merchant_id, 'payee', now(), $2, repeat('0', 64), current_date FROM claim WHERE id = $1`, [claimId, desk.preparer.userId]);
    await desk.cameBack('reject', lines, 'AC04');
    await desk.fix(claimId);
    expect([(await desk.linesOf(claimId)).length, await desk.holdsOf(claimId)]).toEqual([1, ['payee']]);
    await desk.release(claimId);
    expect((await desk.locked(book)).map(({ replaces }) => replaces)).toEqual([lines[0]?.id]);
  });

  it('is not paid again by itself to the account it came back from, though nothing holds it any more', async () => {
    const book = await payableClaims(desk.owner, { seed: 'same-account', amounts: minors(300) });
    const [claimId = ''] = book.claimIds;
    const [line] = await desk.sent(book) as [LineView];
    await desk.cameBack('reject', [line], 'AC04');
    const [{ merchantId } = { merchantId: '' }] = await desk.query<{ merchantId: string }>('SELECT merchant_id AS "merchantId" FROM claim WHERE id = $1', [claimId]);
    value(await desk.run((tx) => desk.world.app.get(Reissues).accountFixed(tx, asSystem, merchantId)));
    expect([(await desk.linesOf(claimId)).length, await desk.holdsOf(claimId)]).toEqual([1, ['payee']]);
    await desk.release(claimId);
    expect(codeOf(await desk.world.app.get(BatchPreparation).open(desk.preparer, { fundId: book.fundId }))).toBe('payouts.batch_empty');
    await desk.fix(claimId);
    expect((await desk.locked(book)).map(({ replaces }) => replaces)).toEqual([line.id]);
  });

  it('is paid again once, however many ask at once, and never while something stops it', async () => {
    const book = await payableClaims(desk.owner, { seed: 'race', amounts: minors(800) });
    const [claimId = ''] = book.claimIds;
    const [line] = await desk.sent(book) as [LineView];
    const reissues = desk.world.app.get(Reissues);
    expect(codeOf(await reissues.reissue(desk.preparer, line.id, (await desk.lineOf(line)).version))).toBe('payouts.not_back');
    await desk.cameBack('reject', [line], 'AM04');
    const { version } = await desk.lineOf(line);
    expect(codeOf(await reissues.reissue(desk.preparer, line.id, version - 1))).toBe('http.stale');
    expect(codeOf(await reissues.reissue(desk.preparer, line.id, version))).toBe('payouts.line_held');
    await desk.release(claimId);
    const answers = await Promise.all(Array.from({ length: 6 }, () => reissues.reissue(desk.preparer, line.id, version)));
    expect(answers.map(codeOf).sort()).toEqual([...Array.from({ length: 5 }, () => 'payouts.reissued_already'), undefined]);
    const follow = (replaces: string, entitlement = 1) => desk.app.query(`
      INSERT INTO payment_line (claim_id, merchant_id, fund_id, entitlement_no, n, currency, gross_minor, withheld_minor, offset_minor, net_minor, method, end_to_end_id, replaces_id, created_at, moved_at, moved_by)
      SELECT claim_id, merchant_id, fund_id, $2, n + 9, currency, 1, 0, 0, 1, method, end_to_end_id || '-B', $1, created_at, moved_at, moved_by FROM payment_line WHERE id = $1`, [replaces, entitlement]);
    expect(await refusedBy(follow(line.id))).toMatch(/payment_line_(replaces|counting)_uq/);
    expect(await refusedBy(follow((await desk.linesOf(claimId))[0]?.id ?? ''))).toBe('payment_line_follows_ck');
  });

  it('waits in no batch while somebody holds it, nor for more than is granted by then, however it was given back', async () => {
    const [held, fallen] = await Promise.all(['given-back-held', 'given-back-fallen'].map((seed) => payableClaims(desk.owner, { seed, amounts: minors(1_000) }))) as [Payables, Payables];
    for (const { fundId } of [held, fallen]) {
      const { id, version } = value(await desk.world.app.get(BatchPreparation).open(desk.preparer, { fundId }));
      value(await desk.world.app.get(BatchPreparation).cancel(desk.preparer, id, version));
    }
    await desk.query(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'tax', now() FROM claim WHERE id = $1`, [held.claimIds[0]]);
    await desk.granted(fallen.claimIds[0] ?? '', 700n, false);
    expect(await Promise.all([held, fallen].map(async ({ fundId }) => codeOf(await desk.world.app.get(BatchPreparation).open(desk.preparer, { fundId }))))).toEqual(['payouts.batch_empty', 'payouts.batch_empty']);
    await desk.run((tx) => desk.world.app.get(OverpaymentOpenings).fell(tx, asSystem, fallen.claimIds[0] ?? ''));
    await desk.release(held.claimIds[0] ?? '');
    expect((await Promise.all([held, fallen].map((book) => desk.locked(book)))).map(([line]) => line?.gross.amount)).toEqual(['10.00', '7.00']);
  });

  it('is paid again for less where less is granted by now', async () => {
    const book = await payableClaims(desk.owner, { seed: 'less', amounts: minors(1_000) });
    const [claimId = ''] = book.claimIds;
    const [line] = await desk.sent(book) as [LineView];
    await desk.cameBack('reject', [line], 'AC04');
    await desk.granted(claimId, 600n);
    await desk.fix(claimId);
    expect((await desk.locked(book)).map(({ gross, replaces }) => [gross.amount, replaces])).toEqual([['6.00', line.id]]);
    expect(await desk.owedBy(claimId)).toEqual([]);
  });

  /** Ten were granted and paid; five more were granted, and their payment is back. */
  async function moreBack(seed: string, reason = 'AC04'): Promise<{ book: Payables; claimId: string; paid: LineView; back: LineView }> {
    const book = await payableClaims(desk.owner, { seed, amounts: minors(1_000) });
    const [claimId = ''] = book.claimIds;
    const [paid] = await desk.paid(book) as [LineView];
    await desk.granted(claimId, 1_500n);
    const [back] = await desk.sent(book) as [LineView];
    await desk.cameBack('reject', [back], reason);
    return { book, claimId, paid, back };
  }
  const recordOf = async ({ id }: LineView) => value(await desk.world.app.get(LineRecords).get(desk.preparer, id));
  const shownOf = async (claimId: string) => value(await desk.world.app.get(ClaimPayments).of(asSystem, claimId));

  it.each([['AC04', 'payee'], ['AM04', 'bank']])('and of which nothing is due any more (%s) waits for nobody: its hold is lifted, and nobody is asked to correct anything', async (reason, kind) => {
    const { book, claimId, back } = await moreBack(`nothing-due-${kind}`, reason);
    expect(await desk.holdsOf(claimId)).toEqual([kind]);
    await desk.granted(claimId, 1_000n);
    expect(await desk.holdsOf(claimId)).toEqual([]);
    const { state, nothingDueSince, waits, version } = await recordOf(back);
    expect([state, nothingDueSince, waits]).toEqual(['rejected', expect.any(String), undefined]);
    expect(await shownOf(claimId)).toMatchObject({ status: 'paid', items: [{ stage: 'nothing_due' }, { stage: 'paid' }] });
    expect((await shownOf(claimId)).items[0]?.fault).toBeUndefined();
    expect((await desk.world.app.get(LineRecords).waiting({ limit: 100 })).items.filter(({ id }) => id === back.id)).toEqual([]);
    expect(codeOf(await desk.world.app.get(Reissues).reissue(desk.preparer, back.id, version))).toBe('payouts.nothing_due');
    expect(codeOf(await desk.world.app.get(LineWriteOffs).propose(desk.approver, back.id, version, 'No.'))).toBe('payouts.not_back');
    // What is granted again is paid by a payment of its own.
    await desk.granted(claimId, 1_200n);
    expect((await desk.paid(book)).map(({ gross, replaces }) => [gross.amount, replaces])).toEqual([['2.00', undefined]]);
    expect(await desk.balances(book)).toEqual({ funding: '-1200', paid: '1200' });
  });

  it('when nothing of it is due any more concerns nobody, and what was asked back for it is not owed', async () => {
    const book = await payableClaims(desk.owner, { seed: 'nothing-due-later', amounts: minors(1_000) });
    const [claimId = ''] = book.claimIds;
    await desk.paid(book);
    await desk.granted(claimId, 1_500n);
    const lines = await desk.sent(book);
    await desk.granted(claimId, 1_000n);
    expect((await desk.owedBy(claimId)).map(({ left }) => left)).toEqual(['5.00']);
    await desk.cameBack('reject', lines, 'AC04');
    expect([(await desk.owedBy(claimId)).map(({ left }) => left), await desk.holdsOf(claimId), (await recordOf(lines[0] as LineView)).nothingDueSince]).toEqual([['0.00'], [], expect.any(String)]);
    expect(await desk.query(`SELECT template FROM letter WHERE about_id = $1 AND template = 'payment.returned'`, [claimId])).toEqual([]);
    expect(await desk.balances(book)).toEqual({ funding: '-1000', paid: '1000' });
  });

  it('and of which a part is due is paid again for that, and not given up for more', async () => {
    const { book, claimId, back } = await moreBack('part-due');
    await desk.granted(claimId, 1_200n);
    const { waits, nothingDueSince, version } = await recordOf(back);
    expect([waits?.due.amount, nothingDueSince, await desk.holdsOf(claimId)]).toEqual(['2.00', undefined, ['payee']]);
    expect(await shownOf(claimId)).toMatchObject({ status: 'returned', items: [{ stage: 'came_back', net: { amount: '5.00' }, stillDue: { amount: '2.00' } }, { stage: 'paid' }] });
    expect(codeOf(await desk.world.app.get(LineWriteOffs).propose(desk.approver, back.id, version, 'No.'))).toBe('payouts.more_than_due');
    await desk.fix(claimId);
    expect((await desk.paid(book)).map(({ gross, replaces }) => [gross.amount, replaces])).toEqual([['2.00', back.id]]);
    expect(await desk.balances(book)).toEqual({ funding: '-1200', paid: '1200' });
  });

  it('and is due no more keeps the hold for another that is', async () => {
    const { claimId, paid, back } = await moreBack('one-of-two');
    await desk.cameBack('return', [paid], 'AC06');
    await desk.granted(claimId, 900n);
    expect([(await recordOf(paid)).waits?.due.amount, (await recordOf(back)).waits, await desk.holdsOf(claimId)]).toEqual(['9.00', undefined, ['payee']]);
  });

  it('is not followed by another by hand once nothing is due', async () => {
    const { claimId, back } = await moreBack('by-hand');
    await desk.granted(claimId, 1_000n);
    const byHand = desk.app.query(`
      INSERT INTO payment_line (claim_id, merchant_id, fund_id, entitlement_no, n, currency, gross_minor, withheld_minor, offset_minor, net_minor, method, end_to_end_id, replaces_id, created_at, moved_at, moved_by)
      SELECT claim_id, merchant_id, fund_id, entitlement_no, n + 9, currency, 1, 0, 0, 1, method, end_to_end_id || '-B', $1, created_at, moved_at, moved_by FROM payment_line WHERE id = $1`, [back.id]);
    expect(await refusedBy(byHand)).toBe('payment_line_follows_ck');
    expect(await refusedBy(desk.app.query(`UPDATE payment_line SET nothing_due_at = now(), version = version + 1 WHERE claim_id = $1 AND state = 'settled'`, [claimId]))).toBe('payment_line_nothing_due_ck');
  });

  it('and another for what was granted since are both paid', async () => {
    const book = await payableClaims(desk.owner, { seed: 'both', amounts: minors(1_000) });
    const [claimId = ''] = book.claimIds;
    const [line] = await desk.paid(book) as [LineView];
    await desk.granted(claimId, 1_500n);
    await desk.paid(book);
    await desk.cameBack('return', [line], 'AC04');
    await desk.fix(claimId);
    await desk.paid(book);
    expect((await desk.linesOf(claimId)).map(({ gross, state, entitlement }) => [gross.amount, state, entitlement])).toEqual([['10.00', 'settled', 1], ['5.00', 'settled', 2], ['10.00', 'returned', 1]]);
    expect(await desk.balances(book)).toEqual({ funding: '-1500', paid: '1500' });
  });
});

describe('a write-off', () => {
  it('takes two people by the application and by the database', async () => {
    const book = await payableClaims(desk.owner, { seed: 'write-off', amounts: minors(500) });
    const [line] = await desk.sent(book) as [LineView];
    const writeOffs = desk.world.app.get(LineWriteOffs);
    expect(codeOf(await writeOffs.propose(desk.preparer, line.id, (await desk.lineOf(line)).version, 'Early.'))).toBe('payouts.not_back');
    await desk.cameBack('reject', [line], 'MD07');
    const { version } = await desk.lineOf(line);
    expect(codeOf(await writeOffs.propose(desk.approver, line.id, version - 1, 'The business is gone.'))).toBe('http.stale');
    value(await writeOffs.propose(desk.approver, line.id, version, 'The business is gone and has no heirs.'));
    expect(codeOf(await writeOffs.propose(desk.preparer, line.id, version, 'Again.'))).toBe('payouts.write_off_open');
    const decide = (by: Context, outcome: 'written_off' | 'dropped' = 'written_off', n = 1) => writeOffs.decide(by, line.id, version, { n, outcome, note: 'Looked at it.' });
    expect([codeOf(await decide(desk.approver)), codeOf(await decide(desk.second, 'written_off', 2)), codeOf(await decide(desk.preparer))]).toEqual(['payouts.write_off_second', 'payouts.write_off_not_found', 'access.permission']);
    expect(await refusedBy(desk.app.query(`UPDATE payment_line SET state = 'written_off', version = version + 1 WHERE id = $1`, [line.id]))).toBe('payment_line_written_off_ck');
    expect(await refusedBy(desk.app.query(`UPDATE write_off SET outcome = 'written_off', decided_by = proposed_by, decided_at = now(), note_digest = reason_digest, version = version + 1 WHERE line_id = $1`, [line.id]))).toBe('write_off_second_ck');
    expect(await refusedBy(desk.app.query(`INSERT INTO duty_held (subject_id, duty, user_id, held_at) VALUES ($1, 'write_off_decider', $2, now())`, [line.id, desk.approver.userId]))).toBe('duty_held_conflict_ck');
    expect(value(await decide(desk.second)).state).toBe('written_off');
    expect(await desk.balances(book)).toEqual({ funding: '-500', written_off: '500' });
    expect(codeOf(await desk.world.app.get(Reissues).reissue(desk.preparer, line.id, (await desk.lineOf(line)).version))).toBe('payouts.not_back');
    expect(await refusedBy(desk.app.query(`UPDATE write_off SET note_digest = reason_digest, version = version + 1 WHERE line_id = $1`, [line.id]))).toBe('write_off_stays_ck');
  });

  it('is taken back without a reason by who proposed it, and by nobody else, until it is decided', async () => {
    const book = await payableClaims(desk.owner, { seed: 'taken-back', amounts: minors(500) });
    const [line] = await desk.sent(book) as [LineView];
    await desk.cameBack('reject', [line], 'AC04');
    const { version } = await desk.lineOf(line);
    const writeOffs = desk.world.app.get(LineWriteOffs);
    value(await writeOffs.propose(desk.approver, line.id, version, 'The business is gone.'));
    expect([codeOf(await writeOffs.takeBack(desk.preparer, line.id, 1)), codeOf(await writeOffs.takeBack(desk.approver, line.id, 2))]).toEqual(['payouts.write_off_of_another', 'payouts.write_off_not_found']);
    expect(await refusedBy(desk.app.query(`UPDATE write_off SET outcome = 'dropped', decided_by = $2, decided_at = now(), version = version + 1 WHERE line_id = $1`, [line.id, desk.second.userId]))).toBe('write_off_note_ck');
    expect(value(await writeOffs.takeBack(desk.approver, line.id, 1)).decided).toMatchObject({ by: desk.approver.userId, outcome: 'dropped', note: '' });
    expect([codeOf(await writeOffs.takeBack(desk.approver, line.id, 1)), codeOf(await writeOffs.decide(desk.second, line.id, version, { n: 1, outcome: 'written_off', note: 'Yes.' }))]).toEqual(['payouts.write_off_decided', 'payouts.write_off_decided']);
    expect(await desk.query(`SELECT action FROM audit_entry WHERE aggregate_id = $1 AND action LIKE '%write_off%' ORDER BY seq`, [line.id])).toEqual([{ action: 'payment_line.write_off_proposed' }, { action: 'payment_line.write_off_taken_back' }]);
    expect([(await desk.lineOf(line)).state, value(await writeOffs.propose(desk.preparer, line.id, version, 'It is gone after all.')).n]).toEqual(['rejected', 2]);
  });

  it('that is dropped leaves the payment as it is', async () => {
    const book = await payableClaims(desk.owner, { seed: 'kept', amounts: minors(500) });
    const [line] = await desk.sent(book) as [LineView];
    await desk.cameBack('reject', [line], 'AC04');
    const { version } = await desk.lineOf(line);
    value(await desk.world.app.get(LineWriteOffs).propose(desk.approver, line.id, version, 'Nobody answers.'));
    value(await desk.world.app.get(LineWriteOffs).decide(desk.approver, line.id, version, { n: 1, outcome: 'dropped', note: 'They answered.' }));
    await desk.fix(book.claimIds[0] ?? '');
    expect((await desk.locked(book)).length).toBe(1);
  });
});

describe('owners', () => {
  it('are told once of what was booked, of what to correct and of what to pay back', async () => {
    const book = await payableClaims(desk.owner, { seed: 'letters', amounts: minors(1_000, 2_000) });
    for (const claimId of book.claimIds) await giveOwner(claimId);
    const lines = await desk.paid(book);
    await desk.world.app.get(Jobs).sweep(REMITTANCES);
    await desk.world.app.get(Jobs).sweep(REMITTANCES);
    await desk.cameBack('return', lines.filter(({ claimId }) => claimId === book.claimIds[0]), 'AC04');
    await desk.granted(book.claimIds[1] ?? '', 1_500n);
    const letters = await desk.query<{ template: string; plain: string }>(`SELECT l.template, c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.about_id = ANY ($1) ORDER BY l.template, l.id`, [book.claimIds]);
    expect(letters.map(({ template }) => template)).toEqual(['payment.overpaid', 'payment.paid', 'payment.paid', 'payment.returned']);
    expect(letters.at(-1)?.plain).toMatch(/€10\.00[^]*closed\. Enter another account[^]*payee-accounts\?business=/);
    expect(letters[0]?.plain).toMatch(/€5\.00[^]*Transfer it[^]*object/);
  });
});
