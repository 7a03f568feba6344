import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { contains, formatInstant, type Interval } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { AuditTrail } from '../audit/index.js';
import { checkCoverage } from './sales-coverage.rules.js';
import { SalesOriginals } from './sales-originals.service.js';
import { TillUploadsRepository } from './till-uploads.repository.js';
import { SalesSetsRepository } from './sales-sets.repository.js';
import { salesSetView, type SalesSetView } from './views/sales-set-view.js';

export interface CoverageConfirmation {
  readonly subjectId: string;
  readonly setId: string;
  /** Left out: the proposed coverage is right. */
  readonly intervals?: readonly Interval[];
}

/** What happens to a sales set after it was stored; always inside the transaction of its subject's owner. */
@Injectable()
export class SalesSets {
  constructor(
    private readonly clock: Clock,
    private readonly sets: SalesSetsRepository,
    private readonly uploads: TillUploadsRepository,
    private readonly originals: SalesOriginals,
    private readonly audit: AuditTrail,
  ) {}

  /** The merchant says which time the file speaks for: inside it, no record means no sale. */
  async confirmCoverage(tx: Tx, ctx: Context, confirmation: CoverageConfirmation): Promise<Result<SalesSetView>> {
    const { setId, subjectId } = confirmation;
    const set = await this.sets.lock(tx, setId);
    if (set === undefined || set.subjectId !== subjectId) return refuse('evidence.set_not_found', { id: setId });
    if (set.state === 'failed') return refuse('evidence.set_failed');
    if (set.isUsed) return refuse('evidence.set_frozen');
    const coverage = checkCoverage(confirmation.intervals ?? set.proposedCoverage, set.uploadedAt);
    if (!coverage.ok) return coverage;
    const outside = contains(coverage.value, set.proposedCoverage) ? undefined : await this.sets.firstOutside(tx, setId, coverage.value);
    if (outside !== undefined) return refuse('evidence.coverage_misses_records', { at: formatInstant(outside) });
    const now = this.clock.now();
    await this.sets.confirmCoverage(tx, setId, coverage.value, userIdOf(ctx.actor), now);
    await this.audit.record(tx, ctx, { aggregate: { type: 'sales_set', id: setId }, action: 'sales.coverage_confirmed', data: { coverage: coverage.value } });
    const confirmed = await this.sets.find(tx, setId);
    if (confirmed === undefined) throw new TypeError(`sales set ${setId} is gone`);
    return ok(salesSetView(confirmed));
  }

  /** From now on an assessment may have read the set: it stays as it is. Repeating it changes nothing. Says who brought it. */
  async freeze(tx: Tx, ctx: Context, setId: string): Promise<Result<{ readonly uploadedBy: string }>> {
    const set = await this.sets.lock(tx, setId);
    if (set === undefined) return refuse('evidence.set_not_found', { id: setId });
    if (set.coverage.length === 0) return refuse('evidence.coverage_unconfirmed');
    if (set.isUsed) return ok(set);
    await this.sets.markUsed(tx, setId, this.clock.now());
    await this.audit.record(tx, ctx, { aggregate: { type: 'sales_set', id: setId }, action: 'sales.frozen', data: { setId } });
    return ok(set);
  }

  /** Deletes the unused sets of a subject that is discarded, and after the commit the files that nothing else needs. */
  async discard(tx: Tx, subjectId: string): Promise<number> {
    const count = await this.sets.discard(tx, subjectId);
    const files = await this.uploads.discard(tx, subjectId);
    tx.afterCommit(async () => {
      for (const sha256 of files) await this.originals.drop(sha256);
    });
    return count;
  }
}
