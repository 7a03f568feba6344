import { Inject, Injectable } from '@nestjs/common';
import { decide } from '../../core/machine/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { AuditTrail } from '../audit/index.js';
import { MerchantHolds } from '../merchants/index.js';
import { mandateAsserted, mandateMoved } from './agents.events.js';
import { MANDATE_MACHINE, type MandateEvent } from './mandate.machine.js';
import { mandateTerm } from './mandate-term.rules.js';
import { MandatesRepository, type MandateMove, type NewMandateRow } from './mandates.repository.js';
import type { MandateRow } from './views/mandate-view.js';

export const MANDATE_DUE = 'agents.mandate-due';

/** The only caller of the machine of mandates: locks, decides, moves, and records, in the caller's transaction. */
@Injectable()
export class MandateLifecycle {
  constructor(
    private readonly mandates: MandatesRepository, private readonly audit: AuditTrail, private readonly events: EventLog, private readonly clock: Clock,
    private readonly holds: MerchantHolds, private readonly jobs: Jobs, @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  async locked(tx: Tx, id: string, version?: number): Promise<Result<MandateRow>> {
    const row = await this.mandates.lock(tx, id);
    if (row === undefined) return refuse('agents.mandate_not_found');
    return version === undefined || row.version === version ? ok(row) : refuse('http.stale', { seen: version, current: row.version });
  }

  async assert(tx: Tx, ctx: Context, row: Omit<NewMandateRow, 'at'>): Promise<string> {
    const id = await this.mandates.insert(tx, { ...row, at: this.clock.now() });
    const data = { agentId: row.agentId, merchantId: row.merchantId, ...(row.document.hash === undefined ? {} : { documentHash: row.document.hash }) };
    await this.audit.record(tx, ctx, { aggregate: { type: 'mandate', id }, action: 'mandate.asserted', data, isNew: true });
    await this.events.append(tx, ctx, mandateAsserted(row.merchantId, id, row.agentId));
    await this.jobs.enqueue(tx, MANDATE_DUE, { mandateId: id }, { startAt: mandateTerm(this.clock.now(), this.config.mandateTermDays).remindAt });
    return id;
  }

  async apply(tx: Tx, ctx: Context, row: MandateRow, event: MandateEvent, who: Pick<MandateMove, 'confirmedBy' | 'revoked'>): Promise<Result<MandateRow>> {
    const decided = decide(MANDATE_MACHINE, { state: row.state, event }, {}, {});
    if (!decided.ok) return decided;
    // Whom a business lets act for it stays as it is while it is in doubt who speaks for it; taking leave away is always possible.
    const clear = event === 'confirm' ? await this.holds.clear(tx, row.merchantId) : ok(undefined);
    if (!clear.ok) return clear;
    await this.mandates.moveTo(tx, row.id, { to: decided.value, at: this.clock.now(), ...who });
    await this.mandates.useLinks(tx, row.id, this.clock.now());
    const moved = { mandateId: row.id, agentId: row.agentId, from: row.state, to: decided.value };
    await this.audit.record(tx, ctx, { aggregate: { type: 'mandate', id: row.id }, action: `mandate.${event}`, data: { from: row.state, to: decided.value, ...who } });
    await this.events.append(tx, ctx, mandateMoved(event, row.merchantId, moved));
    const after = await this.mandates.find(tx, row.id);
    if (after === undefined) throw new Error(`mandate ${row.id} is gone`);
    return ok(after);
  }
}
