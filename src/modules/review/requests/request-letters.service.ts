import { Injectable } from '@nestjs/common';
import type { Language, PolicyDocument } from '../../../core/policy/index.js';
import { formatInstant, type Instant } from '../../../core/time/index.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { Formatting } from '../../../platform/i18n/formatting.js';
import { ClaimDeliveries, ClaimLetters, type ClaimRow, type LetterSetting } from '../../claims/index.js';
import { LetterQueries } from '../../mail/index.js';
import { itemWords } from './item-words.rules.js';
import type { RequestItem } from './request-catalogue.rules.js';

/** What became of the letters that put a request. */
export type NoticeFate = 'delivered' | 'on_its_way' | 'returned';

/** Letters about a request, and whether they arrived. */
@Injectable()
export class RequestLetters {
  constructor(private readonly letters: ClaimLetters, private readonly queries: LetterQueries, private readonly deliveries: ClaimDeliveries) {}

  /** Puts the request to every owner; ids of the letters. */
  asked(tx: Tx, claim: ClaimRow, request: Wording): Promise<string[]> {
    return this.letters.toOwners(tx, claim, { template: 'claim.information_requested', data: (setting) => wordsOf(request, setting) });
  }

  async reminded(tx: Tx, claim: ClaimRow, request: Wording): Promise<void> {
    await this.letters.toOwners(tx, claim, { template: 'claim.information_reminder', data: (setting) => wordsOf(request, setting) });
  }

  async expired(tx: Tx, claim: ClaimRow, request: Wording): Promise<void> {
    await this.letters.toOwners(tx, claim, { template: 'claim.expired_unanswered', data: (setting) => wordsOf(request, setting) });
  }

  /**
   * Whether anybody was told: one letter that was handed over is enough, one that stays in an outbox where it is read, or one that was seen on the claim's page. Where all of
   * them failed or came back, or there was nobody to write to, nobody was.
   */
  async fateOf(reader: Reader, ids: readonly string[]): Promise<NoticeFate> {
    if ((await this.deliveries.arrivedAt(reader, ids)).size > 0) return 'delivered';
    return (await this.queries.fatesOf(reader, ids)).some(({ state }) => state === 'queued' || state === 'deferred') ? 'on_its_way' : 'returned';
  }
}

/** What a letter says of a request; `by` is the first instant that is too late. */
export interface Wording {
  readonly document: PolicyDocument;
  readonly items: readonly RequestItem[];
  readonly by: Instant;
}

const wordsOf = ({ document, items, by }: Wording, { language, zone }: LetterSetting): Readonly<Record<string, string>> => ({
  items: items.map((item) => inALetter(item, document, language, zone)).join('; '),
  // The last minute that is in time: whoever reads "by midnight" asks which one.
  due: new Formatting(language).stamp((by - 60_000) as Instant, zone),
});

/** Kinds of evidence are said in general: the page that the letter leads to has their names. */
function inALetter(item: RequestItem, { inputs }: PolicyDocument, language: Language, zone: string): string {
  const { period, subject } = item;
  const said = period === undefined ? '' : new Formatting(language).period(formatInstant(period.from), formatInstant((period.to - 60_000) as Instant), zone);
  return itemWords(item, { period: said, question: inputs[subject ?? '']?.label[language] ?? '' }, language);
}
