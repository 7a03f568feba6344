import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Tx } from '../../../platform/database/tx.js';
import { ClaimLetters, type ClaimRow } from '../../claims/index.js';
import { MerchantQueries } from '../../merchants/index.js';
import { DecisionLetters } from './decision-letters.service.js';
import { saidIn } from './letter-document.rules.js';

/** Tells the owners what was decided, in the words of the letter, in the transaction that decides. */
@Injectable()
export class DecisionMail {
  constructor(private readonly letters: DecisionLetters, private readonly claimLetters: ClaimLetters, private readonly merchants: MerchantQueries) {}

  /** The newest decision, just made. Data for any letter that tells it. */
  async decided(tx: Tx, claim: ClaimRow, template = 'claim.decided'): Promise<Result<void>> {
    const language = await this.merchants.languageOf(tx, claim.merchantId);
    const newest = await this.letters.ofNewest(tx, claim, language);
    if (!newest.ok) return newest;
    const { n, document } = newest.value;
    const data = {
      n: String(n), decision: saidIn(document, 'decision'), why: saidIn(document, 'why'), next: saidIn(document, 'next'), objection: saidIn(document, 'objection'), who: saidIn(document, 'who'),
    };
    await this.claimLetters.toOwners(tx, claim, { template, data: () => data });
    return ok(undefined);
  }
}
