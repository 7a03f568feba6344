import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant, type Interval } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { ClaimOrigin, ClaimState } from './claim.machine.js';
import type { OpeningObstacle, OpeningPlace } from './views/opening.js';
import type { ClaimRow, FiledClaim, FiledVersion, FrozenClaim } from './views/claim-row.js';

interface Raw extends Omit<ClaimRow, 'window'> {
  readonly from: Instant;
  readonly to: Instant;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `
  c.id, c.reference, c.scheme_id AS "schemeId", c.site_id AS "siteId", c.merchant_id AS "merchantId", c.head, c.currency, c.services,
  ${ms('lower(c.claim_window)')} AS "from", ${ms('upper(c.claim_window)')} AS "to", c.declared_minor::text AS "declaredMinor", c.answers, c.state, c.late,
  c.opened_by_staff AS "openedByStaff", c.claim_version AS "claimVersion", c.assessment_id AS "assessmentId",
  ${ms('c.auto_decision_at')} AS "autoDecisionAt", c.created_by AS "createdBy", c.submitted_by AS "submittedBy",
  ${ms('c.created_at')} AS "createdAt", ${ms('c.submitted_at')} AS "submittedAt", c.mandate_id AS "mandateId", c.origin, c.version`;

const NIL = '00000000-0000-0000-0000-000000000000';

export type FiledWanted =
  | { readonly ids: readonly string[] }
  | { readonly schemeIds: readonly string[]; readonly states: readonly ClaimState[]; readonly after?: string; readonly limit: number };

const rowOf = ({ from, to, ...rest }: Raw): ClaimRow => ({ ...rest, window: { from, to } });
const one = ([row]: Raw[]): ClaimRow | undefined => (row === undefined ? undefined : rowOf(row));

export interface NewClaimRow {
  readonly reference: string;
  readonly schemeId: string;
  readonly siteId: string;
  readonly merchantId: string;
  readonly head: string;
  readonly currency: string;
  readonly services: readonly string[];
  readonly window: Interval;
  readonly declaredMinor: bigint | undefined;
  readonly answers: object;
  readonly createdBy: string;
  readonly createdAt: Instant;
  /** Of an agent who begins it: under which mandate. */
  readonly mandateId: string | undefined;
  readonly origin: ClaimOrigin;
}

/** A claim in the way of another. */
export interface RivalRow {
  readonly id: string;
  readonly reference: string;
  readonly merchantId: string;
  readonly isSameScheme: boolean;
}

export interface Move {
  readonly to: ClaimState;
  readonly openedByStaff?: boolean;
  readonly autoDecisionAt?: Instant;
}

@Injectable()
export class ClaimsRepository {
  async insert(tx: Tx, row: NewClaimRow): Promise<ClaimRow> {
    const made = one(await tx.named<Raw>('claim_insert', `
      INSERT INTO claim AS c (reference, scheme_id, site_id, merchant_id, head, currency, services, claim_window, declared_minor, answers, created_by, created_at, mandate_id, origin)
      VALUES ($1, $2, $3, $4, $5, $6, $7, tstzrange($8, $9, '[)'), $10, $11, $12, $13, $14, $15) RETURNING ${COLUMNS}`,
    [row.reference, row.schemeId, row.siteId, row.merchantId, row.head, row.currency, row.services, formatInstant(row.window.from), formatInstant(row.window.to),
      row.declaredMinor?.toString() ?? null, JSON.stringify(row.answers), row.createdBy, formatInstant(row.createdAt), row.mandateId ?? null, row.origin]));
    if (made === undefined) throw new Error('the claim was not stored');
    return made;
  }

  async find(reader: Reader, id: string): Promise<ClaimRow | undefined> {
    return one(await reader.named<Raw>('claim_find', `SELECT ${COLUMNS} FROM claim c WHERE c.id = $1`, [id]));
  }

  async findNamed(reader: Reader, reference: string): Promise<ClaimRow | undefined> {
    return one(await reader.named<Raw>('claim_find_named', `SELECT ${COLUMNS} FROM claim c WHERE c.reference = $1`, [reference]));
  }

  /** In the order they are named; those that are not there are left out. */
  async findAll(reader: Reader, ids: readonly string[]): Promise<ClaimRow[]> {
    const rows = await reader.named<Raw>('claim_find_all', `SELECT ${COLUMNS} FROM claim c WHERE c.id = ANY ($1::uuid[]) ORDER BY array_position($1::uuid[], c.id)`, [ids]);
    return rows.map(rowOf);
  }

