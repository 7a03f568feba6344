import { Readable } from 'node:stream';
import { Client } from 'pg';
import { ok } from '../../src/core/errors/index.js';
import { SHIPPED_PROFILES } from '../../src/core/payments/index.js';
import { BankMessages, BankReading, PayoutQueries, type BankFormat, type BatchView, type LineView } from '../../src/modules/payouts/index.js';
import { LedgerProofsRepository } from '../../src/modules/payouts/ledger-proofs.repository.js';
import type { Context } from '../../src/platform/access/context.js';
import { Vault } from '../../src/platform/crypto/vault.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import type { TestApp } from './app.js';
import { payableClaims, type Payables } from './payables.js';
import { PayoutDesk } from './payout-desk.js';
import { value } from './results.js';

const shipped = (wanted: string): object => SHIPPED_PROFILES.find(({ id }) => id === wanted) as object;
export const SEPA = shipped('sepa-sct-09');
/** Of a bank that answers in tables of results as well: reference, status, amount, reason, day. */
export const SEPA_WITH_RESULTS: object = { ...SEPA, results: (shipped('csv-benefit') as { results: object }).results };
const JOB: Context = { actor: { kind: 'system', name: 'test' }, requestId: 'test' };


export interface Sent extends Payables {
  readonly batch: BatchView;
  readonly messageId: string;
  /** In the order of their claims. */
  readonly lines: readonly LineView[];
}

/** Batches that left, and a bank that answers: everything through the services, as requests and jobs do it. */
export class Reconciliation {
  readonly people: PayoutDesk['people'];

  private constructor(readonly world: TestApp, readonly owner: Client, readonly desk: PayoutDesk) {
    this.people = desk.people;
  }

  static async of(world: TestApp): Promise<Reconciliation> {
    const owner = new Client({ connectionString: world.database.adminUrl });
    await owner.connect();
    return new Reconciliation(world, owner, await PayoutDesk.of(world, owner));
  }

  async sent(seed: string, amounts: readonly bigint[], more: Partial<Parameters<typeof payableClaims>[1]> = {}): Promise<Sent> {
    const { app } = this.world;
    const payables = await payableClaims(this.owner, { seed, amounts, profile: SEPA, vault: app.get(Vault), ...more });
    const batch = await this.desk.released(payables.fundId);
    return { ...payables, batch, messageId: batch.messageId, lines: await this.lines(payables, batch.id) };
  }

  async lines({ claimIds }: Payables, batchId: string): Promise<LineView[]> {
    const { items } = value(await this.world.app.get(PayoutQueries).linesOf(batchId, { limit: 200 }));
    return items.toSorted((a, b) => claimIds.indexOf(a.claimId) - claimIds.indexOf(b.claimId));
  }

  /** Received and applied; the id of the message. */
  async hear(payingAccountId: string, content: string | Uint8Array, format?: BankFormat): Promise<string> {
    const id = await this.receive(payingAccountId, content, format);
    await this.world.app.get(BankReading).perform(JOB, id);
    return id;
  }

  async receive(payingAccountId: string, content: string | Uint8Array, format?: BankFormat): Promise<string> {
    const stream = Readable.from([Buffer.from(content)]);
    return value(await this.world.app.get(BankMessages).receive(this.people.preparer, payingAccountId, { stream, fileName: 'from-the-bank' }, format)).id;
  }

  async message(id: string): Promise<Record<string, unknown>> {
    const { rows: [row] } = await this.owner.query('SELECT state, kind, message_version AS version, schema_valid AS schema, item_count AS items, moved_count AS moved, break_count AS breaks, fault_count AS faults, refusal FROM bank_message WHERE id = $1', [id]);
    return row as Record<string, unknown>;
  }

  async states(sent: Sent): Promise<string[]> {
    return (await this.lines(sent, sent.batch.id)).map(({ state }) => state);
  }

  async batchState({ batch }: Sent): Promise<string> {
    return value(await this.world.app.get(PayoutQueries).get(batch.id)).state;
  }

  /** Accounts of the fund and of the paying account that are not at nought. */
  async balances({ fundId, payingAccountId }: Pick<Payables, 'fundId' | 'payingAccountId'>): Promise<Record<string, string>> {
    const { rows } = await this.owner.query<{ name: string; minor: string }>(
      'SELECT name, balance_minor::text AS minor FROM ledger_account WHERE (fund_id = $1 OR paying_account_id = $2) AND balance_minor <> 0 ORDER BY name', [fundId, payingAccountId]);
    return Object.fromEntries(rows.map(({ name, minor }) => [name, minor]));
  }

  /** What lines say was settled, what stands as paid, what the bank has booked for them. */
  async proof({ fundId, payingAccountId }: Pick<Payables, 'fundId' | 'payingAccountId'>): Promise<string[]> {
    const { rows: [row] } = await this.owner.query<{ lines: string; paid: string; cleared: string }>(`
      SELECT (SELECT coalesce(sum(net_minor), 0) FROM payment_line WHERE fund_id = $1 AND state = 'settled')::text AS lines,
        (SELECT balance_minor FROM ledger_account WHERE fund_id = $1 AND name = 'paid')::text AS paid,
        (SELECT balance_minor FROM ledger_account WHERE paying_account_id = $2 AND name = 'cleared')::text AS cleared`, [fundId, payingAccountId]);
    return [row?.lines ?? '', row?.paid ?? '', row?.cleared ?? ''];
  }

  /** Accounts, as a proof of now has them, whose three sums do not agree; and those that do not have what the bank told of, with what two people said came back where no bank tells. */
  async unproved(): Promise<object[]> {
    const { rows } = await this.owner.query<{ id: string }>('SELECT id FROM paying_account ORDER BY id');
    const { app, clock } = this.world;
    const odd: object[] = [];
    value(await app.get(UnitOfWork).run(JOB, async (tx) => {
      for (const { id } of rows) {
        const proofs = await app.get(LedgerProofsRepository).prove(tx, { payingAccountId: id, day: '2099-12-31', at: clock.now() });
        odd.push(...proofs.filter(({ claimsMinor, ledgerMinor, bankMinor, unbookedMinor }) => claimsMinor !== ledgerMinor || (bankMinor !== null && BigInt(claimsMinor) !== BigInt(bankMinor) + BigInt(unbookedMinor ?? 0))));
      }
      return ok(undefined);
    }));
    const { rows: unlike } = await this.owner.query<{ id: string }>(`
      SELECT a.paying_account_id AS id FROM ledger_account a WHERE a.name = 'bank'
        AND a.balance_minor <> coalesce((SELECT sum(bank_minor) FROM bank_item i WHERE i.paying_account_id = a.paying_account_id AND i.is_counted), 0)
          + coalesce((SELECT sum(amount_minor) FROM overpayment_entry e WHERE e.paying_account_id = a.paying_account_id AND e.kind = 'repaid' AND e.break_id IS NULL AND NOT e.awaits_booking), 0)`);
    return [...odd, ...unlike];
  }

  async breaks(payingAccountId: string, state = 'open'): Promise<{ id: string; kind: string; suspense: string; version: number }[]> {
    const { rows } = await this.owner.query<{ id: string; kind: string; suspense: string; version: number }>(
      'SELECT id, kind, suspense_minor::text AS suspense, version FROM reconciliation_break WHERE paying_account_id = $1 AND state = $2 ORDER BY kind, id', [payingAccountId, state]);
    return rows;
  }

  async close(): Promise<void> {
    await this.owner.end();
  }
}
