import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BankQueries, BreakResolutions, MISSING_BOOKINGS, OverpaymentQueries, Overpayments, ReconciliationDays, type Answer, type OverpaymentView } from '../../src/modules/payouts/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { parseInstant } from '../../src/core/time/index.js';
import { currency, money } from '../../src/core/money/index.js';
import { FixedClock, startTestApp, type TestApp } from '../support/app.js';
import { noticeFile, statementFile, statusFile, type BookedEntry } from '../support/bank-files.js';
import { regrant } from '../support/grants.js';
import { brokenPayments } from '../support/invariants.js';
import { financePerson, payableClaims } from '../support/payables.js';
import { Reconciliation, type Sent } from '../support/reconciliations.js';
import { codeOf, value } from '../support/results.js';

let world: TestApp;
let bank: Reconciliation;
const clock = new FixedClock(value(parseInstant('2026-10-20T10:00:00Z')));

const booked = (sent: Sent, at: number, more: Partial<BookedEntry> = {}): BookedEntry => {
  const line = sent.lines[at];
  if (line === undefined) throw new Error(`no line ${at}`);
  return { direction: 'debit', amount: line.net.amount, reference: line.endToEndId, bankReference: `D-${line.endToEndId}`, ...more };
};
const NOTE = 'The bank said so on the telephone, Ms Park, 20 October';

/** The one open break. */
async function open(sent: Sent): Promise<{ id: string; version: number }> {
  const [one, ...others] = await bank.breaks(sent.payingAccountId);
  if (one === undefined || others.length > 0) throw new Error('not exactly one break');
  return one;
}
const answer = async (sent: Sent, what: Answer, by: Context = bank.people.preparer) => {
  const { id, version } = await open(sent);
  return world.app.get(BreakResolutions).answer(by, id, version, what);
};
const confirm = async (sent: Sent, by: Context = bank.people.second) => {
  const { id, version } = await open(sent);
  return world.app.get(BreakResolutions).confirm(by, id, version);
};
const sweep = (): Promise<void> => world.app.get(Jobs).sweep(MISSING_BOOKINGS);
/** Who released the batches, with a role that would let them say what became of others. */
async function releasing(): Promise<Context> {
  const { userId } = bank.people.releaser;
  await bank.owner.query(`INSERT INTO user_role (user_id, role, granted_at) SELECT $1, 'finance_approver', now() ON CONFLICT DO NOTHING`, [userId]);
  return { ...bank.people.releaser, actor: { kind: 'user', userId, roles: ['finance_approver'], memberships: [] } };
}
/** Somebody whose role was taken away after they had read the break. */
async function lost(): Promise<Context> {
  const person = await financePerson(bank.owner, 'lost', 'finance_approver');
  await bank.owner.query('DELETE FROM user_role WHERE user_id = $1', [person.userId]);
  return person;
}

beforeAll(async () => {
  world = await startTestApp({ clock });
  bank = await Reconciliation.of(world);
}, 60_000);

afterAll(async () => {
  expect(await bank.unproved()).toEqual([]);
  await bank.close();
  await world.close();
});

