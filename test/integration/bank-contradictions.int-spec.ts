import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BreakResolutions, OverpaymentQueries, Reissues, type Answer } from '../../src/modules/payouts/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { parseInstant } from '../../src/core/time/index.js';
import { FixedClock, startTestApp, type TestApp } from '../support/app.js';
import { noticeFile, statusFile, type BookedEntry } from '../support/bank-files.js';
import { regrant } from '../support/grants.js';
import { brokenPayments } from '../support/invariants.js';
import { Reconciliation, type Sent } from '../support/reconciliations.js';
import { codeOf, value } from '../support/results.js';

let world: TestApp;
let bank: Reconciliation;
const clock = new FixedClock(value(parseInstant('2026-10-20T10:00:00Z')));
const NOTE = 'The bank said so on the telephone, Ms Park, 20 October';

const hear = (sent: Sent, id: string, entries: BookedEntry[]): Promise<string> => bank.hear(sent.payingAccountId, noticeFile({ id, entries }));
const refused = (sent: Sent, at: number, reason = 'AM04'): Promise<string> =>
  bank.hear(sent.payingAccountId, statusFile({ id: `refused-${named(sent, at)}`, messageId: sent.messageId, lines: [{ reference: named(sent, at), word: 'RJCT', reason }] }));
const debit = (amount: string, more: Partial<BookedEntry> = {}): BookedEntry => ({ direction: 'debit', amount, bankReference: `D${amount}`, ...more });
const credit = (amount: string, more: Partial<BookedEntry> = {}): BookedEntry => ({ direction: 'credit', amount, bankReference: `C${amount}`, ...more });
const named = (sent: Sent, at: number): string => sent.lines[at]?.endToEndId ?? '';
const idOf = (sent: Sent, at: number): string => sent.lines[at]?.id ?? '';
const resolutions = (): BreakResolutions => world.app.get(BreakResolutions);

