import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { DeterminationOutcome, Stage } from './views/determination.js';


export interface NewDetermination {
  readonly claimId: string;
  readonly merchantId: string;
  readonly stage: Stage;
  readonly outcome: DeterminationOutcome;
  readonly reasons: readonly { readonly code: string; readonly params: Readonly<Record<string, string>> }[];
  readonly assessmentId: string;
  readonly amountMinor: bigint | undefined;
  readonly currency: string;
  /** Undefined: by rule, or by a body outside. */
  readonly userId: string | undefined;
  readonly outside?: boolean;
  readonly noteDigest: string | undefined;
  readonly at: Instant;
}

export interface DeterminationRow {
  readonly id: string;
  readonly n: number;
  readonly stage: Stage;
  readonly outcome: DeterminationOutcome;
  readonly reasons: NewDetermination['reasons'];
  readonly assessmentId: string;
  readonly amountMinor: string | null;
  readonly byRule: boolean;
  readonly outside: boolean;
  readonly userId: string | null;
  readonly at: Date;
}

interface NewEntitlement {
  readonly claimId: string;
  readonly merchantId: string;
  readonly n: number;
  readonly determinationId: string;
  readonly assessmentId: string;
  readonly grossMinor: bigint;
  readonly withheldMinor: bigint;
  readonly currency: string;
  readonly at: Instant;
}

export interface EntitlementRow {
  readonly n: number;
  readonly assessmentId: string;
  readonly determinationId: string;
  readonly grossMinor: string;
  readonly withheldMinor: string;
  readonly netMinor: string;
  readonly currency: string;
  readonly grantedAt: Date;
  readonly acceptedAt: Date | null;
  /** How: by the business, or carried over from an earlier entitlement of the claim when it changed. */
  readonly acceptance: 'in_full' | 'on_account' | 'raised' | 'reduced' | null;
}

export interface EarlierAwardRow {
  readonly askedFor: string;
  readonly claimId: string;
  readonly head: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly grossMinor: string;
  readonly currency: string;
}

@Injectable()
export class EntitlementsRepository {
  /** One of each of different claims, in the order given. */
  async determine(tx: Tx, rows: readonly NewDetermination[]): Promise<{ id: string; n: number }[]> {
    const made = await tx.named<{ claimId: string; id: string; n: number }>('determination_insert', `
      INSERT INTO determination (claim_id, merchant_id, n, stage, outcome, reasons, assessment_id, amount_minor, currency, by_rule, user_id, note_digest, at, outside)
      SELECT u.claim_id, u.merchant_id, coalesce((SELECT max(d.n) FROM determination d WHERE d.claim_id = u.claim_id), 0) + 1, u.stage, u.outcome, u.reasons, u.assessment_id, u.amount_minor, u.currency,
             u.user_id IS NULL AND NOT u.outside, u.user_id, u.note_digest, u.at, u.outside
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::jsonb[], $6::uuid[], $7::bigint[], $8::text[], $9::uuid[], $10::text[], $11::timestamptz[], $12::boolean[])
        AS u (claim_id, merchant_id, stage, outcome, reasons, assessment_id, amount_minor, currency, user_id, note_digest, at, outside)
      RETURNING claim_id AS "claimId", id, n`,
    [rows.map(({ claimId }) => claimId), rows.map(({ merchantId }) => merchantId), rows.map(({ stage }) => stage), rows.map(({ outcome }) => outcome), rows.map(({ reasons }) => JSON.stringify(reasons)),
      rows.map(({ assessmentId }) => assessmentId), rows.map(({ amountMinor }) => amountMinor?.toString() ?? null), rows.map(({ currency }) => currency), rows.map(({ userId }) => userId ?? null),
      rows.map(({ noteDigest }) => noteDigest ?? null), rows.map(({ at }) => formatInstant(at)), rows.map(({ outside }) => outside ?? false)]);
    const ofClaim = new Map(made.map(({ claimId, ...one }) => [claimId, one]));
    return rows.map(({ claimId }) => {
      const one = ofClaim.get(claimId);
      if (one === undefined) throw new Error('the determination was not stored');
      return one;
    });
  }

