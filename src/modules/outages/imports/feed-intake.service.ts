import { Injectable } from '@nestjs/common';
import { sha256Hex } from '../../../core/audit/index.js';
import { ok, type Result } from '../../../core/errors/index.js';
import { SECOND, type Instant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { AuditTrail } from '../../audit/index.js';
import { mapChecks } from './checks.rules.js';
import type { FeedReading } from './feed.rules.js';
import type { KeptFeed } from './feed-bytes.service.js';
import { IMPORTERS } from './importers.rules.js';
import { continued, doMeet, FOREVER, groupLines, isSameMatter, mapLines, mattersOf, mergeLines, withSilences, wordsOf, type ProposalGroup, type ProposedLine } from './proposal.rules.js';
import { ProposalsRepository, type ProposalRow } from './proposals.repository.js';
import { SourceChecks } from './source-checks.service.js';
import { SourcesRepository, type PayloadRow, type SourceRow } from './sources.repository.js';

export interface Taken {
  readonly sha256: string;
  /** These very bytes were seen before; nothing was made of them. */
  readonly isKnown: boolean;
  readonly proposals: readonly string[];
  readonly checks: number;
}

/** Makes proposals of what a source sent. Unseen: proposed; the same bytes again: nothing; something else about the same: a proposal to revise, and no more. */
@Injectable()
export class FeedIntake {
  constructor(
    private readonly clock: Clock, private readonly sources: SourcesRepository, private readonly proposals: ProposalsRepository, private readonly checks: SourceChecks, private readonly audit: AuditTrail,
  ) {}

  /** The source is locked. `again`: read although it was seen, since it is read otherwise now. */
  async take(tx: Tx, ctx: Context, source: SourceRow, sent: KeptFeed & { origin: PayloadRow['origin']; again?: boolean }): Promise<Result<Taken>> {
    const reading = IMPORTERS[source.kind](sent.bytes, source.sampleSeconds === null ? {} : { sampleSeconds: source.sampleSeconds });
    if (!reading.ok) return reading;
    const isNew = await this.sources.see(tx, source.id, { sha256: sent.sha256, byteCount: sent.bytes.length, origin: sent.origin }, this.clock.now());
    if (!isNew && sent.again !== true) return ok({ sha256: sent.sha256, isKnown: true, proposals: [], checks: reading.value.checks.length });
    const mapping = await this.checks.partsOf(tx, source.mapping);
    const { mapped, unmapped: names } = mapLines(reading.value.lines, mapping, (line, means): ProposedLine => ({ ...line, ...means }));
    const unmapped = [...names, ...mapChecks(reading.value.checks, mapping).unmapped];
    await this.sources.keepChecks(tx, source.id, sent.sha256, reading.value.checks);
    await this.sources.read(tx, source.id, { payloadSha256: sent.sha256, precision: reading.value.precision, recordedSince: reading.value.recordedSince, notes: reading.value.notes.slice(0, 100), unmapped: unmapped.slice(0, 1_000) });
    const off = (await this.sources.gaps(tx, source.id)).filter(({ kind }) => kind === 'switched_off').map(({ offAt, onAt }) => ({ from: offAt, to: onAt ?? FOREVER }));
    const proposals = await this.#propose(tx, ctx, source, { lines: withSilences(mapped, off), reading: reading.value, sha256: sent.sha256 });
    return ok({ sha256: sent.sha256, isKnown: false, proposals, checks: reading.value.checks.length });
  }

  /** A source that is off or silent from `at` on no longer says that anything goes on: what it left open is unknown from there. */
  async silence(tx: Tx, ctx: Context, source: SourceRow, at: Instant): Promise<void> {
    const standing = await this.proposals.standing(tx, source.id);
    for (const proposal of newestOfMatters(standing)) {
      if (proposal.state === 'declined' || proposal.to !== null) continue;
      const matters = standing.filter((other) => doMeet(wordsOf(other), wordsOf(proposal)));
      const [lines, said] = [proposal.lines, proposal.said].map((all) => withSilences(all, [{ from: at, to: FOREVER }]));
      await this.#put(tx, ctx, source, { lines: lines ?? [], said: said ?? [], matters, sha256: proposal.payloadSha256 });
    }
  }

  async #propose(tx: Tx, ctx: Context, source: SourceRow, { lines, reading, sha256 }: { lines: readonly ProposedLine[]; reading: FeedReading; sha256: string }): Promise<string[]> {
    const standing = await this.proposals.standing(tx, source.id);
    const made: string[] = [];
    // An alert is known again by the lines as they were told: merged, some have lost their id.
    const told = (group: ProposalGroup): ProposedLine[] => (source.kind === 'alertmanager' ? lines.filter((line) => isSameMatter([line], group.lines)) : []);
    const groups = groupLines(lines, source.joinGapSeconds * SECOND).map((group) => ({ group, told: told(group), lines: [...group.lines, ...told(group)] }));
    const stands = standing.map((earlier) => ({ words: wordsOf(earlier), isRecorded: (earlier.outageId ?? earlier.revisesOutageId) !== null }));
    for (const matter of mattersOf(groups, stands)) {
      const matters = matter.standing.flatMap((place) => standing[place] ?? []);
      const words = matter.groups.flatMap((group) => group.told);
      const said = words.length === 0 ? [] : alongside(matters[0]?.said ?? [], words);
      const proposed = words.length === 0 ? continued(matters[0]?.lines ?? [], matter.groups.flatMap(({ group }) => group.lines), reading.recordedSince) : mergeLines(said);
      const id = await this.#put(tx, ctx, source, { lines: proposed, said, matters, sha256 });
      if (id !== undefined) made.push(id);
    }
    return made;
  }

  /** Undefined when the newest that was said of the matter is the same. */
  async #put(tx: Tx, ctx: Context, source: SourceRow, { lines, said, matters, sha256 }: { lines: readonly ProposedLine[]; said: readonly ProposedLine[]; matters: readonly ProposalRow[]; sha256: string }): Promise<string | undefined> {
    const digest = sha256Hex(JSON.stringify(lines));
    if (matters[0]?.digest === digest) return undefined;
    const open = matters.filter(({ state }) => state === 'open').map(({ id }) => id);
    if (open.length > 0) await this.proposals.supersede(tx, open);
    const revises = matters.find(({ outageId, revisesOutageId }) => outageId !== null || revisesOutageId !== null);
    const id = await this.proposals.add(tx, {
      sourceId: source.id, payloadSha256: sha256, lines, said, digest, hull: hullOf(lines), revisesOutageId: revises?.outageId ?? revises?.revisesOutageId ?? null, proposedAt: this.clock.now(),
    });
    await this.audit.record(tx, ctx, { aggregate: { type: 'outage_proposal', id }, action: 'outage_proposal.made', data: { sourceId: source.id, payload: sha256, digest, superseded: open }, isNew: true });
    return id;
  }
}

/** An alert says nothing of others: what was said under other ids stays. */
function alongside(before: readonly ProposedLine[], now: readonly ProposedLine[]): ProposedLine[] {
  const ids = new Set(now.map(({ externalId }) => externalId));
  return [...before.filter(({ externalId }) => !ids.has(externalId)), ...now];
}

const newestOfMatters = (standing: readonly ProposalRow[]): ProposalRow[] =>
  standing.filter((proposal, index) => !standing.slice(0, index).some((newer) => doMeet(wordsOf(newer), wordsOf(proposal))));

export function hullOf(lines: readonly ProposedLine[]): { from: Instant; to?: Instant } {
  const from = Math.min(...lines.map((line) => line.from)) as Instant;
  return lines.some(({ to }) => to === undefined) ? { from } : { from, to: Math.max(...lines.map((line) => line.to ?? line.from)) as Instant };
}
