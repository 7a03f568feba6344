import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { currency, formatMoney, money, type Money } from '../../../core/money/index.js';
import { mayAsMember, userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AuditTrail } from '../../audit/index.js';
import { PayingAccounts } from '../../funds/index.js';
import { Duties, requireProof } from '../../identity/index.js';
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

/** Money that was paid too much comes back: paid back, which the bank tells of or two people say, or set off where the business agreed. */
@Injectable()
export class Overpayments {
  constructor(
    private readonly work: UnitOfWork, private readonly overpayments: OverpaymentsRepository, private readonly book: OverpaymentBook,
    private readonly paying: PayingAccounts, private readonly audit: AuditTrail, private readonly duties: Duties, private readonly clock: Clock,
  ) {}

  /**
   * A person of finance has seen it on the account that the fund pays from, and no file of the bank has told of it; another confirms it. Nothing counts until then.
   * Codes: those of `#asked`, `payouts.recovery_closed`, `payouts.proposal_waiting`, `payouts.more_than_left`, `payouts.paying_account_missing`.
   */
  propose(ctx: Context, id: string, version: number, { amount, evidence }: { amount: Money; evidence: string }): Promise<Result<OverpaymentView>> {
    return this.work.run(ctx, async (tx): Promise<Result<OverpaymentView>> => {
      const row = await this.#asked(tx, ctx, id, version);
      if (!row.ok) return row;
      if (row.value.closedAt !== null) return refuse('payouts.recovery_closed');
      if (row.value.repayment !== null) return refuse('payouts.proposal_waiting');
      if (amount.currency !== row.value.currency || amount.minor <= 0n || amount.minor > BigInt(row.value.leftMinor)) return moreThanLeft(row.value);
      const source = await this.paying.of(tx, row.value.fundId);
      if (source === undefined) return refuse('payouts.paying_account_missing');
      const noteDigest = await this.audit.keepText(tx, evidence);
      await this.book.proposed(tx, ctx, row.value, { amountMinor: amount.minor, payingAccountId: source.account.id, noteDigest, by: userIdOf(ctx.actor) });
      return this.#after(tx, id);
    });
  }

  /**
   * By another person. It counts as repaid; on the side of the account it stands in suspense until the bank tells of it, and evens out what is booked then. What is
   * paid by bills or in benefits has no bank that could tell. Codes: those of `#asked`, `payouts.proposal_missing`, `payouts.proposal_own`, `payouts.repayment_overtaken`, `payouts.more_than_left`.
   */
  confirm(ctx: Context, id: string, version: number): Promise<Result<OverpaymentView>> {
    return this.work.run(ctx, async (tx): Promise<Result<OverpaymentView>> => {
      const row = await this.#asked(tx, ctx, id, version);
      if (!row.ok) return row;
      const { repayment: said, fundId, leftMinor } = row.value;
      if (said === null) return refuse('payouts.proposal_missing');
      const decidedBy = userIdOf(ctx.actor);
      if (said.by === decidedBy) return refuse('payouts.proposal_own');
      if (said.isOvertaken) return refuse('payouts.repayment_overtaken');
      if (BigInt(said.amountMinor) > BigInt(leftMinor)) return moreThanLeft(row.value);
      const awaitsBooking = (await this.paying.of(tx, fundId))?.fund.method === 'bank';
      const { payingAccountId, noteDigest, by: proposedBy } = said;
      await this.book.enter(tx, ctx, row.value, { kind: 'repaid', amountMinor: BigInt(said.amountMinor), payingAccountId, noteDigest, proposedBy, decidedBy, awaitsBooking });
      await this.overpayments.answered(tx, id);
      return this.#after(tx, id);
    });
  }

  /** A proposal is turned down, or taken back; nothing has changed. Codes: those of `#asked`, `payouts.proposal_missing`. */
  turnDown(ctx: Context, id: string, version: number): Promise<Result<OverpaymentView>> {
    return this.work.run(ctx, async (tx): Promise<Result<OverpaymentView>> => {
      const row = await this.#asked(tx, ctx, id, version);
      if (!row.ok) return row;
      if (row.value.repayment === null) return refuse('payouts.proposal_missing');
      await this.book.turnedDown(tx, ctx, row.value);
      return this.#after(tx, id);
    });
  }

