import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { RepaymentsOnPaper2026120104000 } from '../../migrations/202612010400-repayments-on-paper.js';
import { OverpaymentQueries } from '../../src/modules/payouts/index.js';
import { brokenPayments } from '../support/invariants.js';
import { minors, payableClaims } from '../support/payables.js';
import { PaymentMoves } from '../support/payment-moves.js';
import { value } from '../support/results.js';

let desk: PaymentMoves;
beforeAll(async () => { desk = await PaymentMoves.of(); }, 60_000);
afterAll(async () => { await desk.close(); });

it('what one person recorded before is moved from the bank to suspense, and waits for the booking like what two people say', async () => {
  const runner = { query: (sql: string) => desk.query(sql) } as unknown as QueryRunner;
  const book = await payableClaims(desk.owner, { seed: 'legacy', amounts: minors(1_000) });
  const [claimId = ''] = book.claimIds;
  await desk.paid(book);
  await desk.booked(book, 1_000n);
  await desk.granted(claimId, 700n);
  const [owed] = await desk.owedBy(claimId);
  await new RepaymentsOnPaper2026120104000().down(runner);
  await desk.query(`INSERT INTO overpayment_entry (overpayment_id, currency, kind, amount_minor, proposed_by, paying_account_id, at) VALUES ($1, 'EUR', 'repaid', 200, $2, $3, now())`, [owed?.id, desk.preparer.userId, book.payingAccountId]);
  const post = (side: 'fund_id' | 'paying_account_id', id: string, more: string, names: readonly [string, string]) => desk.query(`
    WITH entry AS (INSERT INTO ledger_entry (${side}, kind, at, ${more}) SELECT $1, 'recovery_repaid', now(), ${side === 'fund_id' ? 'claim_id, entitlement_no, $4::text' : '$4::text'} FROM overpayment WHERE id = $3 RETURNING id)
    INSERT INTO ledger_posting (entry_id, account_id, amount_minor, currency) SELECT entry.id, a.id, CASE a.name WHEN $2 THEN 200 ELSE -200 END, a.currency FROM entry, ledger_account a WHERE a.${side} = $1 AND a.name IN ($2, '${names[1]}')`,
  [id, names[0], owed?.id, side === 'fund_id' ? book.payingAccountId : owed?.id]);
  await post('fund_id', book.fundId, 'claim_id, entitlement_no, reference', ['recoverable', 'paid']);
  await post('paying_account_id', book.payingAccountId, 'reference', ['bank', 'cleared']);
  expect(await desk.bankBalances(book)).toEqual({ bank: '-800', cleared: '800' });
  await new RepaymentsOnPaper2026120104000().up(runner);
  expect(await desk.bankBalances(book)).toEqual({ bank: '-1000', cleared: '800', suspense: '200' });
  expect(value(await desk.world.app.get(OverpaymentQueries).get(desk.preparer, owed?.id ?? ''))).toMatchObject({ left: { amount: '1.00' }, unbooked: { amount: '2.00' } });
  expect(await brokenPayments(desk.owner)).toEqual([]);
});
