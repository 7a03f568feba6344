import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { PolicyDocument } from '../../core/policy/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import { ClaimEvidenceQueries, ClaimQueries, evidenceKindsIn, type ClaimDetail, type ClaimRow, type EvidenceSheet } from '../../modules/claims/index.js';
import { ClaimSettings, type ClaimSetting } from '../shared/claim-setting.service.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import { refusalWords, type FaultWords } from '../shared/refusal-words.rules.js';
import { fileSize, kindWords } from './evidence-words.rules.js';

/** What the pages about a claim's evidence show; the same list stands on the desk of staff. */
export interface EvidencePage extends ClaimSetting {
  readonly claim: ClaimDetail;
  readonly evidence: EvidenceSheet;
  readonly kindOf: (kind: string) => string;
  readonly sizeOf: (bytes: number) => string;
  /** Why a file was not taken, in the reader's language. */
  readonly whyNot: (item: EvidenceSheet['items'][number]) => FaultWords | undefined;
  readonly mayOpen: boolean;
  /** Something is being looked at, or was looked at by nobody: the page says what that means. */
  readonly waits: boolean;
  readonly unscanned: boolean;
}

type EvidenceList = Omit<EvidencePage, keyof ClaimSetting | 'claim'>;

@Injectable()
export class EvidencePages {
  constructor(
    private readonly claims: ClaimQueries,
    private readonly settings: ClaimSettings,
    private readonly evidence: ClaimEvidenceQueries,
    private readonly renderer: PageRenderer,
  ) {}

  async of(visit: Visit, reference: string): Promise<Result<EvidencePage>> {
    const claim = await this.claims.byReference(visit.ctx, reference);
    if (!claim.ok) return claim;
    const setting = await this.settings.of(claim.value);
    if (!setting.ok) return setting;
    const sheet = await this.evidence.sheet(visit.ctx, claim.value.id);
    return sheet.ok ? ok({ ...setting.value, claim: claim.value, ...this.#list(visit, claim.value, sheet.value) }) : sheet;
  }

  /** The list alone, for a page that has the claim and its policy already. */
  async within(visit: Visit, claim: ClaimRow, document: PolicyDocument): Promise<Result<EvidenceList>> {
    const sheet = await this.evidence.within(visit.ctx, claim, evidenceKindsIn(document));
    return sheet.ok ? ok(this.#list(visit, claim, sheet.value)) : sheet;
  }

  #list(visit: Visit, claim: Pick<ClaimDetail, 'merchantId'>, evidence: EvidenceSheet): EvidenceList {
    const [t, f] = [this.renderer.words(visit.language), this.renderer.formats(visit.language)];
    const has = (state: string): boolean => evidence.items.some((item) => item.state === state);
    return {
      waits: has('checking'), unscanned: has('unscanned'),
      evidence, kindOf: (kind) => kindWords(t, kind), sizeOf: (bytes) => fileSize(f, bytes), mayOpen: mayFor(visit.ctx.actor, 'evidence.read', claim.merchantId),
      whyNot: ({ refusal }) => (refusal === undefined ? undefined : refusalWords(this.renderer.translations, visit.language, refusal)),
    };
  }
}