describe('money in suspense', () => {
  it('is attached to the payment it is of, and only where the amounts agree', async () => {
    const sent = await bank.sent('attach', [1_000n, 2_000n]);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'T1', entries: [{ direction: 'debit', amount: '20.00', bankReference: 'nameless' }] }));
    expect(codeOf(await answer(sent, { resolution: 'attached', lineIds: [sent.lines[0]?.id ?? ''] }))).toBe('payouts.resolution_line_unfit');
    expect(codeOf(await answer(sent, { resolution: 'attached' }))).toBe('payouts.resolution_line_missing');
    expect(codeOf(await answer(sent, { resolution: 'attached', lineIds: [sent.lines[1]?.id ?? ''] }, await releasing()))).toBe('payouts.releaser_reconciles');
    expect(codeOf(await answer(sent, { resolution: 'attached', lineIds: [sent.lines[1]?.id ?? ''] }, await lost()))).toBe('access.permission');
    const { id, version } = await open(sent);
    const again = (at: number) => world.app.get(BreakResolutions).answer(bank.people.preparer, id, at, { resolution: 'attached', lineIds: [sent.lines[1]?.id ?? ''] });
    expect(codeOf(await again(version + 1))).toBe('http.stale');
    expect(value(await answer(sent, { resolution: 'attached', lineIds: [sent.lines[1]?.id ?? ''] }))).toMatchObject({ state: 'resolved', resolution: 'attached', inSuspense: { amount: '0.00' } });
    expect(codeOf(await again(version + 1))).toBe('payouts.break_resolved');
    // One that was refused, or booked before, is not paid by it.
    await bank.hear(sent.payingAccountId, statusFile({ id: 'T2', messageId: sent.messageId, lines: [{ reference: sent.lines[0]?.endToEndId ?? '', word: 'RJCT', reason: 'AM04' }] }));
    for (const [index, amount] of [[0, '10.00'], [1, '20.00']] as const) {
      await bank.hear(sent.payingAccountId, noticeFile({ id: `T3-${index}`, entries: [{ direction: 'debit', amount, bankReference: `nameless ${index}` }] }));
      expect(codeOf(await answer(sent, { resolution: 'attached', lineIds: [sent.lines[index]?.id ?? ''] }))).toBe('payouts.resolution_line_unfit');
      value(await answer(sent, { resolution: 'bank_error', note: 'They will put it right' }));
    }
    expect([await bank.states(sent), await bank.proof(sent)]).toEqual([['rejected', 'settled'], ['2000', '2000', '2000']]);
    expect(await bank.balances(sent)).toEqual({ bank: '-5000', cleared: '2000', funding: '-3000', paid: '2000', reserved: '1000', suspense: '3000' });
  });

  it('is the operator’s own, or a charge, when two people say so; its proposer is not the second', async () => {
    const sent = await bank.sent('own', [1_000n]);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'U1', entries: [{ direction: 'credit', amount: '500.00', bankReference: 'topup' }] }));
    expect(codeOf(await answer(sent, { resolution: 'charge', note: NOTE }))).toBe('payouts.resolution_unfit');
    expect(codeOf(await answer(sent, { resolution: 'own_money', note: 'ours' }))).toBe('payouts.resolution_evidence');
    expect(value(await answer(sent, { resolution: 'own_money', note: NOTE }))).toMatchObject({ state: 'open', proposal: { resolution: 'own_money', by: bank.people.preparer.userId }, allowedResolutions: [] });
    expect(await bank.balances(sent)).toMatchObject({ bank: '50000', suspense: '-50000' });
    expect(codeOf(await answer(sent, { resolution: 'bank_error', note: NOTE }, bank.people.second))).toBe('payouts.proposal_waiting');
    expect(codeOf(await confirm(sent, bank.people.preparer))).toBe('payouts.proposal_own');
    expect(value(await confirm(sent))).toMatchObject({ state: 'resolved', resolution: 'own_money', resolvedBy: bank.people.second.userId, note: NOTE });
    expect(await bank.balances(sent)).toMatchObject({ bank: '50000', capital: '-50000' });
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'U2', entries: [{ direction: 'debit', amount: '1.20', bankReference: 'what' }] }));
    value(await answer(sent, { resolution: 'charge', note: NOTE }));
    const { id, version } = await open(sent);
    value(await world.app.get(BreakResolutions).turnDown(bank.people.second, id, version));
    value(await answer(sent, { resolution: 'charge', note: NOTE }, bank.people.second));
    value(await confirm(sent, bank.people.preparer));
    expect(await bank.balances(sent)).toEqual({ bank: '49880', capital: '-50000', fees: '120', funding: '-1000', in_transit: '1000' });
  });

  it('that the bank took by mistake stays there until it comes back', async () => {
    const sent = await bank.sent('mistake', [1_000n]);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'V1', entries: [{ direction: 'debit', amount: '9.00', bankReference: 'wrong' }] }));
    const wrong = value(await answer(sent, { resolution: 'bank_error', note: 'They will put it right' }));
    expect(await bank.balances(sent)).toMatchObject({ suspense: '900' });
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'V2', entries: [{ direction: 'credit', amount: '9.00', bankReference: 'right' }] }));
    expect(codeOf(await answer(sent, { resolution: 'reversed', otherId: sent.batch.id }))).toBe('payouts.resolution_pair_unfit');
    value(await answer(sent, { resolution: 'reversed', otherId: wrong.id }));
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'V3', entries: [{ direction: 'debit', amount: '4.00', bankReference: 'wrong again' }] }));
    const less = value(await answer(sent, { resolution: 'bank_error', note: 'They will put it right' }));
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'V4', entries: [{ direction: 'credit', amount: '4.01', bankReference: 'too much' }] }));
    expect(codeOf(await answer(sent, { resolution: 'reversed', otherId: less.id }))).toBe('payouts.resolution_pair_unfit');
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'V5', entries: [{ direction: 'debit', amount: '4.01', bankReference: 'back again' }] }));
    const [credit, debit] = await bank.breaks(sent.payingAccountId);
    value(await world.app.get(BreakResolutions).answer(bank.people.preparer, debit?.id ?? '', debit?.version ?? 0, { resolution: 'reversed', otherId: credit?.id ?? '' }));
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'V6', entries: [{ direction: 'credit', amount: '4.00', bankReference: 'right again' }] }));
    value(await answer(sent, { resolution: 'reversed', otherId: less.id }));
    expect([await bank.breaks(sent.payingAccountId), await bank.balances(sent)]).toEqual([[], { funding: '-1000', in_transit: '1000' }]);
  });

  it('of a payment that was booked with more is that payment, when two people accept the difference', async () => {
    const sent = await bank.sent('more', [1_000n]);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'W1', entries: [booked(sent, 0, { amount: '10.30' })] }));
    value(await answer(sent, { resolution: 'difference_accepted', note: NOTE }));
    value(await confirm(sent));
    expect([await bank.states(sent), await bank.batchState(sent), await bank.proof(sent)]).toEqual([['settled'], 'settled', ['1000', '1000', '1000']]);
    expect(await bank.balances(sent)).toEqual({ bank: '-1030', cleared: '1000', fees: '30', funding: '-1000', paid: '1000' });
    const less = await bank.sent('less', [1_000n]);
    await bank.hear(less.payingAccountId, noticeFile({ id: 'W2', entries: [booked(less, 0, { amount: '9.99' })] }));
    expect(codeOf(await answer(less, { resolution: 'difference_accepted', note: NOTE }))).toBe('payouts.resolution_unfit');
  });
});

