import { Injectable } from '@nestjs/common';
import { formatRatio, ratio } from '../../core/money/index.js';
import { formatInstant, instant, type Instant, type Interval } from '../../core/time/index.js';
import type { OutageFacts, SegmentFact, SegmentState } from '../../core/policy/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { OutageState } from './outage.machine.js';
import { periodJson } from './outages.repository.js';
import type { EntryRow, RegisterAction } from './views/entry-row.js';

export type { RegisterAction };

export interface RegisterHead {
  readonly version: number;
  readonly recordedAt: Instant;
}

export interface NewEntry extends RegisterHead {
  readonly outageId: string;
  readonly revisionId: string;
  readonly action: RegisterAction;
  readonly state: OutageState;
  readonly endedAt: Instant | null;
  readonly proposedBy: string;
  readonly recordedBy: string;
}

/** What the register holds about one outage at one register version. */
export interface RecordedOutage {
  readonly registerVersion: number;
  readonly revisionId: string;
  readonly revision: number;
  readonly state: Exclude<OutageState, 'draft'>;
  readonly endedAt: Instant | null;
}

export interface RecordedOutageRow extends RecordedOutage {
  readonly id: string;
  readonly code: string;
  readonly title: Readonly<Record<string, string>>;
}

const ENTRY_COLUMNS = `
  e.version::int AS "registerVersion", e.revision_id AS "revisionId",
  (SELECT number FROM outage_revision WHERE id = e.revision_id) AS revision, e.state,
  (extract(epoch FROM e.ended_at) * 1000)::float8 AS "endedAt"`;

/** The entry of an outage that holds at register version `$version`. */
const latestEntry = (version: string): string => `
  e.version <= ${version} AND NOT EXISTS (
    SELECT FROM register_entry n WHERE n.outage_id = e.outage_id AND n.version > e.version AND n.version <= ${version})`;

interface StoredFacts {
  readonly id: string;
  readonly revision: number;
  readonly state: OutageState;
  readonly complete: boolean;
  readonly scopes: OutageFacts['scopes'];
  readonly officialWindows: OutageFacts['officialWindows'];
  readonly segments: readonly (Omit<SegmentFact, 'level'> & { state: SegmentState; levelNum: string | null; levelDen: string | null })[];
}

export interface FactsWanted {
  readonly services: readonly string[];
  /** Regions beside "everywhere"; left out, every region. */
  readonly regions?: readonly string[];
  readonly span: Interval;
  readonly registerVersion: number;
  /** Id of a revision that stands for what is recorded of its outage. */
  readonly asIf?: string;
}

/** The log that the register is: one entry per version, and what holds as of any of them. */
@Injectable()
export class RegisterRepository {
  /** Takes the next number. The row lock orders all changes of the register, so numbers have no gaps and times never fall. */
  async advance(tx: Tx, now: Instant): Promise<RegisterHead> {
    const [row] = await tx.query<{ version: number; recordedAt: number }>(
      `UPDATE register SET version = version + 1, recorded_at = greatest(recorded_at, $1::timestamptz)
       RETURNING version::int, (extract(epoch FROM recorded_at) * 1000)::float8 AS "recordedAt"`, [formatInstant(now)]);
    if (row === undefined) throw new TypeError('the register row is gone');
    return { version: row.version, recordedAt: instant(row.recordedAt) };
  }

