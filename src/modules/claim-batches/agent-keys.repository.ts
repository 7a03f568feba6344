import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

export interface FiledRow {
  readonly externalId: string;
  readonly contentDigest: string;
  readonly merchantId: string;
  readonly claimId: string;
  readonly reference: string;
}

/** What an agent's own keys stand for: its rows, its businesses, their shops. */
@Injectable()
export class AgentKeysRepository {
  /** Held until the commit: two batches of one agent take turns, so that neither opens a business twice. False while another has it. */
  async takeTurn(tx: Tx, agentId: string): Promise<boolean> {
    const [row] = await tx.named<{ mine: boolean }>('agent_turn', 'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 23)) AS mine', [agentId]);
    return row?.mine === true;
  }

  filed(reader: Reader, agentId: string, externalIds: readonly string[]): Promise<FiledRow[]> {
    return reader.named<FiledRow>('agent_rows', `
      SELECT external_id AS "externalId", content_digest AS "contentDigest", merchant_id AS "merchantId", claim_id AS "claimId", reference
      FROM agent_row WHERE agent_id = $1 AND external_id = ANY ($2)`, [agentId, externalIds]);
  }

  async keepRow(tx: Tx, agentId: string, batchId: string, row: FiledRow, at: Instant): Promise<void> {
    await tx.named('agent_row_keep', `
      INSERT INTO agent_row (agent_id, external_id, content_digest, merchant_id, claim_id, reference, batch_id, filed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [agentId, row.externalId, row.contentDigest, row.merchantId, row.claimId, row.reference, batchId, formatInstant(at)]);
  }

  async business(reader: Reader, agentId: string, key: string): Promise<string | undefined> {
    const [row] = await reader.named<{ id: string }>('agent_business_find', 'SELECT merchant_id AS id FROM agent_business WHERE agent_id = $1 AND key = $2', [agentId, key]);
    return row?.id;
  }

  /** Which of these keys stand for a business that the agent opened. */
  async opened(reader: Reader, agentId: string, keys: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await reader.named<{ key: string }>('agent_businesses', 'SELECT key FROM agent_business WHERE agent_id = $1 AND key = ANY ($2)', [agentId, keys]);
    return new Set(rows.map(({ key }) => key));
  }

  async keepBusiness(tx: Tx, agentId: string, key: string, merchantId: string): Promise<void> {
    await tx.named('agent_business_keep', 'INSERT INTO agent_business (agent_id, key, merchant_id) VALUES ($1, $2, $3)', [agentId, key, merchantId]);
  }

  async place(reader: Reader, agentId: string, merchantId: string, key: string): Promise<string | undefined> {
    const [row] = await reader.named<{ id: string }>('agent_place_find', 'SELECT site_id AS id FROM agent_place WHERE agent_id = $1 AND merchant_id = $2 AND key = $3', [agentId, merchantId, key]);
    return row?.id;
  }

  async keepPlace(tx: Tx, agentId: string, merchantId: string, key: string, siteId: string): Promise<void> {
    await tx.named('agent_place_keep', 'INSERT INTO agent_place (agent_id, merchant_id, key, site_id) VALUES ($1, $2, $3, $4)', [agentId, merchantId, key, siteId]);
  }
}
