import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { AuditTrail } from '../audit/index.js';
import { Duties } from '../identity/index.js';
import { PolicyCatalogue } from './policy-catalogue.service.js';
import { PolicyDrafting } from './policy-drafting.service.js';
import { PolicyEditionsRepository, type EditionRow } from './policy-editions.repository.js';
import { PoliciesRepository } from './policies.repository.js';
import type { ReadyPolicy } from './policy-choice.rules.js';
import type { Reach } from './policy.machine.js';
import type { PolicyView } from './views/policy-view.js';

/** A draft in review, ready to be rehearsed as if it were published. */
export interface PolicyCandidate {
  readonly editionId: string;
  readonly key: string;
  readonly number: number;
  readonly hash: string;
  /** First event it is for; undefined: every event. */
  readonly effectiveFrom: Instant | undefined;
  readonly reach: Reach;
  readonly ready: ReadyPolicy;
}

/** The front door for `changes`: what is to be rehearsed, and publishing it once its rehearsal was approved. */
@Injectable()
export class PolicyPublication {
  constructor(
    private readonly clock: Clock,
    private readonly drafting: PolicyDrafting,
    private readonly catalogue: PolicyCatalogue,
    private readonly editions: PolicyEditionsRepository,
    private readonly policies: PoliciesRepository,
    private readonly duties: Duties,
    private readonly audit: AuditTrail,
  ) {}

  /** Code besides those of the draft: `policies.not_in_review`, `policies.resolves_differently` (a block it uses changed since). */
  async candidate(reader: Reader, key: string, number: string): Promise<Result<PolicyCandidate>> {
    const row = await this.drafting.find(reader, key, number);
    return row.ok ? this.#candidate(reader, row.value) : row;
  }

  async candidateById(reader: Reader, editionId: string): Promise<Result<PolicyCandidate>> {
    const row = await this.editions.byId(reader, editionId);
    return row === undefined ? refuse('policies.draft_not_found', { key: '', number: '' }) : this.#candidate(reader, row);
  }

  async #candidate(reader: Reader, row: EditionRow): Promise<Result<PolicyCandidate>> {
    if (row.state !== 'in_review' || row.hash === null) return refuse('policies.not_in_review', { state: row.state });
    const compiled = await this.drafting.compiled(reader, row);
    if (!compiled.ok) return compiled;
    const { hash, currency } = compiled.value;
    if (hash !== row.hash) return refuse('policies.resolves_differently', { hash: row.hash });
    const { key, number, reach } = row;
    const isFirst = (await this.policies.versions(reader, key)).length === 0;
    const effectiveFrom = row.effectiveFrom ?? (isFirst ? undefined : row.createdAt);
    return ok({ editionId: row.id, key, number, hash, reach, effectiveFrom, ready: { id: row.id, key, version: number, hash, currency, resolved: compiled.value } });
  }

  /**
   * Publishes a candidate: another person's decision, in the caller's transaction, which also closes what the version replaces.
   * The caller has checked the digest of the rehearsal. Codes: `policies.four_eyes`, `policies.too_early`, `policies.period_taken`.
   */
  async publish(tx: Tx, ctx: Context, candidate: PolicyCandidate): Promise<Result<PolicyView>> {
    const approvedBy = userIdOf(ctx.actor);
    await this.policies.lockKey(tx, candidate.key);
    const row = await this.editions.lock(tx, candidate.editionId);
    const may = await this.duties.stillMay(tx, approvedBy, 'change.approve');
    if (!may.ok) return may;
    const approver = await this.duties.take(tx, row.id, approvedBy, 'approver');
    const decided = this.drafting.decide(row, 'approve', !approver.ok);
    if (!decided.ok) return decided;
    if (row.hash !== candidate.hash) return refuse('policies.resolves_differently', { hash: candidate.hash });
    if (row.decidedFrom !== null && row.decidedFrom > this.clock.now()) return refuse('policies.too_early', { decidedFrom: formatInstant(row.decidedFrom) });
    const published = await this.catalogue.store(tx, ctx, candidate.ready.resolved, row.source, { effectiveFrom: candidate.effectiveFrom, number: row.number });
    await this.editions.moveTo(tx, row.id, decided.value, { approvedBy, policyVersionId: published.id });
    await this.audit.record(tx, ctx, { aggregate: { type: 'policy_edition', id: row.id }, action: 'policy_edition.approve', data: { policyVersionId: published.id, hash: row.hash } });
    return ok(published);
  }
}
