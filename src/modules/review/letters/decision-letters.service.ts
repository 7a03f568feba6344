import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Language } from '../../../core/policy/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Formatting } from '../../../platform/i18n/formatting.js';
import { Translations } from '../../../platform/i18n/translations.js';
import { ClaimQueries, Entitlements, type ClaimAsked, type ClaimRow } from '../../claims/index.js';
import { DecisionFactsLoader, isTold, type ToldDetermination } from './decision-facts.service.js';
import { decisionLetter } from './decision-letter.rules.js';
import { DecisionLettersRepository } from './decision-letters.repository.js';
import type { LetterDocument } from './letter-document.rules.js';

/** The letter of a decision, in any language. It is written once and kept: whoever asks again, wherever, reads the same words. */
@Injectable()
export class DecisionLetters {
  readonly #words = new Translations(join(import.meta.dirname, 'words'));

  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly claims: ClaimQueries, private readonly entitlements: Entitlements,
    private readonly facts: DecisionFactsLoader, private readonly letters: DecisionLettersRepository, private readonly clock: Clock,
  ) {}

  /** Codes: `claims.not_found`, `review.letter_not_found` (also of a recommendation, which is told to nobody). */
  async of(ctx: Context, claimId: string, n: number, language: Language): Promise<Result<LetterDocument>> {
    const claim = await this.claims.visible(ctx, claimId);
    if (!claim.ok) return claim;
    const told = (await this.#told(this.database.reader, claimId)).find((one) => one.n === n);
    return told === undefined ? refuse('review.letter_not_found') : this.#document(ctx, claim.value, told, language);
  }

  /** That of the newest decision; undefined before the first. Code: `claims.not_found`. */
  async newest(ctx: Context, asked: ClaimAsked, language: Language): Promise<Result<{ n: number; document: LetterDocument } | undefined>> {
    const claim = await this.claims.visible(ctx, asked);
    if (!claim.ok) return claim;
    const told = (await this.#told(this.database.reader, claim.value.id)).at(-1);
    if (told === undefined) return ok(undefined);
    const document = await this.#document(ctx, claim.value, told, language);
    return document.ok ? ok({ n: told.n, document: document.value }) : document;
  }

  /** Of a decision just made, in its transaction. */
  async ofNewest(tx: Tx, claim: ClaimRow, language: Language): Promise<Result<{ n: number; document: LetterDocument }>> {
    const told = (await this.#told(tx, claim.id)).at(-1);
    if (told === undefined) return refuse('review.letter_not_found');
    const document = await this.#write(tx, claim, told, language);
    return document.ok ? ok({ n: told.n, document: document.value }) : document;
  }

  async #document({ actor, requestId }: Context, claim: ClaimRow, told: ToldDetermination, language: Language): Promise<Result<LetterDocument>> {
    const kept = await this.letters.find(this.database.reader, { claimId: claim.id, n: told.n, language });
    return kept === undefined ? this.work.run({ actor, requestId }, (tx) => this.#write(tx, claim, told, language)) : ok(kept);
  }

  async #told(reader: Reader, claimId: string): Promise<ToldDetermination[]> {
    return (await this.entitlements.determinations(reader, claimId)).filter(isTold);
  }

  async #write(tx: Tx, claim: ClaimRow, told: ToldDetermination, language: Language): Promise<Result<LetterDocument>> {
    const speech = { language, t: this.#words.in(language), f: new Formatting(language) };
    const facts = await this.facts.load(tx, claim, told, speech);
    if (!facts.ok) return facts;
    const document = decisionLetter(facts.value, speech);
    const key = { claimId: claim.id, n: told.n, language };
    await this.letters.keep(tx, key, { merchantId: claim.merchantId, document, at: this.clock.now() });
    return ok((await this.letters.find(tx, key)) ?? document);
  }
}
