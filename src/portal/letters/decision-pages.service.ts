import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Language } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimDeliveries, type ClaimAsked, type ClaimRow } from '../../modules/claims/index.js';
import { DecisionLetters, saidIn, type LetterDocument } from '../../modules/review/index.js';
import type { Visit } from '../shared/portal.page.js';
import { writeDocument, type TaggedSheet } from '../shared/tagged-document.rules.js';

export interface DecisionOnPage {
  readonly n: number;
  readonly letter: LetterDocument;
}

/** The newest decision of a claim on its page and as a document, both made from its letter. */
@Injectable()
export class DecisionPages {
  constructor(private readonly letters: DecisionLetters, private readonly deliveries: ClaimDeliveries) {}

  /** Undefined while nothing is decided. */
  async of({ ctx, language }: Visit, claim: ClaimAsked): Promise<DecisionOnPage | undefined> {
    const newest = unwrap(await this.letters.newest(ctx, claim, language));
    return newest === undefined ? undefined : { n: newest.n, letter: newest.document };
  }

  /** As `of`, on the page of the business: what stands there has reached it. */
  async shown(visit: Visit, claim: ClaimRow): Promise<DecisionOnPage | undefined> {
    unwrap(await this.deliveries.opened(visit.ctx, claim));
    return this.of(visit, claim);
  }

  async pdf(ctx: Context, claimId: string, n: number, language: Language): Promise<Result<Buffer>> {
    const letter = await this.letters.of(ctx, claimId, n, language);
    return letter.ok ? ok(await writeDocument(sheetOf(letter.value))) : letter;
  }
}

const sheetOf = (letter: LetterDocument): TaggedSheet => ({
  language: letter.language, title: letter.title, reference: letter.reference, at: letter.at, lead: letter.facts.map(({ label, text }) => `${label}: ${text}`).join('\n'),
  contact: saidIn(letter, 'contact'), parts: letter.parts.filter(({ name }) => name !== 'contact'),
});
