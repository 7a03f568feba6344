import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, type Interval } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { EvidenceFiling, SalesQueries, SalesSets, type FrozenEvidence } from '../evidence/index.js';
import { PolicyQueries } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';
import { checkComplete } from './answers.rules.js';
import { ClaimClashes } from './claim-clashes.service.js';
import type { ClaimEvent } from './claim.machine.js';
import type { ClaimRow } from './views/claim-row.js';

/** Events that freeze a claim version. */
export type FilingEvent = Extract<ClaimEvent, 'submit' | 'amend' | 'correct' | 'answer'>;

export interface Readiness {
  readonly late: boolean;
  /** Under whose questions it is filed. */
  readonly policyVersionId: string;
  readonly salesSetId?: string;
  /** The time it takes: hull of claim window and loss window. */
  readonly occupied: Interval;
  /** What is filed as evidence: exactly these files, by their digests. */
  readonly evidence: readonly FrozenEvidence[];
}

/** Whether a claim can be filed now: the scheme takes it, the policy's inputs are there, no other claim is in its way, and sales and evidence stand still from now on. */
@Injectable()
export class FilingReadiness {
  constructor(
    private readonly schemes: SchemeQueries,
    private readonly policies: PolicyQueries,
    private readonly sales: SalesQueries,
    private readonly salesSets: SalesSets,
    private readonly evidence: EvidenceFiling,
    private readonly clashes: ClaimClashes,
    private readonly clock: Clock,
  ) {}

  /** Who answers what staff asked for is heard whenever that is, and no later for it. */
  async check(tx: Tx, ctx: Context, claim: ClaimRow, event: FilingEvent): Promise<Result<Readiness>> {
    const scheme = await this.schemes.get(tx, claim.schemeId);
    if (!scheme.ok) return scheme;
    const now = this.clock.now();
    const { opensAt, closesAt, graceEndsAt, policyKey } = scheme.value;
    const isAsked = event === 'answer';
    if (!isAsked && (now < opensAt || now >= graceEndsAt)) return refuse('claims.scheme_not_open', { opensAt: formatInstant(opensAt), closesAt: formatInstant(closesAt) });
    const policy = await this.policies.effective(tx, policyKey, claim.window.from);
    if (!policy.ok) return policy;
    const sales = await this.sales.header(tx, claim.id);
    const complete = checkComplete(claim.answers, policy.value.resolved.document, sales !== undefined);
    if (!complete.ok) return complete;
    const evidence = await this.evidence.freeze(tx, ctx, claim.id);
    if (!evidence.ok) return evidence;
    const occupied = await this.clashes.take(tx, ctx, claim, policy.value.resolved);
    if (!occupied.ok) return occupied;
    const ready = { late: !isAsked && now >= closesAt, policyVersionId: policy.value.id, occupied: occupied.value, evidence: evidence.value };
    if (sales === undefined) return ok(ready);
    const frozen = await this.salesSets.freeze(tx, ctx, sales.setId);
    return frozen.ok ? ok({ ...ready, salesSetId: sales.setId }) : frozen;
  }
}
