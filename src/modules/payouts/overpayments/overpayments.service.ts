import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { currency, formatMoney, money, type Money } from '../../../core/money/index.js';
import { mayAsMember, userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AuditTrail } from '../../audit/index.js';
import { FundLedger, PayingAccounts } from '../../funds/index.js';
import { requireProof } from '../../identity/index.js';
import { overpaymentView, type OverpaymentView } from '../views/overpayment-view.js';
import { OverpaymentBook } from './overpayment-book.service.js';
import { OverpaymentsRepository, type OverpaymentRow } from './overpayments.repository.js';

/** Money that the bank has booked and nobody could place. */
export interface Found {
  readonly breakId: string;
  readonly payingAccountId: string;
  readonly amountMinor: bigint;
  /** What shows what it is for. */
  readonly evidence: string;
}

/** Money that was paid too much comes back: paid back, or set off where the business agreed. */
@Injectable()
export class Overpayments {
  constructor(
    private readonly work: UnitOfWork, private readonly overpayments: OverpaymentsRepository, private readonly book: OverpaymentBook, private readonly ledger: FundLedger,
    private readonly paying: PayingAccounts, private readonly audit: AuditTrail, private readonly clock: Clock,
  ) {}

  /** A person of finance has seen it on the account. Codes: `payouts.not_found`, `http.stale`, `payouts.recovery_closed`, `payouts.more_than_left`. */
  record(ctx: Context, id: string, version: number, { amount, evidence }: { amount: Money; evidence: string }): Promise<Result<OverpaymentView>> {
    return this.work.run(ctx, async (tx): Promise<Result<OverpaymentView>> => {
      const row = await this.#open(tx, id, version);
      if (!row.ok) return row;
      if (amount.currency !== row.value.currency || amount.minor <= 0n || amount.minor > BigInt(row.value.leftMinor)) return moreThanLeft(row.value);
      const source = await this.paying.of(tx, row.value.fundId);
      if (source === undefined) return refuse('payouts.paying_account_missing');
      await this.#enter(tx, ctx, row.value, { amountMinor: amount.minor, evidence, from: 'bank', payingAccountId: source.account.id });
      return this.#after(tx, id);
    });
  }

  /**
   * The bank has booked money that a person says is for this: as much of it as is still owed, which is what it answers with; the caller keeps the rest in suspense.
   * Codes: `payouts.not_found`, `payouts.recovery_closed`, `payouts.recovery_other_currency`. Edge: it may have come to any
   * account of the operator in that currency, such as one that the fund paid from before.
   */
  async repaid(tx: Tx, ctx: Context, overpaymentId: string, { breakId, payingAccountId, amountMinor: found, evidence }: Found): Promise<Result<bigint>> {
    const row = await this.#open(tx, overpaymentId);
    if (!row.ok) return row;
    const account = await this.paying.find(tx, payingAccountId);
    if (account?.currency !== row.value.currency) return refuse('payouts.recovery_other_currency', { currency: row.value.currency }, { pointer: '/recoveryId' });
    const left = BigInt(row.value.leftMinor);
    const amountMinor = found < left ? found : left;
    await this.#enter(tx, ctx, row.value, { amountMinor, evidence, from: 'suspense', payingAccountId, breakId });
    return ok(amountMinor);
  }

  /** The owner lets what is owed be taken off the next payments. Asks for a fresh proof. Codes: `payouts.not_found`, `http.stale`, `payouts.recovery_closed`, `payouts.offset_agreed`, `identity.proof_needed`. */
  agreeToOffset(ctx: Context, id: string, version: number): Promise<Result<OverpaymentView>> {
    return this.work.run(ctx, async (tx): Promise<Result<OverpaymentView>> => {
      const seen = await this.overpayments.find(tx, id);
      if (seen === undefined || !mayAsMember(ctx.actor, 'payee.edit', seen.merchantId)) return refuse('payouts.not_found');
      const row = await this.#open(tx, id, version);
      if (!row.ok) return row;
      if (row.value.offsetAgreedAt !== null) return refuse('payouts.offset_agreed');
      const proved = requireProof(ctx.actor, this.clock.now());
      if (!proved.ok) return proved;
      await this.book.agreed(tx, ctx, row.value, userIdOf(ctx.actor));
      return this.#after(tx, id);
    });
  }

  /** Of the fund it is less owed and less paid; of the account, money that is on it or in suspense there is for its payments now. */
  async #enter(tx: Tx, ctx: Context, row: OverpaymentRow, { amountMinor, evidence, from, payingAccountId, breakId }: {
    amountMinor: bigint; evidence: string; from: 'bank' | 'suspense'; payingAccountId: string; breakId?: string;
  }): Promise<void> {
    const noteDigest = await this.audit.keepText(tx, evidence);
    await this.book.enter(tx, ctx, row, { kind: 'repaid', amountMinor, noteDigest, payingAccountId, proposedBy: userIdOf(ctx.actor), ...(breakId === undefined ? {} : { breakId }) });
    await this.ledger.postBank(tx, { payingAccountId, kind: 'recovery_repaid', reference: row.id, postings: [{ account: from, amountMinor }, { account: 'cleared', amountMinor: -amountMinor }] });
  }

  async #open(tx: Tx, id: string, version?: number): Promise<Result<OverpaymentRow>> {
    const row = await this.overpayments.lock(tx, id);
    if (row === undefined) return refuse('payouts.not_found');
    if (version !== undefined && row.version !== version) return refuse('http.stale', { seen: version, current: row.version });
    return row.closedAt === null ? ok(row) : refuse('payouts.recovery_closed');
  }

  async #after(tx: Tx, id: string): Promise<Result<OverpaymentView>> {
    const row = await this.overpayments.find(tx, id);
    return row === undefined ? refuse('payouts.not_found') : ok(overpaymentView(row));
  }
}

const moreThanLeft = ({ leftMinor, currency: code }: OverpaymentRow): Result<never> =>
  refuse('payouts.more_than_left', { left: formatMoney(money(BigInt(leftMinor), currency(code))), currency: code }, { pointer: '/amount' });
