import { Injectable } from '@nestjs/common';
import { decide } from '../../core/machine/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { HOUR, type Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { AuditTrail } from '../audit/index.js';
import { recoveryMoved, topicOf } from './recoveries.events.js';
import { RecoveriesRepository, type NewRecoveryRow, type RecoveryChange, type RecoveryRow } from './recoveries.repository.js';
import { PAPERS_DUE } from './recovery-papers-due.handler.js';
import { RECOVERY_GUARDS, RECOVERY_MACHINE, type RecoveryEvent, type RecoveryState } from './recovery.machine.js';

/** How long papers stay after a request was settled, should somebody ask about it again. */
const PAPERS_KEPT_MS = 90 * 24 * HOUR;

/** The only caller of the machine of recovery requests. */
@Injectable()
export class RecoveryLifecycle {
  constructor(
    private readonly requests: RecoveriesRepository, private readonly audit: AuditTrail, private readonly events: EventLog, private readonly jobs: Jobs, private readonly clock: Clock,
  ) {}

  /** Codes: `recoveries.not_found`, `http.stale`. */
  async locked(tx: Tx, id: string, version?: number): Promise<Result<RecoveryRow>> {
    const row = await this.requests.lock(tx, id);
    if (row === undefined) return refuse('recoveries.not_found');
    return version === undefined || row.version === version ? ok(row) : refuse('http.stale', { seen: version, current: row.version });
  }

  async begin(tx: Tx, ctx: Context, row: Omit<NewRecoveryRow, 'at'>): Promise<string> {
    const id = await this.requests.insert(tx, { ...row, at: this.clock.now() });
    const { kind, channel, toldDigest } = row;
    await this.audit.record(tx, ctx, { aggregate: { type: 'recovery', id }, action: topicOf(undefined), data: { kind, channel, toldDigest }, isNew: true });
    await this.events.append(tx, ctx, recoveryMoved(undefined, null, { recoveryId: id, kind, to: RECOVERY_MACHINE.initial }));
    return id;
  }

  decide({ state, merchantId, noticeUntil }: RecoveryRow, event: RecoveryEvent): Result<RecoveryState> {
    const noticeOver = noticeUntil !== null && noticeUntil.getTime() <= this.clock.now();
    return decide(RECOVERY_MACHINE, { state, event }, RECOVERY_GUARDS, { matched: merchantId !== null, noticeOver });
  }

  async apply(tx: Tx, ctx: Context, row: RecoveryRow, event: RecoveryEvent, change: RecoveryChange, data: object = {}): Promise<Result<RecoveryRow>> {
    const decided = this.decide(row, event);
    if (!decided.ok) return decided;
    const moved = await this.requests.moveTo(tx, row, decided.value, change);
    if (moved === undefined) return refuse('http.stale', { seen: row.version, current: row.version + 1 });
    if (change.settledAt !== undefined) await this.jobs.enqueue(tx, PAPERS_DUE, { recoveryId: row.id }, { startAt: (change.settledAt + PAPERS_KEPT_MS) as Instant });
    await this.audit.record(tx, ctx, { aggregate: { type: 'recovery', id: row.id }, action: topicOf(event), data: { from: row.state, to: decided.value, merchantId: moved.merchantId, ...data } });
    await this.events.append(tx, ctx, recoveryMoved(event, moved.merchantId, { recoveryId: row.id, kind: row.kind, from: row.state, to: decided.value }));
    return ok(moved);
  }
}
