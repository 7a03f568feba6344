import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Tx } from '../../platform/database/tx.js';

/** What sharing a fund determines of a claim: its share in all, or that it gets none. */
export interface DeterminedShare {
  readonly claimId: string;
  readonly merchantId: string;
  readonly assessmentId: string;
  /** Undefined: none. */
  readonly totalMinor: bigint | undefined;
  readonly reasons: readonly { readonly code: string; readonly params: Readonly<Record<string, string>> }[];
}

export interface SharedEntitlement {
  readonly claimId: string;
  readonly n: number;
  readonly beforeMinor: string;
  readonly totalMinor: string;
}

/** Determinations and entitlements of many claims, in as many statements as for one. */
@Injectable()
export class ShareGrantsRepository {
  async grant(tx: Tx, rows: readonly DeterminedShare[], currency: string, at: Instant): Promise<SharedEntitlement[]> {
    return tx.named<SharedEntitlement>('share_grants', `
      WITH given AS (
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::jsonb[]) AS u (claim_id, merchant_id, assessment_id, total, reasons)
      ), determined AS (
        INSERT INTO determination (claim_id, merchant_id, n, stage, outcome, reasons, assessment_id, amount_minor, currency, by_rule, at, outside)
        SELECT g.claim_id, g.merchant_id, (SELECT coalesce(max(n), 0) + 1 FROM determination d WHERE d.claim_id = g.claim_id), 'allocation',
               CASE WHEN g.total IS NULL THEN 'nil' ELSE 'award' END, g.reasons, g.assessment_id, g.total, $6, true, $7, false
        FROM given g ORDER BY g.claim_id RETURNING id, claim_id
      ), before AS (
        SELECT g.claim_id, coalesce(l.n, 0) AS n, coalesce(l.gross_minor, 0) AS minor
        FROM given g LEFT JOIN LATERAL (SELECT n, gross_minor FROM entitlement e WHERE e.claim_id = g.claim_id ORDER BY n DESC LIMIT 1) l ON true
      ), granted AS (
        INSERT INTO entitlement (claim_id, n, merchant_id, determination_id, assessment_id, gross_minor, net_minor, currency, granted_at)
        SELECT g.claim_id, b.n + 1, g.merchant_id, d.id, g.assessment_id, g.total, g.total, $6, $7
        FROM given g JOIN determined d USING (claim_id) JOIN before b USING (claim_id) WHERE g.total IS NOT NULL ORDER BY g.claim_id RETURNING claim_id, n, gross_minor
      )
      SELECT e.claim_id AS "claimId", e.n, b.minor::text AS "beforeMinor", e.gross_minor::text AS "totalMinor" FROM granted e JOIN before b USING (claim_id) ORDER BY e.claim_id`,
    [rows.map(({ claimId }) => claimId), rows.map(({ merchantId }) => merchantId), rows.map(({ assessmentId }) => assessmentId), rows.map(({ totalMinor }) => totalMinor?.toString() ?? null),
      rows.map(({ reasons }) => JSON.stringify(reasons)), currency, formatInstant(at)]);
  }

  /** Lifts the fund's own hold of many claims. */
  async liftHolds(tx: Tx, claimIds: readonly string[], at: Instant): Promise<string[]> {
    const rows = await tx.named<{ claimId: string }>('share_lift_holds', `
      UPDATE claim_hold SET released_at = $2, version = version + 1 WHERE claim_id = ANY ($1::uuid[]) AND kind = 'fund' AND released_at IS NULL RETURNING claim_id AS "claimId"`,
    [claimIds, formatInstant(at)]);
    return rows.map(({ claimId }) => claimId);
  }
}
