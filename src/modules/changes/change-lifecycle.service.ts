import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { allowedEvents, decide } from '../../core/machine/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { CHANGE_GUARDS, CHANGE_MACHINE, type ChangeEvent, type ChangeState } from './change.machine.js';
import { changeMoved, type ChangeMoved } from './changes.events.js';
import { ChangesRepository, type ChangeRow } from './changes.repository.js';
import { changeView, type ChangeView } from './views/change-view.js';

export const viewOf = (row: ChangeRow): ChangeView => changeView(row, allowedEvents(CHANGE_MACHINE, row.state));

const aboutOf = ({ id, policyKey, policyNumber, schemeId, outageId, outageRevision, fundId, stage }: ChangeRow): ChangeMoved => ({
  changeId: id, ...(policyKey === null ? {} : { policyKey }), ...(policyNumber === null ? {} : { policyNumber }), ...(schemeId === null ? {} : { schemeId }),
  ...(outageId === null || outageRevision === null ? {} : { outageId, revision: outageRevision }), ...(fundId === null || stage === null ? {} : { fundId, stage }),
});

const TOPICS = { approve: 'change.approved', apply: 'change.applied', withdraw: 'change.withdrawn' } as const;

/** The only caller of the machine of changes: locks, decides, moves, and records. */
@Injectable()
export class ChangeLifecycle {
  constructor(private readonly changes: ChangesRepository, private readonly audit: AuditTrail, private readonly events: EventLog) {}

  async locked(tx: Tx, id: string, version?: number): Promise<Result<ChangeRow>> {
    const row = await this.changes.lock(tx, id);
    if (row === undefined) return refuse('changes.not_found');
    return version === undefined || row.version === version ? ok(row) : refuse('http.stale', { seen: version, current: row.version });
  }

  /** Audit entry and event of a change that was just made; where it was asked for over a claim, that claim's trail says so. */
  async proposed(tx: Tx, ctx: Context, row: ChangeRow): Promise<void> {
    const payload = aboutOf(row);
    await this.audit.record(tx, ctx, { aggregate: { type: 'change', id: row.id }, action: 'change.proposed', data: { ...payload, kind: row.kind }, isNew: true });
    await this.events.append(tx, ctx, changeMoved('change.proposed', payload));
    if (row.fromClaimId === null) return;
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: row.fromClaimId }, action: 'claim.amendment_proposed', data: payload });
  }

  /** Audit entry of an open change whose subject was written anew. */
  async rewritten(tx: Tx, ctx: Context, row: ChangeRow): Promise<void> {
    await this.audit.record(tx, ctx, { aggregate: { type: 'change', id: row.id }, action: 'change.rewritten', data: aboutOf(row) });
  }

  decide(row: ChangeRow, event: ChangeEvent, isAuthor: boolean): Result<ChangeState> {
    return decide(CHANGE_MACHINE, { state: row.state, event }, CHANGE_GUARDS, { isAuthor });
  }

  async apply(tx: Tx, ctx: Context, row: ChangeRow, event: ChangeEvent, data: { isAuthor: boolean; audit?: object }): Promise<Result<ChangeRow>> {
    const decided = this.decide(row, event, data.isAuthor);
    if (!decided.ok) return decided;
    const after = await this.changes.moveTo(tx, row.id, decided.value);
    await this.audit.record(tx, ctx, { aggregate: { type: 'change', id: row.id }, action: `change.${event}`, data: { ...data.audit, from: row.state, to: after.state } });
    await this.events.append(tx, ctx, changeMoved(TOPICS[event], aboutOf(row)));
    return ok(after);
  }
}
