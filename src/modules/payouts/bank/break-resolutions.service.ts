import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Duties } from '../../identity/index.js';
import { breakView } from '../views/break-view.js';
import type { BreakView } from '../views/bank-view.js';
import { BreakRecords } from './break-records.service.js';
import type { BreakRow } from './breaks.repository.js';
import { askedOf, needsTwo, resolutionsOf, type Answer } from './breaks.rules.js';
import { ResolutionEffects } from './resolution-effects.service.js';

/** Of evidence, where money moves because people say so. */
const LEAST_NOTE = 20;

/**
 * What people make of breaks. Where the bank has moved the money and somebody only says what for, one person does; where money moves in
 * the books because people say so, one proposes and another confirms. Never who released the batch.
 */
@Injectable()
export class BreakResolutions {
  constructor(
    private readonly work: UnitOfWork, private readonly records: BreakRecords, private readonly effects: ResolutionEffects, private readonly duties: Duties,
  ) {}

  /**
   * The bank says of a payment, elsewhere than in its files, what it did not book: the question is open then, for two people to answer. It is the one that is open already, where there is one.
   * Codes: `payouts.not_found`, `payouts.line_not_at_bank`, `access.permission`, `identity.role_conflict`, `payouts.releaser_reconciles`.
   */
  ask(ctx: Context, lineId: string): Promise<Result<BreakView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BreakView>> => {
      const line = await this.records.lockLine(tx, lineId);
      if (line === undefined) return refuse('payouts.not_found');
      const may = await this.#may(tx, ctx, line.batchId);
      if (!may.ok) return may;
      const kind = askedOf(line.state);
      if (kind === undefined) return refuse('payouts.line_not_at_bank', { state: line.state });
      return ok(breakView(await this.records.asked(tx, ctx, { ...line, kind })));
    });
  }

  /** Resolved, or proposed. Codes: those of `#open`, `payouts.resolution_unfit`, `payouts.proposal_waiting`, `payouts.resolution_evidence`, `payouts.resolution_pair_unfit`, those of the effects. */
  answer(ctx: Context, id: string, version: number, answer: Answer): Promise<Result<BreakView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BreakView>> => {
      const row = await this.#open(tx, ctx, id, version);
      if (!row.ok) return row;
      const allowed = resolutionsOf(row.value);
      if (!allowed.includes(answer.resolution)) return refuse('payouts.resolution_unfit', { allowed: [...allowed] }, { pointer: '/resolution' });
      if (row.value.proposal !== null) return refuse('payouts.proposal_waiting');
      if (answer.resolution === 'reversed') return this.#reverse(tx, ctx, row.value, answer);
      if (answer.resolution === 'together') return this.#join(tx, ctx, row.value, answer);
      if (!needsTwo(answer.resolution)) return this.#resolve(tx, ctx, row.value, answer);
      if ((answer.note ?? '').trim().length < LEAST_NOTE) return refuse('payouts.resolution_evidence', { least: LEAST_NOTE }, { pointer: '/note' });
      return ok(breakView(await this.records.proposed(tx, ctx, row.value, { resolution: answer.resolution, note: answer.note ?? '', by: userIdOf(ctx.actor) })));
    });
  }

  /** By another person than who proposed it. Codes: those of `#open`, `payouts.proposal_missing`, `payouts.proposal_own`, those of the effects. */
  confirm(ctx: Context, id: string, version: number): Promise<Result<BreakView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BreakView>> => {
      const row = await this.#open(tx, ctx, id, version);
      if (!row.ok) return row;
      const { proposal, proposedBy } = row.value;
      if (proposal === null) return refuse('payouts.proposal_missing');
      if (proposedBy === userIdOf(ctx.actor)) return refuse('payouts.proposal_own');
      const allowed = resolutionsOf(row.value);
      if (!allowed.includes(proposal)) return refuse('payouts.resolution_unfit', { allowed: [...allowed] });
      return this.#resolve(tx, ctx, row.value, { resolution: proposal });
    });
  }

  /** A proposal is turned down, or taken back; the break is open as before. Codes: those of `#open`, `payouts.proposal_missing`. */
  turnDown(ctx: Context, id: string, version: number): Promise<Result<BreakView>> {
    return this.work.run(ctx, async (tx): Promise<Result<BreakView>> => {
      const row = await this.#open(tx, ctx, id, version);
      if (!row.ok) return row;
      return row.value.proposal === null ? refuse('payouts.proposal_missing') : ok(breakView(await this.records.turnedDown(tx, ctx, row.value)));
    });
  }

  async #resolve(tx: Tx, ctx: Context, row: BreakRow, answer: Answer): Promise<Result<BreakView>> {
    const { resolution, note } = answer;
    const notReleaser = await this.records.notReleaserOf(tx, ctx, answer);
    if (!notReleaser.ok) return notReleaser;
    const left = await this.effects.take(tx, ctx, row, answer);
    if (!left.ok) return left;
    const said = { resolution, suspenseMinor: left.value, ...(note === undefined ? {} : { note }) };
    return ok(breakView(await (resolution === 'repayment' && left.value !== 0n ? this.records.placedInPart(tx, ctx, row, said) : this.records.resolved(tx, ctx, row, said))));
  }

  /** Two that cancel out in suspense: what the bank took by mistake, and what it gave back. */
  async #reverse(tx: Tx, ctx: Context, row: BreakRow, { otherId, note }: Answer): Promise<Result<BreakView>> {
    const other = otherId === undefined || otherId === row.id ? undefined : await this.records.find(tx, otherId);
    const cancels = other !== undefined && other.payingAccountId === row.payingAccountId && BigInt(other.suspenseMinor) === -BigInt(row.suspenseMinor) && (other.state === 'open' || other.resolution === 'bank_error')
      && !await this.records.isReversed(tx, other.id);
    if (!cancels) return refuse('payouts.resolution_pair_unfit', {}, { pointer: '/otherId' });
    const free = await this.#freeOther(tx, ctx, other);
    if (!free.ok) return free;
    const answer = { resolution: 'reversed', ...(note === undefined ? {} : { note }) } as const;
    if (other.state === 'open') await this.records.resolved(tx, ctx, other, { ...answer, suspenseMinor: BigInt(other.suspenseMinor) });
    return ok(breakView(await this.records.resolved(tx, ctx, row, { ...answer, suspenseMinor: BigInt(row.suspenseMinor), reversesId: other.id })));
  }

  /** The other break of a pair is protected as this one is. Codes: `payouts.releaser_reconciles`, `payouts.proposal_waiting`. */
  async #freeOther(tx: Tx, ctx: Context, { batchId, proposal, state }: BreakRow): Promise<Result<void>> {
    if (state === 'open' && proposal !== null) return refuse('payouts.proposal_waiting');
    return this.records.notReleaserOf(tx, ctx, { batchId });
  }

  /** Two bookings, each of a part of one payment: both are placed with it. */
  async #join(tx: Tx, ctx: Context, row: BreakRow, { otherId, note }: Answer): Promise<Result<BreakView>> {
    const other = otherId === undefined || otherId === row.id ? undefined : await this.records.find(tx, otherId);
    const isRest = other !== undefined && other.payingAccountId === row.payingAccountId && other.state === 'open' && (other.lineId ?? row.lineId) === row.lineId;
    if (!isRest) return refuse('payouts.resolution_rest_unfit', {}, { pointer: '/otherId' });
    const free = await this.#freeOther(tx, ctx, other);
    if (!free.ok) return free;
    const answer = { resolution: 'together', ...(note === undefined ? {} : { note }) } as const;
    const left = await this.effects.take(tx, ctx, row, answer, other);
    if (!left.ok) return left.refusal.code === 'payouts.resolution_line_unfit' ? refuse('payouts.resolution_rest_unfit', {}, { pointer: '/otherId' }) : left;
    await this.records.resolved(tx, ctx, other, { ...answer, suspenseMinor: 0n });
    return ok(breakView(await this.records.resolved(tx, ctx, row, { ...answer, suspenseMinor: 0n })));
  }

  /** Codes: `payouts.not_found`, `http.stale`, `payouts.break_resolved`, `payouts.releaser_reconciles`, `access.permission`, `identity.role_conflict`. */
  async #open(tx: Tx, ctx: Context, id: string, version: number): Promise<Result<BreakRow>> {
    const row = await this.records.lock(tx, id);
    if (row === undefined) return refuse('payouts.not_found');
    if (row.version !== version) return refuse('http.stale', { seen: version, current: row.version });
    if (row.state === 'resolved') return refuse('payouts.break_resolved', { resolution: row.resolution ?? '' });
    const may = await this.#may(tx, ctx, row.batchId);
    return may.ok ? ok(row) : may;
  }

  async #may(tx: Tx, ctx: Context, batchId: string | null): Promise<Result<void>> {
    const may = await this.duties.stillMay(tx, userIdOf(ctx.actor), 'payout.reconcile');
    return may.ok ? this.records.notReleaserOf(tx, ctx, { batchId }) : may;
  }
}
