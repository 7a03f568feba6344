import { Client } from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { FundLedger } from '../../src/modules/funds/index.js';
import { BatchPreparation, LineMoves, LineRecords, OverpaymentQueries, PayoutQueries, Reissues, type LineView } from '../../src/modules/payouts/index.js';
import type { LineEvent } from '../../src/modules/payouts/payment-line.machine.js';
import { Returns } from '../../src/modules/payouts/repair/returns.service.js';
import type { Tx } from '../../src/platform/database/tx.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { startTestApp, type TestApp } from './app.js';
import { regrant } from './grants.js';
import { asSystem } from './lower-floors.js';
import { financePerson, type Payables } from './payables.js';
import type { FinancePerson } from './payout-desk.js';
import { value } from './results.js';

/** Payments that are moved as a bank's word would move them, without a file of one: nothing stands on the side of the paying account unless it is `booked`. */
export class PaymentMoves {
  private constructor(
    readonly world: TestApp, readonly owner: Client, readonly app: Client, readonly preparer: FinancePerson, readonly approver: FinancePerson, readonly second: FinancePerson,
  ) {}

  static async of(): Promise<PaymentMoves> {
    const world = await startTestApp();
    const [owner, app] = [new Client({ connectionString: world.database.adminUrl }), new Client({ connectionString: world.database.appUrl })];
    await Promise.all([owner.connect(), app.connect()]);
    return new PaymentMoves(
      world, owner, app, await financePerson(owner, 'preparer', 'finance_preparer'), await financePerson(owner, 'approver', 'finance_approver'), await financePerson(owner, 'second', 'finance_approver'));
  }

  async close(): Promise<void> {
    await Promise.all([this.owner.end(), this.app.end()]);
    await this.world.close();
  }

  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.world.app.get(UnitOfWork).run(asSystem, async (tx) => ok(await work(tx))).then(value);
  }

  async query<Row extends object>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return (await this.owner.query(sql, params)).rows as Row[];
  }

  /** Opens a batch with all that is due, and locks it. */
  async locked({ fundId }: Payables): Promise<LineView[]> {
    const opened = value(await this.world.app.get(BatchPreparation).open(this.preparer, { fundId }));
    value(await this.world.app.get(BatchPreparation).lock(this.preparer, opened.id, opened.version));
    return value(await this.world.app.get(PayoutQueries).linesOf(opened.id, { limit: 100 })).items.slice();
  }

  async move(event: LineEvent, lines: readonly LineView[], reason?: string): Promise<void> {
    await this.run((tx) => this.world.app.get(LineMoves).move(tx, asSystem, event, lines.map(({ id }) => ({ lineId: id, ...(reason === undefined ? {} : { reason }) }))));
  }

  async sent(book: Payables): Promise<LineView[]> {
    const lines = await this.locked(book);
    await this.move('release', lines);
    return lines;
  }

  async paid(book: Payables): Promise<LineView[]> {
    const lines = await this.sent(book);
    await this.move('settle', lines);
    return lines;
  }

  /** Of the paying account: so much was paid for lines. */
  booked({ payingAccountId }: Payables, minor: bigint): Promise<void> {
    return this.run((tx) => this.world.app.get(FundLedger).postBank(tx, { payingAccountId, kind: 'booked', postings: [{ account: 'bank', amountMinor: -minor }, { account: 'cleared', amountMinor: minor }] }));
  }

  /** As the handler hears of it. */
  async cameBack(event: 'reject' | 'return', lines: readonly LineView[], reason?: string): Promise<void> {
    await this.move(event, lines, reason);
    value(await this.run((tx) => this.world.app.get(Returns).cameBack(tx, asSystem, lines.map(({ id }) => id))));
  }

  linesOf(claimId: string): Promise<LineView[]> {
    return this.world.app.get(PayoutQueries).ofClaim(claimId);
  }

  async lineOf({ id }: LineView): Promise<LineView> {
    return value(await this.world.app.get(LineRecords).get(asSystem, id));
  }

  async holdsOf(claimId: string): Promise<string[]> {
    return (await this.query<{ kind: string }>('SELECT kind FROM claim_hold WHERE claim_id = $1 AND released_at IS NULL ORDER BY kind', [claimId])).map(({ kind }) => kind);
  }

  release(claimId: string): Promise<object[]> {
    return this.query('UPDATE claim_hold SET released_at = now(), version = version + 1 WHERE claim_id = $1 AND released_at IS NULL', [claimId]);
  }

  /** Accounts of the fund that are not at nought. */
  async balances({ fundId }: Payables): Promise<Record<string, string>> {
    return this.#standing('fund_id', fundId);
  }

  /** Those of the account that pays. */
  async bankBalances({ payingAccountId }: Payables): Promise<Record<string, string>> {
    return this.#standing('paying_account_id', payingAccountId);
  }

  /** The id of the business. */
  async otherAccount(claimId: string): Promise<string> {
    await this.owner.query('SET session_replication_role = replica');
    await this.owner.query(`UPDATE payee_account SET state = 'replaced', version = version + 1 WHERE state = 'usable' AND merchant_id = (SELECT merchant_id FROM claim WHERE id = $1)`, [claimId]);
    await this.owner.query(`
      INSERT INTO payee_account (id, merchant_id, kind, country, holder, last_four, key_id, blind_index, index_key_id, state, usable_from, check_outcome, checked_at, created_by, created_at)
      SELECT uuidv7(), merchant_id, 'iban', 'DE', 'Business', '7777', 'k1', sha256(gen_random_uuid()::text::bytea), 'k1', 'usable', now(), 'match', now(), uuidv7(), now() FROM claim WHERE id = $1`, [claimId]);
    await this.owner.query('SET session_replication_role = origin');
    return (await this.query<{ merchantId: string }>('SELECT merchant_id AS "merchantId" FROM claim WHERE id = $1', [claimId]))[0]?.merchantId ?? '';
  }

  async fix(claimId: string): Promise<void> {
    const merchantId = await this.otherAccount(claimId);
    value(await this.run((tx) => this.world.app.get(Reissues).accountFixed(tx, asSystem, merchantId)));
  }

  granted(claimId: string, minor: bigint, isTold = true): Promise<void> {
    return regrant(this.world, this.owner, { claimId, minor, isTold });
  }

  async owedBy(claimId: string): Promise<{ id: string; left: string; version: number }[]> {
    return (await this.world.app.get(OverpaymentQueries).ofClaim(claimId)).map(({ id, left, version }) => ({ id, left: left.amount, version }));
  }

  agree(id: string): Promise<object[]> {
    return this.query('UPDATE overpayment SET offset_agreed_by = (SELECT id FROM app_user LIMIT 1), offset_agreed_at = now(), version = version + 1 WHERE id = $1', [id]);
  }

  async #standing(column: 'fund_id' | 'paying_account_id', id: string): Promise<Record<string, string>> {
    const rows = await this.query<{ name: string; minor: string }>(`SELECT name, balance_minor::text AS minor FROM ledger_account WHERE ${column} = $1 AND balance_minor <> 0 ORDER BY name`, [id]);
    return Object.fromEntries(rows.map(({ name, minor }) => [name, minor]));
  }
}
