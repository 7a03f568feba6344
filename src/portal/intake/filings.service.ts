import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { currency, formatMoney, money, parseMoney } from '../../core/money/index.js';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { AssessmentQueries } from '../../modules/assessments/index.js';
import { ClaimFilings, ClaimQueries, ClaimSubmission, type ClaimDetail, type Declarations } from '../../modules/claims/index.js';
import { ClaimSettings, type ClaimSetting } from '../shared/claim-setting.service.js';
import type { NextStep } from '../shared/next-step.rules.js';
import { NextSteps } from '../shared/next-steps.service.js';
import type { Visit } from '../shared/portal.page.js';
import type { IntakeSheet } from './intake-sheet.service.js';

export interface SendResult {
  readonly sent: readonly string[];
  readonly refused: readonly { readonly reference: string; readonly refusal: Refusal }[];
}

export interface SentPage extends Omit<ClaimSetting, 'services' | 'site'> {
  /** What has been worked out of several claims by now, in all; undefined for one claim, and where nothing has. */
  readonly together?: { readonly cash: { readonly amount: string; readonly currency: string }; readonly worked: number };
  readonly claims: readonly { readonly claim: ClaimDetail; readonly site: ClaimSetting['site']; readonly next: NextStep | undefined }[];
  readonly drafts: readonly string[];
}

/** Sends the claims that were filled in together under one declaration; each stands or is refused for itself. */
@Injectable()
export class Filings {
  constructor(
    private readonly steps: NextSteps,
    private readonly submission: ClaimSubmission,
    private readonly filings: ClaimFilings,
    private readonly queries: ClaimQueries,
    private readonly settings: ClaimSettings,
    private readonly database: Database,
    private readonly assessments: AssessmentQueries,
  ) {}

  async send({ ctx, language }: Visit, sheet: IntakeSheet, declarations: Declarations): Promise<SendResult> {
    const sent: string[] = [];
    const refused: { reference: string; refusal: Refusal }[] = [];
    for (const { row } of sheet.claims) {
      const filed = await this.submission.submit(ctx, row.id, row.version, declarations);
      if (filed.ok || await this.#stands(ctx, row.id)) sent.push(row.reference);
      else refused.push({ reference: row.reference, refusal: inWords(filed.refusal, sheet, language) });
    }
    return { sent, refused };
  }

  /** Another click sent it first. */
  async #stands(ctx: Visit['ctx'], id: string): Promise<boolean> {
    const claim = await this.queries.visible(ctx, id);
    return claim.ok && claim.value.submittedAt !== null;
  }

  /** What was sent together with a claim, and what happens next with each. */
  async sentPage({ ctx }: Visit, reference: string): Promise<Result<SentPage>> {
    const lead = await this.queries.byReference(ctx, reference);
    if (!lead.ok) return lead;
    const setting = await this.settings.of(lead.value);
    const filing = await this.filings.of(ctx, lead.value.id);
    if (!setting.ok) return setting;
    if (!filing.ok) return filing;
    const { scheme } = setting.value;
    const details = await Promise.all(filing.value.claims.filter(({ submittedAt }) => submittedAt !== null).map(({ id }) => this.queries.get(ctx, id)));
    const seen = details.flatMap((detail) => (detail.ok ? [detail.value] : []));
    const steps = await this.steps.of(seen);
    const claims = await Promise.all(seen.map(async (claim) => ({ claim, site: await this.settings.site(claim.siteId), next: steps.get(claim.id)?.next })));
    if (lead.value.submittedAt === undefined && claims.length === 0) return ok({ scheme, claims: [], drafts: [] });
    const together = await this.#together(claims.map(({ claim }) => claim));
    return claims.length === 0 ? refuse('claims.not_found') : ok({
      scheme, claims, ...(together === undefined ? {} : { together }), drafts: filing.value.claims.filter(({ state }) => state === 'draft').map((row) => row.reference),
    });
  }

  async #together(claims: readonly ClaimDetail[]): Promise<SentPage['together']> {
    if (claims.length < 2) return undefined;
    const figures = await this.assessments.figures(this.database.reader, claims.flatMap(({ assessmentId }) => assessmentId ?? []));
    const sums = [...figures.values()].flatMap(({ cash }) => cash ?? []);
    const [first] = sums;
    if (first === undefined) return undefined;
    const code = currency(first.currency);
    const minor = sums.reduce((sum, { amount }) => sum + unwrap(parseMoney(amount, code)).minor, 0n);
    return { cash: { amount: formatMoney(money(minor, code)), currency: code }, worked: sums.length };
  }
}

/** A refusal that names an answer says which question it was, in the reader's language. */
function inWords(refusal: Refusal, { document }: IntakeSheet, language: Visit['language']): Refusal {
  const causes = refusal.causes?.map((cause): Refusal => {
    const name = /^\/answers\/(\w+)$/.exec(cause.pointer ?? '')?.[1];
    const label = name === undefined ? undefined : document.inputs[name]?.label[language];
    return label === undefined ? cause : { ...cause, code: cause.code === 'claims.answer_missing' ? 'intake.answer_open' : 'intake.answer_unusable', params: { question: label } };
  });
  return causes === undefined ? refusal : { ...refusal, causes };
}