async function open(sent: Sent, kind: string): Promise<{ id: string; version: number; suspense: string }> {
  const [found] = (await bank.breaks(sent.payingAccountId)).filter((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}
async function answer(sent: Sent, kind: string, what: Answer, by: Context = bank.people.preparer) {
  const { id, version } = await open(sent, kind);
  return resolutions().answer(by, id, version, what);
}
async function byTwo(sent: Sent, kind: string, what: Answer) {
  value(await answer(sent, kind, { note: NOTE, ...what }));
  const { id, version } = await open(sent, kind);
  return resolutions().confirm(bank.people.second, id, version);
}
const kinds = async (sent: Sent): Promise<string[]> => (await bank.breaks(sent.payingAccountId)).map(({ kind, suspense }) => `${kind} ${suspense}`);
async function reissue(sent: Sent, at: number) {
  const { rows: [line] } = await bank.owner.query<{ version: number }>('SELECT version FROM payment_line WHERE id = $1', [idOf(sent, at)]);
  return world.app.get(Reissues).reissue(bank.people.preparer, idOf(sent, at), line?.version ?? 0);
}

beforeAll(async () => {
  world = await startTestApp({ clock });
  bank = await Reconciliation.of(world);
}, 60_000);

afterAll(async () => {
  expect([await brokenPayments(bank.owner), await bank.unproved()]).toEqual([[], []]);
  await bank.close();
  await world.close();
});

describe('a payment that the bank refused and took the money of', () => {
  it('is not paid again while nobody knows, and is paid after all when two people find so', async () => {
    const sent = await bank.sent('refused-debited', [1_000n]);
    await refused(sent, 0);
    await hear(sent, 'A1', [debit('10.00', { reference: named(sent, 0) })]);
    expect([await kinds(sent), codeOf(await reissue(sent, 0))]).toEqual([['contradicts 1000'], 'payouts.line_held']);
    expect(codeOf(await answer(sent, 'contradicts', { resolution: 'own_money', note: NOTE }))).toBe('payouts.resolution_unfit');
    value(await byTwo(sent, 'contradicts', { resolution: 'confirmed_paid' }));
    expect([await bank.states(sent), await kinds(sent), await bank.balances(sent)]).toEqual([['settled'], [], { bank: '-1000', cleared: '1000', funding: '-1000', paid: '1000' }]);
    expect((await bank.owner.query('SELECT FROM claim_hold WHERE claim_id = $1 AND released_at IS NULL', [sent.claimIds[0]])).rows).toHaveLength(0);
    // And may come back, as any that was paid.
    await hear(sent, 'A2', [credit('10.00', { reference: named(sent, 0), returnReason: 'AC04' })]);
    expect([await bank.states(sent), await bank.balances(sent)]).toEqual([['returned'], { funding: '-1000', reserved: '1000' }]);
  });

  it('is paid again once its money is back', async () => {
    const sent = await bank.sent('refused-back', [1_000n]);
    await refused(sent, 0);
    await hear(sent, 'B1', [debit('10.00', { reference: named(sent, 0) })]);
    value(await answer(sent, 'contradicts', { resolution: 'bank_error', note: 'They will send it back' }));
    expect(codeOf(await reissue(sent, 0))).toBe('payouts.line_held');
    await hear(sent, 'B2', [credit('10.00', { reference: named(sent, 0), returnReason: 'AC04' })]);
    await bank.owner.query('UPDATE claim_hold SET released_at = now(), version = version + 1 WHERE claim_id = $1 AND released_at IS NULL', [sent.claimIds[0]]);
    value(await reissue(sent, 0));
  });

  it('or that people had said was never made, and is debited late, is asked about, and not paid again meanwhile', async () => {
    const sent = await bank.sent('denied', [1_000n]);
    value(await resolutions().ask(bank.people.preparer, idOf(sent, 0)));
    value(await byTwo(sent, 'missing_external', { resolution: 'confirmed_paid' }));
    value(await resolutions().ask(bank.people.preparer, idOf(sent, 0)));
    value(await byTwo(sent, 'missing_return', { resolution: 'confirmed_returned' }));
    expect([await bank.states(sent), await kinds(sent)]).toEqual([['returned'], []]);
    await hear(sent, 'C1', [debit('10.00', { reference: named(sent, 0) })]);
    expect([await kinds(sent), codeOf(await reissue(sent, 0))]).toEqual([['contradicts 1000'], 'payouts.line_held']);
    value(await byTwo(sent, 'contradicts', { resolution: 'confirmed_paid' }));
    expect([await bank.states(sent), await bank.balances(sent)]).toEqual([['settled'], { bank: '-1000', cleared: '1000', funding: '-1000', paid: '1000' }]);
  });
});

describe('what is placed once', () => {
  it('as a repayment in part is no whole booking of a payment any more', async () => {
    const sent = await bank.sent('in-part', [1_000n, 4_000n]);
    await hear(sent, 'D1', [debit('10.00', { reference: named(sent, 0) }), debit('40.00', { reference: named(sent, 1) })]);
    await regrant(world, bank.owner, { claimId: sent.claimIds[1] ?? '', minor: 3_700n });
    const [recovery] = await world.app.get(OverpaymentQueries).ofClaim(sent.claimIds[1] ?? '');
    await hear(sent, 'D2', [credit('10.00')]);
    value(await answer(sent, 'unknown_external', { resolution: 'repayment', recoveryId: recovery?.id ?? '' }));
    expect(codeOf(await answer(sent, 'unknown_external', { resolution: 'attached', lineIds: [idOf(sent, 0)] }))).toBe('payouts.resolution_line_unfit');
    expect(await bank.states(sent)).toEqual(['settled', 'settled']);
  });

  it('cancels out one other entry, not two', async () => {
    const sent = await bank.sent('once', [1_000n]);
    await hear(sent, 'E1', [debit('4.00')]);
    const wrong = value(await answer(sent, 'unknown_external', { resolution: 'bank_error', note: 'They will send it back' }));
    await hear(sent, 'E2', [credit('4.00')]);
    value(await answer(sent, 'unknown_external', { resolution: 'reversed', otherId: wrong.id }));
    await hear(sent, 'E3', [credit('4.00', { bankReference: 'another' })]);
    expect(codeOf(await answer(sent, 'unknown_external', { resolution: 'reversed', otherId: wrong.id }))).toBe('payouts.resolution_pair_unfit');
  });

  it('with a break that somebody else has proposed an answer to, or of a batch that one released, is not placed past them', async () => {
    const sent = await bank.sent('guarded', [1_000n]);
    await hear(sent, 'F1', [debit('10.00', { reference: named(sent, 0) }), debit('10.00', { reference: named(sent, 0), bankReference: 'twice' }), credit('10.00', { text: 'back' })]);
    const twice = await open(sent, 'duplicate');
    await bank.owner.query(`INSERT INTO user_role (user_id, role, granted_at) SELECT $1, 'finance_approver', now() ON CONFLICT DO NOTHING`, [bank.people.releaser.userId]);
    const releaser: Context = { ...bank.people.releaser, actor: { kind: 'user', userId: bank.people.releaser.userId, roles: ['finance_approver'], memberships: [] } };
    expect(codeOf(await answer(sent, 'unknown_external', { resolution: 'reversed', otherId: twice.id }, releaser))).toBe('payouts.releaser_reconciles');
    value(await answer(sent, 'duplicate', { resolution: 'charge', note: NOTE }));
    expect(codeOf(await answer(sent, 'unknown_external', { resolution: 'reversed', otherId: twice.id }))).toBe('payouts.proposal_waiting');
  });
});

describe('a payment that was debited twice', () => {
  it('does not come back by the credit that takes the second debit back; with a reason it does', async () => {
    const sent = await bank.sent('twice', [1_000n]);
    await hear(sent, 'J1', [debit('10.00', { reference: named(sent, 0) }), debit('10.00', { reference: named(sent, 0), bankReference: 'again' }), credit('10.00', { reference: named(sent, 0) })]);
    expect([await bank.states(sent), await kinds(sent)]).toEqual([['settled'], ['duplicate 1000', 'duplicate -1000']]);
    const [first, second] = await bank.breaks(sent.payingAccountId);
    value(await resolutions().answer(bank.people.preparer, second?.id ?? '', second?.version ?? 0, { resolution: 'reversed', otherId: first?.id ?? '' }));
    expect([await kinds(sent), await bank.balances(sent)]).toEqual([[], { bank: '-1000', cleared: '1000', funding: '-1000', paid: '1000' }]);
    await hear(sent, 'J2', [credit('10.00', { reference: named(sent, 0), bankReference: 'back', returnReason: 'AC04' })]);
    expect([await bank.states(sent), await kinds(sent)]).toEqual([['returned'], []]);
  });

  it('comes back by it where a person says so', async () => {
    const sent = await bank.sent('twice-back', [1_000n]);
    await hear(sent, 'K1', [debit('10.00', { reference: named(sent, 0) }), debit('10.00', { reference: named(sent, 0), bankReference: 'again' })]);
    await hear(sent, 'K2', [credit('10.00', { reference: named(sent, 0) })]);
    const credited = (await bank.breaks(sent.payingAccountId)).find(({ suspense }) => suspense === '-1000');
    value(await resolutions().answer(bank.people.preparer, credited?.id ?? '', credited?.version ?? 0, { resolution: 'attached', lineIds: [idOf(sent, 0)] }));
    expect([await bank.states(sent), await kinds(sent)]).toEqual([['returned'], ['duplicate 1000']]);
  });
});

describe('the sum of a batch', () => {
  it('that comes back in one credit is of all that was debited and has not come back', async () => {
    const sent = await bank.sent('all-back', [1_000n, 2_000n, 4_000n]);
    await hear(sent, 'L1', [debit('70.00', { messageId: sent.messageId })]);
    await hear(sent, 'L2', [credit('20.00', { reference: named(sent, 1), returnReason: 'AC04' }), credit('49.00'), credit('50.00')]);
    const unknown = await bank.breaks(sent.payingAccountId);
    const say = (suspense: string) => { const found = unknown.find((one) => one.suspense === suspense); return resolutions().answer(bank.people.preparer, found?.id ?? '', found?.version ?? 0, { resolution: 'attached', batchId: sent.batch.id }); };
    expect(codeOf(await say('-4900'))).toBe('payouts.resolution_sum_unfit');
    value(await say('-5000'));
    expect([await bank.states(sent), await kinds(sent)]).toEqual([['returned', 'returned', 'returned'], ['unknown_external -4900']]);
  });

  it('has the payments that people confirmed before it was booked', async () => {
    const sent = await bank.sent('confirmed-first', [1_000n, 2_000n]);
    value(await resolutions().ask(bank.people.preparer, idOf(sent, 0)));
    value(await byTwo(sent, 'missing_external', { resolution: 'confirmed_paid' }));
    await hear(sent, 'G1', [debit('30.00', { messageId: sent.messageId })]);
    expect([await bank.states(sent), await kinds(sent), await bank.balances(sent)]).toEqual([['settled', 'settled'], [], { bank: '-3000', cleared: '3000', funding: '-3000', paid: '3000' }]);
  });

  it('that is of another batch is taken off it, and placed with that one', async () => {
    const sent = await bank.sent('wrong-batch', [1_000n, 2_000n]);
    await hear(sent, 'H1', [debit('29.00', { messageId: sent.messageId })]);
    value(await answer(sent, 'sum_differs', { resolution: 'other_batch', note: 'It is the one of Monday' }));
    expect(await kinds(sent)).toEqual(['unknown_external 2900']);
    await hear(sent, 'H2', [debit('30.00', { messageId: sent.messageId })]);
    expect([await bank.states(sent), await kinds(sent)]).toEqual([['settled', 'settled'], ['unknown_external 2900']]);
    value(await answer(sent, 'unknown_external', { resolution: 'attached', batchId: sent.batch.id }));
    expect(await kinds(sent)).toEqual(['sum_differs 2900']);
  });

  it('whose figures have changed is proposed anew', async () => {
    const sent = await bank.sent('changed', [1_000n, 4_000n]);
    await hear(sent, 'I1', [debit('50.50', { messageId: sent.messageId })]);
    value(await answer(sent, 'sum_differs', { resolution: 'difference_accepted', note: NOTE }));
    const { version } = await open(sent, 'sum_differs');
    await bank.hear(sent.payingAccountId, statusFile({ id: 'I2', messageId: sent.messageId, group: 'ACSP' }));
    expect((await open(sent, 'sum_differs')).version).toBe(version);
    await refused(sent, 1);
    const { id, version: next } = await open(sent, 'sum_differs');
    expect(codeOf(await resolutions().confirm(bank.people.second, id, next))).toBe('payouts.proposal_missing');
  });
});
