import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Tx } from '../../../platform/database/tx.js';
import type { ClaimLetter, ClaimRow } from '../../claims/index.js';
import { MerchantQueries } from '../../merchants/index.js';
import { DecisionLetters } from './decision-letters.service.js';
import { saidIn } from './letter-document.rules.js';

/** What the owners are told of a decision, in the words of its letter. */
@Injectable()
export class DecisionMail {
  constructor(private readonly letters: DecisionLetters, private readonly merchants: MerchantQueries) {}

  /** Of the newest decision, just made. */
  async letter(tx: Tx, claim: ClaimRow): Promise<Result<ClaimLetter>> {
    const language = await this.merchants.languageOf(tx, claim.merchantId);
    const newest = await this.letters.ofNewest(tx, claim, language);
    if (!newest.ok) return newest;
    const { n, document } = newest.value;
    const data = {
      n: String(n), decision: saidIn(document, 'decision'), why: saidIn(document, 'why'), next: saidIn(document, 'next'), objection: saidIn(document, 'objection'), who: saidIn(document, 'who'),
    };
    return ok({ template: 'claim.decided', data: () => data });
  }
}
