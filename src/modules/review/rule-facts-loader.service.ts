import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Tx } from '../../platform/database/tx.js';
import type { StandingAssessment } from '../assessments/index.js';
import type { ClaimRow } from '../claims/index.js';
import { EvidenceQueries } from '../evidence/index.js';
import { MerchantQueries } from '../merchants/index.js';
import { RegisterQueries } from '../outages/index.js';
import { PolicyQueries } from '../policies/index.js';
import { SchemeQueries } from '../schemes/index.js';
import type { RuleFacts } from './decide-by-rule.rules.js';
import type { RuleStop } from './rule-stops.service.js';
import { Grants } from './grants.service.js';
import { RuleDoubtsLoader } from './rule-doubts-loader.service.js';

/** Collects what `decideByRule` looks at; decides nothing. */
@Injectable()
export class RuleFactsLoader {
  constructor(
    private readonly schemes: SchemeQueries,
    private readonly sites: MerchantQueries,
    private readonly policies: PolicyQueries,
    private readonly evidence: EvidenceQueries,
    private readonly register: RegisterQueries,
    private readonly grants: Grants,
    private readonly doubts: RuleDoubtsLoader,
  ) {}

  async load(tx: Tx, claim: ClaimRow, assessment: StandingAssessment, stop: RuleStop): Promise<Result<RuleFacts>> {
    const scheme = await this.schemes.get(tx, claim.schemeId);
    if (!scheme.ok) return scheme;
    const site = await this.sites.siteFacts(tx, claim.siteId);
    const states = await this.register.statesOf(tx, scheme.value.outageIds);
    const evidence = await this.evidence.facts(tx, claim.id);
    return ok({
      result: assessment.result,
      policy: (await this.policies.version(tx, assessment.policyVersionId)).resolved,
      merchantVerified: site?.merchant.verified ?? false,
      hasParsedSales: evidence.hasParsedSales,
      evidence,
      ...stop,
      late: claim.late,
      hasFund: scheme.value.fundId !== undefined,
      ...await this.doubts.load(tx, claim, assessment.result),
      outagesEnded: [...states.values()].every((state) => state === 'ended' || state === 'final'),
      floorMinor: await this.grants.grantedMinor(tx, claim.id),
      automaticTotalMinor: await this.grants.automaticTotal(tx, claim.merchantId),
    });
  }
}