  async record(tx: Tx, entry: NewEntry): Promise<void> {
    await tx.execute(
      `INSERT INTO register_entry (version, outage_id, revision_id, action, state, ended_at, proposed_by, recorded_by, recorded_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [entry.version, entry.outageId, entry.revisionId, entry.action, entry.state,
        entry.endedAt === null ? null : formatInstant(entry.endedAt), entry.proposedBy, entry.recordedBy, formatInstant(entry.recordedAt)],
    );
  }

  async version(reader: Reader): Promise<number> {
    const [row] = await reader.named<{ version: number }>('register_version', 'SELECT version::int FROM register');
    return row?.version ?? 0;
  }

  /**
   * The register version that was in force just before `asOf`. Waits for a change that is being written: it may carry a time
   * before `asOf` and must then be in the answer, now and for ever.
   */
  async versionBefore(reader: Reader, asOf: Instant): Promise<number> {
    await reader.query('SELECT version FROM register FOR SHARE');
    const [row] = await reader.query<{ version: number }>(
      'SELECT COALESCE(max(version), 0)::int AS version FROM register_entry WHERE recorded_at < $1::timestamptz', [formatInstant(asOf)]);
    return row?.version ?? 0;
  }

  async current(reader: Reader, outageId: string): Promise<RecordedOutage | undefined> {
    return this.at(reader, outageId, 2 ** 31 - 1);
  }

  async at(reader: Reader, outageId: string, registerVersion: number): Promise<RecordedOutage | undefined> {
    const [row] = await reader.query<RecordedOutage>(
      `SELECT ${ENTRY_COLUMNS} FROM register_entry e WHERE e.outage_id = $1 AND e.version <= $2 ORDER BY e.version DESC LIMIT 1`,
      [outageId, registerVersion]);
    return row;
  }

  /** Outages as of a register version, newest first; optionally only those whose scope names a service. */
  async page(reader: Reader, wanted: { registerVersion: number; service?: string; state?: RecordedOutage['state']; before?: string; limit: number }): Promise<RecordedOutageRow[]> {
    return reader.query<RecordedOutageRow>(
      `SELECT o.id, o.code, o.title, ${ENTRY_COLUMNS}
       FROM outage o JOIN register_entry e ON e.outage_id = o.id
       WHERE ${latestEntry('$1')} AND ($2::text IS NULL OR EXISTS (SELECT FROM outage_scope s WHERE s.revision_id = e.revision_id AND s.service = $2))
         AND ($3::uuid IS NULL OR o.id < $3) AND ($5::text IS NULL OR e.state = $5)
       ORDER BY o.id DESC LIMIT $4`,
      [wanted.registerVersion, wanted.service ?? null, wanted.before ?? null, wanted.limit, wanted.state ?? null]);
  }

  /** Every change of the register that was about an outage, oldest first: at most a few per revision. */
  async entries(reader: Reader, outageId: string): Promise<EntryRow[]> {
    return reader.query<EntryRow>(
      `SELECT e.version::int AS "registerVersion", e.action, r.number AS revision, e.proposed_by AS "proposedBy", e.recorded_by AS "recordedBy",
         (extract(epoch FROM e.recorded_at) * 1000)::float8 AS "recordedAt"
       FROM register_entry e JOIN outage_revision r ON r.id = e.revision_id WHERE e.outage_id = $1 ORDER BY e.version`, [outageId]);
  }

  /**
   * What the register held at a version about these services around a span: every outage whose scope touches it, with its
   * whole record of these services (a rule may ask for the longest downtime). An open end is closed at the end of the span.
   */
  async facts(reader: Reader, wanted: FactsWanted): Promise<OutageFacts[]> {
    const asked = [wanted.registerVersion, wanted.services, wanted.regions ?? null, formatInstant(wanted.span.from), formatInstant(wanted.span.to)];
    const rows = wanted.asIf === undefined
      ? await reader.named<StoredFacts>('register_facts', FACTS, asked)
      : await reader.named<StoredFacts>('register_facts_as_if', FACTS_AS_IF, [...asked, wanted.asIf]);
    return rows.map(factsOf);
  }

  /** Leaf services that the current scope of each outage speaks for. */
  servicesOf(reader: Reader, outageIds: readonly string[]): Promise<{ outageId: string; service: string }[]> {
    return reader.query(
      `SELECT DISTINCT e.outage_id AS "outageId", s.service FROM register_entry e JOIN outage_scope s ON s.revision_id = e.revision_id
       WHERE e.outage_id = ANY($1::uuid[])
         AND NOT EXISTS (SELECT FROM register_entry n WHERE n.outage_id = e.outage_id AND n.version > e.version)
       ORDER BY s.service`, [outageIds]);
  }

  /** When any of these services was down or degraded anywhere inside a window, as the register stands; in pieces that may overlap, an open end reaching past the window. */
  async troubleOf(reader: Reader, services: readonly string[], { from, to }: Interval): Promise<(Interval & { service: string; region: string })[]> {
    const rows = await reader.named<{ service: string; region: string; from: Instant; to: Instant | null }>('register_trouble', TROUBLE, [services, formatInstant(from), formatInstant(to)]);
    return rows.map((row) => ({ ...row, to: row.to ?? to }));
  }
}

const factsOf = ({ state, segments, ...row }: StoredFacts): OutageFacts => ({
  ...row,
  ended: state === 'ended' || state === 'final',
  final: state === 'final',
  segments: segments.map(({ levelNum, levelDen, ...segment }) => ({
    ...segment,
    ...(levelNum === null || levelDen === null ? {} : { level: formatRatio(ratio(BigInt(levelNum), BigInt(levelDen))) }),
  })),
});

const applies = (row: string): string => `${row}.service = ANY($2::text[]) AND ($3::text[] IS NULL OR ${row}.region = '*' OR ${row}.region = ANY($3))`;
const closed = (row: string): string => `tstzrange(lower(${row}.during), COALESCE(upper(${row}.during), $5::timestamptz))`;
const begun = (row: string): string => `(NOT upper_inf(${row}.during) OR lower(${row}.during) < $5::timestamptz)`;

const factsFrom = (recorded: string): string => `
  SELECT e.outage_id AS id, r.number AS revision, e.state, r.complete, scope.lines AS scopes,
    COALESCE((SELECT json_agg(json_build_object('service', w.service, ${periodJson('w.during')}) ORDER BY w.service)
      FROM outage_official_window w WHERE w.revision_id = r.id AND w.service = ANY($2::text[])), '[]') AS "officialWindows",
    COALESCE((SELECT json_agg(json_build_object('service', g.service, 'region', g.region, ${periodJson(closed('g'))}, 'state', g.state,
        'levelNum', g.level_num::text, 'levelDen', g.level_den::text, 'source', g.source) ORDER BY g.service, g.region, lower(g.during))
      FROM outage_segment g WHERE g.revision_id = r.id AND ${applies('g')} AND ${begun('g')}), '[]') AS segments
  FROM (${recorded}) e
  JOIN outage_revision r ON r.id = e.revision_id
  CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('service', s.service, 'region', s.region, ${periodJson(closed('s'))}) ORDER BY s.service, s.region, lower(s.during)) AS lines
    FROM outage_scope s WHERE s.revision_id = r.id AND ${applies('s')} AND ${begun('s')}
  ) scope
  ORDER BY e.outage_id`;

const TOUCHING = `${applies('s')} AND s.during && tstzrange($4::timestamptz, $5::timestamptz)`;
const RECORDED = `
    SELECT DISTINCT e.outage_id, e.revision_id, e.state
    FROM outage_scope s JOIN register_entry e ON e.revision_id = s.revision_id
    WHERE ${TOUCHING} AND ${latestEntry('$1')}`;
const FACTS = factsFrom(RECORDED);

/** One revision stands in the place of whatever is recorded of its outage; everything else as recorded. */
const FACTS_AS_IF = factsFrom(`${RECORDED} AND e.outage_id <> (SELECT outage_id FROM outage_revision WHERE id = $6)
    UNION ALL
    SELECT DISTINCT r.outage_id, r.id, (SELECT e.state FROM register_entry e WHERE e.outage_id = r.outage_id AND e.version <= $1 ORDER BY e.version DESC LIMIT 1)
    FROM outage_revision r JOIN outage_scope s ON s.revision_id = r.id WHERE r.id = $6 AND ${TOUCHING}`);

const TROUBLE = `
  SELECT g.service, g.region, (extract(epoch FROM lower(g.during * s.during)) * 1000)::float8 AS "from", (extract(epoch FROM upper(g.during * s.during)) * 1000)::float8 AS "to"
  FROM outage_segment g
  JOIN register_entry e ON e.revision_id = g.revision_id AND NOT EXISTS (SELECT FROM register_entry n WHERE n.outage_id = e.outage_id AND n.version > e.version)
  JOIN outage_scope s ON s.revision_id = g.revision_id AND s.service = g.service AND s.during && g.during
  WHERE g.service = ANY($1::text[]) AND g.state IN ('down', 'degraded') AND g.during && tstzrange($2::timestamptz, $3::timestamptz)`;
