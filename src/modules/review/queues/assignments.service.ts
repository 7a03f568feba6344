import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { isAllowed, ROLE_PERMISSIONS } from '../../../platform/access/permissions.js';
import type { Context } from '../../../platform/access/context.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AuditTrail } from '../../audit/index.js';
import type { ClaimState } from '../../claims/index.js';
import { People } from '../../identity/index.js';
import { QueueEntriesRepository, type AssignmentRow } from './queue-entries.repository.js';
import { WORK_STATES } from './queue.rules.js';
import { assignmentView, type AssignmentView } from '../views/queue-view.js';

/** Whose a claim is: people take and release their own, a supervisor gives any claim to anybody who works on claims. History is in the record. */
@Injectable()
export class Assignments {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly entries: QueueEntriesRepository, private readonly people: People,
    private readonly audit: AuditTrail, private readonly clock: Clock,
  ) {}

  /** Undefined before a claim is filed. */
  async of(claimId: string): Promise<AssignmentView | undefined> {
    const row = await this.entries.find(this.database.reader, claimId);
    return row === undefined ? undefined : assignmentView(row);
  }

  /** Whoever a claim may be given to, by name. */
  workers(): Promise<{ id: string; name: string }[]> {
    return this.people.allowed('claim.take');
  }

  /** Gives the claim to somebody, or to nobody. */
  assign(ctx: Context, claimId: string, to: string | null): Promise<Result<AssignmentView>> {
    return this.work.run(ctx, (tx) => this.assignIn(tx, ctx, claimId, to));
  }

  async assignIn(tx: Tx, ctx: Context, claimId: string, to: string | null): Promise<Result<AssignmentView>> {
    const row = await this.entries.lock(tx, claimId);
    if (row === undefined) return refuse('queues.not_filed');
    const allowed = this.#allowed(ctx, row, to);
    if (!allowed.ok) return allowed;
    if (row.ownerId === to) return ok(assignmentView(row));
    if (to !== null && !(await this.#works(to))) return refuse('queues.cannot_work', {}, { pointer: '/to' });
    return this.#give(tx, ctx, row, to);
  }

  /** Takes the claim that was filed first of those nobody has: recommended ones for whoever decides, else those in review. */
  takeNext(ctx: Context): Promise<Result<AssignmentView>> {
    const states: ClaimState[] = [...(isAllowed(ctx.actor, 'claim.decide') ? ['recommended' as const] : []), ...(isAllowed(ctx.actor, 'claim.recommend') ? ['in_review' as const] : [])];
    return this.work.run(ctx, async (tx): Promise<Result<AssignmentView>> => {
      const id = await this.entries.next(tx, states, userIdOf(ctx.actor));
      const row = id === undefined ? undefined : await this.entries.lock(tx, id);
      return row === undefined ? refuse('queues.none_left') : this.#give(tx, ctx, row, userIdOf(ctx.actor));
    });
  }

  #allowed({ actor }: Context, { state, ownerId }: AssignmentRow, to: string | null): Result<void> {
    const me = userIdOf(actor);
    if (to !== null && !WORK_STATES.some((one) => one === state)) return refuse('queues.not_in_work', { state });
    if (isAllowed(actor, 'claim.assign')) return ok(undefined);
    if (to !== null && to !== me) return refuse('queues.only_supervisors');
    return ownerId === null || ownerId === me ? ok(undefined) : refuse('queues.taken');
  }

  async #works(userId: string): Promise<boolean> {
    const person = await this.people.get(userId);
    return person.ok && person.value.roles.some((role) => ROLE_PERMISSIONS[role].includes('claim.take'));
  }

  async #give(tx: Tx, ctx: Context, row: AssignmentRow, to: string | null): Promise<Result<AssignmentView>> {
    const [by, at] = [userIdOf(ctx.actor), this.clock.now()];
    await this.entries.assign(tx, row.claimId, to === null ? null : { ownerId: to, by, at });
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: row.claimId }, action: to === null ? 'claim.released' : 'claim.assigned', data: { ownerId: to, before: row.ownerId } });
    return ok(assignmentView({ ...row, ownerId: to, assignedBy: to === null ? null : by, assignedAt: to === null ? null : at }));
  }
}
