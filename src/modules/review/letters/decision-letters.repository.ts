import { Injectable } from '@nestjs/common';
import type { Language } from '../../../core/policy/index.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import type { LetterDocument } from './letter-document.rules.js';

export interface LetterKey {
  readonly claimId: string;
  readonly n: number;
  readonly language: Language;
}

/** Letters as they were first written: what changes later, such as a name or a text of the scheme, does not change them. */
@Injectable()
export class DecisionLettersRepository {
  /** Undefined before it was written, and after it was erased. */
  async find(reader: Reader, { claimId, n, language }: LetterKey): Promise<LetterDocument | undefined> {
    const [row] = await reader.query<{ body: string | null }>('SELECT body FROM decision_letter WHERE claim_id = $1 AND n = $2 AND language = $3', [claimId, n, language]);
    return row === undefined || row.body === null ? undefined : (JSON.parse(row.body) as LetterDocument);
  }

  /** The first one stays. */
  async keep(tx: Tx, { claimId, n, language }: LetterKey, letter: { readonly merchantId: string; readonly document: LetterDocument; readonly at: Instant }): Promise<void> {
    await tx.execute(`
      INSERT INTO decision_letter (claim_id, n, language, merchant_id, body, written_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [claimId, n, language, letter.merchantId, JSON.stringify(letter.document), formatInstant(letter.at)]);
  }
}