  /**
   * The bank has booked money that a person says is for this. It is first what people had said came back on this account, which stands in suspense the other way round; then as much as is
   * still owed. Answers with both; the caller keeps the rest in suspense. Codes: `payouts.not_found`, `payouts.recovery_closed`, `payouts.recovery_other_currency`. Edge: it may have come to any
   * account of the operator in that currency, such as one that the fund paid from before.
   */
  async repaid(tx: Tx, ctx: Context, overpaymentId: string, { breakId, payingAccountId, amountMinor: found, evidence }: Found): Promise<Result<bigint>> {
    const row = await this.overpayments.lock(tx, overpaymentId);
    if (row === undefined) return refuse('payouts.not_found');
    const toldMinor = least(found, await this.overpayments.unbookedMinor(tx, overpaymentId, payingAccountId));
    if (row.closedAt !== null && toldMinor === 0n) return refuse('payouts.recovery_closed');
    const account = await this.paying.find(tx, payingAccountId);
    if (account?.currency !== row.currency) return refuse('payouts.recovery_other_currency', { currency: row.currency }, { pointer: '/recoveryId' });
    const said = { noteDigest: await this.audit.keepText(tx, evidence), proposedBy: userIdOf(ctx.actor), breakId };
    if (toldMinor > 0n) await this.book.enter(tx, ctx, row, { ...said, kind: 'booked', amountMinor: toldMinor });
    const amountMinor = least(found - toldMinor, BigInt(row.leftMinor));
    if (amountMinor > 0n) await this.book.enter(tx, ctx, row, { ...said, kind: 'repaid', amountMinor, payingAccountId });
    if (row.repayment !== null) await this.overpayments.overtake(tx, overpaymentId);
    return ok(toldMinor + amountMinor);
  }

  /** The owner lets what is owed be taken off the next payments. Asks for a fresh proof. Codes: `payouts.not_found`, `http.stale`, `payouts.recovery_closed`, `payouts.offset_agreed`, `identity.proof_needed`. */
  agreeToOffset(ctx: Context, id: string, version: number): Promise<Result<OverpaymentView>> {
    return this.work.run(ctx, async (tx): Promise<Result<OverpaymentView>> => {
      const seen = await this.overpayments.find(tx, id);
      if (seen === undefined || !mayAsMember(ctx.actor, 'payee.edit', seen.merchantId)) return refuse('payouts.not_found');
      const row = await this.#locked(tx, id, version);
      if (!row.ok) return row;
      if (row.value.closedAt !== null) return refuse('payouts.recovery_closed');
      if (row.value.offsetAgreedAt !== null) return refuse('payouts.offset_agreed');
      const proved = requireProof(ctx.actor, this.clock.now());
      if (!proved.ok) return proved;
      await this.book.agreed(tx, ctx, row.value, userIdOf(ctx.actor));
      return this.#after(tx, id);
    });
  }

  /** Locked, for somebody who may still say what came back. Codes: `payouts.not_found`, `http.stale`, `access.permission`, `identity.role_conflict`. */
  async #asked(tx: Tx, ctx: Context, id: string, version: number): Promise<Result<OverpaymentRow>> {
    const row = await this.#locked(tx, id, version);
    if (!row.ok) return row;
    const may = await this.duties.stillMay(tx, userIdOf(ctx.actor), 'payout.reconcile');
    return may.ok ? row : may;
  }

  async #locked(tx: Tx, id: string, version: number): Promise<Result<OverpaymentRow>> {
    const row = await this.overpayments.lock(tx, id);
    if (row === undefined) return refuse('payouts.not_found');
    return row.version === version ? ok(row) : refuse('http.stale', { seen: version, current: row.version });
  }

  async #after(tx: Tx, id: string): Promise<Result<OverpaymentView>> {
    const row = await this.overpayments.find(tx, id);
    return row === undefined ? refuse('payouts.not_found') : ok(overpaymentView(row));
  }
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

const moreThanLeft = ({ leftMinor, currency: code }: OverpaymentRow): Result<never> =>
  refuse('payouts.more_than_left', { left: formatMoney(money(BigInt(leftMinor), currency(code))), currency: code }, { pointer: '/amount' });
