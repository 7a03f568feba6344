import { Injectable } from '@nestjs/common';
import type { Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { MerchantHolds } from '../merchants/index.js';
import { PayeeHolds } from '../payees/index.js';
import type { RecoveryRow } from './recoveries.repository.js';

/** What stands still while a request is looked at, and goes on afterwards. */
@Injectable()
export class RecoveryHolding {
  constructor(private readonly holds: MerchantHolds, private readonly payees: PayeeHolds) {}

  async place(tx: Tx, ctx: Context, { id, merchantId }: Pick<RecoveryRow, 'id' | 'merchantId'>): Promise<void> {
    if (merchantId !== null) await this.holds.place(tx, ctx, { merchantId, subjectId: id });
  }

  /** With `payeesFrom` accounts for payments wait until then; without, whatever waited goes on at once. */
  async release(tx: Tx, ctx: Context, { id, merchantId }: Pick<RecoveryRow, 'id' | 'merchantId'>, payeesFrom?: Instant): Promise<void> {
    if (merchantId === null) return;
    await this.holds.release(tx, ctx, { merchantId, subjectId: id, ...(payeesFrom === undefined ? {} : { payeesUntil: payeesFrom }) });
    if (payeesFrom === undefined) await this.payees.resume(tx, ctx, merchantId);
  }

  takeBackPayees(tx: Tx, ctx: Context, merchantId: string): Promise<Result<void>> {
    return this.payees.takeBackWaiting(tx, ctx, merchantId);
  }
}
