import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BankQueries, BreakResolutions, MISSING_BOOKINGS, type Answer } from '../../src/modules/payouts/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { parseInstant } from '../../src/core/time/index.js';
import { FixedClock, startTestApp, type TestApp } from '../support/app.js';
import { noticeFile, statusFile, type BookedEntry } from '../support/bank-files.js';
import { Reconciliation, type Sent } from '../support/reconciliations.js';
import { codeOf, value } from '../support/results.js';

let world: TestApp;
let bank: Reconciliation;
const clock = new FixedClock(value(parseInstant('2026-10-20T10:00:00Z')));
const at = (text: string): void => clock.moveTo(value(parseInstant(text)));
/** Three working days after Tuesday, the 20th, are over. */
const LATER = '2026-10-23T10:00:00Z';
const NOTE = 'The bank said so on the telephone, Ms Park, 20 October';

const debit = (sent: Sent, more: Partial<BookedEntry> = {}): BookedEntry => ({ direction: 'debit', amount: sent.lines[0]?.net.amount ?? '', reference: sent.lines[0]?.endToEndId ?? '', bankReference: `D-${sent.batch.id}`, ...more });
const back = (sent: Sent, more: Partial<BookedEntry> = {}): BookedEntry => ({ ...debit(sent), direction: 'credit', bankReference: `R-${sent.batch.id}`, returnReason: 'AC04', ...more });
const hear = (sent: Sent, ...entries: BookedEntry[]): Promise<string> => bank.hear(sent.payingAccountId, noticeFile({ id: `${JSON.stringify(entries).length}-${clock.now()}`.slice(0, 35), entries }));
const kinds = async (sent: Sent): Promise<string[]> => (await bank.breaks(sent.payingAccountId)).map(({ kind, suspense }) => `${kind} ${suspense}`);
const sweep = (): Promise<void> => world.app.get(Jobs).sweep(MISSING_BOOKINGS);
async function answer(sent: Sent, kind: string, what: Answer, by: Context = bank.people.preparer) {
  const found = (await bank.breaks(sent.payingAccountId)).find((one) => one.kind === kind);
  return world.app.get(BreakResolutions).answer(by, found?.id ?? sent.batch.id, found?.version ?? 0, what);
}
async function confirm(sent: Sent) {
  const [found] = await bank.breaks(sent.payingAccountId);
  return world.app.get(BreakResolutions).confirm(bank.people.second, found?.id ?? '', found?.version ?? 0);
}

beforeAll(async () => {
  world = await startTestApp({ clock });
  bank = await Reconciliation.of(world);
}, 60_000);

beforeEach(() => at('2026-10-20T10:00:00Z'));

/** After a sweep long after everything, what is in suspense is what breaks say is there. */
afterEach(async () => {
  at('2026-12-01T10:00:00Z');
  await sweep();
  const { rows } = await bank.owner.query(`
    SELECT a.paying_account_id, a.balance_minor FROM ledger_account a WHERE a.name = 'suspense' AND a.paying_account_id IS NOT NULL
      AND a.balance_minor <> coalesce((SELECT sum(k.suspense_minor) FROM reconciliation_break k WHERE k.paying_account_id = a.paying_account_id AND (k.state = 'open' OR k.resolution = 'bank_error')), 0)`);
  expect(rows).toEqual([]);
});

afterAll(async () => {
  expect(await bank.unproved()).toEqual([]);
  await bank.close();
  await world.close();
});

/** Nothing is asked while working days of the account are left; afterwards it is asked, and once. */
async function untilOver(sent: Sent): Promise<void> {
  at('2026-10-22T21:00:00Z');
  await sweep();
  expect(await kinds(sent)).toEqual([]);
  at(LATER);
  await sweep();
  await sweep();
}

