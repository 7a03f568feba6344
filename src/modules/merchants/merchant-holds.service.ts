import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { MerchantHoldsRepository } from './merchant-holds.repository.js';
import { MerchantRecords } from './merchant-records.service.js';
import { MerchantsRepository } from './merchants.repository.js';

/** While it is in doubt who speaks for a business, its people, its offers and where it is paid stay as they are. */
@Injectable()
export class MerchantHolds {
  constructor(
    private readonly holds: MerchantHoldsRepository, private readonly merchants: MerchantsRepository, private readonly records: MerchantRecords, private readonly clock: Clock,
  ) {}

  /** Asked under a lock that whoever places a hold waits for. Code: `merchants.held`. */
  async clear(tx: Tx, merchantId: string): Promise<Result<void>> {
    await this.merchants.lockShared(tx, merchantId);
    return this.look(tx, merchantId);
  }

  /** The business, locked until the commit, while nothing holds it. Codes: `merchants.not_found`, `merchants.held`. */
  async lockClear(tx: Tx, merchantId: string): Promise<Result<{ legalName: string }>> {
    const found = await this.merchants.lock(tx, merchantId);
    const [merchant] = found ? await this.merchants.named(tx, [merchantId]) : [];
    if (merchant === undefined) return refuse('merchants.not_found');
    const clear = await this.look(tx, merchantId);
    return clear.ok ? ok(merchant) : clear;
  }

  /** As `clear`, for a page. Code: `merchants.held`. */
  async look(reader: Reader, merchantId: string): Promise<Result<void>> {
    const since = await this.since(reader, merchantId);
    return since === undefined ? ok(undefined) : refuse('merchants.held', { since: formatInstant(since) });
  }

  /** As `clear`, for where a business is paid: for a while after a hold as well. Codes: `merchants.held`, `merchants.payees_wait`. */
  async clearForPayees(reader: Reader, merchantId: string): Promise<Result<void>> {
    const { since, payeesUntil } = await this.holds.standing(reader, merchantId);
    if (since !== null) return refuse('merchants.held', { since: since.toISOString() });
    return payeesUntil !== null && payeesUntil.getTime() > this.clock.now() ? refuse('merchants.payees_wait', { until: payeesUntil.toISOString() }) : ok(undefined);
  }

  async since(reader: Reader, merchantId: string): Promise<Instant | undefined> {
    return (await this.holds.standing(reader, merchantId)).since?.getTime() as Instant | undefined;
  }

  /** False when it stood already. */
  async place(tx: Tx, ctx: Context, { merchantId, subjectId }: { merchantId: string; subjectId: string }): Promise<boolean> {
    await this.merchants.lock(tx, merchantId);
    if (!(await this.holds.place(tx, { merchantId, subjectId, at: this.clock.now() }))) return false;
    await this.records.note(tx, ctx, { what: 'merchant.held', merchantId, data: { subjectId } });
    return true;
  }

  async release(tx: Tx, ctx: Context, hold: { merchantId: string; subjectId: string; payeesUntil?: Instant }): Promise<void> {
    const { merchantId, subjectId, payeesUntil } = hold;
    await this.merchants.lock(tx, merchantId);
    if (!(await this.holds.release(tx, subjectId, this.clock.now(), payeesUntil))) return;
    await this.records.note(tx, ctx, { what: 'merchant.released', merchantId, data: { subjectId, ...(payeesUntil === undefined ? {} : { payeesUntil: formatInstant(payeesUntil) }) } });
  }
}
