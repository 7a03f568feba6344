import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { SchemeEntity } from './scheme.entity.js';
import type { SchemeDates, SchemeText, SchemeTextInput } from './schemes.rules.js';

export interface SchemeRow extends SchemeDates {
  readonly id: string;
  readonly code: string;
  readonly title: Readonly<Record<string, string>>;
  readonly policyKey: string;
  readonly currency: string;
  readonly fundId: string | null;
  readonly contact: Readonly<Record<string, string>>;
  readonly targetDays: Readonly<Record<string, number>>;
  readonly outageIds: readonly string[];
  readonly extensions: readonly { readonly number: number; readonly closesAt: Instant; readonly reason: string }[];
  /** The latest of each kind and language; a release taken back is left out. */
  readonly texts: readonly SchemeText[];
  readonly version: number;
}

export interface NewScheme extends SchemeDates {
  readonly code: string;
  readonly title: Record<string, string>;
  readonly policyKey: string;
  readonly currency: string;
  readonly fundId: string | null;
  readonly contact: Record<string, string>;
  readonly targetDays: Record<string, number>;
  readonly createdBy: string;
  readonly createdAt: Instant;
}

export interface SchemeChange {
  readonly title?: Record<string, string>;
  readonly fundId?: string;
  readonly contact?: Record<string, string>;
  readonly targetDays?: Record<string, number>;
}

const ms = (at: string): string => `(extract(epoch FROM ${at}) * 1000)`;

const SELECT = `
  SELECT s.id, s.code, s.title, s.policy_key AS "policyKey", s.currency, s.fund_id AS "fundId", s.zone, s.contact, s.target_days AS "targetDays",
    ${ms('s.opens_at')}::float8 AS "opensAt", s.grace_days AS "graceDays", s.version,
    ${ms('greatest(s.closes_at, (SELECT max(e.closes_at) FROM scheme_extension e WHERE e.scheme_id = s.id))')}::float8 AS "closesAt",
    ARRAY(SELECT o.outage_id::text FROM scheme_outage o WHERE o.scheme_id = s.id ORDER BY o.outage_id) AS "outageIds",
    COALESCE((SELECT json_agg(json_build_object('number', e.number, 'closesAt', ${ms('e.closes_at')}::bigint, 'reason', e.reason) ORDER BY e.number)
      FROM scheme_extension e WHERE e.scheme_id = s.id), '[]') AS extensions,
    COALESCE((SELECT json_agg(json_build_object('kind', t.kind, 'language', t.language, 'number', t.number, 'hash', t.hash, 'body', t.body)
        ORDER BY t.kind, t.language)
      FROM (SELECT DISTINCT ON (kind, language) * FROM scheme_text WHERE scheme_id = s.id ORDER BY kind, language, number DESC) t
      WHERE t.body <> ''), '[]') AS texts
  FROM scheme s`;

/** Schemes with their outages, extensions and texts; only the first row of each ever changes, and only in its words. */
@Injectable()
export class SchemesRepository {
  /** Which policy each scheme offers: the named schemes, or those of one policy. */
  policyKeys(reader: Reader, wanted: { ids?: readonly string[]; policyKey?: string }): Promise<{ id: string; policyKey: string }[]> {
    return reader.named('scheme_policy_keys', `
      SELECT id, policy_key AS "policyKey" FROM scheme WHERE ($1::uuid[] IS NULL OR id = ANY ($1)) AND ($2::text IS NULL OR policy_key = $2) ORDER BY id`,
    [wanted.ids ?? null, wanted.policyKey ?? null]);
  }

  async add(tx: Tx, scheme: NewScheme, outageIds: readonly string[]): Promise<string> {
    const { identifiers } = await tx.manager.insert(SchemeEntity, {
      ...scheme, opensAt: new Date(scheme.opensAt), closesAt: new Date(scheme.closesAt), createdAt: new Date(scheme.createdAt),
    });
    const { id } = identifiers[0] as { id: string };
    await tx.execute('INSERT INTO scheme_outage (scheme_id, outage_id) SELECT $1, unnest($2::uuid[])', [id, outageIds]);
    return id;
  }

