import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { FeedKind } from './feed.rules.js';
import type { ProposedLine } from './proposal.rules.js';

export const PROPOSAL_STATES = ['open', 'accepted', 'declined', 'superseded'] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

export interface ProposalRow {
  readonly id: string;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly kind: FeedKind;
  readonly payloadSha256: string;
  readonly state: ProposalState;
  readonly lines: readonly ProposedLine[];
  /** Of alerts, each as it was told; of other feeds nothing. */
  readonly said: readonly ProposedLine[];
  readonly digest: string;
  readonly from: Instant;
  readonly to: Instant | null;
  readonly revisesOutageId: string | null;
  readonly outageId: string | null;
  readonly revision: number | null;
  readonly reason: string | null;
  readonly proposedAt: Instant;
  readonly decidedAt: Instant | null;
  readonly version: number;
}

export interface RecordedBeside {
  readonly id: string;
  readonly code: string;
  readonly title: Readonly<Record<string, string>>;
  readonly state: string;
}

export interface RivalLine {
  readonly proposalId: string;
  readonly source: string;
  readonly line: ProposedLine;
}

export interface RivalView {
  readonly revision: number;
  readonly service: string;
  readonly region: string;
  readonly from: Instant;
  readonly to: Instant | null;
  readonly state: string;
  readonly source: string;
  readonly sourceId: string;
  readonly proposalId: string;
  readonly payloadSha256: string;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

const COLUMNS = `
  p.id, p.source_id AS "sourceId", s.name AS "sourceName", s.kind, p.payload_sha256 AS "payloadSha256", p.state, p.lines, p.said, p.digest, ${ms('lower(p.during)')} AS "from", ${ms('upper(p.during)')} AS "to",
  p.revises_outage_id AS "revisesOutageId", p.outage_id AS "outageId", p.revision, p.reason, ${ms('p.proposed_at')} AS "proposedAt", ${ms('p.decided_at')} AS "decidedAt", p.version`;
const FROM = 'FROM outage_proposal p JOIN outage_source s ON s.id = p.source_id';

/** What sources propose, and whom a decision went against. */
@Injectable()
export class ProposalsRepository {
  async add(tx: Tx, proposal: {
    sourceId: string; payloadSha256: string; lines: readonly ProposedLine[]; said: readonly ProposedLine[]; digest: string; hull: { from: Instant; to?: Instant }; revisesOutageId: string | null; proposedAt: Instant;
  }): Promise<string> {
    const [row] = await tx.query<{ id: string }>(
      `INSERT INTO outage_proposal (source_id, payload_sha256, lines, digest, during, revises_outage_id, proposed_at, said)
       VALUES ($1, $2, $3::jsonb, $4, tstzrange($5, $6), $7, $8, $9::jsonb) RETURNING id`,
      [proposal.sourceId, proposal.payloadSha256, JSON.stringify(proposal.lines), proposal.digest, formatInstant(proposal.hull.from),
        proposal.hull.to === undefined ? null : formatInstant(proposal.hull.to), proposal.revisesOutageId, formatInstant(proposal.proposedAt), JSON.stringify(proposal.said)]);
    return (row as { id: string }).id;
  }

  async find(reader: Reader, id: string): Promise<ProposalRow | undefined> {
    const [row] = await reader.query<ProposalRow>(`SELECT ${COLUMNS} ${FROM} WHERE p.id = $1`, [id]);
    return row;
  }

  async lock(tx: Tx, id: string): Promise<ProposalRow | undefined> {
    const [row] = await tx.query<ProposalRow>(`SELECT ${COLUMNS} ${FROM} WHERE p.id = $1 FOR NO KEY UPDATE OF p`, [id]);
    return row;
  }

  /** What a source has said that stands, the newest first: open, accepted or declined. */
  async standing(reader: Reader, sourceId: string): Promise<ProposalRow[]> {
    return reader.query<ProposalRow>(
      `SELECT ${COLUMNS} ${FROM} WHERE p.source_id = $1 AND p.state <> 'superseded' ORDER BY p.id DESC LIMIT 1000`, [sourceId]);
  }

  /** What other sources say of the same time, unless it was declined. */
  async beside(reader: Reader, { sourceId, from, to }: ProposalRow): Promise<ProposalRow[]> {
    return reader.query<ProposalRow>(
      `SELECT ${COLUMNS} ${FROM} WHERE p.source_id <> $1 AND p.state IN ('open', 'accepted') AND p.during && tstzrange($2, $3) ORDER BY p.id LIMIT 100`,
      [sourceId, formatInstant(from), to === null ? null : formatInstant(to)]);
  }

  /** Recorded outages that speak of the same services at the same time, everywhere or in the same region, the newest first; of voided ones nothing is left. */
  async recordedBeside(reader: Reader, { lines }: Pick<ProposalRow, 'lines'>): Promise<RecordedBeside[]> {
    return reader.query<RecordedBeside>(
      `SELECT o.id, o.code, o.title, e.state
       FROM outage o JOIN register_entry e ON e.outage_id = o.id AND NOT EXISTS (SELECT FROM register_entry n WHERE n.outage_id = e.outage_id AND n.version > e.version)
       WHERE e.revision_id IN (
         SELECT s.revision_id FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS l(service, region, from_at, to_at)
         JOIN outage_scope s ON s.service = l.service AND (s.region = l.region OR '*' IN (s.region, l.region)) AND s.during && tstzrange(l.from_at, l.to_at))
       ORDER BY o.id DESC LIMIT 20`,
      [lines.map(({ service }) => service), lines.map(({ region }) => region), lines.map(({ from }) => formatInstant(from)), lines.map(({ to }) => (to === undefined ? null : formatInstant(to)))]);
  }