  async idOf(reader: Reader, reference: string): Promise<string | undefined> {
    const [row] = await reader.named<{ id: string }>('claim_id_of', 'SELECT id FROM claim WHERE reference = $1', [reference]);
    return row?.id;
  }

  references(reader: Reader, ids: readonly string[]): Promise<{ id: string; reference: string }[]> {
    return reader.query('SELECT id, reference FROM claim WHERE id = ANY ($1::uuid[])', [ids]);
  }

  /** How many claims stand in each of the states. */
  async counts(reader: Reader, states: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await reader.query<{ state: string; count: number }>('SELECT state, count(*)::int AS count FROM claim WHERE state = ANY ($1) GROUP BY state', [states]);
    return new Map(rows.map(({ state, count }) => [state, count]));
  }

  async lock(tx: Tx, id: string): Promise<ClaimRow | undefined> {
    return one(await tx.named<Raw>('claim_lock', `SELECT ${COLUMNS} FROM claim c WHERE c.id = $1 FOR NO KEY UPDATE`, [id]));
  }

  /** In the order of their ids, whatever the order given; those that do not exist are left out. */
  async lockAll(tx: Tx, ids: readonly string[]): Promise<ClaimRow[]> {
    const rows = await tx.named<Raw>('claim_lock_all', `SELECT ${COLUMNS} FROM claim c WHERE c.id = ANY ($1::uuid[]) ORDER BY c.id FOR NO KEY UPDATE`, [ids]);
    return rows.map((row) => one([row]) as ClaimRow);
  }

  /** Claims begun under a mandate, in the order of their ids. */
  async ofMandate(reader: Reader, wanted: { mandateId: string; states?: readonly ClaimState[]; after?: string; limit: number }): Promise<ClaimRow[]> {
    const rows = await reader.named<Raw>('claim_of_mandate', `
      SELECT ${COLUMNS} FROM claim c WHERE c.mandate_id = $1 AND ($2::text[] IS NULL OR c.state = ANY ($2)) AND c.id > $3 ORDER BY c.id LIMIT $4`,
    [wanted.mandateId, wanted.states ?? null, wanted.after ?? NIL, wanted.limit]);
    return rows.map(rowOf);
  }

  /** Events of claims begun under mandates, in a time: each with the reference of its claim. */
  movedUnder(reader: Reader, mandateIds: readonly string[], { events, from, to }: { readonly events: readonly string[] } & Interval): Promise<{ event: string; reference: string }[]> {
    return reader.query(`
      SELECT e.payload ->> 'event' AS event, c.reference FROM claim c JOIN event_log e ON e.aggregate_id = c.id
      WHERE c.mandate_id = ANY ($1) AND e.at >= $2 AND e.at < $3 AND e.payload ->> 'event' = ANY ($4) ORDER BY e.seq`,
    [mandateIds, formatInstant(from), formatInstant(to), events]);
  }

  waitingUnder(reader: Reader, mandateIds: readonly string[]): Promise<{ state: string; count: number }[]> {
    return reader.query("SELECT state, count(*)::int AS count FROM claim WHERE mandate_id = ANY ($1) AND state IN ('offered', 'info_requested') GROUP BY state", [mandateIds]);
  }

  /** Newest first; `merchantIds` limits to those who may be seen, `state` to one state. */
  async page(reader: Reader, wanted: { merchantIds?: readonly string[]; state?: string; before?: string; limit: number }): Promise<ClaimRow[]> {
    const rows = await reader.named<Raw>('claim_page', `
      SELECT ${COLUMNS} FROM claim c
      WHERE ($1::uuid[] IS NULL OR c.merchant_id = ANY ($1)) AND ($2::text IS NULL OR c.state = $2) AND ($3::uuid IS NULL OR c.id < $3)
      ORDER BY c.id DESC LIMIT $4`, [wanted.merchantIds ?? null, wanted.state ?? null, wanted.before ?? null, wanted.limit]);
    return rows.map(rowOf);
  }

  async saveDraft(tx: Tx, claim: ClaimRow, change: { services: readonly string[]; window: Interval; declaredMinor: bigint | undefined; answers: object }): Promise<ClaimRow> {
    const saved = one(await tx.query<Raw>(`
      UPDATE claim AS c SET services = $2, claim_window = tstzrange($3, $4, '[)'), declared_minor = $5, answers = $6, version = version + 1
      WHERE c.id = $1 RETURNING ${COLUMNS}`,
    [claim.id, change.services, formatInstant(change.window.from), formatInstant(change.window.to), change.declaredMinor?.toString() ?? null, JSON.stringify(change.answers)]));
    if (saved === undefined) throw new Error('the draft is gone');
    return saved;
  }

