import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { ClaimState } from '../../claims/index.js';
import type { FrozenItem } from './bulk.rules.js';
import type { QueueFilter, QueuePlace, Sort, SortKey } from './queue.rules.js';

/** A claim in a list. Instants are UTC milliseconds, amounts minor units as text. */
export interface QueueRow {
  readonly claimId: string;
  readonly reference: string;
  readonly siteId: string;
  readonly merchantId: string;
  readonly schemeId: string;
  readonly state: ClaimState;
  readonly filedAt: Instant;
  readonly amountMinor: string;
  readonly currency: string;
  readonly outcome: string | null;
  /** As promised, before anything moved it; null where the scheme promises no day for the step. */
  readonly promisedAt: Instant | null;
  readonly riskCount: number;
  readonly why: readonly string[];
  readonly language: string;
  readonly country: string;
  readonly ownerId: string | null;
  readonly version: number;
  /** Sort key of the list it was read for, as it stands in a cursor. */
  readonly key: string;
}

export interface AssignmentRow {
  readonly claimId: string;
  readonly state: ClaimState;
  readonly ownerId: string | null;
  readonly assignedBy: string | null;
  readonly assignedAt: Instant | null;
}

/** Amounts are compared inside their currency: figures of two currencies say nothing of each other. */
const COLUMNS: Readonly<Record<SortKey, readonly string[]>> = { filed: ['filed_at'], money: ['currency', 'amount_minor'], deadline: ['due_at'], risk: ['risk_count'] };
const NEVER = `timestamptz '9999-12-31T00:00:00Z'`;
const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const keyText = (key: SortKey): string =>
  COLUMNS[key].map((column) => (column.endsWith('_at') ? `(extract(epoch FROM q.${column}) * 1000)::bigint::text` : `q.${column}::text`)).join(` || ' ' || `);

/** A statement and what stands in its places. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

class Places {
  readonly params: unknown[] = [];

  put(value: unknown): string {
    this.params.push(value);
    return `$${this.params.length}`;
  }
}

/** What a row has to be, apart from its state. */
function conditionsOf(filter: QueueFilter, places: Places): string[] {
  const at = (instant: Instant): string => places.put(formatInstant(instant));
  const having = { mine: () => `q.owner_id = ${places.put(filter.userId)}`, nobody: () => 'q.owner_id IS NULL', objected: () => 'q.objected', adrift: () => `q.owner_id IS NULL AND q.due_at >= ${NEVER}` };
  const { owner, scheme, currency, language, country, reason, filedBefore, dueBefore, amountFromMinor, amountToMinor, hasRisk } = filter;
  const equal = ([column, value]: readonly [string, string | undefined]): string | undefined => (value === undefined ? undefined : `q.${column} = ${places.put(value)}`);
  return [
    filter.having === undefined ? undefined : having[filter.having](),
    ...([['scheme_id', scheme], ['currency', currency], ['language', language], ['country', country]] as const).map(equal),
    owner === 'none' ? 'q.owner_id IS NULL' : equal(['owner_id', owner?.id]),
    reason === undefined ? undefined : `${places.put(reason)} = ANY (q.why)`,
    filedBefore === undefined ? undefined : `q.filed_at < ${at(filedBefore)}`,
    dueBefore === undefined ? undefined : `q.due_at < ${at(dueBefore)}`,
    amountFromMinor === undefined ? undefined : `q.amount_minor >= ${places.put(amountFromMinor.toString())}`,
    amountToMinor === undefined ? undefined : `q.amount_minor <= ${places.put(amountToMinor.toString())}`,
    hasRisk === undefined ? undefined : `q.risk_count ${hasRisk ? '> 0' : '= 0'}`,
  ].filter((condition) => condition !== undefined);
}