describe('money that a business pays back', () => {
  /** Ten were paid, seven are granted by now. */
  async function owing(seed: string): Promise<{ sent: Sent; recovery: OverpaymentView }> {
    const sent = await bank.sent(seed, [1_000n]);
    await bank.hear(sent.payingAccountId, noticeFile({ id: `${seed}-out`, entries: [booked(sent, 0)] }));
    await regrant(world, bank.owner, { claimId: sent.claimIds[0] ?? '', minor: 700n });
    const [recovery] = await world.app.get(OverpaymentQueries).ofClaim(sent.claimIds[0] ?? '');
    if (recovery === undefined) throw new Error('nothing is owed');
    return { sent, recovery };
  }
  const paidBack = (sent: Sent, amount: string, text?: string): Promise<string> =>
    bank.hear(sent.payingAccountId, noticeFile({ id: `in-${amount}-${text ?? ''}`, entries: [{ direction: 'credit', amount, bankReference: `in-${amount}`, ...(text === undefined ? {} : { text }) }] }));
  const detail = async (sent: Sent) => value(await world.app.get(BankQueries).break((await open(sent)).id));

  it('closes what it owes: suspense goes to the fund, and nobody else has to confirm it', async () => {
    const { sent, recovery } = await owing('back');
    await paidBack(sent, '3.00');
    expect(await detail(sent)).toMatchObject({ kind: 'unknown_external', allowedResolutions: ['attached', 'own_money', 'repayment', 'bank_error', 'reversed'], namedRecoveries: [], repayments: [] });
    expect(codeOf(await answer(sent, { resolution: 'repayment' }))).toBe('payouts.resolution_recovery_missing');
    expect(codeOf(await answer(sent, { resolution: 'repayment', recoveryId: sent.batch.id }))).toBe('payouts.resolution_recovery_missing');
    const done = value(await answer(sent, { resolution: 'repayment', recoveryId: recovery.id, note: 'Paid back by the business' }));
    expect(done).toMatchObject({ state: 'resolved', resolution: 'repayment', inSuspense: { amount: '0.00' } });
    expect(value(await world.app.get(BankQueries).break(done.id))).toMatchObject({ repayments: [{ recoveryId: recovery.id, reference: recovery.reference, amount: { amount: '3.00' } }] });
    expect((await world.app.get(OverpaymentQueries).ofClaim(recovery.claimId))[0]).toMatchObject({ left: { amount: '0.00' }, closedAt: expect.any(String) });
    expect(await bank.balances(sent)).toEqual({ bank: '-700', cleared: '700', funding: '-700', paid: '700' });
    expect(await brokenPayments(bank.owner)).toEqual([]);
  });

  it('in part leaves the rest owed; what is more than owed stays in suspense with its break', async () => {
    const { sent, recovery } = await owing('parts');
    await paidBack(sent, '1.25');
    value(await answer(sent, { resolution: 'repayment', recoveryId: recovery.id }));
    expect([(await world.app.get(OverpaymentQueries).ofClaim(recovery.claimId))[0]?.left.amount, await bank.breaks(sent.payingAccountId)]).toEqual(['1.75', []]);
    await paidBack(sent, '5.00');
    expect(value(await answer(sent, { resolution: 'repayment', recoveryId: recovery.id }))).toMatchObject({ state: 'open', inSuspense: { amount: '-3.25' } });
    expect((await detail(sent)).repayments).toMatchObject([{ amount: { amount: '1.75' } }]);
    expect(codeOf(await answer(sent, { resolution: 'repayment', recoveryId: recovery.id }))).toBe('payouts.recovery_closed');
    expect(await bank.balances(sent)).toEqual({ bank: '-375', cleared: '700', funding: '-700', paid: '700', suspense: '-325' });
    expect(await brokenPayments(bank.owner)).toEqual([]);
  });

  it('is proposed where it names the claim or what is owed, however it is written, and never placed by itself', async () => {
    const { sent, recovery } = await owing('named');
    const named = { id: recovery.id, reference: recovery.reference, left: { amount: '3.00' } };
    for (const [amount, text] of [['1.00', `Refund ${recovery.reference}.`], ['1.10', recovery.reference.replaceAll('-', '').toLowerCase()], ['1.20', `re ${sent.lines[0]?.endToEndId ?? ''} thanks`], ['1.30', `Recovery ${recovery.id}`]] as const) {
      await paidBack(sent, amount, text);
      expect((await detail(sent)).namedRecoveries).toMatchObject([named]);
      value(await answer(sent, { resolution: 'bank_error', note: 'Looked at' }));
    }
    await paidBack(sent, '1.40', recovery.reference.replace(/.$/, (last) => (last === '0' ? '1' : '0')));
    expect((await detail(sent)).namedRecoveries).toEqual([]);
    expect((await world.app.get(OverpaymentQueries).ofClaim(recovery.claimId))[0]?.left.amount).toBe('3.00');
  });

  it('on another account than the one its fund pays from counts for that one, and a debit is no repayment', async () => {
    const { sent, recovery } = await owing('elsewhere');
    const other = await bank.sent('elsewhere2', [1_000n]);
    await bank.hear(other.payingAccountId, noticeFile({ id: 'taken', entries: [{ direction: 'debit', amount: '3.00', bankReference: 'taken' }] }));
    expect(codeOf(await answer(other, { resolution: 'repayment', recoveryId: recovery.id }))).toBe('payouts.resolution_unfit');
    value(await answer(other, { resolution: 'bank_error', note: 'Called them' }));
    await paidBack(other, '3.00', recovery.reference);
    expect((await detail(other)).namedRecoveries).toMatchObject([{ id: recovery.id }]);
    const before = await bank.balances(sent);
    value(await answer(other, { resolution: 'repayment', recoveryId: recovery.id }));
    expect(before).toEqual({ bank: '-1000', cleared: '1000', funding: '-700', paid: '1000', recoverable: '-300' });
    expect([await bank.balances(sent), await bank.balances(other)]).toEqual([
      { bank: '-1000', cleared: '1000', funding: '-700', paid: '700' }, { cleared: '-300', funding: '-1000', in_transit: '1000', suspense: '300' }]);
    expect(await brokenPayments(bank.owner)).toEqual([]);
  });

  it('that two people had said came back evens out what stands in suspense for it, and nothing is repaid twice', async () => {
    const { sent, recovery } = await owing('on-paper');
    const overpayments = world.app.get(Overpayments);
    const say = async (minor: bigint) => {
      const { version } = value(await overpayments.propose(bank.people.preparer, recovery.id, (await world.app.get(OverpaymentQueries).ofClaim(recovery.claimId))[0]?.version ?? 0, { amount: money(minor, currency('EUR')), evidence: 'Seen on the account' }));
      return overpayments.confirm(bank.people.second, recovery.id, version);
    };
    value(await say(200n));
    expect(await bank.balances(sent)).toMatchObject({ bank: '-1000', cleared: '800', suspense: '200' });
    // One credit brings a part of it; the next the rest of it and what was owed beyond, and a little more than that.
    await paidBack(sent, '1.50', recovery.reference);
    expect((await detail(sent)).namedRecoveries).toMatchObject([{ id: recovery.id }]);
    expect(value(await answer(sent, { resolution: 'repayment', recoveryId: recovery.id }))).toMatchObject({ state: 'resolved', inSuspense: { amount: '0.00' } });
    expect(await bank.balances(sent)).toMatchObject({ bank: '-850', cleared: '800', suspense: '50' });
    await paidBack(sent, '2.00', recovery.reference);
    const done = value(await answer(sent, { resolution: 'repayment', recoveryId: recovery.id }));
    expect(done).toMatchObject({ state: 'open', inSuspense: { amount: '-0.50' } });
    expect(value(await world.app.get(BankQueries).break(done.id)).repayments.map(({ amount }) => amount.amount)).toEqual(['0.50', '1.00']);
    expect((await world.app.get(OverpaymentQueries).ofClaim(recovery.claimId))[0]).toMatchObject({ left: { amount: '0.00' }, repaid: { amount: '3.00' } });
    expect(await bank.balances(sent)).toEqual({ bank: '-650', cleared: '700', funding: '-700', paid: '700', suspense: '-50' });
    expect(codeOf(await answer(sent, { resolution: 'repayment', recoveryId: recovery.id }))).toBe('payouts.recovery_closed');
    expect(await brokenPayments(bank.owner)).toEqual([]);
  });

  it('is named and placed after all of it was said to have come back, and leaves neither suspense nor a break', async () => {
    const { sent, recovery } = await owing('on-paper-all');
    const overpayments = world.app.get(Overpayments);
    const { version } = value(await overpayments.propose(bank.people.preparer, recovery.id, recovery.version, { amount: money(300n, currency('EUR')), evidence: 'Seen on the account' }));
    expect(value(await overpayments.confirm(bank.people.second, recovery.id, version)).closedAt).toBeDefined();
    await paidBack(sent, '3.00', `Refund ${recovery.reference}`);
    expect((await detail(sent)).namedRecoveries).toMatchObject([{ id: recovery.id }]);
    value(await answer(sent, { resolution: 'repayment', recoveryId: recovery.id }));
    expect([await bank.balances(sent), await bank.breaks(sent.payingAccountId)]).toEqual([{ bank: '-700', cleared: '700', funding: '-700', paid: '700' }, []]);
    expect(value(await world.app.get(OverpaymentQueries).get(bank.people.preparer, recovery.id))).not.toHaveProperty('unbooked');
    expect(await brokenPayments(bank.owner)).toEqual([]);
  });

  it('while somebody says that it came back overtakes that: it is not confirmed as well', async () => {
    const { sent, recovery } = await owing('overtaken');
    const overpayments = world.app.get(Overpayments);
    value(await overpayments.propose(bank.people.preparer, recovery.id, recovery.version, { amount: money(100n, currency('EUR')), evidence: 'Seen on the account' }));
    await paidBack(sent, '1.00', recovery.reference);
    value(await answer(sent, { resolution: 'repayment', recoveryId: recovery.id }));
    const { repayment, version, left } = value(await world.app.get(OverpaymentQueries).get(bank.people.preparer, recovery.id));
    expect([repayment?.stoppedBy, left.amount, codeOf(await overpayments.confirm(bank.people.second, recovery.id, version))]).toEqual(['overtaken', '2.00', 'payouts.repayment_overtaken']);
    const turned = value(await overpayments.turnDown(bank.people.preparer, recovery.id, version));
    const again = value(await overpayments.propose(bank.people.preparer, recovery.id, turned.version, { amount: money(200n, currency('EUR')), evidence: 'The rest' }));
    expect(value(await overpayments.confirm(bank.people.second, recovery.id, again.version)).closedAt).toBeDefined();
    // Some of it is left unbooked for good: the proof of the account has it beside what the bank booked.
    await paidBack(sent, '0.50', recovery.reference);
    value(await answer(sent, { resolution: 'repayment', recoveryId: recovery.id }));
    expect((value(await world.app.get(OverpaymentQueries).get(bank.people.preparer, recovery.id))).unbooked?.amount).toBe('1.50');
  });

  it('in another currency than what is owed is refused', async () => {
    const { recovery } = await owing('currency');
    const other = await payableClaims(bank.owner, { seed: 'currency2', amounts: [], currency: 'GBP' }) as Sent;
    await bank.hear(other.payingAccountId, noticeFile({ id: 'pounds', entries: [{ direction: 'credit', currency: 'GBP', amount: '3.00', bankReference: 'pounds', text: recovery.reference }] }));
    expect((await detail(other)).namedRecoveries).toEqual([]);
    expect(codeOf(await answer(other, { resolution: 'repayment', recoveryId: recovery.id }))).toBe('payouts.recovery_other_currency');
  });
});

