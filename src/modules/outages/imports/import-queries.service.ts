import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { formatInstant } from '../../../core/time/index.js';
import { Database } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../../../platform/database/paging.js';
import { OutagesRepository } from '../outages.repository.js';
import { RegisterRepository } from '../register.repository.js';
import { contentView, type SegmentView } from '../views/outage-view.js';
import { proposalDetail, proposalSummary, sourceDetail, sourceView, type ProposalDetail, type ProposalSummary, type SourceDetail, type SourceView } from '../views/outage-source-view.js';
import { FeedBytes } from './feed-bytes.service.js';
import { ProposalsRepository, type ProposalState, type RecordedBeside } from './proposals.repository.js';
import { SourceChecks } from './source-checks.service.js';
import { SourcesRepository } from './sources.repository.js';

const PAYLOADS_SHOWN = 50;

export interface RivalLineView {
  readonly revision: number;
  readonly service: string;
  readonly region: string;
  readonly from: string;
  readonly to?: string;
  readonly state: string;
  readonly source: string;
  readonly sourceId: string;
  readonly proposalId: string;
  /** Digest of the bytes that said so. */
  readonly payloadSha256: string;
}

/** Reads sources and what they propose; for staff. */
@Injectable()
export class ImportQueries {
  constructor(
    private readonly database: Database, private readonly sources: SourcesRepository, private readonly proposals: ProposalsRepository,
    private readonly outages: OutagesRepository, private readonly register: RegisterRepository, private readonly bytes: FeedBytes,
    private readonly checks: SourceChecks,
  ) {}

  async sourcePage(wanted: { before?: string; limit: number }): Promise<Page<SourceView>> {
    const rows = await this.sources.page(this.database.reader, { ...wanted, limit: wanted.limit + 1 });
    return pageOf(rows.map(sourceView), wanted.limit, ({ id }) => [id]);
  }

  async source(id: string): Promise<Result<SourceDetail>> {
    const { reader } = this.database;
    const row = await this.sources.find(reader, id);
    if (row === undefined) return refuse('imports.source_not_found', { id });
    return ok(sourceDetail(row, { gaps: await this.sources.gaps(reader, id), payloads: await this.sources.payloads(reader, id, PAYLOADS_SHOWN), checks: await this.checks.of(reader, row) }));
  }

  /** The bytes as they came. */
  async payload(id: string, sha256: string): Promise<Result<Readable>> {
    const stream = /^[0-9a-f]{64}$/.test(sha256) ? await this.bytes.open(id, sha256) : undefined;
    return stream === undefined ? refuse('imports.payload_not_found', { id }) : ok(stream);
  }

  async proposalPage(wanted: { state?: ProposalState; sourceId?: string; before?: string; limit: number }): Promise<Page<ProposalSummary>> {
    const rows = await this.proposals.page(this.database.reader, { ...wanted, limit: wanted.limit + 1 });
    return pageOf(rows.map(proposalSummary), wanted.limit, ({ id }) => [id]);
  }

  async proposal(id: string): Promise<Result<ProposalDetail>> {
    const { reader } = this.database;
    const row = await this.proposals.find(reader, id);
    return row === undefined ? refuse('imports.proposal_not_found', { id }) : ok(proposalDetail(row, await this.proposals.beside(reader, row)));
  }

  /** What the outage says that a proposal would revise; empty for a new one. */
  async standing(outageId: string | undefined): Promise<readonly SegmentView[]> {
    if (outageId === undefined) return [];
    const { reader } = this.database;
    const held = await this.register.current(reader, outageId);
    const revisionId = held?.revisionId ?? (await this.outages.latestRevision(reader, outageId))?.id;
    return revisionId === undefined ? [] : contentView(await this.outages.content(reader, revisionId)).segments;
  }

  /** Recorded outages of the same services and time, for a proposal that revises none. */
  async recordedBeside(id: string): Promise<readonly RecordedBeside[]> {
    const { reader } = this.database;
    const row = await this.proposals.find(reader, id);
    return row?.revisesOutageId !== null || row.state !== 'open' ? [] : this.proposals.recordedBeside(reader, row);
  }

  /** What sources said that were not believed when an outage was written. */
  async rivals(outageId: string): Promise<RivalLineView[]> {
    return (await this.proposals.rivals(this.database.reader, outageId)).map(({ from, to, ...rival }) => ({ ...rival, from: formatInstant(from), ...(to === null ? {} : { to: formatInstant(to) }) }));
  }
}
