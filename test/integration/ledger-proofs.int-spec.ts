import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { currency, formatMoney, money } from '../../src/core/money/index.js';
import { SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { addDays, HOUR, instant, type CalendarDate } from '../../src/core/time/index.js';
import { FundQueries, PayingAccountChanges } from '../../src/modules/funds/index.js';
import { BreakResolutions, LedgerProofs, OverpaymentQueries, Overpayments, ReconciliationDays, type OverpaymentView, type ProofView } from '../../src/modules/payouts/index.js';
import { PROOFS } from '../../src/modules/payouts/ledger-proofs.service.js';
import { Vault } from '../../src/platform/crypto/vault.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { FixedClock, startTestApp, type TestApp } from '../support/app.js';
import { noticeFile } from '../support/bank-files.js';
import { joinBusiness, regrant } from '../support/grants.js';
import { payableClaims, type Payables } from '../support/payables.js';
import { Reconciliation } from '../support/reconciliations.js';
import { value } from '../support/results.js';

const SEPA = SHIPPED_PROFILES.find(({ id }) => id === 'sepa-sct-09') as object;
const clock = new FixedClock(instant(Date.parse('2026-11-02T09:00:00Z')));

let world: TestApp;
let bank: Reconciliation;
let owner: Client;
let people: Reconciliation['people'];

beforeAll(async () => {
  world = await startTestApp({ clock });
  bank = await Reconciliation.of(world);
  ({ owner, people } = bank);
}, 60_000);

afterAll(async () => {
  await bank.close();
  await world.close();
});

/** A book of which everything was released, and the bank has booked the first payments. */
async function paid(seed: string, amounts: readonly bigint[], booked: number): Promise<Payables> {
  const book = await bookOf(seed, amounts);
  await pay(book, booked);
  return book;
}

const bookOf = (seed: string, amounts: readonly bigint[]): Promise<Payables> => payableClaims(owner, { seed, amounts, profile: SEPA, vault: world.app.get(Vault) });

/** Releases what is due, and the bank books the smallest. */
async function pay(book: Payables, booked: number): Promise<void> {
  const batch = await bank.desk.released(book.fundId);
  const { rows } = await owner.query<{ reference: string; minor: string }>('SELECT end_to_end_id AS reference, net_minor::text AS minor FROM payment_line WHERE batch_id = $1 ORDER BY net_minor LIMIT $2', [batch.id, booked]);
  await bank.hear(book.payingAccountId, noticeFile({ id: batch.id, entries: rows.map(({ reference, minor }) => ({ direction: 'debit', amount: formatMoney(money(BigInt(minor), currency('EUR'))), reference, bankReference: `D-${reference}`, on: '2026-11-02' })) }));
}

const prove = async ({ payingAccountId }: Payables): Promise<ProofView | undefined> => {
  await world.app.get(Jobs).sweep(PROOFS);
  return value(await world.app.get(LedgerProofs).ofAccount(payingAccountId, undefined, 10)).items[0];
};
const tasks = async ({ payingAccountId }: Payables): Promise<string[]> =>
  (await owner.query<{ reason: string }>(`SELECT reasons[1] AS reason FROM task WHERE kind = 'proof_difference' AND subject_id = $1 ORDER BY id`, [payingAccountId])).rows.map(({ reason }) => reason);

/** Around the application, as a slip of somebody with the database open would be. */
async function slip(sql: string, params: readonly unknown[]): Promise<void> {
  await owner.query('BEGIN');
  await owner.query('SET LOCAL session_replication_role = replica');
  await owner.query(sql, params as unknown[]);
  await owner.query('COMMIT');
}

const post = (fundId: string, account: string): Promise<void> => slip(`
  WITH entry AS (INSERT INTO ledger_entry (fund_id, kind, at) VALUES ($1, 'slip', now()) RETURNING id)
  INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency) SELECT entry.id, a.id, 1, a.currency FROM entry, ledger_account a WHERE a.fund_id = $1 AND a.name = $2`, [fundId, account]);

describe('the proof of a day', () => {
  it('finds claims, ledger and bank alike, once a day, and is never changed', async () => {
    const book = await paid('alike', [500n, 700n, 900n], 2);
    expect(await prove(book)).toMatchObject({ day: '2026-11-02', lineCount: 2, claims: { amount: '12.00' }, ledger: { amount: '12.00' }, bank: { amount: '12.00' }, agrees: true });
    await prove(book);
    expect(value(await world.app.get(LedgerProofs).ofAccount(book.payingAccountId, undefined, 10)).items).toHaveLength(1);
    expect(value(await world.app.get(LedgerProofs).ofFund(book.fundId, undefined, 10)).items).toMatchObject([{ fundId: book.fundId, claims: { amount: '12.00' }, ledger: { amount: '12.00' }, agrees: true }]);
    await expect(owner.query('DELETE FROM ledger_proof')).rejects.toThrow();
    clock.advance(24 * HOUR);
    expect(await prove(book)).toMatchObject({ day: '2026-11-03', agrees: true });
    expect(await tasks(book)).toEqual([]);
  });

  it.each([
    ['claims', (book: Payables) => slip('UPDATE payment_line SET net_minor = net_minor + 1, gross_minor = gross_minor + 1 WHERE id = (SELECT id FROM payment_line WHERE fund_id = $1 AND state = \'settled\' LIMIT 1)', [book.fundId])],
    ['ledger', (book: Payables) => post(book.fundId, 'paid')],
    ['bank', (book: Payables) => slip(`
      INSERT INTO bank_item (message_id, paying_account_id, at, n, kind, class, booking_key, is_counted, bank_minor, said)
      SELECT message_id, paying_account_id, at, 999, kind, class, 'slip', true, -1, said FROM bank_item WHERE paying_account_id = $1 AND is_counted LIMIT 1`, [book.payingAccountId])],
  ] as const)('names the %s that differ by one minor unit, and asks somebody to look', async (which, plant) => {
    const book = await paid(`odd-${which}`, [500n, 700n], 2);
    await plant(book);
    clock.advance(24 * HOUR);
    expect(await prove(book)).toMatchObject({ agrees: false, differs: which });
    expect((await tasks(book)).at(0)).toBe(`proof_${which}`);
  });

  /** Ten were paid on the first claim, seven are granted by now; what is owed. */
  async function owing(book: Payables): Promise<OverpaymentView> {
    const [claimId = ''] = book.claimIds;
    await regrant(world, owner, { claimId, minor: 700n });
    const [owed] = await world.app.get(OverpaymentQueries).ofClaim(claimId);
    if (owed === undefined) throw new Error('nothing is owed');
    return owed;
  }
  /** What the newest proof of the account says; that of the day before is the first that was made once it was over. */
  async function sumsOf(book: Pick<Payables, 'payingAccountId'>): Promise<unknown[]> {
    const { items: [newest] } = value(await world.app.get(LedgerProofs).ofAccount(book.payingAccountId, undefined, 1));
    const { items: [day] } = value(await world.app.get(ReconciliationDays).day(addDays(newest?.day as CalendarDate, -1), book.payingAccountId));
    expect(day?.proof).toEqual(newest);
    return [newest?.claims.amount, newest?.ledger.amount, newest?.bank?.amount, newest?.unbooked?.amount];
  }
  const alike = (sum: string, unbooked = '0.00'): unknown[] => [sum, sum, sum, unbooked];

  it('leaves what a business paid back with the account it came back on, whichever the fund pays from by now', async () => {
    const [book, other] = [await paid('moved', [1_000n], 1), await paid('moved-to', [1_000n], 1)];
    const owed = await owing(book);
    const back = async (version: number, minor: bigint) => {
      const proposed = value(await world.app.get(Overpayments).propose(people.preparer, owed.id, version, { amount: money(minor, currency('EUR')), evidence: 'Statement 17, entry 3' }));
      return value(await world.app.get(Overpayments).confirm(people.approver, owed.id, proposed.version));
    };
    const { version } = await back(owed.version, 200n);
    const fund = value(await world.app.get(FundQueries).get(book.fundId));
    const change = value(await world.app.get(PayingAccountChanges).proposeFor(people.preparer, fund.id, fund.version, { payingAccountId: other.payingAccountId, method: 'bank' }));
    value(await world.app.get(PayingAccountChanges).decide(bank.desk.proved(people.approver), other.payingAccountId, change.n, 'applied'));
    await back(version, 100n);
    clock.advance(24 * HOUR);
    await prove(book);
    expect([await sumsOf(book), await sumsOf(other)]).toEqual([['8.00', '8.00', '10.00', '-2.00'], ['9.00', '9.00', '10.00', '-1.00']]);
  });

  it('counts what was set off once', async () => {
    const book = await bookOf('set-off', [1_000n, 500n]);
    const [claimId = '', second = ''] = book.claimIds;
    await slip(`INSERT INTO claim_hold (claim_id, merchant_id, kind, placed_at) SELECT id, merchant_id, 'tax', now() FROM claim WHERE id = $1`, [second]);
    await pay(book, 1);
    const { id } = await owing(book);
    await joinBusiness(owner, { of: claimId, claimId: second });
    await slip('UPDATE overpayment SET offset_agreed_by = (SELECT id FROM app_user LIMIT 1), offset_agreed_at = now(), version = version + 1 WHERE id = $1', [id]);
    await slip('UPDATE claim_hold SET released_at = now(), version = version + 1 WHERE claim_id = $1', [second]);
    await pay(book, 1);
    clock.advance(24 * HOUR);
    await prove(book);
    expect(await sumsOf(book)).toEqual(alike('12.00'));
  });

  it('adds up what the bank booked by its own word: what people say it did stands beside, until it books it', async () => {
    const book = await paid('by-word', [500n, 700n, 900n], 1);
    await bank.hear(book.payingAccountId, noticeFile({ id: 'by-word', entries: [
      { direction: 'credit', amount: '1000.00', bankReference: 'put in' }, { direction: 'debit', amount: '3.50', bankReference: 'charge', isFee: true }, { direction: 'debit', amount: '44.00', bankReference: 'whose' }] }));
    const [putIn] = (await bank.breaks(book.payingAccountId)).filter(({ suspense }) => suspense === '-100000');
    const { rows: [line] } = await owner.query<{ id: string; reference: string }>('SELECT id, end_to_end_id AS reference FROM payment_line WHERE fund_id = $1 AND net_minor = 700', [book.fundId]);
    const asked = value(await world.app.get(BreakResolutions).ask(people.preparer, line?.id ?? ''));
    for (const [id, version, resolution] of [[putIn?.id, putIn?.version, 'own_money'], [asked.id, asked.version, 'confirmed_paid']] as const) {
      const { version: next } = value(await world.app.get(BreakResolutions).answer(people.preparer, id ?? '', version ?? 0, { resolution, note: 'The bank said so on the telephone' }));
      value(await world.app.get(BreakResolutions).confirm(people.approver, id ?? '', next));
    }
    clock.advance(24 * HOUR);
    expect(await prove(book)).toMatchObject({ lineCount: 2, claims: { amount: '12.00' }, bank: { amount: '5.00' }, unbooked: { amount: '7.00' }, agrees: true });
    await bank.hear(book.payingAccountId, noticeFile({ id: 'by-word-booked', entries: [{ direction: 'debit', amount: '7.00', reference: line?.reference ?? '', bankReference: 'late' }] }));
    clock.advance(24 * HOUR);
    expect(await prove(book)).toMatchObject({ claims: { amount: '12.00' }, bank: { amount: '12.00' }, unbooked: { amount: '0.00' }, agrees: true });
  });
});
