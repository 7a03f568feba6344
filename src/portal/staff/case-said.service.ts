import { Injectable } from '@nestjs/common';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { AuditQueries } from '../../modules/audit/index.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { FiledAnswers } from '../intake/filed-answers.service.js';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';

export interface SaidPart {
  readonly answers: readonly { readonly label: string; readonly text: string }[];
  /** Undefined where the operator opened the claim and its merchant has declared nothing yet. */
  readonly paidElsewhere: boolean | undefined;
  /** What was paid or claimed elsewhere, unless it was erased. */
  readonly elsewhere: string | undefined;
}

/** What the merchant answered and declared in the version of the claim that counts. */
@Injectable()
export class CaseSaid {
  constructor(private readonly claims: ClaimQueries, private readonly answers: FiledAnswers, private readonly audit: AuditQueries, private readonly renderer: PageRenderer) {}

  /** Undefined for a draft: nothing of it is said yet. */
  async of({ ctx, language }: Visit, { claim, row, scheme, site }: ClaimSheet): Promise<SaidPart | undefined> {
    if (claim.state === 'draft') return undefined;
    const filed = unwrap(await this.claims.filedVersion(ctx, row, claim.claimVersion));
    const policy = unwrap(await this.answers.policyOf(filed, scheme.policyKey));
    const { declarations } = filed.frozen;
    const digest = declarations?.elsewhereDigest;
    return {
      answers: this.answers.inWords(filed, policy, { site }, this.renderer.speaking(language)),
      paidElsewhere: declarations?.paidElsewhere, elsewhere: digest === undefined ? undefined : (await this.audit.texts([digest])).get(digest),
    };
  }
}
