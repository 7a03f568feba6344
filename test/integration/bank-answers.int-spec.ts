import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseInstant } from '../../src/core/time/index.js';
import { BankQueries, BreakResolutions, type Answer } from '../../src/modules/payouts/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { FixedClock, startTestApp, type TestApp } from '../support/app.js';
import { noticeFile, statusFile, type BookedEntry } from '../support/bank-files.js';
import { brokenPayments } from '../support/invariants.js';
import { Reconciliation, type Sent } from '../support/reconciliations.js';
import { codeOf, value } from '../support/results.js';

let world: TestApp;
let bank: Reconciliation;
const clock = new FixedClock(value(parseInstant('2026-10-20T10:00:00Z')));
const NOTE = 'The bank said so on the telephone, Ms Park, 20 October';

const hear = (sent: Sent, id: string, entries: BookedEntry[]): Promise<string> => bank.hear(sent.payingAccountId, noticeFile({ id, entries }));
const debit = (amount: string, more: Partial<BookedEntry> = {}): BookedEntry => ({ direction: 'debit', amount, bankReference: `D${amount}`, ...more });
const credit = (amount: string, more: Partial<BookedEntry> = {}): BookedEntry => ({ direction: 'credit', amount, bankReference: `C${amount}`, ...more });
const named = (sent: Sent, at: number): string => sent.lines[at]?.endToEndId ?? '';
const ids = (sent: Sent, ...at: number[]): string[] => at.map((place) => sent.lines[place]?.id ?? '');
const lump = (amount: string, sent: Sent, more: Partial<BookedEntry> = {}): BookedEntry => debit(amount, { messageId: sent.messageId, ...more });