describe('a payment that came back and was never booked as paid', () => {
  it('is asked after when the working days of its account are over, and no longer once its debit is told', async () => {
    const sent = await bank.sent('debitless', [1_000n]);
    await hear(sent, back(sent));
    expect([await bank.states(sent), await bank.balances(sent)]).toEqual([['returned'], { bank: '1000', funding: '-1000', reserved: '1000', suspense: '-1000' }]);
    await untilOver(sent);
    expect(await kinds(sent)).toEqual(['missing_debit -1000']);
    await hear(sent, debit(sent));
    expect([await kinds(sent), await bank.balances(sent)]).toEqual([[], { funding: '-1000', reserved: '1000' }]);
  });

  it('also where it had been refused before', async () => {
    const sent = await bank.sent('refused', [1_000n]);
    await bank.hear(sent.payingAccountId, statusFile({ id: 'R0', messageId: sent.messageId, lines: [{ reference: sent.lines[0]?.endToEndId ?? '', word: 'RJCT', reason: 'AC04' }] }));
    await hear(sent, back(sent));
    at(LATER);
    await sweep();
    expect([await bank.states(sent), await kinds(sent)]).toEqual([['rejected'], ['missing_debit -1000']]);
  });

  it('is found in a debit that names nothing, which is attached to it', async () => {
    const sent = await bank.sent('nameless', [1_000n]);
    await hear(sent, back(sent));
    at(LATER);
    await sweep();
    await hear(sent, { direction: 'debit', amount: '10.00', bankReference: 'nameless' });
    expect(await kinds(sent)).toEqual(['missing_debit -1000', 'unknown_external 1000']);
    value(await answer(sent, 'unknown_external', { resolution: 'attached', lineIds: [sent.lines[0]?.id ?? ''] }));
    expect([await bank.states(sent), await kinds(sent), await bank.balances(sent)]).toEqual([['returned'], [], { funding: '-1000', reserved: '1000' }]);
  });

  it('may be a mistake of the bank, which is said once', async () => {
    const sent = await bank.sent('mistake', [1_000n]);
    await hear(sent, back(sent));
    at(LATER);
    await sweep();
    const [found] = await bank.breaks(sent.payingAccountId);
    expect(value(await world.app.get(BankQueries).break(found?.id ?? '')).allowedResolutions).toEqual(['bank_error', 'reversed']);
    value(await answer(sent, 'missing_debit', { resolution: 'bank_error', note: 'They gave what they never took' }));
    at('2026-10-30T10:00:00Z');
    await sweep();
    expect(await kinds(sent)).toEqual([]);
  });
});

describe('a payment that two people said was made', () => {
  it('is asked after once more when its booking does not come, and is then back if two people say so', async () => {
    const sent = await bank.sent('confirmed', [1_000n]);
    at(LATER);
    await sweep();
    value(await answer(sent, 'missing_external', { resolution: 'confirmed_paid', note: NOTE }));
    value(await confirm(sent));
    expect([await bank.states(sent), await bank.balances(sent)]).toEqual([['settled'], { cleared: '1000', funding: '-1000', paid: '1000', suspense: '-1000' }]);
    at('2026-10-26T10:00:00Z');
    await sweep();
    expect(await kinds(sent)).toEqual([]);
    at('2026-10-28T10:00:00Z');
    await sweep();
    expect(await kinds(sent)).toEqual(['missing_debit -1000']);
    value(await answer(sent, 'missing_debit', { resolution: 'confirmed_refused', note: NOTE }));
    value(await confirm(sent));
    expect([await bank.states(sent), await kinds(sent), await bank.balances(sent), await bank.proof(sent)]).toEqual([['returned'], [], { funding: '-1000', reserved: '1000' }, ['0', '0', '0']]);
  });

  it('is found in a debit that names nothing, which is attached to it', async () => {
    const sent = await bank.sent('confirmed2', [1_000n]);
    at(LATER);
    await sweep();
    value(await answer(sent, 'missing_external', { resolution: 'confirmed_paid', note: NOTE }));
    value(await confirm(sent));
    await hear(sent, { direction: 'debit', amount: '10.00', bankReference: 'no name' });
    value(await answer(sent, 'unknown_external', { resolution: 'attached', lineIds: [sent.lines[0]?.id ?? ''] }));
    expect([await bank.states(sent), await kinds(sent), await bank.balances(sent), await bank.proof(sent)]).toEqual([['settled'], [], { bank: '-1000', cleared: '1000', funding: '-1000', paid: '1000' }, ['1000', '1000', '1000']]);
    await hear(sent, { direction: 'debit', amount: '10.00', bankReference: 'twice' });
    expect(codeOf(await answer(sent, 'unknown_external', { resolution: 'attached', lineIds: [sent.lines[0]?.id ?? ''] }))).toBe('payouts.resolution_line_unfit');
  });
});

