import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { formatInstant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AuditTrail } from '../../audit/index.js';
import { OutageRegister } from '../outage-register.service.js';
import { codeFor, contentFrom, revised, segmentsFrom, type SaidLine } from './acceptance.rules.js';
import { disagreements, overruled, type ProposedLine } from './proposal.rules.js';
import { ProposalsRepository, type ProposalRow, type RivalLine } from './proposals.repository.js';
import { SourcesRepository, type Levels } from './sources.repository.js';

export interface Acceptance {
  readonly code?: string;
  readonly title?: string;
  readonly reason?: string;
  readonly levels?: Levels;
  /** Of each proposal that disagrees, who is believed. */
  readonly settled: readonly { readonly proposalId: string; readonly winner: 'this' | 'other' }[];
}

export interface Accepted {
  readonly proposalId: string;
  readonly outageId: string;
  readonly revision: number;
}

/** A person's answer to a proposal. Accepting writes a draft or a revision in their name; it counts once another person confirms it. */
@Injectable()
export class OutageProposals {
  constructor(
    private readonly work: UnitOfWork, private readonly clock: Clock, private readonly proposals: ProposalsRepository, private readonly sources: SourcesRepository,
    private readonly register: OutageRegister, private readonly audit: AuditTrail,
  ) {}

  accept(ctx: Context, id: string, version: number, acceptance: Acceptance): Promise<Result<Accepted>> {
    return this.#on(ctx, id, version, async (tx, proposal) => {
      const believed = await this.#believed(tx, proposal, acceptance);
      if (!believed.ok) return believed;
      const { lines, rivals } = believed.value;
      const source = await this.sources.find(tx, proposal.sourceId);
      const segments = segmentsFrom(lines, { ...source?.levels, ...acceptance.levels });
      if (!segments.ok) return segments;
      const reason = acceptance.reason ?? `${proposal.sourceName}, ${formatInstant(proposal.proposedAt)}`;
      const written = await this.#write(tx, ctx, proposal, { segments: segments.value, acceptance, reason });
      if (!written.ok) return written;
      const { outageId, revision } = written.value;
      await this.proposals.accept(tx, id, { by: userIdOf(ctx.actor), at: this.clock.now(), outageId, revision, reason: acceptance.reason ?? null });
      await this.proposals.keepRivals(tx, outageId, revision, rivals);
      await this.audit.record(tx, ctx, { aggregate: { type: 'outage_proposal', id }, action: 'outage_proposal.accepted', data: { outageId, revision, settled: acceptance.settled, digest: proposal.digest } });
      return ok({ proposalId: id, outageId, revision });
    });
  }

  decline(ctx: Context, id: string, version: number, reason: string): Promise<Result<{ proposalId: string }>> {
    return this.#on(ctx, id, version, async (tx) => {
      await this.proposals.decline(tx, id, { by: userIdOf(ctx.actor), at: this.clock.now(), reason });
      await this.audit.record(tx, ctx, { aggregate: { type: 'outage_proposal', id }, action: 'outage_proposal.declined', data: { reason: await this.audit.keepText(tx, reason) } });
      return ok({ proposalId: id });
    });
  }

  async #write(tx: Tx, ctx: Context, proposal: ProposalRow, { segments, acceptance, reason }: { segments: Parameters<typeof contentFrom>[0]; acceptance: Acceptance; reason: string }): Promise<Result<{ outageId: string; revision: number }>> {
    const { revisesOutageId: outageId } = proposal;
    if (outageId !== null) {
      const revision = await this.register.reviseIn(tx, ctx, outageId, reason, (content) => revised(content, proposal.sourceName, segments));
      return revision.ok ? ok({ outageId, revision: revision.value }) : revision;
    }
    const title = acceptance.title ?? proposal.lines.find((line) => line.title !== undefined)?.title ?? `${proposal.sourceName}, ${formatInstant(proposal.from).slice(0, 10)}`;
    const draft = await this.register.draftIn(tx, ctx, { code: acceptance.code ?? codeFor(proposal.kind, proposal.from, proposal.id), title: { en: title.slice(0, 200) }, content: contentFrom(segments) });
    return draft.ok ? ok({ outageId: draft.value.id, revision: draft.value.revision }) : draft;
  }

  /** The lines that stand once a person has said whom they believe, and those that lost beside them. */
  async #believed(tx: Tx, proposal: ProposalRow, { settled }: Acceptance): Promise<Result<{ lines: SaidLine[]; rivals: RivalLine[] }>> {
    const rivals = (await this.proposals.beside(tx, proposal)).filter(({ lines }) => disagreements(proposal.lines, lines).length > 0);
    const open = rivals.filter(({ id }) => !settled.some(({ proposalId }) => proposalId === id));
    if (open.length > 0) return refuse('imports.unsettled', { sources: open.map(({ sourceName }) => sourceName) }, { pointer: '/settled' });
    const said = (lines: readonly ProposedLine[], { sourceName, payloadSha256 }: ProposalRow): SaidLine[] => lines.map((line) => ({ ...line, source: sourceName, evidence: `sha256:${payloadSha256}` }));
    let [own, others]: [readonly ProposedLine[], SaidLine[]] = [proposal.lines, []];
    const lost: RivalLine[] = [];
    for (const rival of rivals) {
      const { kept, won, lost: beaten } = overruled(own, rival.lines);
      if (settled.find(({ proposalId }) => proposalId === rival.id)?.winner === 'other') {
        [own, others] = [kept, [...others, ...said(won, rival)]];
        lost.push(...beaten.map((line) => ({ line, proposalId: proposal.id, source: proposal.sourceName })));
      } else lost.push(...won.map((line) => ({ line, proposalId: rival.id, source: rival.sourceName })));
    }
    return ok({ lines: [...said(own, proposal), ...others], rivals: lost });
  }

  #on<T>(ctx: Context, id: string, version: number, command: (tx: Tx, proposal: ProposalRow) => Promise<Result<T>>): Promise<Result<T>> {
    return this.work.run(ctx, async (tx): Promise<Result<T>> => {
      // The source first: an import that supersedes this proposal holds it.
      const seen = await this.proposals.find(tx, id);
      if (seen === undefined) return refuse('imports.proposal_not_found', { id });
      await this.sources.lock(tx, seen.sourceId);
      const proposal = await this.proposals.lock(tx, id);
      if (proposal === undefined) return refuse('imports.proposal_not_found', { id });
      if (proposal.version !== version) return refuse('http.stale', { seen: version, current: proposal.version });
      if (proposal.state !== 'open') return refuse('imports.decided', { state: proposal.state });
      return command(tx, proposal);
    });
  }
}
