import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { actorName, EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { Duties } from '../identity/index.js';
import { ClaimFilingsRepository } from './claim-filings.repository.js';
import { claimDrafted } from './claims.events.js';
import { FilingLetters } from './filing-letters.service.js';
import type { ClaimRow } from './views/claim-row.js';
import type { CameTo } from './views/opening.js';

interface Declared {
  readonly isTrue: boolean;
  readonly paidElsewhere: boolean;
  readonly elsewhereDetails?: string;
}

/** What is written beside a draft or a filing, in its transaction: who filed it, what it is filled in with, the audit entry, the event. */
@Injectable()
export class DraftRecords {
  constructor(
    private readonly duties: Duties, private readonly audit: AuditTrail, private readonly events: EventLog, private readonly clock: Clock,
    private readonly filings: ClaimFilingsRepository, private readonly letters: FilingLetters,
  ) {}

  now(): Instant {
    return this.clock.now();
  }

  async drafted(tx: Tx, ctx: Context, claim: ClaimRow, filing: { filingId: string; policyVersionId: string }): Promise<void> {
    await this.filings.insert(tx, { claimId: claim.id, merchantId: claim.merchantId, ...filing });
    if (ctx.actor.kind === 'user') await this.duties.note(tx, claim.id, ctx.actor.userId, 'filer');
    const data = { schemeId: claim.schemeId, siteId: claim.siteId };
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claim.id }, action: 'claim.drafted', data, isNew: true });
    await this.events.append(tx, ctx, claimDrafted(claim.merchantId, claim.id));
  }

  /** The operator opened it: whoever proposed and approved that files it, and is kept from deciding it; its owners are told what it comes to. */
  async opened(tx: Tx, claim: ClaimRow, opening: { filedBy: readonly string[]; cameTo: CameTo }): Promise<void> {
    for (const userId of opening.filedBy) await this.duties.note(tx, claim.id, userId, 'filer');
    await this.letters.opened(tx, claim, opening.cameTo);
  }

  /** It is here: said to whoever filed it, in writing. */
  received(tx: Tx, ctx: Context, claim: ClaimRow): Promise<void> {
    return this.letters.received(tx, ctx, claim);
  }

  /** Whoever changes or files what another began is a filer of it too, and kept from deciding it. */
  async filedBy(tx: Tx, ctx: Context, claim: ClaimRow): Promise<void> {
    if (ctx.actor.kind === 'user' && actorName(ctx.actor) !== claim.createdBy) await this.duties.note(tx, claim.id, ctx.actor.userId, 'filer');
  }

  /** As `filedBy`, when others have acted already: whoever recommended or decided does not answer for the business. Code: `identity.duty_conflict`. */
  answeredBy(tx: Tx, ctx: Context, claimId: string): Promise<Result<void>> {
    return ctx.actor.kind === 'user' ? this.duties.take(tx, claimId, ctx.actor.userId, 'filer') : Promise.resolve(ok(undefined));
  }

  /** Declarations as a claim version keeps them: what was written beside them by its digest alone. */
  async declared(tx: Tx, { elsewhereDetails, ...said }: Declared): Promise<object> {
    return elsewhereDetails === undefined ? said : { ...said, elsewhereDigest: await this.audit.keepText(tx, elsewhereDetails) };
  }

  changed(tx: Tx, ctx: Context, claimId: string, action: 'claim.draft_changed' | 'claim.discarded' | `handover.${'created' | 'opened' | 'revoked'}`, data: object): Promise<void> {
    return this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claimId }, action, data });
  }
}