async function open(sent: Sent, kind: string): Promise<{ id: string; version: number }> {
  const [found] = (await bank.breaks(sent.payingAccountId)).filter((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}
async function answer(sent: Sent, kind: string, what: Answer, by: Context = bank.people.preparer) {
  const { id, version } = await open(sent, kind);
  return world.app.get(BreakResolutions).answer(by, id, version, what);
}
async function byTwo(sent: Sent, kind: string, what: Answer) {
  value(await answer(sent, kind, { note: NOTE, ...what }));
  const { id, version } = await open(sent, kind);
  return world.app.get(BreakResolutions).confirm(bank.people.second, id, version);
}
const kinds = async (sent: Sent): Promise<string[]> => (await bank.breaks(sent.payingAccountId)).map(({ kind }) => kind);

beforeAll(async () => {
  world = await startTestApp({ clock });
  bank = await Reconciliation.of(world);
}, 60_000);

afterAll(async () => {
  expect(await bank.unproved()).toEqual([]);
  expect(await brokenPayments(bank.owner)).toEqual([]);
  await bank.close();
  await world.close();
});

describe('a batch booked in one sum', () => {
  it('with a charge in it settles every payment when two people accept the difference', async () => {
    const sent = await bank.sent('sum-fee', [1_000n, 2_000n]);
    await hear(sent, 'A1', [lump('30.75', sent)]);
    const detail = value(await world.app.get(BankQueries).break((await open(sent, 'sum_differs')).id));
    expect(detail).toMatchObject({ allowedResolutions: ['difference_accepted', 'other_batch', 'noted'], stated: { amount: '30.75' }, found: { amount: '30.00' } });
    value(await byTwo(sent, 'sum_differs', { resolution: 'difference_accepted' }));
    expect([await bank.states(sent), await bank.batchState(sent), await kinds(sent)]).toEqual([['settled', 'settled'], 'settled', []]);
    expect(await bank.balances(sent)).toEqual({ bank: '-3075', cleared: '3000', fees: '75', funding: '-3000', paid: '3000' });
  });

  it('of less than its payments is not accepted: the one that the bank did not carry out is said, and the sum is asked again', async () => {
    const sent = await bank.sent('sum-less', [1_000n, 2_000n]);
    await hear(sent, 'B1', [lump('20.00', sent)]);
    expect(codeOf(await answer(sent, 'sum_differs', { resolution: 'difference_accepted', note: NOTE }))).toBe('payouts.resolution_unfit');
    value(await world.app.get(BreakResolutions).ask(bank.people.preparer, ids(sent, 0)[0] ?? ''));
    value(await byTwo(sent, 'missing_external', { resolution: 'confirmed_refused' }));
    expect([await bank.states(sent), await bank.batchState(sent), await kinds(sent)]).toEqual([['rejected', 'settled'], 'settled', []]);
    expect(await bank.balances(sent)).toEqual({ bank: '-2000', cleared: '2000', funding: '-3000', paid: '2000', reserved: '1000' });
  });

  it('is asked again when a booking without a name is said to be of one of its payments', async () => {
    const sent = await bank.sent('sum-attach', [1_000n, 2_000n]);
    await hear(sent, 'C1', [lump('20.00', sent), debit('10.00')]);
    value(await answer(sent, 'unknown_external', { resolution: 'attached', lineIds: ids(sent, 0) }));
    expect([await bank.states(sent), await bank.batchState(sent), await kinds(sent)]).toEqual([['settled', 'settled'], 'settled', []]);
  });

  it('that does not name it is its sum when a person says so', async () => {
    const sent = await bank.sent('sum-nameless', [1_000n, 2_000n]);
    const other = await bank.sent('sum-other', [500n]);
    await hear(sent, 'D1', [debit('30.00'), credit('1.00')]);
    const [first, second] = await bank.breaks(sent.payingAccountId);
    const say = (id: string | undefined, version: number | undefined, batchId: string, by = bank.people.preparer) => world.app.get(BreakResolutions).answer(by, id ?? '', version ?? 0, { resolution: 'attached', batchId });
    expect(codeOf(await say(first?.id, first?.version, other.batch.id))).toBe('payouts.resolution_batch_missing');
    expect(codeOf(await say(second?.id, second?.version, sent.batch.id))).toBe('payouts.resolution_sum_unfit');
    value(await say(first?.id, first?.version, sent.batch.id));
    value(await answer(sent, 'unknown_external', { resolution: 'bank_error', note: 'not ours' }));
    expect([await bank.states(sent), await kinds(sent), await bank.balances(sent)]).toEqual([['settled', 'settled'], [], { bank: '-2900', cleared: '3000', funding: '-3000', paid: '3000', suspense: '-100' }]);
    const more = await bank.sent('sum-nameless-more', [1_000n]);
    await hear(more, 'D2', [debit('10.05')]);
    value(await answer(more, 'unknown_external', { resolution: 'attached', batchId: more.batch.id }));
    expect(await bank.breaks(more.payingAccountId)).toMatchObject([{ kind: 'sum_differs', suspense: '1005' }]);
  });
});

describe('money that came back', () => {
  it('in one sum for several payments is said to be of each of them, less the charge that the bank states', async () => {
    const sent = await bank.sent('lump-back', [1_000n, 2_000n, 4_000n]);
    await hear(sent, 'E1', [lump('70.00', sent)]);
    await hear(sent, 'E2', [credit('29.50', { charge: '0.50', text: 'two of yours' }), credit('39.00')]);
    const [first, second] = await bank.breaks(sent.payingAccountId);
    const say = (of: typeof first, lineIds: string[], by = bank.people.preparer) => world.app.get(BreakResolutions).answer(by, of?.id ?? '', of?.version ?? 0, { resolution: 'attached', lineIds });
    expect([codeOf(await say(first, ids(sent, 0, 2))), codeOf(await say(first, [...ids(sent, 0), sent.batch.id])), codeOf(await say(first, []))])
      .toEqual(['payouts.resolution_sum_unfit', 'payouts.resolution_line_missing', 'payouts.resolution_line_missing']);
    value(await say(first, ids(sent, 0, 1)));
    expect([await bank.states(sent), await kinds(sent)]).toEqual([['returned', 'returned', 'settled'], ['unknown_external']]);
    expect(await bank.balances(sent)).toEqual({ bank: '-150', cleared: '4000', fees: '50', funding: '-7000', paid: '4000', reserved: '3000', suspense: '-3900' });
    // Each came back once.
    expect(codeOf(await say(second, ids(sent, 0, 1)))).toBe('payouts.resolution_sum_unfit');
    value(await answer(sent, 'unknown_external', { resolution: 'bank_error', note: 'They will put it right' }));
    await hear(sent, 'E3', [credit('30.00', { bankReference: 'again' })]);
    expect(codeOf(await answer(sent, 'unknown_external', { resolution: 'attached', lineIds: ids(sent, 0, 1) }))).toBe('payouts.resolution_line_unfit');
  });

  it('and is in no file is said by two people; its booking is counted for it when it comes', async () => {
    const sent = await bank.sent('told-back', [1_000n, 2_000n]);
    await hear(sent, 'F1', [debit('10.00', { reference: named(sent, 0) }), debit('20.00', { reference: named(sent, 1) })]);
    const asked = value(await world.app.get(BreakResolutions).ask(bank.people.preparer, ids(sent, 0)[0] ?? ''));
    expect(asked).toMatchObject({ kind: 'missing_return', state: 'open', allowedResolutions: ['confirmed_returned', 'noted'] });
    expect(value(await world.app.get(BreakResolutions).ask(bank.people.second, ids(sent, 0)[0] ?? '')).id).toBe(asked.id);
    value(await byTwo(sent, 'missing_return', { resolution: 'confirmed_returned' }));
    expect([await bank.states(sent), await bank.balances(sent)]).toEqual([['returned', 'settled'], { bank: '-3000', cleared: '2000', funding: '-3000', paid: '2000', reserved: '1000', suspense: '1000' }]);
    await hear(sent, 'F2', [credit('10.00', { reference: named(sent, 0), returnReason: 'AC04' })]);
    expect([await bank.states(sent), await kinds(sent), await bank.balances(sent)]).toEqual([['returned', 'settled'], [], { bank: '-2000', cleared: '2000', funding: '-3000', paid: '2000', reserved: '1000' }]);
  });

  it('is asked only of payments that the bank can have something new to say of, by who did not release them', async () => {
    const sent = await bank.sent('ask', [1_000n]);
    await bank.hear(sent.payingAccountId, statusFile({ id: 'G1', messageId: sent.messageId, lines: [{ reference: named(sent, 0), word: 'RJCT', reason: 'AM04' }] }));
    const ask = (by: Context, lineId = ids(sent, 0)[0] ?? '') => world.app.get(BreakResolutions).ask(by, lineId);
    expect(codeOf(await ask(bank.people.preparer))).toBe('payouts.line_not_at_bank');
    expect(codeOf(await ask(bank.people.preparer, sent.batch.id))).toBe('payouts.not_found');
    const other = await bank.sent('ask-released', [1_000n]);
    await bank.owner.query(`INSERT INTO user_role (user_id, role, granted_at) SELECT $1, 'finance_approver', now() ON CONFLICT DO NOTHING`, [bank.people.releaser.userId]);
    expect(codeOf(await ask({ ...bank.people.releaser, actor: { kind: 'user', userId: bank.people.releaser.userId, roles: ['finance_approver'], memberships: [] } }, ids(other, 0)[0]))).toBe('payouts.releaser_reconciles');
  });
});

describe('one payment in two bookings', () => {
  it('is that payment when both together are exactly its amount', async () => {
    const sent = await bank.sent('two', [1_000n]);
    await hear(sent, 'H1', [debit('9.90', { reference: named(sent, 0) })]);
    expect(value(await world.app.get(BankQueries).break((await open(sent, 'amount_differs')).id)).allowedResolutions).toEqual(['together', 'own_money', 'charge', 'bank_error', 'reversed']);
    await hear(sent, 'H2', [debit('0.11'), debit('0.10'), credit('0.10')]);
    const unknown = (await bank.breaks(sent.payingAccountId)).filter(({ kind }) => kind === 'unknown_external');
    const [tooMuch, rest, back] = [unknown.find(({ suspense }) => suspense === '11'), unknown.find(({ suspense }) => suspense === '10'), unknown.find(({ suspense }) => suspense === '-10')];
    for (const other of [tooMuch?.id, back?.id, undefined, sent.batch.id]) {
      expect(codeOf(await answer(sent, 'amount_differs', { resolution: 'together', ...(other === undefined ? {} : { otherId: other }) }))).toBe('payouts.resolution_rest_unfit');
    }
    value(await answer(sent, 'amount_differs', { resolution: 'together', otherId: rest?.id ?? '' }));
    expect([await bank.states(sent), await bank.batchState(sent), await kinds(sent)]).toEqual([['settled'], 'settled', ['unknown_external', 'unknown_external']]);
    expect(await bank.balances(sent)).toEqual({ bank: '-1001', cleared: '1000', funding: '-1000', paid: '1000', suspense: '1' });
  });

  it('and so is one return in two', async () => {
    const sent = await bank.sent('two-back', [1_000n]);
    await hear(sent, 'I1', [debit('10.00', { reference: named(sent, 0) })]);
    await hear(sent, 'I2', [credit('4.00', { reference: named(sent, 0), returnReason: 'AC04', bankReference: 'r1' }), credit('6.00', { reference: named(sent, 0), returnReason: 'AC04', bankReference: 'r2' })]);
    const [first, second] = await bank.breaks(sent.payingAccountId);
    value(await world.app.get(BreakResolutions).answer(bank.people.preparer, first?.id ?? '', first?.version ?? 0, { resolution: 'together', otherId: second?.id ?? '' }));
    expect([await bank.states(sent), await kinds(sent), await bank.balances(sent)]).toEqual([['returned'], [], { funding: '-1000', reserved: '1000' }]);
  });
});