  async deleteDraft(tx: Tx, id: string): Promise<void> {
    await tx.execute('DELETE FROM claim WHERE id = $1', [id]);
  }

  async moveTo(tx: Tx, claim: ClaimRow, move: Move): Promise<ClaimRow> {
    const [moved] = await this.moveAll(tx, [{ ...move, claimId: claim.id }]);
    return moved as ClaimRow;
  }

  /** The only statement that moves a state; in the order given. */
  async moveAll(tx: Tx, moves: readonly (Move & { readonly claimId: string })[]): Promise<ClaimRow[]> {
    const rows = await tx.named<Raw>('claim_move', `
      UPDATE claim AS c SET state = u.state, opened_by_staff = c.opened_by_staff OR u.opened, auto_decision_at = coalesce(u.decision_at, c.auto_decision_at), version = version + 1
      FROM unnest($1::uuid[], $2::text[], $3::boolean[], $4::timestamptz[]) AS u (claim_id, state, opened, decision_at) WHERE c.id = u.claim_id RETURNING ${COLUMNS}`,
    [moves.map(({ claimId }) => claimId), moves.map(({ to }) => to), moves.map(({ openedByStaff }) => openedByStaff ?? false),
      moves.map(({ autoDecisionAt }) => (autoDecisionAt === undefined ? null : formatInstant(autoDecisionAt)))]);
    const moved = new Map(rows.map((row) => [row.id, rowOf(row)]));
    return moves.map(({ claimId }) => {
      const row = moved.get(claimId);
      if (row === undefined) throw new Error('the claim is gone');
      return row;
    });
  }

  /** Freezes what was filed, takes the time it occupies, and moves the claim: one statement. */
  async file(tx: Tx, claim: ClaimRow, filing: { to: ClaimState; frozen: object; occupied: Interval; by: string; at: Instant; late: boolean }): Promise<ClaimRow> {
    const filed = one(await tx.named<Raw>('claim_file', `
      WITH frozen AS (
        INSERT INTO claim_version (claim_id, n, merchant_id, frozen, filed_by, filed_at) VALUES ($1, $2, $3, $4, $5, $6)
      ), freed AS (
        DELETE FROM claim_occupancy WHERE claim_id = $1 AND service <> ALL ($7::text[])
      ), taken AS (
        INSERT INTO claim_occupancy (claim_id, merchant_id, head, site_id, service, span)
        SELECT $1, $3, $8, $9, unnest($7::text[]), tstzrange($10, $11, '[)')
        ON CONFLICT (claim_id, service) DO UPDATE SET span = excluded.span
      )
      UPDATE claim AS c SET state = $12, late = c.late OR $13, claim_version = $2, submitted_by = coalesce(c.submitted_by, $5),
             submitted_at = coalesce(c.submitted_at, $6), version = version + 1
      WHERE c.id = $1 RETURNING ${COLUMNS}`,
    [claim.id, claim.claimVersion + 1, claim.merchantId, JSON.stringify(filing.frozen), filing.by, formatInstant(filing.at), claim.services, claim.head, claim.siteId,
      formatInstant(filing.occupied.from), formatInstant(filing.occupied.to), filing.to, filing.late]));
    if (filed === undefined) throw new Error('the claim is gone');
    return filed;
  }

  /** The last version once more, with other sales. The claim stays in its state, and in the time it takes. */
  async refileWithSales(tx: Tx, { id, claimVersion }: ClaimRow, { salesSetId, by, at }: { salesSetId: string; by: string; at: Instant }): Promise<ClaimRow> {
    const filed = one(await tx.query<Raw>(`
      WITH frozen AS (
        INSERT INTO claim_version (claim_id, n, merchant_id, frozen, filed_by, filed_at)
        SELECT claim_id, n + 1, merchant_id, frozen || jsonb_build_object('salesSetId', $3::text), $4, $5 FROM claim_version WHERE claim_id = $1 AND n = $2
      )
      UPDATE claim AS c SET claim_version = $2 + 1, version = version + 1 WHERE c.id = $1 RETURNING ${COLUMNS}`, [id, claimVersion, salesSetId, by, formatInstant(at)]));
    if (filed === undefined) throw new Error('the claim is gone');
    return filed;
  }

