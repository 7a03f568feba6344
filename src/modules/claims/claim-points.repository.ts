import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { PointsRow, SharingClaim, UndecidedClaim } from './views/points-row.js';

const NIL = '00000000-0000-0000-0000-000000000000';
const COLUMNS = `p.claim_id AS "claimId", p.n, p.merchant_id AS "merchantId", p.determination_id AS "determinationId", p.assessment_id AS "assessmentId", p.tier,
  p.points_minor::text AS "pointsMinor", p.currency`;

@Injectable()
export class ClaimPointsRepository {
  async grant(tx: Tx, row: Omit<PointsRow, 'n'> & { readonly at: Instant }): Promise<void> {
    await tx.named('claim_points_insert', `
      INSERT INTO claim_points (claim_id, n, merchant_id, determination_id, assessment_id, tier, points_minor, currency, granted_at)
      SELECT $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM claim_points WHERE claim_id = $1`,
    [row.claimId, row.merchantId, row.determinationId, row.assessmentId, row.tier, row.pointsMinor, row.currency, formatInstant(row.at)]);
  }

  /** The latest of each claim that has some. */
  latestOf(reader: Reader, claimIds: readonly string[]): Promise<PointsRow[]> {
    return reader.named('claim_points_latest_of', `SELECT DISTINCT ON (p.claim_id) ${COLUMNS} FROM claim_points p WHERE p.claim_id = ANY ($1::uuid[]) ORDER BY p.claim_id, p.n DESC`, [claimIds]);
  }

  /** Decided claims of schemes that have points, in the order of their ids. */
  sharing(reader: Reader, schemeIds: readonly string[], { after, limit }: { readonly after?: string; readonly limit: number }): Promise<SharingClaim[]> {
    return reader.query(`
      SELECT ${COLUMNS}, c.state, c.claim_version AS "claimVersion",
             coalesce((SELECT e.gross_minor FROM entitlement e WHERE e.claim_id = c.id ORDER BY e.n DESC LIMIT 1), 0)::text AS "grantedMinor"
      FROM claim c JOIN LATERAL (SELECT * FROM claim_points WHERE claim_id = c.id ORDER BY n DESC LIMIT 1) p ON true
      WHERE c.scheme_id = ANY ($1::uuid[]) AND c.state IN ('offered', 'accepted') AND c.id > $2 ORDER BY c.id LIMIT $3`, [schemeIds, after ?? NIL, limit]);
  }

  /** Of the schemes, those filed and not decided, the oldest first. */
  undecided(reader: Reader, schemeIds: readonly string[], limit: number): Promise<UndecidedClaim[]> {
    return reader.query(`
      SELECT id, assessment_id AS "assessmentId" FROM claim
      WHERE scheme_id = ANY ($1::uuid[]) AND state IN ('submitted', 'in_review', 'info_requested', 'recommended') ORDER BY id LIMIT $2`, [schemeIds, limit]);
  }
}
