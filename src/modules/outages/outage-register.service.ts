import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { decide } from '../../core/machine/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { OUTAGE_GUARDS, OUTAGE_MACHINE, type OutageEvent } from './outage.machine.js';
import { outageEvent, type OutageTopic } from './outages.events.js';
import { OutagesRepository, type OutageRow, type RevisionHead, type RevisionKind } from './outages.repository.js';
import { checkRevision, closeOpenLines, type RevisionContent, type SegmentLine } from './outages.rules.js';
import { RegisterRepository, type RecordedOutage, type RegisterAction } from './register.repository.js';
import { ServicesRepository } from './services.repository.js';
import { contentView, outageView, type OutageView } from './views/outage-view.js';

export interface NewOutage {
  readonly code: string;
  readonly title: Readonly<Record<string, string>>;
  readonly content: RevisionContent;
}

export interface ProposedRevision {
  /** What changes and why; null for a draft that nobody has confirmed yet. */
  readonly reason: string | null;
  readonly content: RevisionContent;
}

/** An outage that a command has locked, at the version its caller had seen. */
interface Locked {
  readonly outage: OutageRow;
  readonly latest: RevisionHead;
  readonly held: RecordedOutage | undefined;
}

const TOPICS: Readonly<Record<RegisterAction, OutageTopic>> = {
  confirmed: 'outage.confirmed', amended: 'outage.amended', ended: 'outage.ended', finalised: 'outage.finalised',
};

