import { Injectable } from '@nestjs/common';
import type { Reader } from '../../platform/database/tx.js';
import { MandateAssertions } from '../agents/index.js';
import { MerchantQueries } from '../merchants/index.js';
import { AgentKeysRepository } from './agent-keys.repository.js';
import { businessKey, type Cells, type ReadRow } from './row-reading.rules.js';

/** Whose a row's business is: nobody's here, one that has confirmed this agent's mandate, or one that has not. */
export type Known = { readonly merchantId: string } | 'unasked' | undefined;

/**
 * Rows that name a verified business of its own account by its number. The agent learns that it is here and nothing else of it; one that nobody
 * verified stands in nobody's way, since anybody can write any number.
 */
@Injectable()
export class KnownBusinesses {
  constructor(private readonly keys: AgentKeysRepository, private readonly merchants: MerchantQueries, private readonly mandates: MandateAssertions) {}

  /** In the order of the rows; three questions for all of them. */
  async of(reader: Reader, agentId: string, rows: readonly { readonly cells: Cells; readonly row: ReadRow }[]): Promise<Known[]> {
    const keys = rows.map(({ cells }) => businessKey(cells));
    const own = await this.keys.opened(reader, agentId, keys);
    const behind = await this.merchants.verifiedBehind(reader, rows.map(({ row: { business: { registration, country } } }) => ({ ...registration, country })));
    const confirmed = await this.mandates.confirmedAmong(reader, agentId, behind.flatMap((id) => id ?? []));
    return behind.map((merchantId, index) => {
      if (merchantId === undefined || own.has(keys[index] ?? '')) return undefined;
      return confirmed.has(merchantId) ? { merchantId } : 'unasked';
    });
  }
}
