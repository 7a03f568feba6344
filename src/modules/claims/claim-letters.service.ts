import { Injectable } from '@nestjs/common';
import type { Language } from '../../core/policy/index.js';
import { formatInstant, formatLocal, toLocal, type Instant } from '../../core/time/index.js';
import type { Tx } from '../../platform/database/tx.js';
import { People, reached } from '../identity/index.js';
import { Outbox, type Recipient } from '../mail/index.js';
import { MerchantQueries } from '../merchants/index.js';
import { SchemeQueries } from '../schemes/index.js';
import type { ClaimRow } from './views/claim-row.js';

/** What the words of a letter may be made with. */
export interface LetterSetting {
  readonly language: Language;
  /** Of the place of business; UTC when it is gone. */
  readonly zone: string;
  /** An instant as the clock at the place of business shows it, with the zone's name. */
  readonly local: (at: Instant) => string;
}

export interface ClaimLetter {
  readonly template: string;
  /** What the template names beside `reference`, `scheme`, `place` and `business`. */
  readonly data?: (setting: LetterSetting) => Readonly<Record<string, string>>;
}

/** Letters about a claim, in the language of its business, in the transaction that gives rise to them. */
@Injectable()
export class ClaimLetters {
  constructor(
    private readonly people: People, private readonly merchants: MerchantQueries, private readonly schemes: SchemeQueries, private readonly outbox: Outbox,
  ) {}

  /** Their ids. Edge: a business without an active owner is written to by nobody. */
  async toOwners(tx: Tx, claim: ClaimRow, letter: ClaimLetter): Promise<string[]> {
    const owners = await this.people.ownersOf(tx, claim.merchantId);
    return this.to(tx, owners.map((owner) => reached(owner)), claim, letter);
  }

  /** Whether there is anybody to write to. */
  async reachesOwners(tx: Tx, { merchantId }: ClaimRow): Promise<boolean> {
    return (await this.people.ownersOf(tx, merchantId)).length > 0;
  }

  async to(tx: Tx, people: readonly Recipient[], claim: ClaimRow, { template, data }: ClaimLetter): Promise<string[]> {
    const language = await this.merchants.languageOf(tx, claim.merchantId);
    const site = (await this.merchants.siteNames(tx, [claim.siteId])).get(claim.siteId);
    const title = (await this.schemes.titles(tx, [claim.schemeId])).get(claim.schemeId) ?? {};
    const local = (at: Instant): string => (site === undefined ? formatInstant(at) : `${formatLocal(toLocal(at, site.zone)).replace('T', ' ').slice(0, 16)} (${site.zone})`);
    const words = {
      reference: claim.reference, scheme: title[language] ?? title['en'] ?? '', place: site?.name ?? '', business: site?.merchantName ?? '',
      ...data?.({ language, zone: site?.zone ?? 'UTC', local }),
    };
    const ids: string[] = [];
    for (const to of people) ids.push(await this.outbox.post(tx, { template, to, language, about: { kind: 'claim', id: claim.id }, merchantId: claim.merchantId, data: words }));
    return ids;
  }
}