describe('a payment that the bank is silent about', () => {
  it('is missed after the working days of its account, and the break closes when the booking comes', async () => {
    clock.moveTo(value(parseInstant('2026-10-20T10:00:00Z')));
    const sent = await bank.sent('silent', [1_000n, 2_000n]);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'M1', entries: [booked(sent, 0)] }));
    clock.moveTo(value(parseInstant('2026-10-22T21:00:00Z')));
    await sweep();
    expect(await bank.breaks(sent.payingAccountId)).toEqual([]);
    // Tuesday and three working days.
    clock.moveTo(value(parseInstant('2026-10-22T22:30:00Z')));
    await sweep();
    await sweep();
    expect((await bank.breaks(sent.payingAccountId)).map(({ kind }) => kind)).toEqual(['missing_external']);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'M2', entries: [booked(sent, 1)] }));
    expect([await bank.breaks(sent.payingAccountId), (await bank.breaks(sent.payingAccountId, 'resolved')).length, await bank.batchState(sent)]).toEqual([[], 1, 'settled']);
  });

  it('was paid when two people who did not release it say what shows it; its booking is counted when it comes', async () => {
    clock.moveTo(value(parseInstant('2026-10-20T10:00:00Z')));
    const sent = await bank.sent('confirmed', [1_000n]);
    clock.moveTo(value(parseInstant('2026-10-30T10:00:00Z')));
    await sweep();
    const releaser = await releasing();
    expect(codeOf(await answer(sent, { resolution: 'confirmed_paid', note: NOTE }, releaser))).toBe('payouts.releaser_reconciles');
    value(await answer(sent, { resolution: 'confirmed_paid', note: NOTE }));
    expect(codeOf(await confirm(sent, releaser))).toBe('payouts.releaser_reconciles');
    value(await confirm(sent));
    expect([await bank.states(sent), await bank.batchState(sent), await bank.proof(sent)]).toEqual([['settled'], 'settled', ['1000', '1000', '1000']]);
    expect(await bank.balances(sent)).toMatchObject({ cleared: '1000', suspense: '-1000' });
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'C1', entries: [booked(sent, 0)] }));
    expect([await bank.balances(sent), await bank.breaks(sent.payingAccountId)]).toEqual([{ bank: '-1000', cleared: '1000', funding: '-1000', paid: '1000' }, []]);
  });

  it('was refused when two people say so, and what they resolved stays resolved', async () => {
    clock.moveTo(value(parseInstant('2026-10-20T10:00:00Z')));
    const sent = await bank.sent('phoned', [1_000n]);
    clock.moveTo(value(parseInstant('2026-10-30T10:00:00Z')));
    await sweep();
    const { id } = await open(sent);
    value(await answer(sent, { resolution: 'confirmed_refused', note: NOTE }));
    const { version } = await open(sent);
    const resolutions = world.app.get(BreakResolutions);
    const both = await Promise.all([resolutions.confirm(bank.people.second, id, version), resolutions.confirm(bank.people.approver, id, version)]);
    expect(both.map((result) => codeOf(result)).toSorted()).toEqual(['http.stale', undefined]);
    expect([await bank.states(sent), await bank.balances(sent)]).toEqual([['rejected'], { funding: '-1000', reserved: '1000' }]);
    await expect(bank.owner.query(`UPDATE reconciliation_break SET state = 'open', resolution = NULL, resolved_by = NULL, resolved_at = NULL, version = version + 1 WHERE id = $1`, [id])).rejects.toThrow('stays resolved');
    await expect(bank.owner.query(`UPDATE reconciliation_break SET resolution = 'charge' WHERE id = $1`, [id])).rejects.toThrow();
  });
});

