import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, formatMoney, money, type Money } from '../../core/money/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { FundDepositsRepository } from './fund-deposits.repository.js';
import { FundsRepository } from './funds.repository.js';
import { HELD_ACCOUNTS, FUND_ACCOUNTS, increase, recoveryPostings, sourceOf, transfer, type FundMode, type PayoutMethod, type RecoveryEvent } from './ledger.rules.js';
import type { BankPosting, LinePosting } from './views/line-posting.js';

export interface NewFund {
  readonly code: string;
  readonly name: string;
  readonly mode: FundMode;
  readonly currency: string;
  /** Of every mode but `open`: what there will be in all once another person has booked it. */
  readonly limit?: Money;
}

export interface FundView extends Omit<NewFund, 'limit'> {
  readonly self: string;
  readonly id: string;
  readonly version: number;
  /** Where its payments leave from, and how; nothing is paid without. */
  readonly payingAccountId?: string;
  readonly method?: PayoutMethod;
  readonly limit?: { readonly amount: string; readonly currency: string };
}

/** An entitlement is the total a decision grants; what is reserved for it is what it adds to the one before. */
export interface Reservation {
  readonly claimId: string;
  readonly entitlementNo: number;
  readonly before: Money;
  readonly after: Money;
}

const LINES_A_STATEMENT = 5_000;
/** What the first deposit of a fund is called, which is stated with the fund itself. */
const FIRST_LIMIT = 'first limit';

