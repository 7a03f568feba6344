import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { formatRatio, ratio } from '../../core/money/index.js';
import { formatInstant, instant, type Instant } from '../../core/time/index.js';
import type { SegmentState } from '../../core/policy/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { OutageEntity } from './outage.entity.js';
import type { OutageState } from './outage.machine.js';
import type { OfficialWindow, RegisterLine, RevisionContent, SegmentLine } from './outages.rules.js';

export type RevisionKind = 'draft' | 'amendment' | 'ending';

export interface OutageRow {
  readonly id: string;
  readonly code: string;
  readonly title: Readonly<Record<string, string>>;
  readonly state: OutageState;
  readonly createdAt: Instant;
  readonly version: number;
}

export interface DraftRow extends Pick<OutageRow, 'id' | 'code' | 'title' | 'state'> {
  readonly revision: number;
}

export interface RevisionHead {
  readonly id: string;
  readonly number: number;
  readonly base: number | null;
  readonly kind: RevisionKind;
  readonly reason: string | null;
  readonly proposedBy: string;
  readonly proposedAt: Instant;
  /** Register version from which it held, when it was ever confirmed. */
  readonly registerVersion: number | null;
  /** Given up by a person; it then never counts. */
  readonly isWithdrawn: boolean;
}

export interface NewRevision {
  readonly outageId: string;
  readonly number: number;
  readonly base: number | null;
  readonly kind: RevisionKind;
  readonly reason: string | null;
  readonly proposedBy: string;
  readonly proposedAt: Instant;
  readonly content: RevisionContent;
}

/** A period in SQL as whole UTC milliseconds; an open end is null. */
export const periodJson = (range: string): string => `
  'from', (extract(epoch FROM lower(${range})) * 1000)::bigint, 'to', (extract(epoch FROM upper(${range})) * 1000)::bigint`;

const OUTAGE_COLUMNS = `id, code, title, state, (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt", version`;

const REVISION_COLUMNS = `
  r.id, r.number, r.base_number AS base, r.kind, r.reason, r.proposed_by AS "proposedBy",
  (extract(epoch FROM r.proposed_at) * 1000)::float8 AS "proposedAt",
  (SELECT min(e.version)::int FROM register_entry e WHERE e.revision_id = r.id) AS "registerVersion",
  EXISTS (SELECT FROM outage_revision_withdrawal w WHERE w.revision_id = r.id) AS "isWithdrawn"`;

interface StoredLine {
  readonly service: string;
  readonly region: string;
  readonly from: number;
  readonly to: number | null;
}

interface StoredSegment extends StoredLine {
  readonly state: SegmentState;
  readonly levelNum: string | null;
  readonly levelDen: string | null;
  readonly notice: string | null;
  readonly source: string;
  readonly evidence: string | null;
}

interface StoredContent {
  readonly complete: boolean;
  readonly scope: readonly StoredLine[];
  readonly segments: readonly StoredSegment[];
  readonly windows: readonly StoredLine[];
}

/** Each line is held against those of its service and region: thousands of them may take longer than a request's statement has. */
const MANY = 1_000;
const MANY_TAKE_SECONDS = 15;

const lineOf = ({ service, region, from, to }: StoredLine): RegisterLine => ({
  service, region, from: instant(from), ...(to === null ? {} : { to: instant(to) }),
});

const segmentOf = (row: StoredSegment): SegmentLine => ({
  ...lineOf(row),
  state: row.state,
  ...(row.levelNum === null || row.levelDen === null ? {} : { level: ratio(BigInt(row.levelNum), BigInt(row.levelDen)) }),
  ...(row.notice === null ? {} : { notice: row.notice }),
  source: row.source,
  ...(row.evidence === null ? {} : { evidence: row.evidence }),
});

/** Outages and their revisions. A revision's lines are written with it and never again. */
@Injectable()
export class OutagesRepository {
  async addDraft(tx: Tx, outage: { code: string; title: object; createdBy: string; createdAt: Instant }): Promise<OutageRow> {
    const [row] = await tx.query<OutageRow>(
      `INSERT INTO outage (code, title, created_by, created_at) VALUES ($1, $2::jsonb, $3, $4) RETURNING ${OUTAGE_COLUMNS}`,
      [outage.code, JSON.stringify(outage.title), outage.createdBy, formatInstant(outage.createdAt)],
    );
    return row as OutageRow;
  }