  async page(reader: Reader, wanted: { state?: ProposalState; sourceId?: string; before?: string; limit: number }): Promise<ProposalRow[]> {
    return reader.query<ProposalRow>(
      `SELECT ${COLUMNS} ${FROM} WHERE ($1::text IS NULL OR p.state = $1) AND ($2::uuid IS NULL OR p.source_id = $2) AND ($3::uuid IS NULL OR p.id < $3) ORDER BY p.id DESC LIMIT $4`,
      [wanted.state ?? null, wanted.sourceId ?? null, wanted.before ?? null, wanted.limit]);
  }

  async supersede(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.execute(`UPDATE outage_proposal SET state = 'superseded', version = version + 1 WHERE id = ANY($1::uuid[])`, [ids]);
  }

  async accept(tx: Tx, id: string, decision: { by: string; at: Instant; outageId: string; revision: number; reason: string | null }): Promise<void> {
    await tx.execute(
      `UPDATE outage_proposal SET state = 'accepted', decided_by = $2, decided_at = $3, outage_id = $4, revision = $5, reason = $6, version = version + 1 WHERE id = $1`,
      [id, decision.by, formatInstant(decision.at), decision.outageId, decision.revision, decision.reason]);
  }

  /** Proposals accepted into an amendment that waits, also where its lines were written anew since: revisions beside this one that were never recorded. */
  async acceptedInto(reader: Reader, outageId: string, revision: number): Promise<{ id: string; sourceId: string }[]> {
    return reader.query(
      `SELECT p.id, p.source_id AS "sourceId" FROM outage_revision given
       JOIN outage_revision r ON r.outage_id = given.outage_id AND r.kind = 'amendment' AND r.base_number = given.base_number AND r.number <= given.number
       JOIN outage_proposal p ON p.outage_id = r.outage_id AND p.revision = r.number AND p.state = 'accepted'
       WHERE given.outage_id = $1 AND given.number = $2 AND NOT EXISTS (SELECT FROM register_entry e WHERE e.revision_id = r.id) ORDER BY p.source_id, p.id`, [outageId, revision]);
  }

  /** What was accepted stands open again, or is superseded. */
  async reopen(tx: Tx, id: string, to: 'open' | 'superseded'): Promise<void> {
    await tx.execute(
      'UPDATE outage_proposal SET state = $2, decided_by = NULL, decided_at = NULL, outage_id = NULL, revision = NULL, reason = NULL, version = version + 1 WHERE id = $1', [id, to]);
  }

  async decline(tx: Tx, id: string, decision: { by: string; at: Instant; reason: string }): Promise<void> {
    await tx.execute(
      `UPDATE outage_proposal SET state = 'declined', decided_by = $2, decided_at = $3, reason = $4, version = version + 1 WHERE id = $1`,
      [id, decision.by, formatInstant(decision.at), decision.reason]);
  }

  async keepRivals(tx: Tx, outageId: string, revision: number, rivals: readonly RivalLine[]): Promise<void> {
    if (rivals.length === 0) return;
    await tx.execute(
      `INSERT INTO outage_rival_line (outage_id, revision, line, proposal_id, service, region, during, state, source)
       SELECT $1, $2, line, proposal_id, service, region, tstzrange(from_at, to_at), state, source
       FROM unnest($3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::text[])
         WITH ORDINALITY AS u(proposal_id, service, region, from_at, to_at, state, source, line)`,
      [outageId, revision, rivals.map(({ proposalId }) => proposalId), rivals.map(({ line }) => line.service), rivals.map(({ line }) => line.region),
        rivals.map(({ line }) => formatInstant(line.from)), rivals.map(({ line }) => (line.to === undefined ? null : formatInstant(line.to))), rivals.map(({ line }) => line.state), rivals.map(({ source }) => source)]);
  }

  async rivals(reader: Reader, outageId: string): Promise<RivalView[]> {
    return reader.query<RivalView>(
      `SELECT r.revision, r.service, r.region, ${ms('lower(r.during)')} AS "from", ${ms('upper(r.during)')} AS "to", r.state, r.source,
         p.source_id AS "sourceId", r.proposal_id AS "proposalId", p.payload_sha256 AS "payloadSha256"
       FROM outage_rival_line r JOIN outage_proposal p ON p.id = r.proposal_id WHERE r.outage_id = $1
         AND NOT EXISTS (SELECT FROM outage_revision v JOIN outage_revision_withdrawal w ON w.revision_id = v.id WHERE v.outage_id = r.outage_id AND v.number = r.revision)
       ORDER BY r.revision DESC, r.line LIMIT 10000`, [outageId]);
  }
}