  /** Filed claims with what was frozen of each, in the order of their ids: named, or a page of those in some states of some schemes. */
  async filed(reader: Reader, wanted: FiledWanted): Promise<FiledClaim[]> {
    const named = 'ids' in wanted;
    const rows = await reader.named<Raw & { frozen: FrozenClaim }>(named ? 'claim_filed_named' : 'claim_filed_page', `
      SELECT ${COLUMNS}, v.frozen FROM claim c JOIN claim_version v ON v.claim_id = c.id AND v.n = c.claim_version
      WHERE ${named ? 'c.id = ANY ($1::uuid[])' : 'c.scheme_id = ANY ($1::uuid[]) AND c.state = ANY ($2) AND c.id > $3 ORDER BY c.id LIMIT $4'}`,
    named ? [wanted.ids] : [wanted.schemeIds, wanted.states, wanted.after ?? NIL, wanted.limit]);
    return rows.map(({ frozen, ...row }) => ({ claim: rowOf(row), frozen })).sort((a, b) => (a.claim.id < b.claim.id ? -1 : 1));
  }

  async filedVersion(reader: Reader, claimId: string, n: number): Promise<Pick<FiledVersion, 'frozen' | 'filedAt'> | undefined> {
    const [row] = await reader.query<Pick<FiledVersion, 'frozen' | 'filedAt'>>(
      `SELECT frozen, ${ms('filed_at')} AS "filedAt" FROM claim_version WHERE claim_id = $1 AND n = $2`, [claimId, n]);
    return row;
  }

  /** The newest claims filed after an instant, by the references people see. */
  filedSince(reader: Reader, wanted: { schemeIds: readonly string[]; states: readonly ClaimState[]; since: Instant; limit: number }): Promise<{ reference: string; state: ClaimState; submittedAt: Instant }[]> {
    return reader.query(`
      SELECT reference, state, (extract(epoch FROM submitted_at) * 1000)::float8 AS "submittedAt" FROM claim
      WHERE scheme_id = ANY ($1::uuid[]) AND state = ANY ($2) AND submitted_at > $3 ORDER BY submitted_at DESC, id DESC LIMIT $4`,
    [wanted.schemeIds, wanted.states, formatInstant(wanted.since), wanted.limit]);
  }

  /** Claims first filed within a span, in the order they were; whatever became of them. */
  filedIn(reader: Reader, wanted: { span: Interval; after?: { at: Instant; id: string }; limit: number }): Promise<{ id: string; submittedAt: Instant }[]> {
    return reader.query(`
      SELECT id, ${ms('submitted_at')} AS "submittedAt" FROM claim
      WHERE submitted_at >= $1 AND submitted_at < $2 AND ($3::timestamptz IS NULL OR (submitted_at, id) > ($3, $4::uuid)) ORDER BY submitted_at, id LIMIT $5`,
    [formatInstant(wanted.span.from), formatInstant(wanted.span.to), wanted.after === undefined ? null : formatInstant(wanted.after.at), wanted.after?.id ?? null, wanted.limit]);
  }

  async countFiled(reader: Reader, wanted: { schemeIds: readonly string[]; states: readonly ClaimState[]; since?: Instant }): Promise<number> {
    const [row] = await reader.query<{ count: number }>(`
      SELECT count(*)::int AS count FROM claim WHERE scheme_id = ANY ($1::uuid[]) AND state = ANY ($2) AND ($3::timestamptz IS NULL OR submitted_at > $3)`,
    [wanted.schemeIds, wanted.states, wanted.since === undefined ? null : formatInstant(wanted.since)]);
    return row?.count ?? 0;
  }

  /** Claims, in any state, that took time of a service within one of the spans. Read from one index alone; a span without an end lasts. */
  static readonly TOUCHED = `
    SELECT DISTINCT o.claim_id FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS t (service, begins, ends)
    JOIN claim_occupancy o ON o.service = t.service AND o.span && tstzrange(t.begins, t.ends, '[)')`;

  async touched(reader: Reader, spans: readonly { service: string; from: Instant; to: Instant | undefined }[]): Promise<string[]> {
    const rows = await reader.query<{ claim_id: string }>(ClaimsRepository.TOUCHED,
      [spans.map(({ service }) => service), spans.map(({ from }) => formatInstant(from)), spans.map(({ to }) => (to === undefined ? null : formatInstant(to)))]);
    return rows.map(({ claim_id: id }) => id);
  }

