import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, formatMoney, money, type Money } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { FundsRepository } from './funds.repository.js';
import { FUND_ACCOUNTS, increase, sourceOf, transfer, type FundMode, type Posting } from './ledger.rules.js';
import type { LinePosting } from './views/line-posting.js';

export interface NewFund {
  readonly code: string;
  readonly name: string;
  readonly mode: FundMode;
  readonly currency: string;
  /** Of every mode but `open`: what there is in all. */
  readonly limit?: Money;
}

export interface FundView extends Omit<NewFund, 'limit'> {
  readonly self: string;
  readonly id: string;
  readonly version: number;
  readonly limit?: { readonly amount: string; readonly currency: string };
}

/** An entitlement is the total a decision grants; what is reserved for it is what it adds to the one before. */
export interface Reservation {
  readonly fundId: string;
  readonly claimId: string;
  readonly entitlementNo: number;
  readonly before: Money;
  readonly after: Money;
}

const LINES_A_STATEMENT = 5_000;

/** Writes the ledger. Nothing here changes a posting: a correction is another entry. */
@Injectable()
export class FundLedger {
  constructor(
    private readonly work: UnitOfWork,
    private readonly funds: FundsRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  create(ctx: Context, fund: NewFund): Promise<Result<FundView>> {
    return this.work.run(ctx, async (tx) => {
      const { limit, ...stated } = fund;
      if (!limitFits(fund)) return refuse('funds.limit_needed', {}, { pointer: '/limit' });
      const at = this.clock.now();
      const id = await this.funds.insert(tx, {
        ...stated, currency: currency(fund.currency), at, accounts: FUND_ACCOUNTS, ...(limit === undefined ? {} : { limitMinor: limit.minor }),
      });
      if (limit !== undefined) await this.funds.post(tx, { fundId: id, kind: 'deposit', at, postings: transfer('funding', 'available', limit) });
      await this.audit.record(tx, ctx, { aggregate: { type: 'fund', id }, action: 'fund.created', data: { code: fund.code, mode: fund.mode, limitMinor: limit?.minor.toString() }, isNew: true });
      return ok({ self: `/v1/funds/${id}`, id, ...stated, ...(limit === undefined ? {} : { limit: { amount: formatMoney(limit), currency: limit.currency } }), version: 1 });
    });
  }

  /**
   * Reserves what an entitlement adds. In mode `open` it comes from `funding`, which may go below nought: the ledger counts. A fund with
   * a limit gives what it has, to whoever asks first. Codes: `funds.exhausted`, `funds.currency_differs`. Edge: exactly what is left is enough.
   */
  async reserve(tx: Tx, _ctx: Context, { fundId, claimId, entitlementNo, before, after }: Reservation): Promise<Result<void>> {
    const fund = await this.funds.find(tx, fundId);
    if (fund === null) return refuse('funds.not_found');
    if (fund.currency !== after.currency) return refuse('funds.currency_differs', { fund: fund.currency, amount: after.currency });
    const added = increase(before, after);
    if (added.minor === 0n) return ok(undefined);
    if (!(await this.#hasRoom(tx, fund, added.minor))) return refuse('funds.exhausted');
    await this.funds.post(tx, {
      fundId, kind: 'reservation', at: this.clock.now(), claim: { id: claimId, entitlementNo }, postings: transfer(sourceOf(fund.mode), 'reserved', added),
    });
    return ok(undefined);
  }

  /** Shares of a shared fund, many at once: what each entitlement adds goes from `available` to `reserved`. */
  async reserveAll(tx: Tx, fundId: string, rows: readonly Omit<Reservation, 'fundId'>[]): Promise<void> {
    const added = rows.map(({ claimId, entitlementNo, before, after }) => ({ claimId, entitlementNo, minor: increase(before, after).minor })).filter(({ minor }) => minor > 0n);
    if (added.length > 0) await this.funds.reserveAll(tx, { fundId, at: this.clock.now(), rows: added });
  }

  /** What is neither reserved nor paid. */
  async availableMinor(reader: Reader, fundId: string): Promise<bigint> {
    const available = (await this.funds.balances(reader, fundId)).find(({ name }) => name === 'available');
    return BigInt(available?.balanceMinor ?? '0');
  }

  async modeOf(reader: Reader, fundId: string): Promise<FundMode | undefined> {
    return (await this.funds.find(reader, fundId))?.mode;
  }

  /** Reserves again what was given back, for the same entitlement: an offer that had lapsed is taken up again. */
  async renew(tx: Tx, _ctx: Context, { fundId, claimId, entitlementNo, amount }: { fundId: string; claimId: string; entitlementNo: number; amount: Money }): Promise<Result<void>> {
    const fund = await this.funds.find(tx, fundId);
    if (fund === null) return refuse('funds.not_found');
    await this.funds.post(tx, {
      fundId, kind: 'renewal', at: this.clock.now(), claim: { id: claimId, entitlementNo }, postings: transfer(sourceOf(fund.mode), 'reserved', amount),
    });
    return ok(undefined);
  }

  /** Gives back what was reserved for a claim that ends without being paid. */
  async release(tx: Tx, _ctx: Context, { fundId, claimId, entitlementNo, amount }: { fundId: string; claimId: string; entitlementNo: number; amount: Money }): Promise<void> {
    if (amount.minor === 0n) return;
    const fund = await this.funds.find(tx, fundId);
    await this.funds.post(tx, {
      fundId, kind: 'release', at: this.clock.now(), claim: { id: claimId, entitlementNo }, postings: transfer('reserved', sourceOf(fund?.mode ?? 'open'), amount),
    });
  }

  /** An entry for each of many payments that moved alike. */
  async postLines(tx: Tx, fundId: string, kind: string, lines: readonly LinePosting[]): Promise<void> {
    const at = this.clock.now();
    for (let from = 0; from < lines.length; from += LINES_A_STATEMENT) await this.funds.postLines(tx, { fundId, kind, at }, lines.slice(from, from + LINES_A_STATEMENT));
  }

  /** What the bank has booked on a paying account. */
  async postBank(tx: Tx, entry: { payingAccountId: string; kind: string; lineId?: string; reference?: string; postings: readonly Posting[] }): Promise<void> {
    await this.funds.postBank(tx, { ...entry, at: this.clock.now() });
  }

  /** What is held for a claim in all: reserved, on its way, paid, withheld or written off, less what has to come back. */
  async heldFor(reader: Reader, fundId: string, claimId: string, code: string): Promise<Money> {
    return money(await this.funds.heldFor(reader, fundId, claimId), currency(code));
  }

  /** What stands reserved for a claim; nought under a `fund` hold and after a release. */
  async reservedFor(reader: Reader, fundId: string, claimId: string, code: string): Promise<Money> {
    return money(await this.funds.reservedFor(reader, fundId, claimId), currency(code));
  }

  /** Whether the fund could reserve so much more now; nobody else reserves from it until the commit. */
  async canReserve(tx: Tx, fundId: string, addedMinor: bigint): Promise<boolean> {
    const fund = await this.funds.find(tx, fundId);
    return fund !== null && this.#hasRoom(tx, fund, addedMinor);
  }

  async #hasRoom(tx: Tx, { id, mode }: { id: string; mode: FundMode }, addedMinor: bigint): Promise<boolean> {
    switch (mode) {
      case 'open': return true;
      case 'first_come': case 'shared': return await this.funds.available(tx, id) >= addedMinor;
    }
  }
}

const limitFits = ({ mode, limit, currency: code }: NewFund): boolean =>
  (mode !== 'open' ? limit !== undefined && limit.minor > 0n && limit.currency === code : limit === undefined);

