import { Injectable } from '@nestjs/common';
import { canonicalJson, sha256Hex } from '../../core/audit/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { currency, money } from '../../core/money/index.js';
import { shareFund, type SharedFund, type SharingPlan } from '../../core/sharing/index.js';
import { formatInstant } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader } from '../../platform/database/tx.js';
import { ClaimPoints, type SharingClaim } from '../claims/index.js';
import { FundLedger, FundQueries, ratioOf, storedRule, type SharingRule } from '../funds/index.js';
import { PolicyQueries } from '../policies/index.js';
import { SchemeQueries, type SchemeFacts } from '../schemes/index.js';
import type { Pinned } from './change-snapshots.service.js';
import { allocationOf, type ChangeRow } from './changes.repository.js';
import type { AllocationHead } from './report.rules.js';

/** Rises when `core/sharing` comes to other shares. */
const ENGINE = 'sharing@1';

/** A fund as it would be shared now: what is pinned, the plan, and who shares in it. */
export interface AllocationCandidate {
  readonly head: AllocationHead;
  readonly plan: SharingPlan;
  readonly schemeIds: readonly string[];
  readonly claims: readonly SharingClaim[];
}

/** What an allocation holds still, and whether it still stands. */
@Injectable()
export class AllocationSnapshots {
  constructor(
    private readonly clock: Clock, private readonly funds: FundQueries, private readonly ledger: FundLedger, private readonly schemes: SchemeQueries, private readonly policies: PolicyQueries,
    private readonly points: ClaimPoints,
  ) {}

  /** Codes: `changes.fund_open`, `changes.fund_rules_differ`, `sharing.nobody`. */
  async candidate(reader: Reader, change: Pick<ChangeRow, 'id' | 'fundId' | 'stage' | 'keptBack'>): Promise<Result<AllocationCandidate>> {
    const { fundId, stage, keptBack } = allocationOf(change);
    const fund = await this.funds.get(fundId);
    if (!fund.ok) return fund;
    const schemes = await this.schemes.ofFund(reader, fundId);
    const closed = this.#closed(schemes);
    if (!closed.ok) return closed;
    const rule = await this.#rule(reader, schemes);
    if (!rule.ok) return rule;
    const schemeIds = schemes.map(({ id }) => id);
    const claims = await this.points.sharing(reader, schemeIds);
    const given = claims.reduce((sum, { grantedMinor }) => sum + BigInt(grantedMinor), 0n);
    const plan = {
      ...rule.value, ...(keptBack === null ? {} : { reserveRatio: ratioOf(keptBack) }), fundId, fund: money(await this.ledger.availableMinor(reader, fundId) + given, currency(fund.value.currency)),
    };
    const { fundId: _id, fund: { minor }, ...applied } = plan;
    return ok({
      plan, claims, schemeIds,
      head: {
        kind: 'allocation', currency: fund.value.currency, candidate: { fundId, code: fund.value.code, stage, keptBack },
        snapshot: { engine: ENGINE, rule: storedRule(applied), fundMinor: String(minor), claims: digestOf(claims) },
      },
    });
  }

  /** The shares themselves. Codes: those of `shareFund`. */
  share({ plan, claims }: AllocationCandidate): Result<SharedFund> {
    return shareFund(plan, claims.map(({ claimId, tier, pointsMinor, grantedMinor }) => ({ claimId, tier, points: BigInt(pointsMinor), frozenMinor: BigInt(grantedMinor) })));
  }

  /** What has changed since, in words; empty while one made now would say the same. */
  async changedSince(reader: Reader, change: ChangeRow, before: AllocationHead): Promise<Pinned[]> {
    const now = await this.candidate(reader, change);
    if (!now.ok) return ['the fund'];
    const { snapshot } = now.value.head;
    return [
      ...(snapshot.engine === before.snapshot.engine ? [] : ['the engine' as const]),
      ...(snapshot.fundMinor === before.snapshot.fundMinor ? [] : ['the fund' as const]),
      ...(canonicalJson(snapshot.rule) === canonicalJson(before.snapshot.rule) ? [] : ['the rule of the fund' as const]),
      ...(snapshot.claims === before.snapshot.claims ? [] : ['the claims' as const]),
    ];
  }

  #closed(schemes: readonly SchemeFacts[]): Result<void> {
    const open = schemes.find(({ closesAt }) => closesAt > this.clock.now());
    if (schemes.length === 0) return refuse('sharing.nobody');
    return open === undefined ? ok(undefined) : refuse('changes.fund_open', { scheme: open.code, closesAt: formatInstant(open.closesAt) });
  }

  /** The one rule of every version that decides for a scheme of the fund. */
  async #rule(reader: Reader, schemes: readonly SchemeFacts[]): Promise<Result<SharingRule>> {
    const rules = new Map<string, SharingRule>();
    for (const key of new Set(schemes.map(({ policyKey }) => policyKey))) {
      for (const { id } of await this.policies.standing(reader, key)) {
        const plan = (await this.policies.version(reader, id)).resolved.sharing?.plan;
        rules.set(plan === undefined ? '' : canonicalJson(storedRule(plan)), plan as SharingRule);
      }
    }
    const [[text, rule] = ['', undefined], ...others] = [...rules];
    return text === '' || rule === undefined || others.length > 0 ? refuse('changes.fund_rules_differ', { schemes: schemes.map(({ code }) => code) }) : ok(rule);
  }
}

const digestOf = (claims: readonly SharingClaim[]): string =>
  sha256Hex(claims.map(({ claimId, n, tier, pointsMinor, grantedMinor }) => `${claimId} ${n} ${tier} ${pointsMinor} ${grantedMinor}`).join('\n'));