/** One search a state, each in the order of the sort's index behind that state, and their heads merged: nothing is sorted but what may be shown. */
export function pageStatement(filter: QueueFilter, sort: Sort, wanted: { readonly place?: QueuePlace; readonly limit: number }): Statement {
  const [key, turned] = [sort.replace('-', '') as SortKey, sort.startsWith('-')];
  const [columns, places] = [[...COLUMNS[key], 'claim_id'].map((column) => `q.${column}`), new Places()];
  const conditions = conditionsOf(filter, places);
  const { place } = wanted;
  if (place !== undefined) conditions.push(`(${columns.join(', ')}) ${turned ? '<' : '>'} (${[...place.key, place.id].map((part) => places.put(part)).join(', ')})`);
  const [limit, order] = [places.put(wanted.limit), columns.map((column) => `${column} ${turned ? 'DESC' : 'ASC'}`).join(', ')];
  const ofState = (state: ClaimState): string =>
    `(SELECT q.* FROM claim_assignment q WHERE ${[`q.state = ${places.put(state)}`, ...conditions].join(' AND ')} ORDER BY ${order} LIMIT ${limit})`;
  const parts = filter.states.map(ofState);
  return {
    sql: `
      SELECT q.claim_id AS "claimId", c.reference, c.site_id AS "siteId", q.merchant_id AS "merchantId", q.scheme_id AS "schemeId", q.state, ${ms('q.filed_at')} AS "filedAt",
             q.amount_minor::text AS "amountMinor", q.currency, q.outcome, CASE WHEN q.due_at < ${NEVER} THEN ${ms('q.due_at - q.paused')} END AS "promisedAt", q.risk_count AS "riskCount", q.why, q.language, q.country,
             q.owner_id AS "ownerId", c.version, ${keyText(key)} AS key
      FROM (SELECT * FROM (${parts.length === 0 ? 'SELECT q.* FROM claim_assignment q WHERE false' : parts.join(' UNION ALL ')}) q ORDER BY ${order} LIMIT ${limit}) q
      JOIN claim c ON c.id = q.claim_id ORDER BY ${order}`,
    params: places.params,
  };
}

/** How many there are, counted no further than `most`. */
export function countStatement(filter: QueueFilter, most: number): Statement {
  const places = new Places();
  const conditions = conditionsOf(filter, places);
  const where = [`q.state = ANY (${places.put(filter.states)})`, ...conditions].join(' AND ');
  return { sql: `SELECT count(*)::int AS count FROM (SELECT FROM claim_assignment q WHERE ${where} LIMIT ${places.put(most)}) q`, params: places.params };
}

/** What claims lie where, and with whom. Everything but the owner is kept by triggers with the claim's own moves. */
@Injectable()
export class QueueEntriesRepository {
  page(reader: Reader, filter: QueueFilter, sort: Sort, wanted: { readonly place?: QueuePlace; readonly limit: number }): Promise<QueueRow[]> {
    const { sql, params } = pageStatement(filter, sort, wanted);
    return reader.query(sql, params);
  }

  async count(reader: Reader, filter: QueueFilter, most: number): Promise<number> {
    const { sql, params } = countStatement(filter, most);
    const [row] = await reader.query<{ count: number }>(sql, params);
    return row?.count ?? 0;
  }

  /** Counts the findings of assessments that refer or block. */
  async doubted(tx: Tx, assessed: readonly { readonly claimId: string; readonly assessmentId: string }[]): Promise<void> {
    await tx.named('queue_doubted', `
      UPDATE claim_assignment q SET risk_count = r.count FROM (
        SELECT u.claim_id, (SELECT count(*)::int FROM json_array_elements(a.result::json -> 'findings') f WHERE f ->> 'effect' IN ('refers', 'blocks')) AS count
        FROM unnest($1::uuid[], $2::uuid[]) AS u (claim_id, assessment_id) JOIN assessment a ON a.id = u.assessment_id) r
      WHERE q.claim_id = r.claim_id AND q.risk_count <> r.count`, [assessed.map(({ claimId }) => claimId), assessed.map(({ assessmentId }) => assessmentId)]);
  }