  async find(reader: Reader, id: string): Promise<SchemeRow | undefined> {
    const [row] = await reader.named<SchemeRow>('scheme_find', `${SELECT} WHERE s.id = $1`, [id]);
    return row;
  }

  async byCode(reader: Reader, code: string): Promise<SchemeRow | undefined> {
    const [row] = await reader.named<SchemeRow>('scheme_by_code', `${SELECT} WHERE s.code = $1`, [code]);
    return row;
  }

  async titles(reader: Reader, ids: readonly string[]): Promise<{ id: string; title: Readonly<Record<string, string>> }[]> {
    return reader.query('SELECT id, title FROM scheme WHERE id = ANY ($1::uuid[])', [ids]);
  }

  /** The newest schemes about an outage. */
  async ofOutage(reader: Reader, outageId: string): Promise<SchemeRow[]> {
    return reader.query<SchemeRow>(`${SELECT} WHERE s.id IN (SELECT scheme_id FROM scheme_outage WHERE outage_id = $1) ORDER BY s.id DESC LIMIT 20`, [outageId]);
  }

  async ofFund(reader: Reader, fundId: string): Promise<SchemeRow[]> {
    return reader.query<SchemeRow>(`${SELECT} WHERE s.fund_id = $1 ORDER BY s.id LIMIT 200`, [fundId]);
  }

  async lock(tx: Tx, id: string): Promise<SchemeRow | undefined> {
    await tx.query('SELECT FROM scheme WHERE id = $1 FOR NO KEY UPDATE', [id]);
    return this.find(tx, id);
  }

  async page(reader: Reader, wanted: { before?: string; limit: number }): Promise<SchemeRow[]> {
    return reader.query<SchemeRow>(`${SELECT} WHERE ($1::uuid IS NULL OR s.id < $1) ORDER BY s.id DESC LIMIT $2`, [wanted.before ?? null, wanted.limit]);
  }

  /** Every change of a scheme raises its version, also one that is a row of its own. */
  async change(tx: Tx, { id, version }: Pick<SchemeRow, 'id' | 'version'>, change: SchemeChange): Promise<void> {
    await tx.manager.update(SchemeEntity, { id }, { ...change, version: version + 1 });
  }

  async extend(tx: Tx, extension: { schemeId: string; number: number; closesAt: Instant; reason: string; by: string; at: Instant }): Promise<void> {
    await tx.execute('INSERT INTO scheme_extension (scheme_id, number, closes_at, reason, extended_by, extended_at) VALUES ($1, $2, $3, $4, $5, $6)',
      [extension.schemeId, extension.number, formatInstant(extension.closesAt), extension.reason, extension.by, formatInstant(extension.at)]);
  }

  /** A new text supersedes the one before; the same words again are no new text. */
  async addText(tx: Tx, schemeId: string, text: SchemeTextInput & { hash: string; by: string; at: Instant }): Promise<void> {
    await tx.execute(
      `INSERT INTO scheme_text (scheme_id, kind, language, number, hash, body, written_by, written_at)
       SELECT $1, $2, $3, COALESCE(max(number), 0) + 1, $4, $5, $6, $7 FROM scheme_text WHERE scheme_id = $1 AND kind = $2 AND language = $3
       HAVING $4 IS DISTINCT FROM (array_agg(hash ORDER BY number DESC))[1]`,
      [schemeId, text.kind, text.language, text.hash, text.body, text.by, formatInstant(text.at)]);
  }

  async textByHash(reader: Reader, schemeId: string, hash: string): Promise<SchemeText | undefined> {
    const [row] = await reader.query<SchemeText>(
      'SELECT kind, language, number, hash, body FROM scheme_text WHERE scheme_id = $1 AND hash = $2 ORDER BY number DESC LIMIT 1', [schemeId, hash]);
    return row;
  }
}