describe('a return that was announced and not booked', () => {
  it('is asked after when the working days of its account are over, and no longer once it is booked', async () => {
    const sent = await bank.sent('announced', [1_000n]);
    await hear(sent, debit(sent));
    await hear(sent, back(sent, { status: 'PDNG' }));
    await untilOver(sent);
    expect([await bank.states(sent), await kinds(sent)]).toEqual([['settled'], ['missing_return 0']]);
    await hear(sent, back(sent));
    expect([await bank.states(sent), await kinds(sent), await bank.proof(sent)]).toEqual([['returned'], [], ['0', '0', '0']]);
  });

  it('is looked at once, and asked after again only when it is announced again', async () => {
    const sent = await bank.sent('announced2', [1_000n]);
    await hear(sent, debit(sent));
    await hear(sent, back(sent, { status: 'PDNG' }));
    at(LATER);
    await sweep();
    value(await answer(sent, 'missing_return', { resolution: 'noted', note: 'They have cancelled it' }));
    at('2026-10-30T10:00:00Z');
    await sweep();
    expect(await kinds(sent)).toEqual([]);
    await hear(sent, back(sent, { status: 'PDNG', bankReference: 'second' }));
    at('2026-11-05T10:00:00Z');
    await sweep();
    expect(await kinds(sent)).toEqual(['missing_return 0']);
  });

  it('is found in a credit that names nothing, which is attached to the payment', async () => {
    const sent = await bank.sent('announced3', [1_000n]);
    await hear(sent, debit(sent));
    await hear(sent, back(sent, { status: 'PDNG' }));
    at(LATER);
    await sweep();
    await hear(sent, { direction: 'credit', amount: '10.00', bankReference: 'gives' });
    value(await answer(sent, 'unknown_external', { resolution: 'attached', lineIds: [sent.lines[0]?.id ?? ''] }));
    expect([await bank.states(sent), await kinds(sent), await bank.proof(sent)]).toEqual([['returned'], [], ['0', '0', '0']]);
  });
});

describe('a payment that another has taken the place of', () => {
  /** The bank refuses the file; then it debits a line of it and gives the money back, in either order. */
  it.each([['debit-first', false], ['return-first', true]])('and whose money moved and came back leaves nothing in suspense, %s', async (seed, isReversed) => {
    const sent = await bank.sent(`replaced-${seed}`, [1_000n]);
    await bank.hear(sent.payingAccountId, statusFile({ id: `F-${seed}`, messageId: sent.messageId, group: 'RJCT', groupReason: 'FF01' }));
    const bookings = [debit(sent), back(sent)];
    for (const one of isReversed ? bookings.toReversed() : bookings) await hear(sent, one);
    at(LATER);
    await sweep();
    expect([await bank.states(sent), await kinds(sent), await bank.balances(sent)]).toEqual([['rejected'], [], { funding: '-1000', reserved: '1000' }]);
  });
});

describe('a payment that nobody had booked', () => {
  it('is asked after no longer once a debit was attached to it', async () => {
    const sent = await bank.sent('silent', [1_000n]);
    at(LATER);
    await sweep();
    await hear(sent, { direction: 'debit', amount: '10.00', bankReference: 'late' });
    value(await answer(sent, 'unknown_external', { resolution: 'attached', lineIds: [sent.lines[0]?.id ?? ''] }));
    expect([await bank.states(sent), await kinds(sent)]).toEqual([['settled'], []]);
  });
});