  /** As they stand, newest first. */
  async rowsOf(reader: Reader, ids: readonly string[]): Promise<ClaimRow[]> {
    return (await reader.named<Raw>('claim_rows', `SELECT ${COLUMNS} FROM claim c WHERE c.id = ANY ($1::uuid[]) ORDER BY c.id DESC`, [ids])).map(rowOf);
  }

  /** By claim, other filed claims over an overlapping time: of the same place under whatever scheme, or of these other businesses. Newest first. */
  near(reader: Reader, asked: readonly { readonly claim: ClaimRow; readonly merchantIds: readonly string[] }[]): Promise<(Pick<ClaimRow, 'id' | 'siteId' | 'merchantId'> & { readonly of: string })[]> {
    const claims = asked.map(({ claim }) => claim);
    return reader.named('claim_near', `
      SELECT asked.id AS "of", near.* FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[]) AS asked (id, merchants, site_id, merchant_id, begins, ends)
      CROSS JOIN LATERAL (
        SELECT c.id, c.site_id AS "siteId", c.merchant_id AS "merchantId" FROM claim c
        WHERE c.merchant_id = ANY (asked.merchants::uuid[]) AND (c.site_id = asked.site_id OR c.merchant_id <> asked.merchant_id) AND c.id <> asked.id AND c.state NOT IN ('draft', 'withdrawn')
          AND c.claim_window && tstzrange(asked.begins, asked.ends, '[)') ORDER BY c.id DESC LIMIT 50) near`,
    [claims.map(({ id }) => id), asked.map(({ claim, merchantIds }) => `{${[claim.merchantId, ...merchantIds].join(',')}}`), claims.map(({ siteId }) => siteId), claims.map(({ merchantId }) => merchantId),
      claims.map(({ window }) => formatInstant(window.from)), claims.map(({ window }) => formatInstant(window.to))]);
  }

  schemesOf(reader: Reader, ids: readonly string[]): Promise<{ schemeId: string; currency: string }[]> {
    return reader.query('SELECT DISTINCT scheme_id AS "schemeId", currency FROM claim WHERE id = ANY ($1::uuid[])', [ids]);
  }

  heads(reader: Reader, ids: readonly string[]): Promise<{ id: string; claimVersion: number; state: ClaimState; currency: string }[]> {
    return reader.named('claim_heads', 'SELECT id, claim_version AS "claimVersion", state, currency FROM claim WHERE id = ANY ($1::uuid[])', [ids]);
  }

  /** One at a time files for a site, until the commit: who comes after sees what the one before took. */
  async holdSite(tx: Tx, siteId: string): Promise<void> {
    await tx.named('claim_site_hold', 'SELECT pg_advisory_xact_lock(hashtextextended($1::text, 2030))', [siteId]);
  }

  /** By claim, for those that have one: another claim of its site under the scheme that was filed and not withdrawn; else a live one over an overlapping time for one of its services. */
  async rivals(reader: Reader, places: readonly { readonly claim: ClaimRow; readonly span: Interval }[]): Promise<ReadonlyMap<string, RivalRow>> {
    const claims = places.map(({ claim }) => claim);
    const rows = await reader.named<RivalRow & { claimId: string }>('claim_rivals', `
      SELECT p.claim_id AS "claimId", r.* FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[])
        AS p (claim_id, site_id, scheme_id, head, services, begins, ends)
      CROSS JOIN LATERAL (
        SELECT id, reference, merchant_id AS "merchantId", true AS "isSameScheme" FROM claim
        WHERE scheme_id = p.scheme_id AND site_id = p.site_id AND state NOT IN ('draft', 'withdrawn') AND id <> p.claim_id
        UNION ALL
        (SELECT c.id, c.reference, c.merchant_id, false FROM claim_occupancy o JOIN claim c ON c.id = o.claim_id
         WHERE o.live AND o.site_id = p.site_id AND o.head = p.head AND o.service = ANY (string_to_array(p.services, ' ')) AND o.span && tstzrange(p.begins, p.ends, '[)') AND c.id <> p.claim_id
         ORDER BY lower(o.span), c.id)
        LIMIT 1
      ) r`,
    [claims.map(({ id }) => id), claims.map(({ siteId }) => siteId), claims.map(({ schemeId }) => schemeId), claims.map(({ head }) => head), claims.map(({ services }) => services.join(' ')),
      places.map(({ span }) => formatInstant(span.from)), places.map(({ span }) => formatInstant(span.to))]);
    return new Map(rows.map(({ claimId, ...rival }) => [claimId, rival]));
  }

