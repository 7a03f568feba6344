import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Tx } from '../../platform/database/tx.js';
import type { StandingAssessment } from '../assessments/index.js';
import type { ClaimRow } from '../claims/index.js';
import { EvidenceQueries } from '../evidence/index.js';
import { MerchantQueries } from '../merchants/index.js';
import { PolicyQueries } from '../policies/index.js';
import type { RuleFacts } from './decide-by-rule.rules.js';
import { Grants } from './grants.service.js';
import { RuleSchemes } from './rule-schemes.service.js';
import { RuleStops } from './rule-stops.service.js';
import { RuleDoubtsLoader } from './rule-doubts-loader.service.js';

/** Collects what `decideByRule` looks at; decides nothing. */
@Injectable()
export class RuleFactsLoader {
  constructor(
    private readonly schemes: RuleSchemes,
    private readonly sites: MerchantQueries,
    private readonly policies: PolicyQueries,
    private readonly evidence: EvidenceQueries,
    private readonly grants: Grants,
    private readonly doubts: RuleDoubtsLoader,
    private readonly stops: RuleStops,
  ) {}

  /** Of claims with the assessments they stand on, in the order given; all but what rules have granted to the merchant before. */
  async load(tx: Tx, asked: readonly { readonly claim: ClaimRow; readonly assessment: StandingAssessment }[]): Promise<Result<Omit<RuleFacts, 'automaticTotalMinor'>[]>> {
    const claims = asked.map(({ claim }) => claim);
    const schemes = await this.schemes.of(tx, claims);
    if (!schemes.ok) return schemes;
    const ids = claims.map(({ id }) => id);
    const sites = await this.sites.siteFactsOf(tx, claims.map(({ siteId }) => siteId));
    const evidence = await this.evidence.facts(tx, ids);
    const stop = await this.stops.of(tx, claims);
    const doubts = await this.doubts.load(tx, asked.map(({ claim, assessment: { result } }) => ({ claim, result })));
    const granted = await this.grants.grantedOf(tx, ids);
    const facts: Omit<RuleFacts, 'automaticTotalMinor'>[] = [];
    for (const { claim, assessment: { result, policyVersionId } } of asked) {
      const [{ hasParsedSales, ...filed }, scheme] = [evidence.get(claim.id) ?? NOTHING_FILED, schemes.value.get(claim.schemeId)];
      facts.push({
        result, policy: (await this.policies.version(tx, policyVersionId)).resolved, merchantVerified: sites.get(claim.siteId)?.merchant.verified ?? false, hasParsedSales, evidence: filed,
        ...stop(claim.id), late: claim.late, hasFund: scheme?.hasFund ?? false, ...doubts(claim.id), outagesEnded: scheme?.outagesEnded ?? false, floorMinor: granted.get(claim.id) ?? 0n,
      });
    }
    return ok(facts);
  }

  /** What rules have granted to the merchants of claims, and stands, in minor units by merchant; until the commit nobody else adds to it. */
  async automaticTotals(tx: Tx, claims: readonly ClaimRow[]): Promise<Map<string, bigint>> {
    const automatic = await this.grants.automatic(tx, claims.map(({ merchantId }) => merchantId));
    return new Map([...automatic].map(([merchantId, granted]) => [merchantId, [...granted.values()].reduce((sum, minor) => sum + minor, 0n)]));
  }
}

const NOTHING_FILED = { kinds: [], isWaiting: false, isInfected: false, hasParsedSales: false };
