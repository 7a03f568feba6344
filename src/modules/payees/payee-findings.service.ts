import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { Reader } from '../../platform/database/tx.js';
import { MerchantQueries } from '../merchants/index.js';
import { PayeesRepository } from './payees.repository.js';

/** What a reviewer should know of where a business is paid; it informs and stops nothing. */
export interface PayeeFinding {
  readonly code: 'shared_account';
  /** Others that entered the same account, the first of them first. */
  readonly merchants: readonly { readonly id: string; readonly legalName: string; readonly enteredAt: string }[];
}

/** Doubts about accounts, for staff only: found by the keyed digest, so that no number is read, and never told to a merchant. */
@Injectable()
export class PayeeFindings {
  constructor(private readonly database: Database, private readonly payees: PayeesRepository, private readonly merchants: MerchantQueries) {}

  /** Code: `payees.not_found`. */
  async of({ actor }: Context, merchantId: string): Promise<Result<{ items: PayeeFinding[] }>> {
    return isAllowed(actor, 'queue.read') ? ok({ items: await this.about(this.database.reader, merchantId) }) : refuse('payees.not_found');
  }

  /** Others that entered the same account, by business, for many at once. For modules above, which have asked who is asking. */
  async sharersOf(reader: Reader, merchantIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, string[]>();
    for (const { of, id } of await this.payees.sharersOf(reader, [...new Set(merchantIds)])) found.set(of, [...(found.get(of) ?? []), id]);
    return found;
  }

  /** For modules above, which have asked who is asking. */
  async about(reader: Reader, merchantId: string): Promise<PayeeFinding[]> {
    const sharers = await this.payees.sharers(reader, merchantId);
    if (sharers.length === 0) return [];
    const names = await this.merchants.names(reader, sharers.map((one) => one.merchantId));
    return [{
      code: 'shared_account',
      merchants: sharers.map((one) => ({ id: one.merchantId, legalName: names.get(one.merchantId) ?? '', enteredAt: formatInstant(one.enteredAt.getTime() as Instant) })),
    }];
  }
}
