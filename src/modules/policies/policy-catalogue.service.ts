import { Injectable } from '@nestjs/common';
import { canonicalJson, sha256Hex } from '../../core/audit/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { checkPolicy, readReasons, type CompiledPolicy } from '../../core/policy/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { actorName, EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { policyPublished } from './policies.events.js';
import { PoliciesRepository } from './policies.repository.js';
import { documentFaults } from './policy-faults.rules.js';
import { PolicyQueries } from './policy-queries.service.js';
import { policyView, type PolicyView } from './views/policy-view.js';

export interface Publication extends PolicyView {
  /** False when exactly this document was published before: nothing was stored. */
  readonly isNew: boolean;
}

export interface PublishOptions {
  /** First event the version is for; left out: a first version is for all events, a later one for those from now on. */
  readonly effectiveFrom?: Instant;
  /** Refuses a later version of a key: these go through a change, with a rehearsal and another person's approval. */
  readonly onlyFirst?: boolean;
}

/** Publishes policies: checked, its examples run, resolved, hashed, and never changed afterwards. */
@Injectable()
export class PolicyCatalogue {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly policies: PoliciesRepository,
    private readonly queries: PolicyQueries,
    private readonly audit: AuditTrail,
    private readonly events: EventLog,
  ) {}

  async publish(ctx: Context, yaml: string, options: PublishOptions = {}): Promise<Result<Publication>> {
    const reasons = await this.queries.reasons(this.database.reader);
    if (!reasons.ok) return reasons;
    const { policy, faults } = checkPolicy(yaml, reasons.value);
    if (policy === undefined || faults.length > 0) return refuse('policies.document_faulty', { count: faults.length }, { causes: documentFaults(faults) });
    return this.work.run(ctx, async (tx): Promise<Result<Publication>> => {
      const key = policy.document.policy;
      await this.policies.lockKey(tx, key);
      const before = await this.policies.byHash(tx, key, policy.hash);
      if (before !== undefined) return ok({ ...policyView(before, this.clock.now()), isNew: false });
      const number = await this.policies.nextNumber(tx, key);
      if (number > 1 && options.onlyFirst === true) return refuse('policies.needs_change', { key });
      const effectiveFrom = options.effectiveFrom ?? (number === 1 ? undefined : this.clock.now());
      return ok({ ...(await this.store(tx, ctx, policy, yaml, { effectiveFrom, number })), isNew: true });
    });
  }

  /** Stores a checked version under the lock of its key, and closes what it replaces: for events from its start on, for decisions from now on. */
  async store(tx: Tx, ctx: Context, policy: CompiledPolicy, yaml: string, place: { effectiveFrom: Instant | undefined; number: number }): Promise<PolicyView> {
    const { document, hash, currency } = policy;
    const { effectiveFrom, number } = place;
    const now = this.clock.now();
    await this.policies.closeReplaced(tx, document.policy, effectiveFrom, now);
    const id = await this.policies.add(tx, {
      key: document.policy, number, hash, use: document.use, currency, title: document.title, source: yaml,
      resolved: canonicalJson(document), publishedBy: actorName(ctx.actor), publishedAt: now,
    }, effectiveFrom);
    const published = { policyVersionId: id, key: document.policy, version: number, hash };
    await this.audit.record(tx, ctx, { aggregate: { type: 'policy', id }, action: 'policy.published', data: published });
    await this.events.append(tx, ctx, policyPublished(published));
    const row = await this.policies.find(tx, id);
    if (row === undefined) throw new TypeError('a version that was just stored is gone');
    return policyView(row, now);
  }

  /** Publishes the shared sentences. Sentences may be bettered; a code that was published stays. */
  async publishReasons(ctx: Context, yaml: string): Promise<Result<{ number: number; isNew: boolean }>> {
    const { reasons, faults } = readReasons(yaml);
    if (faults.length > 0) return refuse('policies.reasons_faulty', { count: faults.length }, { causes: documentFaults(faults) });
    const body = canonicalJson(reasons);
    const hash = sha256Hex(body);
    return this.work.run(ctx, async (tx): Promise<Result<{ number: number; isNew: boolean }>> => {
      await this.policies.lockKey(tx, 'reasons');
      const head = await this.policies.latestReasons(tx);
      if (head?.hash === hash) return ok({ number: head.number, isNew: false });
      const before = head === undefined ? {} : (JSON.parse(await this.policies.reasonsBody(tx, head.number)) as object);
      const codes = Object.keys(before).filter((code) => !Object.hasOwn(reasons, code));
      if (codes.length > 0) return refuse('policies.reason_removed', { codes });
      const number = (head?.number ?? 0) + 1;
      await this.policies.addReasons(tx, { number, hash, body, publishedBy: actorName(ctx.actor), publishedAt: this.clock.now() });
      return ok({ number, isNew: true });
    });
  }
}