  /** Whether another live claim has taken some of the time that this one once took. */
  async isTimeTaken(reader: Reader, claimId: string): Promise<boolean> {
    const [row] = await reader.query<{ taken: boolean }>(`
      SELECT EXISTS (SELECT FROM claim_occupancy mine JOIN claim_occupancy o
        ON o.site_id = mine.site_id AND o.head = mine.head AND o.service = mine.service AND o.span && mine.span AND o.live AND o.claim_id <> mine.claim_id
        WHERE mine.claim_id = $1) AS taken`, [claimId]);
    return row?.taken ?? false;
  }

  /** What keeps the operator from opening a claim for a site: the first thing, for sites that have one. */
  openingObstacles(reader: Reader, wanted: { schemeId: string; head: string }, places: readonly OpeningPlace[]): Promise<{ siteId: string; why: OpeningObstacle }[]> {
    return reader.query(`
      SELECT DISTINCT ON (p.site_id) p.site_id AS "siteId", o.why
      FROM unnest($3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[]) AS p (site_id, services, begins, ends)
      CROSS JOIN LATERAL (
        SELECT 1 AS rank, 'claimed_already' AS why FROM claim c WHERE c.site_id = p.site_id AND c.scheme_id = $1 AND c.state NOT IN ('draft', 'withdrawn')
        UNION ALL SELECT 2, 'taken_back' FROM claim c WHERE c.site_id = p.site_id AND c.scheme_id = $1 AND c.state = 'withdrawn' AND c.origin = 'operator'
        UNION ALL SELECT 3, 'draft_begun' FROM claim c WHERE c.site_id = p.site_id AND c.scheme_id = $1 AND c.state = 'draft'
        UNION ALL SELECT 4, 'claimed_elsewhere' FROM claim_occupancy t
          WHERE t.site_id = p.site_id AND t.head = $2 AND t.live AND t.service = ANY (string_to_array(p.services, ' ')) AND t.span && tstzrange(p.begins, p.ends, '[)')
      ) o ORDER BY p.site_id, o.rank`,
    [wanted.schemeId, wanted.head, places.map(({ siteId }) => siteId), places.map(({ services }) => services.join(' ')), places.map(({ window }) => formatInstant(window.from)),
      places.map(({ window }) => formatInstant(window.to))]);
  }

  /** Something beside it was decided: whoever saw it before has seen an older one. */
  async touch(tx: Tx, id: string): Promise<ClaimRow | undefined> {
    return one(await tx.query<Raw>(`UPDATE claim AS c SET version = version + 1 WHERE c.id = $1 RETURNING ${COLUMNS}`, [id]));
  }

  /** Points the claim at its newest assessment; not a move, but a change of the claim. */
  async pointAtAssessments(tx: Tx, points: readonly { readonly claimId: string; readonly assessmentId: string }[]): Promise<void> {
    await tx.named('claim_point_all', `
      UPDATE claim SET assessment_id = u.assessment, version = version + 1 FROM unnest($1::uuid[], $2::uuid[]) AS u(claim, assessment) WHERE id = u.claim`,
    [points.map(({ claimId }) => claimId), points.map(({ assessmentId }) => assessmentId)]);
  }

  async setAutoDecision(tx: Tx, claimIds: readonly string[], at: Instant): Promise<void> {
    await tx.named('claim_auto_decision', 'UPDATE claim SET auto_decision_at = $2, version = version + 1 WHERE id = ANY ($1::uuid[])', [claimIds, formatInstant(at)]);
  }

  /** Everything that was filed, in order. */
  versions(reader: Reader, claimId: string): Promise<{ n: number; frozen: FrozenClaim; filedBy: string; filedAt: Instant }[]> {
    return reader.query(`
      SELECT n, frozen, filed_by AS "filedBy", ${ms('filed_at')} AS "filedAt" FROM claim_version WHERE claim_id = $1 ORDER BY n`, [claimId]);
  }

  /** What happened to the claim, in order. */
  async timeline(reader: Reader, claimId: string): Promise<{ seq: string; at: Date; topic: string; actor: string; payload: object }[]> {
    return reader.query('SELECT seq::text, at, topic, actor, payload FROM event_log WHERE aggregate_id = $1 ORDER BY seq LIMIT 500', [claimId]);
  }
}