/** Writes the register: drafts and revisions, which say nothing yet, and the commands that make them count. */
@Injectable()
export class OutageRegister {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly outages: OutagesRepository,
    private readonly register: RegisterRepository,
    private readonly services: ServicesRepository,
    private readonly audit: AuditTrail,
    private readonly events: EventLog,
  ) {}

  createDraft(ctx: Context, draft: NewOutage): Promise<Result<OutageView>> {
    return this.work.run(ctx, (tx) => this.draftIn(tx, ctx, draft));
  }

  /** As `createDraft`, within somebody's transaction. */
  async draftIn(tx: Tx, ctx: Context, draft: NewOutage): Promise<Result<OutageView>> {
    const now = this.clock.now();
    const checked = await this.#check(tx, draft.content, now, { mayBeEmpty: false, hasEnded: false });
    if (!checked.ok) return checked;
    const userId = userIdOf(ctx.actor);
    const outage = await this.outages.addDraft(tx, { code: draft.code, title: draft.title, createdBy: userId, createdAt: now });
    const head = await this.#write(tx, ctx, outage, { kind: 'draft', number: 1, base: null, reason: null, content: checked.value });
    return ok(outageView(outage, head.number, checked.value, undefined));
  }

  /** Locks an outage for who alters what it says: the register's word where it is recorded, else that of its draft. */
  async standingIn(tx: Tx, id: string): Promise<Result<{ readonly version: number; readonly isRecorded: boolean; readonly content: RevisionContent }>> {
    const locked = await this.#locked(tx, id, undefined);
    if (!locked.ok) return locked;
    const { outage, latest, held } = locked.value;
    return ok({ version: outage.version, isRecorded: held !== undefined, content: await this.outages.content(tx, held?.revisionId ?? latest.id) });
  }

  /** As `proposeRevision`, within somebody's transaction. */
  async redraftIn(tx: Tx, ctx: Context, id: string, proposal: ProposedRevision): Promise<Result<{ readonly revision: number }>> {
    const locked = await this.#locked(tx, id, undefined);
    if (!locked.ok) return locked;
    const { outage, latest, held } = locked.value;
    if (held !== undefined) return refuse('outages.not_draft', { state: outage.state });
    const revised = await this.#revise(tx, ctx, locked.value, proposal);
    return revised.ok ? ok({ revision: latest.number + 1 }) : revised;
  }

  /** Replaces the whole list of segments of a draft; scope and official windows stay. */
  putSegments(ctx: Context, id: string, version: number, segments: readonly SegmentLine[]): Promise<Result<OutageView>> {
    return this.#on(ctx, id, version, async (tx, locked) => {
      if (locked.outage.state !== 'draft') return refuse('outages.not_draft', { state: locked.outage.state });
      const before = await this.outages.content(tx, locked.latest.id);
      return this.#revise(tx, ctx, locked, { reason: null, content: { ...before, segments } });
    });
  }

  /** Proposes everything of a draft anew. What the register holds is altered by an amendment only. */
  proposeRevision(ctx: Context, id: string, version: number, proposal: ProposedRevision): Promise<Result<OutageView>> {
    return this.#on(ctx, id, version, async (tx, locked) =>
      (locked.held === undefined ? this.#revise(tx, ctx, locked, proposal) : refuse('outages.not_draft', { state: locked.outage.state })));
  }

  /** Writes down what an amendment would make of a recorded outage; it waits beside what the register holds. Answers with the revision's number. */
  async amendIn(tx: Tx, ctx: Context, id: string, version: number | undefined, proposal: ProposedRevision): Promise<Result<number>> {
    const locked = await this.#locked(tx, id, version);
    if (!locked.ok) return locked;
    if (locked.value.held === undefined) return refuse('outages.not_recorded');
    const revised = await this.#revise(tx, ctx, locked.value, proposal);
    return revised.ok ? ok(locked.value.latest.number + 1) : revised;
  }

  /** Makes an amendment count, as another person than its author; answers with the register version from which it does. */
  async recordIn(tx: Tx, ctx: Context, id: string, revision: number): Promise<Result<number>> {
    const locked = await this.#locked(tx, id, undefined);
    if (!locked.ok) return locked;
    const { outage, latest, held } = locked.value;
    const head = await this.outages.revision(tx, id, revision);
    if (head === undefined || held === undefined) return refuse('outages.revision_not_found', { id, revision });
    if (head.registerVersion !== null) return refuse('outages.revision_decided', { revision });
    if (head.isWithdrawn) return refuse('outages.revision_withdrawn', { revision });
    if (head.base !== held.revision || revision !== latest.number) return refuse('outages.revision_overtaken', { revision, base: head.base ?? 0, current: latest.number });
    const another = OUTAGE_GUARDS.fourEyes({ revision, proposedBy: head.proposedBy, actingUser: userIdOf(ctx.actor) });
    if (!another.ok) return another;
    const recorded = await this.#record(tx, ctx, await this.outages.touch(tx, outage), head, 'amended', held.endedAt);
    return recorded.ok ? ok(recorded.value.registerVersion ?? 0) : recorded;
  }

  /** Gives an amendment up: it reads as withdrawn and never counts. Codes: `outages.revision_not_found`, `outages.revision_decided`, `outages.revision_withdrawn`. */
  async withdrawIn(tx: Tx, ctx: Context, id: string, revision: number): Promise<Result<void>> {
    const locked = await this.#locked(tx, id, undefined);
    if (!locked.ok) return locked;
    const head = await this.outages.revision(tx, id, revision);
    if (head?.kind !== 'amendment') return refuse('outages.revision_not_found', { id, revision });
    if (head.registerVersion !== null) return refuse('outages.revision_decided', { revision });
    if (head.isWithdrawn) return refuse('outages.revision_withdrawn', { revision });
    await this.outages.withdraw(tx, head.id, { userId: userIdOf(ctx.actor), at: this.clock.now() });
    await this.audit.record(tx, ctx, { aggregate: { type: 'outage', id }, action: 'outage.revision_withdrawn', data: { revision } });
    return ok(undefined);
  }

  /** A second person makes a draft count. */
  confirm(ctx: Context, id: string, version: number, revision: number): Promise<Result<OutageView>> {
    return this.#on(ctx, id, version, async (tx, locked) => {
      const { outage, latest, held } = locked;
      if (held !== undefined) return refuse('outages.not_draft', { state: outage.state });
      const head = revision === latest.number ? latest : await this.outages.revision(tx, id, revision);
      if (head === undefined) return refuse('outages.revision_not_found', { id, revision });
      if (head.registerVersion !== null) return refuse('outages.revision_decided', { revision });
      if (head.number !== latest.number) return refuse('outages.revision_overtaken', { revision, base: head.base ?? 0, current: latest.number });
      const facts = { revision, proposedBy: head.proposedBy, actingUser: userIdOf(ctx.actor) };
      const decided = decide(OUTAGE_MACHINE, { state: outage.state, event: 'confirm' }, OUTAGE_GUARDS, facts);
      if (!decided.ok) return decided;
      const moved = await this.outages.moveTo(tx, outage, decided.value);
      return this.#record(tx, ctx, moved, head, 'confirmed', null);
    });
  }

  /** States when an outage ended and closes whatever is still open at that time. */
  end(ctx: Context, id: string, version: number, endedAt: Instant): Promise<Result<OutageView>> {
    return this.#on(ctx, id, version, async (tx, { outage, latest, held }) => {
      const decided = this.#decide(outage, 'end');
      if (!decided.ok) return decided;
      if (held === undefined) throw new TypeError(`outage ${id} is ${outage.state} without an entry`);
      if (endedAt > this.clock.now()) return refuse('outages.ends_in_future', { endedAt: formatInstant(endedAt) });
      const closed = closeOpenLines(await this.outages.content(tx, held.revisionId), endedAt);
      if (!closed.ok) return closed;
      const head = await this.#write(tx, ctx, outage, {
        kind: 'ending', number: latest.number + 1, base: held.revision, reason: null, content: closed.value,
      });
      return this.#record(tx, ctx, await this.outages.moveTo(tx, outage, decided.value), head, 'ended', endedAt);
    });
  }

  /** Declares that nothing more is expected; touches no segment. */
  finalise(ctx: Context, id: string, version: number): Promise<Result<OutageView>> {
    return this.#on(ctx, id, version, async (tx, { outage, held }) => {
      const decided = this.#decide(outage, 'finalise');
      if (!decided.ok) return decided;
      const head = held === undefined ? undefined : await this.outages.revision(tx, id, held.revision);
      if (held === undefined || head === undefined) throw new TypeError(`outage ${id} is ${outage.state} without an entry`);
      return this.#record(tx, ctx, await this.outages.moveTo(tx, outage, decided.value), head, 'finalised', held.endedAt);
    });
  }

  #decide(outage: OutageRow, event: Exclude<OutageEvent, 'confirm'>) {
    return decide(OUTAGE_MACHINE, { state: outage.state, event }, OUTAGE_GUARDS, { revision: 0, proposedBy: '', actingUser: '' });
  }

  #on(ctx: Context, id: string, version: number, command: (tx: Tx, locked: Locked) => Promise<Result<OutageView>>): Promise<Result<OutageView>> {
    return this.work.run(ctx, async (tx) => {
      const locked = await this.#locked(tx, id, version);
      return locked.ok ? command(tx, locked.value) : locked;
    });
  }

  async #locked(tx: Tx, id: string, version: number | undefined): Promise<Result<Locked>> {
    const outage = await this.outages.lock(tx, id);
    if (outage === undefined) return refuse('outages.not_found', { id });
    if (version !== undefined && outage.version !== version) return refuse('http.stale', { seen: version, current: outage.version });
    const latest = await this.outages.latestRevision(tx, id);
    if (latest === undefined) throw new TypeError(`outage ${id} has no revision`);
    return ok({ outage, latest, held: await this.register.current(tx, id) });
  }

  async #revise(tx: Tx, ctx: Context, locked: Locked, proposal: { reason: string | null; content: RevisionContent }): Promise<Result<OutageView>> {
    const { outage, latest, held } = locked;
    const isDraft = held === undefined;
    const checked = await this.#check(tx, proposal.content, this.clock.now(), {
      mayBeEmpty: !isDraft, hasEnded: outage.state === 'ended' || outage.state === 'final',
    });
    if (!checked.ok) return checked;
    const touched = await this.outages.touch(tx, outage);
    const number = latest.number + 1;
    await this.#write(tx, ctx, touched, {
      kind: isDraft ? 'draft' : 'amendment', number, base: held?.revision ?? null, reason: proposal.reason, content: checked.value,
    });
    if (isDraft) return ok(outageView(touched, number, checked.value, undefined));
    return ok(outageView(touched, held.revision, await this.outages.content(tx, held.revisionId), held));
  }

  async #check(tx: Tx, content: RevisionContent, now: Instant, phase: { mayBeEmpty: boolean; hasEnded: boolean }): Promise<Result<RevisionContent>> {
    const lines = [...content.scope, ...content.segments, ...content.officialWindows];
    const services = await this.services.leavesOf(tx, [...new Set(lines.map(({ service }) => service))]);
    return checkRevision(content, { now, services, ...phase });
  }

  async #write(tx: Tx, ctx: Context, outage: OutageRow, revision: {
    kind: RevisionKind; number: number; base: number | null; reason: string | null; content: RevisionContent;
  }): Promise<RevisionHead> {
    const written = { ...revision, outageId: outage.id, proposedBy: userIdOf(ctx.actor), proposedAt: this.clock.now() };
    const id = await this.outages.addRevision(tx, written);
    await this.audit.record(tx, ctx, {
      aggregate: { type: 'outage', id: outage.id },
      action: `outage.revision_written`,
      data: { revision: revision.number, kind: revision.kind, ...contentView(revision.content) },
    });
    const { content: _content, ...head } = written;
    return { ...head, id, registerVersion: null, isWithdrawn: false };
  }

  /** The register's own row is locked here, after the outage's: keep it last, everything else waits behind it. */
  async #record(
    tx: Tx, ctx: Context, outage: OutageRow, head: RevisionHead, action: RegisterAction, endedAt: Instant | null,
  ): Promise<Result<OutageView>> {
    const content = await this.outages.content(tx, head.id);
    const next = await this.register.advance(tx, this.clock.now());
    await this.register.record(tx, {
      ...next, outageId: outage.id, revisionId: head.id, action, state: outage.state, endedAt,
      proposedBy: head.proposedBy, recordedBy: userIdOf(ctx.actor),
    });
    const recorded = { outageId: outage.id, revision: head.number, registerVersion: next.version };
    await this.audit.record(tx, ctx, { aggregate: { type: 'outage', id: outage.id }, action: TOPICS[action], data: recorded });
    await this.events.append(tx, ctx, outageEvent(TOPICS[action], recorded));
    return ok(outageView(outage, head.number, content, { registerVersion: next.version, endedAt }));
  }
}
