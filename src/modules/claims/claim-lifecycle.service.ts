import { Injectable } from '@nestjs/common';
import { decide } from '../../core/machine/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { actionsOf, CLAIM_GUARDS, CLAIM_MACHINE, isAsOperatorOpened, type ClaimEvent, type ClaimState } from './claim.machine.js';
import { claimMoved } from './claims.events.js';
import { ClaimsRepository } from './claims.repository.js';
import { Objections } from './objections.service.js';
import { PaperDoors } from './paper-doors.service.js';
import type { ClaimRow } from './views/claim-row.js';

export interface MoveRequest {
  readonly event: ClaimEvent;
  /** Where to, when the event leads to more than one state. */
  readonly to?: ClaimState;
  /** The assessment the actor looked at; the move is refused when it is no longer the newest. */
  readonly assessmentId?: string;
  readonly openedByStaff?: boolean;
  readonly autoDecisionAt?: Instant;
  /** Codes and ids for the audit entry. */
  readonly data?: object;
}

interface Recorded {
  readonly event: ClaimEvent;
  readonly data: object | undefined;
  readonly before: ClaimRow;
  readonly after: ClaimRow;
}

/** The only caller of the claim machine: locks, decides, moves, and records audit entry and event, all in the caller's transaction. */
@Injectable()
export class ClaimLifecycle {
  constructor(private readonly claims: ClaimsRepository, private readonly audit: AuditTrail, private readonly events: EventLog, private readonly objections: Objections, private readonly doors: PaperDoors) {}

  /** The claim under its lock, at the version the actor has seen. Codes: `claims.not_found`, `http.stale`. */
  async locked(tx: Tx, id: string, version?: number): Promise<Result<ClaimRow>> {
    const claim = await this.claims.lock(tx, id);
    if (claim === undefined) return refuse('claims.not_found');
    return version === undefined || claim.version === version ? ok(claim) : refuse('http.stale', { seen: version, current: claim.version });
  }

  /** Claims under their locks, in the order of their ids. Code: `claims.not_found`, when one of them does not exist. */
  async lockedAll(tx: Tx, ids: readonly string[]): Promise<Result<ReadonlyMap<string, ClaimRow>>> {
    const claims = new Map((await this.claims.lockAll(tx, ids)).map((claim) => [claim.id, claim]));
    return claims.size === new Set(ids).size ? ok(claims) : refuse('claims.not_found');
  }

  /** Whether the machine lets the event pass, without moving. Where its state does not, the answer lists what this actor could do instead. */
  decide({ actor }: Context, claim: ClaimRow, { event, to, assessmentId }: MoveRequest): Result<ClaimState> {
    const decided = decide(CLAIM_MACHINE, { state: claim.state, event, ...(to === undefined ? {} : { to }) }, CLAIM_GUARDS, {
      openedByStaff: claim.openedByStaff,
      asOperatorOpened: isAsOperatorOpened(claim),
      assessmentIsCurrent: assessmentId !== undefined && assessmentId === claim.assessmentId,
    });
    if (decided.ok || decided.refusal.code !== 'machine.not_allowed') return decided;
    return { ok: false, refusal: { ...decided.refusal, params: { ...decided.refusal.params, allowed: actionsOf(claim, (permission) => mayFor(actor, permission, claim.merchantId)) } } };
  }

  /** Whether the actor may still change what comes with the claim: a draft, a filed one that nobody has opened, one of the operator that can be corrected, or one asked for something. */
  changeable(ctx: Context, claim: ClaimRow | undefined): Result<ClaimRow> {
    if (claim === undefined || !mayFor(ctx.actor, 'claim.file', claim.merchantId)) return refuse('claims.not_found');
    const openTo = (['amend', 'correct', 'answer'] as const).some((event) => this.decide(ctx, claim, { event }).ok);
    return claim.state === 'draft' || openTo ? ok(claim) : refuse('claims.not_draft', { state: claim.state });
  }

