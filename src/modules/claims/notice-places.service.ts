import { Injectable } from '@nestjs/common';
import type { Instant, Interval } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { MerchantQueries } from '../merchants/index.js';
import { RegisterQueries } from '../outages/index.js';

/** Where a business is, and when this portal was down. */
@Injectable()
export class NoticePlaces {
  constructor(private readonly merchants: MerchantQueries, private readonly register: RegisterQueries) {}

  /** By site; one that is gone is left out. */
  async zones(reader: Reader, siteIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map([...await this.merchants.siteNames(reader, siteIds)].map(([id, { zone }]) => [id, zone]));
  }

  ownDowntime(reader: Reader, from: Instant): Promise<readonly Interval[]> {
    return this.register.ownDowntime(reader, from);
  }
}
