import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BankMessages, BankReading } from '../../src/modules/payouts/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { noticeFile, statementFile, type BookedEntry } from '../support/bank-files.js';
import { Reconciliation, SEPA, SEPA_WITH_RESULTS, type Sent } from '../support/reconciliations.js';
import { codeOf, refusedBy, value } from '../support/results.js';
import { asSystem } from '../support/lower-floors.js';

let world: TestApp;
let bank: Reconciliation;

beforeAll(async () => {
  world = await startTestApp();
  bank = await Reconciliation.of(world);
}, 60_000);

afterAll(async () => {
  expect(await bank.unproved()).toEqual([]);
  await bank.close();
  await world.close();
});

const ref = (sent: Sent, at: number): string => sent.lines[at]?.endToEndId ?? '';
const debit = (sent: Sent, at: number, more: Partial<BookedEntry> = {}): BookedEntry => ({ direction: 'debit', amount: sent.lines[at]?.net.amount ?? '', reference: ref(sent, at), bankReference: `B-${ref(sent, at)}`, on: '2026-10-20', ...more });

/** What finance changes by two people; here it is only there. */
async function profileIs({ payingAccountId }: Sent, profile: object): Promise<void> {
  await bank.owner.query('ALTER TABLE paying_account DISABLE TRIGGER USER');
  await bank.owner.query('UPDATE paying_account SET profile = $2, version = version + 1 WHERE id = $1', [payingAccountId, JSON.stringify(profile)]);
  await bank.owner.query('ALTER TABLE paying_account ENABLE TRIGGER USER');
}

const messages = (): BankMessages => world.app.get(BankMessages);
async function again(id: string): Promise<void> {
  value(await messages().readAgain(bank.people.preparer, id, value(await messages().about(id)).version));
  await world.app.get(BankReading).perform(asSystem, id);
}
const readings = async (id: string): Promise<unknown[]> => value(await messages().about(id)).readings.map(({ outcome, itemCount, movedCount, faultCount, stayedCount, refusal }) => [outcome, itemCount, movedCount, faultCount, stayedCount, refusal?.code].filter((one) => one !== undefined));
/** All that the books know of it. */
const standing = async (sent: Sent): Promise<unknown> => [await bank.states(sent), await bank.proof(sent), await bank.balances(sent), (await bank.breaks(sent.payingAccountId)).map(({ kind, suspense }) => `${kind} ${suspense}`)];

