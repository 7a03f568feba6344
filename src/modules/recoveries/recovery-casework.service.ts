import { Injectable } from '@nestjs/common';
import { refuse, type Result } from '../../core/errors/index.js';
import { isAllowed, type Permission } from '../../platform/access/permissions.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { Duties, type Duty } from '../identity/index.js';
import type { RecoveryRow } from './recoveries.repository.js';
import { RecoveryLifecycle } from './recovery-lifecycle.service.js';
import { RecoveryMatching } from './recovery-matching.service.js';
import { RecoverySearch } from './recovery-search.service.js';
import { RecoverySettlement } from './recovery-settlement.service.js';
import { reasonFault } from './recovery.rules.js';

/** What staff do with a request: say whom it is about, recommend, send back, grant, refuse. A recommender never grants. */
@Injectable()
export class RecoveryCasework {
  constructor(
    private readonly work: UnitOfWork, private readonly lifecycle: RecoveryLifecycle, private readonly matching: RecoveryMatching, private readonly search: RecoverySearch,
    private readonly settlement: RecoverySettlement, private readonly duties: Duties, private readonly audit: AuditTrail,
  ) {}

  /** Says which business it is, by number or claim, where nobody found one. Codes: `recoveries.merchant_unknown`, `recoveries.matched`. */
  match(ctx: Context, id: string, version: number, typed: string): Promise<Result<RecoveryRow>> {
    return this.#with(ctx, id, version, ['recovery.recommend'], async (tx, row) => {
      const merchantId = await this.search.business(tx, typed);
      return merchantId === undefined ? refuse('recoveries.merchant_unknown', {}, { pointer: '/business' }) : this.matching.attach(tx, ctx, row, merchantId);
    });
  }

  /** `personId`: whose account is given back, when somebody cannot sign in. Codes: `recoveries.reason_missing`, `recoveries.person_missing`. */
  recommend(ctx: Context, id: string, version: number, { personId, reason }: { personId?: string; reason: string }): Promise<Result<RecoveryRow>> {
    return this.#with(ctx, id, version, ['recovery.recommend'], async (tx, row) => {
      const said = reasonFault(reason);
      if (!said.ok) return said;
      const person = await this.settlement.personOf(tx, row, personId);
      if (!person.ok) return person;
      const duty = await this.#take(tx, ctx, row, 'recommender', 'recovery.recommend');
      if (!duty.ok) return duty;
      await this.settlement.hold(tx, ctx, row);
      const recommendedDigest = await this.audit.keepText(tx, reason.trim());
      return this.lifecycle.apply(tx, ctx, row, 'recommend',
        { recommendedBy: userIdOf(ctx.actor), recommendedDigest, ...(person.value === undefined ? {} : { personId: person.value }) }, { reasonDigest: recommendedDigest });
    });
  }

  sendBack(ctx: Context, id: string, version: number, reason: string): Promise<Result<RecoveryRow>> {
    return this.#with(ctx, id, version, ['recovery.decide'], async (tx, row) => {
      const said = reasonFault(reason);
      if (!said.ok) return said;
      return this.lifecycle.apply(tx, ctx, row, 'send_back', {}, { reasonDigest: await this.audit.keepText(tx, reason.trim()) });
    });
  }

  /** Codes: `recoveries.notice_runs`, `identity.duty_conflict`, and why the account or the invitation cannot be made. */
  grant(ctx: Context, id: string, version: number): Promise<Result<RecoveryRow>> {
    return this.#with(ctx, id, version, ['recovery.decide'], async (tx, row) => {
      const allowed = this.lifecycle.decide(row, 'grant');
      if (!allowed.ok) return allowed;
      const duty = await this.#take(tx, ctx, row, 'decider', 'recovery.decide');
      return duty.ok ? this.settlement.grant(tx, ctx, row) : duty;
    });
  }

  /** One person is enough: nothing changes by it. The reason goes to whoever asked, word for word. */
  refuse(ctx: Context, id: string, version: number, reason: string): Promise<Result<RecoveryRow>> {
    return this.#with(ctx, id, version, ['recovery.recommend', 'recovery.decide'], async (tx, row) => {
      const said = reasonFault(reason);
      return said.ok ? this.settlement.refuse(tx, ctx, row, { reason: reason.trim(), reasonDigest: await this.audit.keepText(tx, reason.trim()) }) : said;
    });
  }

  #take(tx: Tx, ctx: Context, row: RecoveryRow, duty: Duty, permission: Permission): Promise<Result<void>> {
    const { actor } = ctx;
    const isOwn = actor.kind === 'user' && (actor.memberships.some(({ merchantId }) => merchantId === row.merchantId) || actor.userId === row.personId);
    return isOwn ? Promise.resolve(refuse('identity.duty_conflict', { held: 'interest', wanted: duty })) : this.duties.take(tx, row.id, userIdOf(actor), duty, permission);
  }

  #with(ctx: Context, id: string, version: number, anyOf: readonly Permission[], act: (tx: Tx, row: RecoveryRow) => Promise<Result<RecoveryRow>>): Promise<Result<RecoveryRow>> {
    return this.work.run(ctx, async (tx) => {
      const permission = anyOf.find((one) => isAllowed(ctx.actor, one));
      if (permission === undefined) return refuse('recoveries.not_found');
      const row = await this.lifecycle.locked(tx, id, version);
      if (!row.ok) return row;
      // Asked again once the request is ours: the role may have gone while this waited.
      const still = await this.duties.stillMay(tx, userIdOf(ctx.actor), permission);
      return still.ok ? act(tx, row.value) : still;
    });
  }
}
