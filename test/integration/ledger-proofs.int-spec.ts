import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { currency, money } from '../../src/core/money/index.js';
import { SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { HOUR, instant } from '../../src/core/time/index.js';
import { FundLedger, FundQueries, PayingAccountChanges } from '../../src/modules/funds/index.js';
import { BankQueries, BatchApprovals, BatchPreparation, BatchRelease, LedgerProofs, OverpaymentQueries, Overpayments, type OverpaymentView, type ProofView } from '../../src/modules/payouts/index.js';
import { PROOFS } from '../../src/modules/payouts/ledger-proofs.service.js';
import { LineMoves } from '../../src/modules/payouts/line-moves.service.js';
import type { Context } from '../../src/platform/access/context.js';
import { Vault } from '../../src/platform/crypto/vault.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { FixedClock, startTestApp, type TestApp } from '../support/app.js';
import { joinBusiness, regrant } from '../support/grants.js';
import { financePerson, payableClaims, type Payables } from '../support/payables.js';
import { value } from '../support/results.js';

type Person = Awaited<ReturnType<typeof financePerson>>;

const SEPA = SHIPPED_PROFILES.find(({ id }) => id === 'sepa-sct-09') as object;
const SYSTEM: Context = { actor: { kind: 'system', name: 'test' }, requestId: 'test' };
const clock = new FixedClock(instant(Date.parse('2026-11-02T09:00:00Z')));

let world: TestApp;
let owner: Client;
let people: Record<'preparer' | 'approver' | 'releaser', Person>;

const proved = (person: Person): Context => ({ ...person, actor: { kind: 'user', userId: person.userId, roles: [], memberships: [], session: { id: person.userId, provedAt: world.clock.now() } } });

beforeAll(async () => {
  world = await startTestApp({ clock });
  owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
  people = {
    preparer: await financePerson(owner, 'preparer', 'finance_preparer'), approver: await financePerson(owner, 'approver', 'finance_approver'), releaser: await financePerson(owner, 'releaser', 'finance_releaser'),
  };
}, 60_000);

afterAll(async () => {
  await owner.end();
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
  const opened = value(await world.app.get(BatchPreparation).open(people.preparer, { fundId: book.fundId }));
  const locked = value(await world.app.get(BatchPreparation).lock(people.preparer, opened.id, opened.version));
  const batch = value(await world.app.get(BatchApprovals).approve(people.approver, opened.id, locked.version, locked.digest ?? ''));
  const { id } = value(await world.app.get(BatchRelease).request(proved(people.releaser), batch.id, batch.version, batch.digest ?? ''));
  await world.app.get(BatchRelease).perform(SYSTEM, id);
  const { rows } = await owner.query<{ id: string; minor: string }>('SELECT id, net_minor::text AS minor FROM payment_line WHERE batch_id = $1 ORDER BY net_minor LIMIT $2', [batch.id, booked]);
  value(await world.app.get(UnitOfWork).run(SYSTEM, async (tx) => {
    await world.app.get(LineMoves).move(tx, SYSTEM, 'settle', rows.map(({ id: lineId }) => ({ lineId })));
    for (const { id: lineId, minor } of rows) {
      await world.app.get(FundLedger).postBank(tx, {
        payingAccountId: book.payingAccountId, kind: 'payment_booked', lineId, postings: [{ account: 'bank', amountMinor: -BigInt(minor) }, { account: 'cleared', amountMinor: BigInt(minor) }],
      });
    }
    return ok(undefined);
  }));
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

const post = (side: 'fund_id' | 'paying_account_id', id: string, account: string): Promise<void> => slip(`
  WITH entry AS (INSERT INTO ledger_entry (${side}, kind, at) VALUES ($1, 'slip', now()) RETURNING id)
  INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency) SELECT entry.id, a.id, 1, a.currency FROM entry, ledger_account a WHERE a.${side} = $1 AND a.name = $2`, [id, account]);

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
    ['ledger', (book: Payables) => post('fund_id', book.fundId, 'paid')],
    ['bank', (book: Payables) => post('paying_account_id', book.payingAccountId, 'cleared')],
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
  /** The account as its proof and as the day of its bank has it. */
  async function sumsOf(book: Pick<Payables, 'payingAccountId'>): Promise<unknown[]> {
    const { items: [newest] } = value(await world.app.get(LedgerProofs).ofAccount(book.payingAccountId, undefined, 1));
    const { items: [day] } = value(await world.app.get(BankQueries).day(newest?.day ?? '', book.payingAccountId));
    return [[newest?.claims.amount, newest?.ledger.amount, newest?.bank?.amount], [day?.proof.linesSettled.amount, day?.proof.fundsPaid.amount, day?.proof.bankCleared.amount]];
  }
  const alike = (sum: string): unknown[] => [[sum, sum, sum], [sum, sum, sum]];

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
    value(await world.app.get(PayingAccountChanges).decide(proved(people.approver), other.payingAccountId, change.n, 'applied'));
    await back(version, 100n);
    clock.advance(24 * HOUR);
    await prove(book);
    expect([await sumsOf(book), await sumsOf(other)]).toEqual([alike('8.00'), alike('9.00')]);
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
});