  async find(reader: Reader, id: string): Promise<OutageRow | undefined> {
    const [row] = await reader.query<OutageRow>(`SELECT ${OUTAGE_COLUMNS} FROM outage WHERE id = $1`, [id]);
    return row;
  }

  async idOf(reader: Reader, code: string): Promise<string | undefined> {
    const [row] = await reader.query<{ id: string }>('SELECT id FROM outage WHERE code = $1', [code]);
    return row?.id;
  }

  /** Locks the outage against every other command on it, before the register's own row: the one documented order. */
  async lock(tx: Tx, id: string): Promise<OutageRow | undefined> {
    const [row] = await tx.query<OutageRow>(`SELECT ${OUTAGE_COLUMNS} FROM outage WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    return row;
  }

  async states(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, OutageState>> {
    const rows = await reader.manager.find(OutageEntity, { select: { id: true, state: true }, where: { id: In([...ids]) } });
    return new Map(rows.map(({ id, state }) => [id, state]));
  }

  titles(reader: Reader, ids: readonly string[]): Promise<Pick<OutageRow, 'id' | 'title'>[]> {
    return reader.query('SELECT id, title FROM outage WHERE id = ANY ($1::uuid[])', [ids]);
  }

  async drafts(reader: Reader, wanted: { before?: string; limit: number }): Promise<DraftRow[]> {
    return reader.query<DraftRow>(
      `SELECT o.id, o.code, o.title, o.state, (SELECT max(number) FROM outage_revision WHERE outage_id = o.id) AS revision
       FROM outage o WHERE o.state = 'draft' AND ($1::uuid IS NULL OR o.id < $1) ORDER BY o.id DESC LIMIT $2`, [wanted.before ?? null, wanted.limit]);
  }

  /** A new revision was written: whoever read the outage before it has to look again. */
  async touch(tx: Tx, outage: OutageRow): Promise<OutageRow> {
    await tx.execute('UPDATE outage SET version = version + 1 WHERE id = $1', [outage.id]);
    return { ...outage, version: outage.version + 1 };
  }

  async moveTo(tx: Tx, outage: OutageRow, state: OutageState): Promise<OutageRow> {
    await tx.execute('UPDATE outage SET state = $2, version = version + 1 WHERE id = $1', [outage.id, state]);
    return { ...outage, state, version: outage.version + 1 };
  }

  async addRevision(tx: Tx, revision: NewRevision): Promise<string> {
    const { content } = revision;
    const [row] = await tx.query<{ id: string }>(
      `INSERT INTO outage_revision (outage_id, number, base_number, kind, complete, reason, proposed_by, proposed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
      [revision.outageId, revision.number, revision.base, revision.kind, content.complete, revision.reason, revision.proposedBy,
        formatInstant(revision.proposedAt)],
    );
    const { id } = row as { id: string };
    await this.#addScope(tx, id, content.scope);
    await this.#addSegments(tx, id, content.segments);
    await this.#addWindows(tx, id, content.officialWindows);
    return id;
  }

  async #addScope(tx: Tx, revisionId: string, scope: readonly RegisterLine[]): Promise<void> {
    if (scope.length === 0) return;
    await tx.execute(
      `INSERT INTO outage_scope (revision_id, line, service, region, during)
       SELECT $1, line, service, region, tstzrange(from_at, to_at)
       FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[])
         WITH ORDINALITY AS u(service, region, from_at, to_at, line)`,
      [revisionId, ...columnsOf(scope)],
    );
  }

