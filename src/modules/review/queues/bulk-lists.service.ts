import { Injectable } from '@nestjs/common';
import { refuse, type Result } from '../../../core/errors/index.js';
import { isAllowed } from '../../../platform/access/permissions.js';
import type { Context } from '../../../platform/access/context.js';
import { attempt } from '../../../platform/database/attempt.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Casework } from '../casework.service.js';
import { CaseworkLists } from '../casework-lists.service.js';
import type { AskedVerdict, Verdict } from '../verdict-checks.service.js';
import type { BulkItemRow, BulkRow } from './bulk-actions.repository.js';

/** The hope that nothing in a step of a frozen list is in the way: then it is done with as many statements as one claim. */
@Injectable()
export class BulkLists {
  constructor(private readonly lists: CaseworkLists, private readonly casework: Casework) {}

  /** Whether all of it is done. If not, nothing is, and each claim is tried by itself. */
  async allAtOnce(tx: Tx, as: Context, { kind, outcome, reasons }: BulkRow, items: readonly BulkItemRow[], note: string | undefined): Promise<boolean> {
    if ((kind !== 'recommend' && kind !== 'decide') || outcome === null || items.length < 2) return false;
    if (!isAllowed(as.actor, kind === 'recommend' ? 'claim.recommend' : 'claim.decide')) return false;
    const asked = items.flatMap(({ claimId, claimRowVersion: version, assessmentId }): AskedVerdict[] =>
      (assessmentId === null ? [] : [{ claimId, version, verdict: { outcome, assessmentId, reasons, ...(note === undefined ? {} : { note }) } }]));
    if (asked.length !== items.length) return false;
    const done = await attempt(tx, async (inner): Promise<Result<unknown>> => {
      const all = await (kind === 'recommend' ? this.lists.recommend(inner, as, asked) : this.lists.award(inner, as, asked));
      // Nobody sees this code: whatever is in the way is told by trying the claim alone.
      return all ?? refuse('http.stale');
    });
    return done.ok;
  }

  /** One claim of it, as one person does it by hand. */
  one(tx: Tx, as: Context, { kind, outcome, reasons }: BulkRow, item: BulkItemRow, note: string | undefined): Promise<Result<unknown>> {
    if (outcome === null || item.assessmentId === null) return Promise.resolve(refuse('review.no_assessment'));
    const verdict: Verdict = { outcome, assessmentId: item.assessmentId, reasons, ...(note === undefined ? {} : { note }) };
    const within = this.casework.within(tx);
    return kind === 'recommend' ? within.recommend(as, item.claimId, item.claimRowVersion, verdict) : within.decide(as, item.claimId, item.claimRowVersion, verdict);
  }
}