  /** Why the rule gave claims to people. */
  async referred(tx: Tx, referred: readonly { readonly claim: { readonly id: string }; readonly why: readonly string[] }[]): Promise<void> {
    await tx.named('queue_referred', 'UPDATE claim_assignment SET why = ARRAY(SELECT json_array_elements_text(u.why)) FROM unnest($1::uuid[], $2::json[]) AS u (claim_id, why) WHERE claim_assignment.claim_id = u.claim_id',
      [referred.map(({ claim }) => claim.id), referred.map(({ why }) => JSON.stringify(why))]);
  }

  async find(reader: Reader, claimId: string): Promise<AssignmentRow | undefined> {
    return this.#one(reader, claimId, '');
  }

  async lock(tx: Tx, claimId: string): Promise<AssignmentRow | undefined> {
    return this.#one(tx, claimId, ' FOR NO KEY UPDATE');
  }

  async #one(reader: Reader, claimId: string, locking: string): Promise<AssignmentRow | undefined> {
    const [row] = await reader.query<AssignmentRow>(
      `SELECT claim_id AS "claimId", state, owner_id AS "ownerId", assigned_by AS "assignedBy", ${ms('assigned_at')} AS "assignedAt" FROM claim_assignment WHERE claim_id = $1${locking}`, [claimId]);
    return row;
  }

  async assign(tx: Tx, claimId: string, to: { readonly ownerId: string; readonly by: string; readonly at: Instant } | null): Promise<void> {
    await tx.named('queue_assign', 'UPDATE claim_assignment SET owner_id = $2, assigned_by = $3, assigned_at = $4 WHERE claim_id = $1',
      [claimId, to?.ownerId ?? null, to?.by ?? null, to === null ? null : formatInstant(to.at)]);
  }

  /** The claim filed first that nobody has and this person may work on, locked; others who ask at the same moment get the ones after it. */
  async next(tx: Tx, states: readonly ClaimState[], userId: string): Promise<string | undefined> {
    for (const state of states) {
      const [row] = await tx.query<{ id: string }>(`
        SELECT q.claim_id AS id FROM claim_assignment q WHERE q.state = $1 AND q.owner_id IS NULL
          AND NOT EXISTS (SELECT FROM duty_held d JOIN duty_conflict x ON x.duty = d.duty WHERE d.subject_id = q.claim_id AND d.user_id = $2 AND x.excludes = $3)
        ORDER BY q.filed_at, q.claim_id LIMIT 1 FOR NO KEY UPDATE OF q SKIP LOCKED`, [state, userId, state === 'recommended' ? 'decider' : 'recommender']);
      if (row !== undefined) return row.id;
    }
    return undefined;
  }

  /** Claims as they stand, to be frozen: named, or all that a filter finds; one more than `most` when there are more. */
  chosen(tx: Tx, choice: { readonly ids: readonly string[] } | { readonly filter: QueueFilter }, most: number): Promise<(FrozenItem & { readonly reference: string; readonly state: ClaimState; readonly outcome: string | null; readonly recommended: string | null })[]> {
    const places = new Places();
    const where = 'ids' in choice ? `q.claim_id = ANY (${places.put(choice.ids)}::uuid[])`
      : [`q.state = ANY (${places.put(choice.filter.states)})`, ...conditionsOf(choice.filter, places)].join(' AND ');
    return tx.query(`
      SELECT q.claim_id AS "claimId", c.reference, q.merchant_id AS "merchantId", c.version, c.assessment_id AS "assessmentId", q.amount_minor::text AS "amountMinor", q.currency, q.why, q.state, q.outcome,
             (SELECT d.outcome FROM determination d WHERE q.state = 'recommended' AND d.claim_id = q.claim_id AND d.stage = 'recommendation' ORDER BY d.n DESC LIMIT 1) AS recommended
      FROM claim_assignment q JOIN claim c ON c.id = q.claim_id WHERE ${where} ORDER BY q.claim_id LIMIT ${places.put(most + 1)}`, places.params);
  }
}
