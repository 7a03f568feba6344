import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { TasksRepository, type NewTask, type TaskRow } from './tasks.repository.js';
import { SETTLED_BY, type TaskState } from './tasks.rules.js';

/** A task as the API and pages show it. */
export interface TaskView extends Omit<TaskRow, 'createdAt' | 'doneAt' | 'doneBy' | 'note'> {
  readonly self: string;
  readonly createdAt: string;
  readonly done?: { readonly by: string; readonly at: string; readonly note: string };
}

/** Opens tasks, lists them, and keeps who settled one and why. */
@Injectable()
export class TaskBook {
  constructor(private readonly work: UnitOfWork, private readonly clock: Clock, private readonly tasks: TasksRepository, private readonly audit: AuditTrail) {}

  /** In the transaction that finds the reason; the same task twice is one. */
  async open(tx: Tx, ctx: Context, task: NewTask): Promise<void> {
    const id = await this.tasks.add(tx, task, this.clock.now());
    if (id === undefined) return;
    const { kind, subject, cause, reasons, figures } = task;
    await this.audit.record(tx, ctx, { aggregate: { type: 'task', id }, action: 'task.opened', data: { kind, subject, cause, reasons, figures }, isNew: true });
  }

  settle(ctx: Context, id: string, version: number, note: string): Promise<Result<TaskView>> {
    return this.work.run(ctx, async (tx): Promise<Result<TaskView>> => {
      const row = await this.tasks.lock(tx, id);
      if (row === undefined) return refuse('tasks.not_found');
      if (!isAllowed(ctx.actor, SETTLED_BY[row.kind])) return refuse(row.kind === 'sample_disagreement' ? 'tasks.supervisors_only' : 'tasks.not_yours');
      if (row.state === 'done') return refuse('tasks.done_already');
      if (row.version !== version) return refuse('http.stale', { seen: version, current: row.version });
      const noteDigest = await this.audit.keepText(tx, note);
      await this.tasks.settle(tx, id, { userId: userIdOf(ctx.actor), noteDigest, at: this.clock.now() });
      await this.audit.record(tx, ctx, { aggregate: { type: 'task', id }, action: 'task.settled', data: { noteDigest } });
      return this.get(tx, id);
    });
  }

  async get(reader: Reader, id: string): Promise<Result<TaskView>> {
    const row = await this.tasks.find(reader, id);
    return row === undefined ? refuse('tasks.not_found') : ok(viewOf(row));
  }

  async page(reader: Reader, wanted: { state: TaskState; after?: string; limit: number }): Promise<TaskView[]> {
    return (await this.tasks.page(reader, wanted)).map(viewOf);
  }

  async about(reader: Reader, subject: NewTask['subject']): Promise<TaskView[]> {
    return (await this.tasks.about(reader, subject)).map(viewOf);
  }

  counts(reader: Reader): Promise<ReadonlyMap<TaskState, number>> {
    return this.tasks.counts(reader);
  }
}

const viewOf = ({ createdAt, doneBy, doneAt, note, ...row }: TaskRow): TaskView => ({
  ...row, self: `/v1/tasks/${row.id}`, createdAt: formatInstant(createdAt),
  ...(doneBy === null || doneAt === null ? {} : { done: { by: doneBy, at: formatInstant(doneAt), note: note ?? '' } }),
});
