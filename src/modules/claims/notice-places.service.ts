import { Injectable } from '@nestjs/common';
import type { Instant, Interval } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { MerchantQueries } from '../merchants/index.js';
import { RegisterQueries } from '../outages/index.js';

/** Where a business is, and when this portal was down. */
@Injectable()
export class NoticePlaces {
  constructor(private readonly merchants: MerchantQueries, private readonly register: RegisterQueries) {}

  async zone(reader: Reader, siteId: string): Promise<string> {
    return (await this.merchants.siteNames(reader, [siteId])).get(siteId)?.zone ?? 'UTC';
  }

  ownDowntime(reader: Reader, from: Instant): Promise<readonly Interval[]> {
    return this.register.ownDowntime(reader, from);
  }
}