  /** As `changeable`; also while an objection waits for its answer, since what comes with it is what may decide it. What was filed before stays frozen. */
  async takesSales(reader: Reader, ctx: Context, claim: ClaimRow | undefined): Promise<Result<ClaimRow>> {
    const open = this.changeable(ctx, claim);
    if (open.ok || claim === undefined || open.refusal.code !== 'claims.not_draft') return open;
    return (await this.objections.openOf(reader, [claim.id])).has(claim.id) ? ok(claim) : open;
  }

  /** As `takesSales`; also while a door stands open. */
  async takesPapers(reader: Reader, ctx: Context, claim: ClaimRow | undefined): Promise<Result<ClaimRow>> {
    const open = await this.takesSales(reader, ctx, claim);
    if (open.ok || claim === undefined || open.refusal.code !== 'claims.not_draft') return open;
    return await this.doors.isOpen(reader, claim.id) ? ok(claim) : open;
  }

  async apply(tx: Tx, ctx: Context, claim: ClaimRow, request: MoveRequest): Promise<Result<ClaimRow>> {
    const moved = await this.applyAll(tx, ctx, [{ claim, ...request }]);
    return moved.ok ? ok(moved.value[0] as ClaimRow) : moved;
  }

  /** Different claims, all or none, in the order given and with as many statements as for one. */
  async applyAll(tx: Tx, ctx: Context, requests: readonly (MoveRequest & { readonly claim: ClaimRow })[]): Promise<Result<ClaimRow[]>> {
    const moves: Parameters<ClaimsRepository['moveAll']>[1][number][] = [];
    for (const { claim, ...request } of requests) {
      const decided = this.decide(ctx, claim, request);
      if (!decided.ok) return decided;
      moves.push({
        claimId: claim.id, to: decided.value,
        ...(request.openedByStaff === undefined ? {} : { openedByStaff: request.openedByStaff }),
        ...(request.autoDecisionAt === undefined ? {} : { autoDecisionAt: request.autoDecisionAt }),
      });
    }
    if (moves.length === 0) return ok([]);
    const moved = await this.claims.moveAll(tx, moves);
    await this.#recordAll(tx, ctx, requests.map(({ claim, event, data }, index) => ({ before: claim, after: moved[index] as ClaimRow, event, data })));
    return ok(moved);
  }

  /** Something that was written beside the claim: it stays where it is at a new version, so that whoever saw the one before looks again. */
  async note(tx: Tx, ctx: Context, claim: ClaimRow, { action, data }: { readonly action: string; readonly data: object }): Promise<ClaimRow> {
    const noted = await this.claims.moveTo(tx, claim, { to: claim.state });
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claim.id }, action, data });
    return noted;
  }

  /** Audit entry and event of a move that was stored together with something else, such as a filing. What was objected to has no object any more once the matter is settled, looked at anew or ended. */
  record(tx: Tx, ctx: Context, before: ClaimRow, after: ClaimRow, { event, data }: Pick<MoveRequest, 'event' | 'data'>): Promise<void> {
    return this.#recordAll(tx, ctx, [{ before, after, event, data }]);
  }

  async #recordAll(tx: Tx, ctx: Context, moves: readonly Recorded[]): Promise<void> {
    await this.audit.recordAll(tx, ctx, moves.map(({ before, after, event, data }) => ({
      aggregate: { type: 'claim', id: after.id }, action: `claim.${event}`, data: { ...data, from: before.state, to: after.state },
    })));
    const events = moves.map(({ before, after, event }) => claimMoved(after.merchantId, { claimId: after.id, claimVersion: after.claimVersion, event, from: before.state, to: after.state }));
    // One alone is what somebody waits for: it has its turn inside the request.
    const [only] = events;
    await (only !== undefined && events.length === 1 ? this.events.append(tx, ctx, only) : this.events.appendAll(tx, ctx, events));
    const objectable: readonly ClaimState[] = CLAIM_MACHINE.events.object.from;
    for (const { before, after, event } of moves) {
      if (event === 'accept' || (objectable.includes(before.state) && !objectable.includes(after.state))) await this.objections.drop(tx, ctx, after.id);
    }
  }
}