describe('statements of an account', () => {
  const differing = async (sent: Sent): Promise<unknown[]> =>
    (await bank.owner.query<Record<string, unknown>>(`SELECT kind, stated_minor AS stated, found_minor AS found FROM reconciliation_break WHERE paying_account_id = $1 AND state = 'open' AND kind = 'balance_differs'`, [sent.payingAccountId])).rows;

  it('that leave a day out between them are missed by their balances, until it is told', async () => {
    const sent = await bank.sent('chain', [1_000n, 2_000n, 4_000n]);
    const day = (on: string, at: number, opening: string, closing: string) => statementFile({ id: `S${on}`, on, opening, closing, entries: [booked(sent, at, { on })] });
    await bank.hear(sent.payingAccountId, day('2026-10-20', 0, '100.00', '90.00'));
    expect(await differing(sent)).toEqual([]);
    // Agrees within itself, and twenty are gone since the one before.
    await bank.hear(sent.payingAccountId, day('2026-10-22', 2, '70.00', '30.00'));
    expect(await differing(sent)).toEqual([{ kind: 'balance_differs', stated: '-6000', found: '-4000' }]);
    await bank.hear(sent.payingAccountId, day('2026-10-21', 1, '90.00', '70.00'));
    expect([await differing(sent), await bank.states(sent)]).toEqual([[], ['settled', 'settled', 'settled']]);
  });
});

