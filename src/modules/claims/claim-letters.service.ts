import { Injectable } from '@nestjs/common';
import type { Language } from '../../core/policy/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Tx } from '../../platform/database/tx.js';
import { Formatting } from '../../platform/i18n/formatting.js';
import { People, reached } from '../identity/index.js';
import { Outbox, type NewLetter, type Recipient } from '../mail/index.js';
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

interface Addressed {
  readonly claim: ClaimRow;
  readonly letter: ClaimLetter;
  readonly to: readonly Recipient[];
}

/** Letters about a claim, in the language of its business, in the transaction that gives rise to them. */
@Injectable()
export class ClaimLetters {
  constructor(
    private readonly people: People, private readonly merchants: MerchantQueries, private readonly schemes: SchemeQueries, private readonly outbox: Outbox,
  ) {}

  /** Their ids. Edge: a business without an active owner is written to by nobody. */
  async toOwners(tx: Tx, claim: ClaimRow, letter: ClaimLetter): Promise<string[]> {
    const [ids] = await this.toOwnersOfAll(tx, [{ claim, letter }]);
    return ids ?? [];
  }

  /** As `toOwners` of many claims, in the order given. */
  async toOwnersOfAll(tx: Tx, letters: readonly { readonly claim: ClaimRow; readonly letter: ClaimLetter }[]): Promise<string[][]> {
    const owners = await this.people.ownersOfAll(tx, letters.map(({ claim }) => claim.merchantId));
    return this.#write(tx, letters.map(({ claim, letter }) => ({ claim, letter, to: (owners.get(claim.merchantId) ?? []).map((owner) => reached(owner)) })));
  }

  async to(tx: Tx, people: readonly Recipient[], claim: ClaimRow, letter: ClaimLetter): Promise<string[]> {
    const [ids] = await this.#write(tx, [{ claim, letter, to: people }]);
    return ids ?? [];
  }

  /** Whether there is anybody to write to. */
  async reachesOwners(tx: Tx, { merchantId }: ClaimRow): Promise<boolean> {
    return (await this.people.ownersOf(tx, merchantId)).length > 0;
  }

  async #write(tx: Tx, letters: readonly Addressed[]): Promise<string[][]> {
    const claims = letters.map(({ claim }) => claim);
    const languages = await this.merchants.languagesOf(tx, claims.map(({ merchantId }) => merchantId));
    const sites = await this.merchants.siteNames(tx, claims.map(({ siteId }) => siteId));
    const titles = await this.schemes.titles(tx, [...new Set(claims.map(({ schemeId }) => schemeId))]);
    const written = letters.map(({ claim, letter: { template, data }, to: people }) => {
      const [language, site, title] = [languages.get(claim.merchantId) ?? 'en', sites.get(claim.siteId), titles.get(claim.schemeId) ?? {}];
      const zone = site?.zone ?? 'UTC';
      const words = {
        reference: claim.reference, scheme: title[language] ?? title['en'] ?? '', place: site?.name ?? '', business: site?.merchantName ?? '',
        ...data?.({ language, zone, local: (at) => new Formatting(language).stamp(at, zone) }),
      };
      return people.map((to): NewLetter => ({ template, to, language, about: { kind: 'claim', id: claim.id }, merchantId: claim.merchantId, data: words }));
    });
    const ids = (await this.outbox.postAll(tx, written.flat())).values();
    return written.map((ofClaim) => ofClaim.map(() => ids.next().value as string));
  }
}