/** Writes the ledger. Nothing here changes a posting: a correction is another entry. */
@Injectable()
export class FundLedger {
  constructor(
    private readonly work: UnitOfWork,
    private readonly funds: FundsRepository,
    private readonly deposits: FundDepositsRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** With a limit it begins with nothing, and its limit as a deposit that another person books. Codes: `funds.limit_needed`, `funds.code_taken`. */
  create(ctx: Context, fund: NewFund): Promise<Result<FundView>> {
    return this.work.run(ctx, async (tx) => {
      const { limit, ...stated } = fund;
      if (!limitFits(fund)) return refuse('funds.limit_needed', {}, { pointer: '/limit' });
      const at = this.clock.now();
      const id = await this.funds.insert(tx, {
        ...stated, currency: currency(fund.currency), at, accounts: FUND_ACCOUNTS, isLimited: limit !== undefined,
      });
      if (limit !== undefined) await this.deposits.state(tx, { fundId: id, amountMinor: limit.minor, currency: limit.currency, reference: FIRST_LIMIT, by: userIdOf(ctx.actor), at });
      await this.audit.record(tx, ctx, { aggregate: { type: 'fund', id }, action: 'fund.created', data: { code: fund.code, mode: fund.mode, limitMinor: limit?.minor.toString() }, isNew: true });
      return ok({ self: `/v1/funds/${id}`, id, ...stated, ...(limit === undefined ? {} : { limit: { amount: formatMoney(money(0n, limit.currency)), currency: limit.currency } }), version: 1 });
    });
  }

  /**
   * Reserves what entitlements add, in the order given. In mode `open` it comes from `funding`, which may go below nought: the ledger counts. A fund with
   * a limit gives what it has, to whoever asks first; answers with the claims for which it had not enough. Codes: `funds.currency_differs`, `funds.not_found`.
   * Edge: exactly what is left is enough.
   */
  async reserveAll(tx: Tx, _ctx: Context, fundId: string, reservations: readonly Reservation[]): Promise<Result<ReadonlySet<string>>> {
    const fund = await this.funds.find(tx, fundId);
    if (fund === null) return refuse('funds.not_found');
    const foreign = reservations.find(({ after }) => after.currency !== fund.currency);
    if (foreign !== undefined) return refuse('funds.currency_differs', { fund: fund.currency, amount: foreign.after.currency });
    const added = reservations.map((one) => ({ ...one, amount: increase(one.before, one.after) })).filter(({ amount }) => amount.minor !== 0n);
    const without = new Set<string>();
    const room = added.length === 0 ? undefined : await this.#room(tx, fund);
    let left = room ?? 0n;
    for (const { claimId, amount } of added) {
      if (room !== undefined && left < amount.minor) without.add(claimId);
      else left -= amount.minor;
    }
    const at = this.clock.now();
    const entries = added.filter(({ claimId }) => !without.has(claimId)).map(({ claimId, entitlementNo, amount }) => ({
      fundId, kind: 'reservation' as const, at, claim: { id: claimId, entitlementNo }, postings: transfer(sourceOf(fund.mode), 'reserved', amount),
    }));
    if (entries.length > 0) await this.funds.post(tx, entries);
    return ok(without);
  }

  /** As `reserveAll` for one. Code: `funds.exhausted`, with nothing done. */
  async reserve(tx: Tx, ctx: Context, fundId: string, reservation: Reservation): Promise<Result<void>> {
    const without = await this.reserveAll(tx, ctx, fundId, [reservation]);
    if (!without.ok) return without;
    return without.value.size === 0 ? ok(undefined) : refuse('funds.exhausted');
  }

  /** What is neither reserved nor paid. */
  async availableMinor(reader: Reader, fundId: string): Promise<bigint> {
    return this.funds.standing(reader, fundId, 'available');
  }

  /** Whether it has a limit of which nothing has been booked yet. */
  async isEmpty(reader: Reader, fundId: string): Promise<boolean> {
    return (await this.funds.find(reader, fundId))?.limitMinor === '0';
  }

  async modeOf(reader: Reader, fundId: string): Promise<FundMode | undefined> {
    return (await this.funds.find(reader, fundId))?.mode;
  }

  /** Reserves again what was given back, for the same entitlement: an offer that had lapsed is taken up again. */
  async renew(tx: Tx, _ctx: Context, { fundId, claimId, entitlementNo, amount }: { fundId: string; claimId: string; entitlementNo: number; amount: Money }): Promise<Result<void>> {
    const fund = await this.funds.find(tx, fundId);
    if (fund === null) return refuse('funds.not_found');
    await this.funds.post(tx, [{
      fundId, kind: 'renewal', at: this.clock.now(), claim: { id: claimId, entitlementNo }, postings: transfer(sourceOf(fund.mode), 'reserved', amount),
    }]);
    return ok(undefined);
  }

  /** Gives back what was reserved for a claim that ends without being paid. */
  async release(tx: Tx, _ctx: Context, { fundId, claimId, entitlementNo, amount }: { fundId: string; claimId: string; entitlementNo: number; amount: Money }): Promise<void> {
    if (amount.minor === 0n) return;
    const fund = await this.funds.find(tx, fundId);
    await this.funds.post(tx, [{
      fundId, kind: 'release', at: this.clock.now(), claim: { id: claimId, entitlementNo }, postings: transfer('reserved', sourceOf(fund?.mode ?? 'open'), amount),
    }]);
  }

  /** An entry for each of many payments that moved alike. */
  async postLines(tx: Tx, fundId: string, kind: string, lines: readonly LinePosting[]): Promise<void> {
    const at = this.clock.now();
    for (let from = 0; from < lines.length; from += LINES_A_STATEMENT) await this.funds.postLines(tx, { fundId, kind, at }, lines.slice(from, from + LINES_A_STATEMENT));
  }

  /** What becomes of money that was paid above the entitlement of a claim; where it came back, the entry names the account it came back on. */
  async recover(tx: Tx, event: RecoveryEvent, { fundId, claimId, entitlementNo, amountMinor, payingAccountId }: {
    fundId: string; claimId: string; entitlementNo: number; amountMinor: bigint; payingAccountId?: string;
  }): Promise<void> {
    const fund = await this.funds.find(tx, fundId);
    await this.funds.post(tx, [{
      fundId, kind: `recovery_${event}`, at: this.clock.now(), claim: { id: claimId, entitlementNo }, postings: recoveryPostings(event, fund?.mode ?? 'open', amountMinor),
      ...(payingAccountId === undefined ? {} : { reference: payingAccountId }),
    }]);
  }

  /** What the bank has booked on a paying account. */
  async postBank(tx: Tx, { payingAccountId, ...entry }: BankPosting & { payingAccountId: string }): Promise<void> {
    await this.postBankAll(tx, payingAccountId, [entry]);
  }

  /** As `postBank` for many. An entry that comes to nothing on every account is left out. */
  async postBankAll(tx: Tx, payingAccountId: string, entries: readonly BankPosting[]): Promise<void> {
    const [at, posted] = [this.clock.now(), entries.filter(({ postings }) => postings.some(({ amountMinor }) => amountMinor !== 0n))];
    for (let from = 0; from < posted.length; from += LINES_A_STATEMENT) await this.funds.postBankAll(tx, { payingAccountId, at }, posted.slice(from, from + LINES_A_STATEMENT));
  }

  /** What is held for claims in all, in minor units: reserved, on its way, paid, withheld or written off, less what has to come back. A claim for which nothing ever was is left out. */
  heldFor(reader: Reader, fundId: string, claimIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    return this.funds.standingFor(reader, fundId, claimIds, HELD_ACCOUNTS);
  }

  /** What stands reserved for claims, in minor units; a claim for which nothing ever was is left out. Nought under a `fund` hold and after a release. */
  reservedFor(reader: Reader, fundId: string, claimIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    return this.funds.standingFor(reader, fundId, claimIds, ['reserved']);
  }

  /** Whether anything stands for accepted claims of a scheme that is still to reach whoever it was promised to: reserved, or left and not booked. */
  isUnpaid(reader: Reader, fundId: string, schemeId: string): Promise<boolean> {
    return this.funds.isAnythingStanding(reader, fundId, schemeId, ['reserved', 'in_transit']);
  }

  /** How much more the fund could reserve now, in minor units; undefined where it counts without a limit. Nobody else reserves from it until the commit. Code: `funds.not_found`. */
  async room(tx: Tx, fundId: string): Promise<Result<bigint | undefined>> {
    const fund = await this.funds.find(tx, fundId);
    return fund === null ? refuse('funds.not_found') : ok(await this.#room(tx, fund));
  }

  async #room(tx: Tx, { id, mode }: { id: string; mode: FundMode }): Promise<bigint | undefined> {
    switch (mode) {
      case 'open': return undefined;
      case 'first_come': case 'shared': return this.funds.available(tx, id);
    }
  }
}

const limitFits = ({ mode, limit, currency: code }: NewFund): boolean =>
  (mode !== 'open' ? limit !== undefined && limit.minor > 0n && limit.currency === code : limit === undefined);