describe('a day of an account', () => {
  it('says what was booked, and what is open; a proof of it there is once it is over', async () => {
    clock.moveTo(value(parseInstant('2026-10-20T10:00:00Z')));
    const sent = await bank.sent('day', [1_000n, 2_000n]);
    await bank.hear(sent.payingAccountId, statusFile({ id: 'Y0', messageId: sent.messageId, group: 'ACSP' }));
    const message = await bank.hear(sent.payingAccountId, noticeFile({ id: 'Y1', entries: [booked(sent, 0), { direction: 'debit', amount: '3.00', bankReference: 'z' }] }));
    const { items: [day] } = value(await world.app.get(ReconciliationDays).day('2026-10-20', sent.payingAccountId));
    expect(day).toMatchObject({
      bookedCount: 2, debited: { amount: '13.00' }, credited: { amount: '0.00' }, classes: [{ class: 'matched', count: 1 }, { class: 'unknown_external', count: 1 }], openBreaks: [{ kind: 'unknown_external', count: 1 }],
    });
    const { items: [before] } = value(await world.app.get(ReconciliationDays).day('2026-10-19', sent.payingAccountId));
    expect(before).toMatchObject({ bookedCount: 0, openBreaks: [] });
    const { items, nextCursor } = value(await world.app.get(BankQueries).itemsOf(message, { after: 0, limit: 1 }));
    expect([items, typeof nextCursor]).toMatchObject([[{ n: 1, class: 'matched', movedTo: 'settled', lineId: sent.lines[0]?.id, bankReference: `D-${sent.lines[0]?.endToEndId}` }], 'string']);
    expect(codeOf(await world.app.get(ReconciliationDays).day('2026-13-01'))).toBe('payouts.not_found');
  });
});
