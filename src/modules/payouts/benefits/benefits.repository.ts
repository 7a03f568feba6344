import { Injectable } from '@nestjs/common';
import { formatInstant, type CalendarDate, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { blocksOf } from '../due.rules.js';
import type { BenefitResult } from './benefit-results.importer.js';
import type { BenefitState, DueBenefit, EntitledBenefit } from './benefits.rules.js';

export interface BenefitListRow {
  readonly id: string;
  readonly number: string;
  readonly schemeId: string;
  readonly drawnUpBy: string;
  readonly drawnUpAt: Date;
  readonly counts: Readonly<Partial<Record<BenefitState, number>>>;
}

export interface BenefitRow {
  readonly claimId: string;
  readonly claimReference: string;
  readonly reference: string;
  readonly kind: string;
  readonly unit: string;
  readonly quantity: string;
  readonly state: BenefitState;
  readonly reason: string | null;
  readonly saidOn: CalendarDate | null;
  readonly movedAt: Date;
  readonly registrationNumber: string;
  readonly customerName: string;
}

const LIST = `
  SELECT l.id, l.number::text AS number, l.scheme_id AS "schemeId", l.drawn_up_by AS "drawnUpBy", l.drawn_up_at AS "drawnUpAt",
    coalesce((SELECT jsonb_object_agg(state, count) FROM (SELECT state, count(*) FROM benefit WHERE list_id = l.id GROUP BY state) s), '{}') AS counts FROM benefit_list l`;
const BENEFIT = `
  SELECT b.claim_id AS "claimId", c.reference AS "claimReference", b.reference, b.kind, b.unit, b.quantity, b.state, b.reason, to_char(b.said_on, 'YYYY-MM-DD') AS "saidOn", b.moved_at AS "movedAt",
    m.registration_value AS "registrationNumber", m.legal_name AS "customerName"
  FROM benefit b JOIN claim c ON c.id = b.claim_id JOIN merchant m ON m.id = b.merchant_id`;

@Injectable()
export class BenefitsRepository {
  /** Nobody else draws up a list of the scheme until this transaction ends. */
  async lockScheme(tx: Tx, schemeId: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('benefits ' || $1::text, 0))`, [schemeId]);
  }

  /** Claims after another one, in the order of their ids, that are accepted or came to no money; what stops a payment stops this too. */
  async entitledClaims(tx: Tx, schemeId: string, after: string | undefined, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(`
      SELECT c.id FROM claim c
      WHERE c.scheme_id = $1 AND ($2::uuid IS NULL OR c.id > $2) AND c.state IN ('accepted', 'rejected') AND cardinality(${blocksOf('c', `'benefit'`)}) = 0 ORDER BY c.id LIMIT $3`,
    [schemeId, after ?? null, limit]);
    return rows.map(({ id }) => id);
  }

  /** What claims are granted beside money by their newest assessment, by claim, kind and unit; what was asked for or given under that very assessment is left out. */
  entitled(tx: Tx, claimIds: readonly string[]): Promise<EntitledBenefit[]> {
    return tx.query<EntitledBenefit>(`
      WITH entitled AS (
        SELECT c.id, c.merchant_id, c.reference, coalesce(e.assessment_id, d.assessment_id) AS assessment_id FROM claim c
        LEFT JOIN LATERAL (SELECT assessment_id FROM entitlement WHERE claim_id = c.id ORDER BY n DESC LIMIT 1) e ON c.state = 'accepted'
        LEFT JOIN LATERAL (SELECT outcome, assessment_id FROM determination WHERE claim_id = c.id AND stage <> 'recommendation' ORDER BY n DESC LIMIT 1) d ON c.state = 'rejected' AND d.outcome = 'nil'
        WHERE c.id = ANY ($1::uuid[]))
      SELECT x.id AS "claimId", x.merchant_id AS "merchantId", x.reference, a.id AS "assessmentId", g.kind, g.unit, g.granted,
        ARRAY(SELECT b.quantity FROM benefit b WHERE b.claim_id = x.id AND b.kind = g.kind AND b.unit = g.unit AND b.state IN ('asked', 'given')) AS counting,
        (SELECT coalesce(max(b.n), 0) FROM benefit b WHERE b.claim_id = x.id) AS "lastN"
      FROM entitled x JOIN assessment a ON a.id = x.assessment_id
      CROSS JOIN LATERAL (
        SELECT kind, unit, array_agg(quantity) AS granted FROM jsonb_to_recordset(a.result::jsonb -> 'benefits') AS step (kind text, quantity text, unit text) WHERE quantity <> '0' GROUP BY kind, unit) g
      WHERE NOT EXISTS (
        SELECT FROM benefit b WHERE b.claim_id = x.id AND b.assessment_id = a.id AND b.kind = g.kind AND b.unit = g.unit AND b.state IN ('asked', 'given'))
      ORDER BY x.id, g.kind, g.unit`, [claimIds]);
  }

  async insert(tx: Tx, { schemeId, due, by, at }: { schemeId: string; due: readonly DueBenefit[]; by: string; at: Instant }): Promise<string> {
    const [list] = await tx.query<{ id: string }>('INSERT INTO benefit_list (scheme_id, drawn_up_by, drawn_up_at) VALUES ($1, $2, $3) RETURNING id', [schemeId, by, formatInstant(at)]);
    if (list === undefined) throw new Error('the list was not stored');
    await tx.query(`
      INSERT INTO benefit (list_id, claim_id, merchant_id, assessment_id, n, reference, kind, unit, quantity, moved_at)
      SELECT $1, d."claimId", d."merchantId", d."assessmentId", d.n, d.reference, d.kind, d.unit, d.quantity, $3
      FROM jsonb_to_recordset($2::jsonb) AS d ("claimId" uuid, "merchantId" uuid, "assessmentId" uuid, n int, reference text, kind text, unit text, quantity text)`, [list.id, JSON.stringify(due), formatInstant(at)]);
    return list.id;
  }

  /** Moves what can be moved, and names it; what stands there already is not moved. */
  async move(tx: Tx, listId: string, results: readonly BenefitResult[], at: Instant): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ reference: string }>(`
      UPDATE benefit b SET state = w.state, reason = nullif(w.reason, ''), said_on = w."on", moved_at = $3
      FROM jsonb_to_recordset($2::jsonb) AS w (reference text, state text, reason text, "on" date)
      WHERE b.list_id = $1 AND b.reference = w.reference AND ((b.state = 'asked' AND w.state IN ('given', 'refused')) OR (b.state = 'given' AND w.state = 'withdrawn')) RETURNING b.reference`,
    [listId, JSON.stringify(results), formatInstant(at)]);
    return new Set(rows.map(({ reference }) => reference));
  }

  async find(reader: Reader, id: string): Promise<BenefitListRow | undefined> {
    return (await reader.query<BenefitListRow>(`${LIST} WHERE l.id = $1`, [id]))[0];
  }

  page(reader: Reader, { before, limit }: { before?: string; limit: number }): Promise<BenefitListRow[]> {
    return reader.query<BenefitListRow>(`${LIST} WHERE $1::uuid IS NULL OR l.id < $1 ORDER BY l.id DESC LIMIT $2`, [before ?? null, limit]);
  }

  /** In the order of the file, some at a time. */
  ofList(reader: Reader, listId: string, { after, limit, state }: { after: string; limit: number; state?: BenefitState }): Promise<BenefitRow[]> {
    return reader.query<BenefitRow>(`${BENEFIT} WHERE b.list_id = $1 AND b.reference > $2 AND ($4::text IS NULL OR b.state = $4) ORDER BY b.reference LIMIT $3`, [listId, after, limit, state ?? null]);
  }

  ofClaim(reader: Reader, claimId: string): Promise<BenefitRow[]> {
    return reader.named<BenefitRow>('claim_benefits', `${BENEFIT} WHERE b.claim_id = $1 ORDER BY b.n DESC LIMIT 200`, [claimId]);
  }

  async states(reader: Reader, listId: string, references: readonly string[]): Promise<ReadonlyMap<string, BenefitState>> {
    const rows = await reader.query<{ reference: string; state: BenefitState }>('SELECT reference, state FROM benefit WHERE list_id = $1 AND reference = ANY ($2)', [listId, references]);
    return new Map(rows.map(({ reference, state }) => [reference, state]));
  }
}