describe('a file of a bank that is read again', () => {
  it('counts what was left out and can be read by now, and nothing twice', async () => {
    const sent = await bank.sent('again', [1_000n, 2_050n, 3_000n]);
    const id = await bank.hear(sent.payingAccountId, noticeFile({ id: 'R1', entries: [debit(sent, 0), debit(sent, 1, { amount: '20.5' }), { direction: 'debit', amount: '7', on: '2026-10-20' }, { direction: 'debit', amount: '7.00', on: '2026-10-20' }] }));
    expect([await bank.states(sent), await readings(id)]).toEqual([['settled', 'in_transit', 'in_transit'], [['applied', 2, 1, 2, 0]]]);
    await profileIs(sent, { ...SEPA, statedDecimals: 'short' });
    await again(id);
    const after = await standing(sent);
    expect(after).toEqual([['settled', 'settled', 'in_transit'], ['3050', '3050', '3050'], expect.objectContaining({ bank: '-4450' }), ['unknown_external 700', 'unknown_external 700']]);
    expect(await bank.message(id)).toMatchObject({ state: 'applied', items: 4, moved: 2, faults: 0, breaks: 2 });
    expect(await readings(id)).toEqual([['applied', 2, 1, 2, 0], ['applied', 2, 1, 0, 0]]);
    await again(id);
    await bank.hear(sent.payingAccountId, noticeFile({ id: 'R1', entries: [debit(sent, 0), debit(sent, 1, { amount: '20.50' }), { direction: 'debit', amount: '7.00', on: '2026-10-20' }, { direction: 'debit', amount: '7.00', on: '2026-10-20' }] }));
    expect([await standing(sent), await readings(id)]).toEqual([after, [['applied', 2, 1, 2, 0], ['applied', 2, 1, 0, 0], ['applied', 0, 0, 0, 0]]]);
  });

  it('and was set aside counts once its account says how it is to be read', async () => {
    const sent = await bank.sent('aside', [1_000n, 2_000n]);
    const id = await bank.hear(sent.payingAccountId, `reference,status,amount,reason,applied_on\n${ref(sent, 0)},granted,10.00,,2026-10-20\n${ref(sent, 1)},done,20.00,,2026-10-20\n`, 'result');
    expect(await readings(id)).toEqual([['refused', 0, 0, 0, 0, 'payouts.bank_no_results']]);
    await again(id);
    expect(await bank.message(id)).toMatchObject({ state: 'quarantined', refusal: { code: 'payouts.bank_no_results' } });
    await profileIs(sent, SEPA_WITH_RESULTS);
    await again(id);
    expect([await bank.message(id), await bank.states(sent)]).toMatchObject([{ state: 'applied', refusal: null, moved: 1, faults: 1 }, ['settled', 'in_transit']]);
    // The word is added to the profile: the row that was left out counts, the other stays.
    const { results } = SEPA_WITH_RESULTS as { results: { words: object } };
    await profileIs(sent, { ...SEPA_WITH_RESULTS, results: { ...results, words: { ...results.words, done: 'paid' } } });
    await again(id);
    expect([await bank.states(sent), await bank.proof(sent)]).toEqual([['settled', 'settled'], ['3000', '3000', '3000']]);
    // A profile that cannot read it any more takes nothing back.
    await profileIs(sent, SEPA);
    await again(id);
    expect([await bank.message(id), await bank.states(sent)]).toMatchObject([{ state: 'applied', refusal: null, items: 2 }, ['settled', 'settled']]);
    expect((await readings(id)).map((reading) => (reading as unknown[]).slice(0, 3).concat((reading as unknown[])[5] ?? []))).toEqual([
      ['refused', 0, 0, 'payouts.bank_no_results'], ['refused', 0, 0, 'payouts.bank_no_results'], ['applied', 1, 1], ['applied', 1, 1], ['refused', 0, 0, 'payouts.bank_no_results'],
    ]);
  });

  it('as something else leaves money that was counted where it was counted, and says how much', async () => {
    const sent = await bank.sent('elsewhere', [1_000n], { profile: SEPA_WITH_RESULTS });
    const { results } = SEPA_WITH_RESULTS as { results: { columns: object } };
    await profileIs(sent, { ...SEPA_WITH_RESULTS, results: { ...results, columns: { ...results.columns, reference: ['note'] } } });
    const id = await bank.hear(sent.payingAccountId, `reference,note,status,amount,reason,applied_on\n${ref(sent, 0)},hello,granted,10.00,,2026-10-20\n`, 'result');
    const before = await standing(sent);
    expect(before).toMatchObject([['in_transit'], ['0', '0', '0'], { bank: '-1000', suspense: '1000' }, ['unknown_external 1000']]);
    await profileIs(sent, SEPA_WITH_RESULTS);
    await again(id);
    expect([await standing(sent), await readings(id)]).toEqual([before, [['applied', 1, 0, 0, 0], ['applied', 0, 0, 0, 1]]]);
  });

  it('counts for the first time where its account says by now that messages of its kind do', async () => {
    const sent = await bank.sent('kind', [1_000n], { profile: { ...SEPA, bookings: 'camt.053' } });
    const id = await bank.hear(sent.payingAccountId, noticeFile({ id: 'K1', entries: [debit(sent, 0)] }));
    expect(await bank.states(sent)).toEqual(['in_transit']);
    await again(id);
    await profileIs(sent, { ...SEPA, bookings: 'camt.054' });
    await again(id);
    await again(id);
    expect([await bank.states(sent), await bank.proof(sent), (await readings(id)).map((reading) => (reading as unknown[]).slice(0, 3))]).toEqual([
      ['settled'], ['1000', '1000', '1000'], [['applied', 1, 0], ['applied', 0, 0], ['applied', 1, 1], ['applied', 0, 0]],
    ]);
  });

  it('keeps its statement and its questions as they are', async () => {
    const sent = await bank.sent('statement', [1_000n]);
    const id = await bank.hear(sent.payingAccountId, statementFile({ id: 'S1', opening: '100.00', closing: '80.00', entries: [debit(sent, 0), { direction: 'debit', amount: '5', on: '2026-10-20', bankReference: 'short' }] }));
    const before = (await bank.breaks(sent.payingAccountId)).map(({ kind }) => kind);
    expect(before).toEqual(['balance_differs']);
    await again(id);
    expect((await bank.breaks(sent.payingAccountId)).map(({ kind }) => kind)).toEqual(before);
    await profileIs(sent, { ...SEPA, statedDecimals: 'short' });
    await again(id);
    expect((await bank.breaks(sent.payingAccountId)).map(({ kind }) => kind)).toEqual(['balance_differs', 'unknown_external']);
    expect((await bank.owner.query('SELECT FROM bank_statement WHERE message_id = $1', [id])).rows).toHaveLength(1);
  });

  it('is read once at a time, at the version that was seen, and each reading stays as it ended', async () => {
    const sent = await bank.sent('once', [1_000n]);
    const id = await bank.receive(sent.payingAccountId, noticeFile({ id: 'O1', entries: [debit(sent, 0)] }));
    expect(codeOf(await messages().readAgain(bank.people.preparer, id, 1))).toBe('payouts.bank_being_read');
    await world.app.get(BankReading).perform(asSystem, id);
    const { version } = value(await messages().about(id));
    expect(codeOf(await messages().readAgain(bank.people.preparer, id, version - 1))).toBe('http.stale');
    const two = await Promise.all([1, 2].map(() => messages().readAgain(bank.people.preparer, id, version)));
    expect(two.map((one) => (one.ok ? 'asked' : one.refusal.code)).sort()).toEqual(['asked', 'http.stale']);
    expect((await bank.owner.query(`SELECT FROM audit_entry WHERE aggregate_id = $1 AND action = 'bank_message.read_again'`, [id])).rows).toHaveLength(1);
    await world.app.get(BankReading).perform(asSystem, id);
    await world.app.get(BankReading).perform(asSystem, id);
    expect(await readings(id)).toEqual([['applied', 1, 1, 0, 0], ['applied', 0, 0, 0, 0]]);
    expect(await refusedBy(bank.owner.query('UPDATE bank_message_reading SET item_count = 9 WHERE message_id = $1', [id]))).toBe('bank_message_reading_stays_ck');
    expect(await refusedBy(bank.owner.query(`UPDATE bank_message SET state = 'received', ended_at = NULL, version = version + 1 WHERE id = $1`, [id]))).toBe('bank_message_stays_ck');
    expect(codeOf(await messages().readAgain(bank.people.preparer, '01900000-0000-7000-8000-000000000000', 1))).toBe('payouts.not_found');
  });
});
