import { Injectable } from '@nestjs/common';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimSales } from '../../modules/claims/index.js';
import type { SalesSetView } from '../../modules/evidence/index.js';
import { LetterQueries, type LetterFate } from '../../modules/mail/index.js';
import { EvidencePages } from '../evidence/evidence-pages.service.js';
import { DecisionPages, type DecisionOnPage } from '../letters/decision-pages.service.js';
import type { ClaimSheet } from '../shared/claim-sheet.service.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import { salesChart, type SalesChart } from './case-weeks.rules.js';
import { traceTree, type TraceBranch } from './case-trace.rules.js';
import { pageStyle } from '../shared/figure-style.rules.js';

export interface PaperPart {
  /** The newest decision in the words of its letter. */
  readonly decided: DecisionOnPage | undefined;
  readonly files: object;
  /** Newest first; the one that counts is the first that could be read. */
  readonly salesSets: readonly SalesSetView[];
  /** Newest first. */
  readonly letters: readonly (Omit<LetterFate, 'createdAt'> & { readonly createdAt: string })[];
  readonly chart: SalesChart | undefined;
  readonly tree: readonly TraceBranch[];
}

/** What was brought and what was sent, and the working that rests on it. */
@Injectable()
export class CasePapers {
  constructor(
    private readonly evidence: EvidencePages, private readonly sales: ClaimSales, private readonly letters: LetterQueries, private readonly renderer: PageRenderer,
    private readonly decisions: DecisionPages,
  ) {}

  async of(visit: Visit, { claim, row, policy, assessment, bars }: ClaimSheet): Promise<PaperPart> {
    const style = pageStyle(this.renderer.formats(visit.language), this.renderer.words(visit.language));
    const [decided, files, sales, letters] = await Promise.all([
      this.decisions.of(visit, row), this.evidence.within(visit, row, policy.resolved.document), this.sales.list(visit.ctx, row), this.letters.fates('claim', claim.id),
    ]);
    return {
      decided,
      files: unwrap(files),
      salesSets: [...unwrap(sales).items].reverse(),
      letters: letters.map((letter) => ({ ...letter, createdAt: letter.createdAt.toISOString() })).reverse(),
      chart: assessment === undefined ? undefined : salesChart(assessment.result, bars),
      tree: assessment === undefined ? [] : traceTree({ result: assessment.result, policy: assessment.policy.resolved, lines: assessment.lines }, visit.language, style),
    };
  }
}