  async grant(tx: Tx, rows: readonly NewEntitlement[]): Promise<void> {
    await tx.named('entitlement_insert', `
      INSERT INTO entitlement (claim_id, n, merchant_id, determination_id, assessment_id, gross_minor, withheld_minor, net_minor, currency, granted_at)
      SELECT claim_id, n, merchant_id, determination_id, assessment_id, gross_minor, withheld_minor, gross_minor - withheld_minor, currency, granted_at
      FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::bigint[], $8::text[], $9::timestamptz[])
        AS u (claim_id, n, merchant_id, determination_id, assessment_id, gross_minor, withheld_minor, currency, granted_at)`,
    [rows.map(({ claimId }) => claimId), rows.map(({ n }) => n), rows.map(({ merchantId }) => merchantId), rows.map(({ determinationId }) => determinationId),
      rows.map(({ assessmentId }) => assessmentId), rows.map(({ grossMinor }) => grossMinor.toString()), rows.map(({ withheldMinor }) => withheldMinor.toString()),
      rows.map(({ currency }) => currency), rows.map(({ at }) => formatInstant(at))]);
  }

  async accept(tx: Tx, row: { claimId: string; merchantId: string; entitlementNo: number; kind: 'in_full' | 'on_account'; termsHash: string; releaseHash: string | undefined; by: string; at: Instant }): Promise<void> {
    await tx.execute(`
      INSERT INTO acceptance (claim_id, entitlement_no, merchant_id, kind, terms_hash, release_hash, accepted_by, accepted_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [row.claimId, row.entitlementNo, row.merchantId, row.kind, row.termsHash, row.releaseHash ?? null, row.by, formatInstant(row.at)]);
  }

  /** What was accepted stays accepted when it rises or is reduced: under the terms that were accepted then, by whom. */
  async carry(tx: Tx, rows: readonly { readonly claimId: string; readonly n: number }[], { kind, at }: { kind: 'raised' | 'reduced'; at: Instant }): Promise<void> {
    await tx.named('acceptance_carry', `
      INSERT INTO acceptance (claim_id, entitlement_no, merchant_id, kind, terms_hash, release_hash, accepted_by, accepted_at)
      SELECT last.claim_id, u.n, last.merchant_id, $4, last.terms_hash, last.release_hash, last.accepted_by, $3 FROM unnest($1::uuid[], $2::int[]) AS u (claim_id, n)
      CROSS JOIN LATERAL (SELECT * FROM acceptance a WHERE a.claim_id = u.claim_id ORDER BY a.entitlement_no DESC LIMIT 1) last`,
    [rows.map(({ claimId }) => claimId), rows.map(({ n }) => n), formatInstant(at), kind]);
  }

  /** Whether all of it was accepted once, as settling the matter, and was not reduced since. */
  async isAcceptedInFull(reader: Reader, claimId: string): Promise<boolean> {
    const rows = await reader.query(`
      SELECT FROM acceptance a WHERE a.claim_id = $1 AND a.kind = 'in_full'
        AND NOT EXISTS (SELECT FROM acceptance r WHERE r.claim_id = a.claim_id AND r.kind = 'reduced' AND r.entitlement_no > a.entitlement_no) LIMIT 1`, [claimId]);
    return rows.length > 0;
  }

  async isSettled(reader: Reader, schemeId: string): Promise<boolean> {
    const rows = await reader.query(`
      SELECT FROM claim c WHERE c.scheme_id = $1 AND (c.state IN ('submitted', 'in_review', 'info_requested', 'recommended', 'offered')
        OR EXISTS (SELECT FROM objection o WHERE o.claim_id = c.id AND o.outcome IS NULL)) LIMIT 1`, [schemeId]);
    return rows.length === 0;
  }

  /** Oldest first. */
  entitlements(reader: Reader, claimId: string): Promise<EntitlementRow[]> {
    return reader.query(`
      SELECT e.n, e.assessment_id AS "assessmentId", e.determination_id AS "determinationId", e.gross_minor::text AS "grossMinor",
             e.withheld_minor::text AS "withheldMinor", e.net_minor::text AS "netMinor", e.currency, e.granted_at AS "grantedAt", a.accepted_at AS "acceptedAt", a.kind AS acceptance
      FROM entitlement e LEFT JOIN acceptance a ON a.claim_id = e.claim_id AND a.entitlement_no = e.n WHERE e.claim_id = $1 ORDER BY e.n`, [claimId]);
  }

  /** Oldest first. */
  determinations(reader: Reader, claimId: string): Promise<DeterminationRow[]> {
    return reader.query(`
      SELECT id, n, stage, outcome, reasons, assessment_id AS "assessmentId", amount_minor::text AS "amountMinor", by_rule AS "byRule", outside, user_id AS "userId", at
      FROM determination WHERE claim_id = $1 ORDER BY n`, [claimId]);
  }

  recommendations(reader: Reader, claimIds: readonly string[]): Promise<(Pick<DeterminationRow, 'outcome' | 'userId'> & { claimId: string })[]> {
    return reader.named('determination_recommendations', `
      SELECT DISTINCT ON (claim_id) claim_id AS "claimId", outcome, user_id AS "userId"
      FROM determination WHERE claim_id = ANY ($1::uuid[]) AND stage = 'recommendation' ORDER BY claim_id, n DESC`, [claimIds]);
  }

  /** When the latest entitlement of each claim was granted and accepted. */
  datesOf(reader: Reader, claimIds: readonly string[]): Promise<(Pick<EntitlementRow, 'grantedAt' | 'acceptedAt'> & { claimId: string })[]> {
    return reader.query(`
      SELECT DISTINCT ON (e.claim_id) e.claim_id AS "claimId", e.granted_at AS "grantedAt", a.accepted_at AS "acceptedAt"
      FROM entitlement e LEFT JOIN acceptance a ON a.claim_id = e.claim_id AND a.entitlement_no = e.n
      WHERE e.claim_id = ANY ($1::uuid[]) ORDER BY e.claim_id, e.n DESC`, [claimIds]);
  }

  /** The latest entitlement of each claim that has one, in minor units. */
  latestOf(reader: Reader, claimIds: readonly string[]): Promise<{ claimId: string; n: number; grossMinor: string; withheldMinor: string }[]> {
    return reader.named('entitlement_latest_of', `
      SELECT DISTINCT ON (claim_id) claim_id AS "claimId", n, gross_minor::text AS "grossMinor", withheld_minor::text AS "withheldMinor"
      FROM entitlement WHERE claim_id = ANY ($1::uuid[]) ORDER BY claim_id, n DESC`,
    [claimIds]);
  }

  /** Awards to the same site by other claims, for many claims at once. */
  earlierAwards(reader: Reader, claims: readonly { id: string; siteId: string }[]): Promise<EarlierAwardRow[]> {
    return reader.named('entitlement_earlier', `
      SELECT DISTINCT ON (asked.id, c.id) asked.id AS "askedFor", c.id AS "claimId", c.head, (extract(epoch FROM lower(c.claim_window)) * 1000)::float8 AS "from",
             (extract(epoch FROM upper(c.claim_window)) * 1000)::float8 AS "to", e.gross_minor::text AS "grossMinor", e.currency
      FROM unnest($1::uuid[], $2::uuid[]) AS asked (id, site_id)
      JOIN claim c ON c.site_id = asked.site_id AND c.id <> asked.id AND c.state IN ('offered', 'accepted') JOIN entitlement e ON e.claim_id = c.id
      ORDER BY asked.id, c.id, e.n DESC`, [claims.map(({ id }) => id), claims.map(({ siteId }) => siteId)]);
  }

  /** The latest entitlements of merchants, and points that wait for their share, that were granted by rule and stand, claim by claim; until the commit nobody else adds to them. */
  async automatic(tx: Tx, merchantIds: readonly string[]): Promise<{ merchantId: string; claimId: string; grossMinor: string }[]> {
    // A statement of its own: the sum must see what the one who held the lock before has committed. In one order, so that two do not wait for each other.
    await tx.named('entitlement_automatic_lock', 'SELECT pg_advisory_xact_lock(hashtextextended(id, 12)) FROM unnest($1::text[]) AS u (id)', [[...merchantIds].sort()]);
    return tx.named('entitlement_automatic', `
      SELECT e.merchant_id AS "merchantId", e.claim_id AS "claimId", e.gross_minor::text AS "grossMinor"
      FROM entitlement e JOIN determination d ON d.id = e.determination_id JOIN claim c ON c.id = e.claim_id
      WHERE e.merchant_id = ANY ($1::uuid[]) AND d.by_rule AND c.state IN ('offered', 'accepted')
        AND NOT EXISTS (SELECT FROM entitlement later WHERE later.claim_id = e.claim_id AND later.n > e.n)
      UNION ALL SELECT p.merchant_id, p.claim_id, p.points_minor::text FROM claim_points p JOIN determination d ON d.id = p.determination_id JOIN claim c ON c.id = p.claim_id
      WHERE p.merchant_id = ANY ($1::uuid[]) AND d.by_rule AND c.state IN ('offered', 'accepted') AND NOT EXISTS (SELECT FROM claim_points later WHERE later.claim_id = p.claim_id AND later.n > p.n)
        AND NOT EXISTS (SELECT FROM entitlement given WHERE given.claim_id = p.claim_id)`, [merchantIds]);
  }
}
