import { Injectable } from '@nestjs/common';
import { refuse, type Result } from '../../../core/errors/index.js';
import type { Tx } from '../../../platform/database/tx.js';
import { ClaimQueries, Entitlements } from '../../claims/index.js';
import { People } from '../../identity/index.js';
import { ApprovalsRepository } from './approvals.repository.js';

/** Of two who decide at once one is too late: that person is told who was faster, with what, and when. */
@Injectable()
export class Rivals {
  constructor(
    private readonly claims: ClaimQueries, private readonly entitlements: Entitlements, private readonly approvals: ApprovalsRepository, private readonly people: People,
  ) {}

  /** The refusal, with the person where the claim is stale because one decided or approved it. Codes: `review.decided_meanwhile`, `review.approved_meanwhile`, and what came in. */
  async named<T>(tx: Tx, claimId: string, refused: Result<T> & { readonly ok: false }): Promise<Result<never>> {
    if (refused.refusal.code !== 'http.stale') return refused;
    const state = (await this.claims.find(tx, claimId))?.state;
    if (state === 'recommended') return await this.#approved(tx, claimId) ?? refused;
    const decision = ['offered', 'accepted', 'rejected'].includes(state ?? '') ? await this.entitlements.latestOfStage(tx, claimId, 'decision') : undefined;
    if (decision === undefined || decision.userId === null) return refused;
    const { userId, outcome, at } = decision;
    return refuse('review.decided_meanwhile', { ...refused.refusal.params, by: await this.#name(userId), outcome, ...momentOf(at) });
  }

  async #approved(tx: Tx, claimId: string): Promise<Result<never> | undefined> {
    const [last, recommendation] = [(await this.approvals.of(tx, claimId)).at(-1), await this.entitlements.latestRecommendation(tx, claimId)];
    if (last === undefined || last.recommendationN !== recommendation?.n) return undefined;
    return refuse('review.approved_meanwhile', { by: await this.#name(last.userId), ...momentOf(last.at) });
  }

  async #name(userId: string): Promise<string> {
    return (await this.people.names([userId])).get(userId) ?? userId;
  }
}

/** The instant, and as people write it. */
const momentOf = (at: Date): { at: string; when: string } => ({ at: at.toISOString(), when: `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC` });
