import { Injectable } from '@nestjs/common';
import { AuditQueries } from '../../modules/audit/index.js';

/** Why a claim lies with people. */
export interface CaseReasons {
  /** The codes a rule left when it gave the claim to people; none if a person took it. */
  readonly why: readonly string[];
  /** The merchant said that a claim the operator opened is not theirs. */
  readonly isDisowned: boolean;
  /** What it wrote beside that, if anything. */
  readonly disowned: string | undefined;
}

/** Reads from the record of a claim what its page says first. */
@Injectable()
export class CaseHistory {
  constructor(private readonly audit: AuditQueries) {}

  async of(claimId: string): Promise<CaseReasons> {
    const newest = await this.audit.newest('claim', claimId, ['claim.refer', 'claim.not_mine']);
    const [referred, disowned] = [newest.get('claim.refer'), newest.get('claim.not_mine')];
    const digest = typeof disowned?.['noteDigest'] === 'string' ? disowned['noteDigest'] : undefined;
    return {
      why: Array.isArray(referred?.['why']) ? referred['why'] as string[] : [], isDisowned: disowned !== undefined,
      disowned: digest === undefined ? undefined : (await this.audit.texts([digest])).get(digest),
    };
  }
}
