import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { formatInstant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AuditTrail } from '../../audit/index.js';
import { OutageRegister, type ProposedRevision } from '../outage-register.service.js';
import type { SegmentLine } from '../outages.rules.js';
import { codeFor, contentFrom, revised, segmentsFrom, type SaidLine } from './acceptance.rules.js';
import { disagreements, doMeet, isSameMatter, overruled, speaksOf, wordsOf, type ProposedLine } from './proposal.rules.js';
import { ProposalsRepository, type ProposalRow, type RivalLine } from './proposals.repository.js';
import { SourcesRepository, type Levels } from './sources.repository.js';

export interface Acceptance {
  readonly code?: string;
  readonly title?: string;
  readonly reason?: string;
  /** A recorded or drafted outage that a new proposal adds to, rather than making one of its own. */
  readonly revisesOutageId?: string;
  readonly levels?: Levels;
  /** Of each proposal that disagrees, who is believed. */
  readonly settled: readonly { readonly proposalId: string; readonly winner: 'this' | 'other' }[];
}

export interface Accepted {
  readonly proposalId: string;
  readonly outageId: string;
  readonly revision: number;
  /** The change by which a recorded outage would be amended; none for a draft. */
  readonly changeId?: string;
}

/**
 * Whether what a source said later is about a proposal that was accepted into an outage: its trouble meets it, or it revises that outage under the same id of the
 * feed. Edge: one id may stand for several times, of which the feed said the earlier one again and only another is new.
 */
const speaksAnewOf = (later: ProposalRow, accepted: ProposalRow, outageId: string): boolean => {
  const [now, then] = [wordsOf(later), wordsOf(accepted)];
  return doMeet(now, then) || (later.revisesOutageId === outageId && isSameMatter(now, then));
};

/** Opens the change that amends a recorded outage. It is given from above, where changes are known. */
export type Amend = (tx: Tx, amendment: ProposedRevision & { readonly outageId: string; readonly version: number }) => Promise<Result<{ readonly revision: number; readonly changeId: string }>>;

/** A person's answer to a proposal. Accepting writes a draft in their name, which another person confirms, or opens a change of what is recorded. */
@Injectable()
export class OutageProposals {
  constructor(
    private readonly work: UnitOfWork, private readonly clock: Clock, private readonly proposals: ProposalsRepository, private readonly sources: SourcesRepository,
    private readonly register: OutageRegister, private readonly audit: AuditTrail,
  ) {}

  accept(ctx: Context, id: string, version: number, acceptance: Acceptance, amend: Amend): Promise<Result<Accepted>> {
    return this.#on(ctx, id, version, async (tx, proposal) => {
      const believed = await this.#believed(tx, proposal, acceptance);
      if (!believed.ok) return believed;
      const { lines, rivals } = believed.value;
      const source = await this.sources.find(tx, proposal.sourceId);
      const segments = segmentsFrom(lines, { ...source?.levels, ...acceptance.levels });
      if (!segments.ok) return segments;
      const reason = acceptance.reason ?? `${proposal.sourceName}, ${formatInstant(proposal.proposedAt)}`;
      const written = await this.#write(tx, ctx, proposal, { segments: segments.value, acceptance, reason, amend });
      if (!written.ok) return written;
      const { outageId, revision, changeId } = written.value;
      await this.proposals.accept(tx, id, { by: userIdOf(ctx.actor), at: this.clock.now(), outageId, revision, reason: acceptance.reason ?? null });
      await this.proposals.keepRivals(tx, outageId, revision, rivals);
      await this.audit.record(tx, ctx, { aggregate: { type: 'outage_proposal', id }, action: 'outage_proposal.accepted', data: { outageId, revision, ...(changeId === undefined ? {} : { changeId }), settled: acceptance.settled, digest: proposal.digest } });
      return ok({ proposalId: id, ...written.value });
    });
  }

  decline(ctx: Context, id: string, version: number, reason: string): Promise<Result<{ proposalId: string }>> {
    return this.#on(ctx, id, version, async (tx) => {
      await this.proposals.decline(tx, id, { by: userIdOf(ctx.actor), at: this.clock.now(), reason });
      await this.audit.record(tx, ctx, { aggregate: { type: 'outage_proposal', id }, action: 'outage_proposal.declined', data: { reason: await this.audit.keepText(tx, reason) } });
      return ok({ proposalId: id });
    });
  }

  /**
   * An amendment was given up: what was accepted into it is open again, or superseded where its source has said something else since.
   * The change is locked; afterwards the outage is.
   */
  async giveUpIn(tx: Tx, ctx: Context, outageId: string, revision: number): Promise<void> {
    for (const { id, sourceId } of await this.proposals.acceptedInto(tx, outageId, revision)) {
      await this.sources.lock(tx, sourceId);
      const proposal = await this.proposals.lock(tx, id);
      if (proposal?.state !== 'accepted') continue;
      const isOvertaken = (await this.proposals.standing(tx, sourceId)).some((other) => other.id > id && speaksAnewOf(other, proposal, outageId));
      const to = isOvertaken ? 'superseded' : 'open';
      await this.proposals.reopen(tx, id, to);
      await this.audit.record(tx, ctx, { aggregate: { type: 'outage_proposal', id }, action: 'outage_proposal.given_back', data: { outageId, revision, to } });
    }
  }

  async #write(tx: Tx, ctx: Context, proposal: ProposalRow, { segments, acceptance, reason, amend }: {
    segments: readonly SegmentLine[]; acceptance: Acceptance; reason: string; amend: Amend;
  }): Promise<Result<Omit<Accepted, 'proposalId'>>> {
    const outageId = proposal.revisesOutageId ?? acceptance.revisesOutageId;
    if (outageId !== undefined) return this.#revise(tx, ctx, proposal, { outageId, segments, named: acceptance.revisesOutageId, reason, amend });
    const title = acceptance.title ?? proposal.lines.find((line) => line.title !== undefined)?.title ?? `${proposal.sourceName}, ${formatInstant(proposal.from).slice(0, 10)}`;
    const draft = await this.register.draftIn(tx, ctx, { code: acceptance.code ?? codeFor(proposal.kind, proposal.from, proposal.id), title: { en: title.slice(0, 200) }, content: contentFrom(segments) });
    return draft.ok ? ok({ outageId: draft.value.id, revision: draft.value.revision }) : draft;
  }

  /** What the outage says with the proposal in it. Codes: `imports.revises_another`, `imports.not_about`, `outages.not_found`, and those of the register's lines. */
  async #revise(tx: Tx, ctx: Context, proposal: ProposalRow, { outageId, segments, named, reason, amend }: {
    outageId: string; segments: readonly SegmentLine[]; named: string | undefined; reason: string; amend: Amend;
  }): Promise<Result<Omit<Accepted, 'proposalId'>>> {
    if (named !== undefined && named !== outageId) return refuse('imports.revises_another', { outageId }, { pointer: '/revisesOutageId' });
    const standing = await this.register.standingIn(tx, outageId);
    if (!standing.ok) return named === undefined ? standing : { ok: false, refusal: { ...standing.refusal, pointer: '/revisesOutageId' } };
    if (proposal.revisesOutageId === null && !speaksOf(proposal.lines, standing.value.content.scope)) return refuse('imports.not_about', { outageId }, { pointer: '/revisesOutageId' });
    const { version, isRecorded } = standing.value;
    const content = revised(standing.value.content, proposal.sourceName, segments);
    const written = isRecorded ? await amend(tx, { outageId, version, reason, content }) : await this.register.redraftIn(tx, ctx, outageId, { reason, content });
    return written.ok ? ok({ outageId, ...written.value }) : written;
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
