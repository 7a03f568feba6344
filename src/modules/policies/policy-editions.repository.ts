import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { Reach, StoredState } from './policy.machine.js';

export interface EditionText {
  readonly source: string;
  readonly effectiveFrom: Instant | null;
  readonly decidedFrom: Instant | null;
  readonly reach: Reach;
}

export interface EditionRow extends EditionText {
  readonly id: string;
  readonly key: string;
  readonly number: number;
  readonly state: StoredState;
  /** Of the resolved document, as it was when it went into review. */
  readonly hash: string | null;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly policyVersionId: string | null;
  readonly version: number;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `
  id, key, number, state, source, ${ms('effective_from')} AS "effectiveFrom", ${ms('decided_from')} AS "decidedFrom", reach, hash, created_by AS "createdBy",
  ${ms('created_at')} AS "createdAt", policy_version_id AS "policyVersionId", version`;
const time = (at: Instant | null): string | null => (at === null ? null : formatInstant(at));

const one = ([row]: EditionRow[]): EditionRow => {
  if (row === undefined) throw new TypeError('the edition of a policy is gone');
  return row;
};

/** Drafts of policies and what became of them. */
@Injectable()
export class PolicyEditionsRepository {
  async add(tx: Tx, edition: EditionText & { key: string; number: number; createdBy: string; createdAt: Instant }): Promise<EditionRow> {
    return one(await tx.query<EditionRow>(`
      INSERT INTO policy_edition (key, number, source, effective_from, decided_from, reach, created_by, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${COLUMNS}`,
    [edition.key, edition.number, edition.source, time(edition.effectiveFrom), time(edition.decidedFrom), edition.reach, edition.createdBy, formatInstant(edition.createdAt)]));
  }

  async save(tx: Tx, id: string, text: EditionText): Promise<EditionRow> {
    return one(await tx.query<EditionRow>(`
      UPDATE policy_edition SET source = $2, effective_from = $3, decided_from = $4, reach = $5, version = version + 1 WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, text.source, time(text.effectiveFrom), time(text.decidedFrom), text.reach]));
  }

  /** The only statement that moves a state. */
  async moveTo(tx: Tx, id: string, state: StoredState, more: { hash?: string; approvedBy?: string; policyVersionId?: string } = {}): Promise<EditionRow> {
    return one(await tx.query<EditionRow>(`
      UPDATE policy_edition SET state = $2, hash = coalesce($3, hash), approved_by = $4, policy_version_id = $5, version = version + 1 WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, state, more.hash ?? null, more.approvedBy ?? null, more.policyVersionId ?? null]));
  }

  async find(reader: Reader, key: string, number: string): Promise<EditionRow | undefined> {
    const [row] = await reader.query<EditionRow>(`SELECT ${COLUMNS} FROM policy_edition WHERE key = $1 AND number = $2::int`, [key, number]);
    return row;
  }

  async byId(reader: Reader, id: string): Promise<EditionRow | undefined> {
    const [row] = await reader.query<EditionRow>(`SELECT ${COLUMNS} FROM policy_edition WHERE id = $1`, [id]);
    return row;
  }

  async lock(tx: Tx, id: string): Promise<EditionRow> {
    return one(await tx.query<EditionRow>(`SELECT ${COLUMNS} FROM policy_edition WHERE id = $1 FOR NO KEY UPDATE`, [id]));
  }

  /** Newest first; of one policy, or of all. */
  list(reader: Reader, wanted: { key?: string; states?: readonly StoredState[]; before?: string; limit: number }): Promise<EditionRow[]> {
    return reader.query<EditionRow>(`
      SELECT ${COLUMNS} FROM policy_edition
      WHERE ($1::text IS NULL OR key = $1) AND ($2::uuid IS NULL OR id < $2) AND ($4::text[] IS NULL OR state = ANY($4)) ORDER BY id DESC LIMIT $3`,
    [wanted.key ?? null, wanted.before ?? null, wanted.limit, wanted.states ?? null]);
  }
}