  async #addSegments(tx: Tx, revisionId: string, segments: readonly SegmentLine[]): Promise<void> {
    if (segments.length === 0) return;
    if (segments.length > MANY) await tx.allow(MANY_TAKE_SECONDS);
    await tx.execute(
      `INSERT INTO outage_segment (revision_id, line, service, region, during, state, level_num, level_den, notice, source, evidence)
       SELECT $1, line, service, region, tstzrange(from_at, to_at), state, level_num, level_den, notice, source, evidence
       FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::bigint[], $8::bigint[], $9::text[],
         $10::text[], $11::text[]) WITH ORDINALITY
         AS u(service, region, from_at, to_at, state, level_num, level_den, notice, source, evidence, line)`,
      [
        revisionId, ...columnsOf(segments), segments.map(({ state }) => state),
        segments.map(({ level }) => level?.num.toString() ?? null), segments.map(({ level }) => level?.den.toString() ?? null),
        segments.map(({ notice }) => notice ?? null), segments.map(({ source }) => source), segments.map(({ evidence }) => evidence ?? null),
      ],
    );
  }

  async #addWindows(tx: Tx, revisionId: string, windows: readonly OfficialWindow[]): Promise<void> {
    if (windows.length === 0) return;
    await tx.execute(
      `INSERT INTO outage_official_window (revision_id, service, during)
       SELECT $1, service, tstzrange(from_at, to_at) FROM unnest($2::text[], $3::timestamptz[], $4::timestamptz[]) AS u(service, from_at, to_at)`,
      [revisionId, windows.map(({ service }) => service), windows.map(({ from }) => formatInstant(from)), windows.map(({ to }) => formatInstant(to))],
    );
  }

  async revision(reader: Reader, outageId: string, number: number): Promise<RevisionHead | undefined> {
    const [row] = await reader.query<RevisionHead>(
      `SELECT ${REVISION_COLUMNS} FROM outage_revision r WHERE r.outage_id = $1 AND r.number = $2`, [outageId, number]);
    return row;
  }

  async latestRevision(reader: Reader, outageId: string): Promise<RevisionHead | undefined> {
    const [row] = await reader.query<RevisionHead>(
      `SELECT ${REVISION_COLUMNS} FROM outage_revision r WHERE r.outage_id = $1 ORDER BY r.number DESC LIMIT 1`, [outageId]);
    return row;
  }

  async revisions(reader: Reader, outageId: string): Promise<RevisionHead[]> {
    return reader.query<RevisionHead>(
      `SELECT ${REVISION_COLUMNS} FROM outage_revision r WHERE r.outage_id = $1 ORDER BY r.number`, [outageId]);
  }

  async withdraw(tx: Tx, revisionId: string, by: { userId: string; at: Instant }): Promise<void> {
    await tx.execute('INSERT INTO outage_revision_withdrawal (revision_id, withdrawn_by, withdrawn_at) VALUES ($1, $2, $3)', [revisionId, by.userId, formatInstant(by.at)]);
  }

  /** Everything a revision says, in the order it was written. */
  async content(reader: Reader, revisionId: string): Promise<RevisionContent> {
    const [row] = await reader.query<StoredContent>(
      `SELECT r.complete,
         COALESCE((SELECT json_agg(json_build_object('service', s.service, 'region', s.region, ${periodJson('s.during')}) ORDER BY s.line)
           FROM outage_scope s WHERE s.revision_id = r.id), '[]') AS scope,
         COALESCE((SELECT json_agg(json_build_object('service', g.service, 'region', g.region, ${periodJson('g.during')}, 'state', g.state,
             'levelNum', g.level_num::text, 'levelDen', g.level_den::text, 'notice', g.notice, 'source', g.source, 'evidence', g.evidence)
             ORDER BY g.line)
           FROM outage_segment g WHERE g.revision_id = r.id), '[]') AS segments,
         COALESCE((SELECT json_agg(json_build_object('service', w.service, 'region', '*', ${periodJson('w.during')}) ORDER BY w.service)
           FROM outage_official_window w WHERE w.revision_id = r.id), '[]') AS windows
       FROM outage_revision r WHERE r.id = $1`, [revisionId]);
    if (row === undefined) throw new TypeError(`revision ${revisionId} is gone`);
    return {
      complete: row.complete,
      scope: row.scope.map((line, index) => ({ ...lineOf(line), entry: index })),
      officialWindows: row.windows.map(({ service, from, to }) => ({ service, from: instant(from), to: instant(to ?? from) })),
      segments: row.segments.map(segmentOf),
    };
  }
}

const columnsOf = (lines: readonly RegisterLine[]): unknown[] => [
  lines.map(({ service }) => service), lines.map(({ region }) => region),
  lines.map(({ from }) => formatInstant(from)), lines.map(({ to }) => (to === undefined ? null : formatInstant(to))),
];

/** Level as the API and the facts write it. */
export const levelText = ({ level }: SegmentLine): string | undefined => (level === undefined ? undefined : formatRatio(level));
