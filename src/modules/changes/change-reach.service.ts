import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Tx } from '../../platform/database/tx.js';
import type { ManyOptions } from '../assessments/index.js';
import { AmendmentReach, type ReachedPage } from './amendment-reach.service.js';
import { ChangeBook } from './change-book.service.js';
import { amendmentRun, isPolicyRun, type RunRow } from './change-runs.repository.js';
import type { ChangeRow } from './changes.repository.js';

/** A page to apply to, and under what. */
export interface Batch extends ReachedPage {
  readonly options: Omit<ManyOptions, 'aside'>;
}

/** Whom an approved change reaches, whatever it is about. */
@Injectable()
export class ChangeReach {
  constructor(private readonly book: ChangeBook, private readonly amendments: AmendmentReach) {}

  async next(tx: Tx, change: ChangeRow, run: RunRow, { policyVersionId, limit }: { policyVersionId: string | null; limit: number }): Promise<Batch> {
    if (!isPolicyRun(run)) {
      const amended = amendmentRun(run);
      return { ...await this.amendments.next(tx, amended, change, limit), options: { registerVersion: amended.head.snapshot.registerVersion + 1 } };
    }
    const { key, reach } = run.head.candidate;
    const filed = await this.book.next(tx, { key, reach: reach === 'all' ? 'all' : 'undecided' }, change.appliedCursor, limit);
    return { filed, knowing: new Set(), last: filed.at(-1)?.claim.id, options: policyVersionId === null ? {} : { only: policyVersionId } };
  }

  /** How many claims have come in while others were worked out; those that come in under a new rule are assessed by it anyway. */
  late(tx: Tx, change: ChangeRow, run: RunRow): Promise<Result<number>> {
    return isPolicyRun(run) ? Promise.resolve(ok(0)) : this.amendments.late(tx, amendmentRun(run), change);
  }
}
