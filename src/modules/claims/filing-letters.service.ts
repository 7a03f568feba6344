import { Injectable } from '@nestjs/common';
import type { Money } from '../../core/money/index.js';
import { formatInstant, toLocal, formatLocal } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { Formatting } from '../../platform/i18n/formatting.js';
import { People, reached } from '../identity/index.js';
import { Outbox } from '../mail/index.js';
import { MerchantQueries } from '../merchants/index.js';
import { SchemeQueries } from '../schemes/index.js';
import type { ClaimRow } from './views/claim-row.js';

/** Tells whoever filed a claim, at once and in writing, that it is here and where it can be followed. */
@Injectable()
export class FilingLetters {
  constructor(
    private readonly people: People,
    private readonly merchants: MerchantQueries,
    private readonly schemes: SchemeQueries,
    private readonly outbox: Outbox,
  ) {}

  /** In the transaction that files: what is rolled back is confirmed to nobody. Machines are answered, not written to. */
  async received(tx: Tx, { actor }: Context, claim: ClaimRow): Promise<void> {
    if (actor.kind !== 'user') return;
    const person = await this.people.addressOf(tx, actor.userId);
    if (person === undefined) return;
    const { language, site, title } = await this.#setting(tx, claim);
    const filedAt = claim.submittedAt ?? claim.createdAt;
    await this.outbox.post(tx, {
      template: 'claim.received', to: person, language, about: { kind: 'claim', id: claim.id }, merchantId: claim.merchantId,
      data: {
        reference: claim.reference, scheme: title[language] ?? title['en'] ?? '', place: site?.name ?? '', business: site?.merchantName ?? '',
        at: site === undefined ? formatInstant(filedAt) : `${formatLocal(toLocal(filedAt, site.zone)).replace('T', ' ').slice(0, 16)} (${site.zone})`,
      },
    });
  }

  /** To every owner: what the operator worked out, and that it can be taken, corrected, or said to be none of theirs. */
  async opened(tx: Tx, claim: ClaimRow, amount: Money): Promise<void> {
    const { language, site, title } = await this.#setting(tx, claim);
    const f = new Formatting(language);
    for (const owner of await this.people.ownersOf(tx, claim.merchantId)) {
      await this.outbox.post(tx, {
        template: 'claim.opened', to: reached(owner), language, about: { kind: 'claim', id: claim.id }, merchantId: claim.merchantId,
        data: {
          reference: claim.reference, scheme: title[language] ?? title['en'] ?? '', place: site?.name ?? '', business: site?.merchantName ?? '',
          sum: f.minor(String(amount.minor), amount.currency), period: f.period(formatInstant(claim.window.from), formatInstant(claim.window.to), site?.zone ?? 'UTC'),
        },
      });
    }
  }

  async #setting(tx: Tx, claim: ClaimRow) {
    return {
      language: await this.merchants.languageOf(tx, claim.merchantId), site: (await this.merchants.siteNames(tx, [claim.siteId])).get(claim.siteId),
      title: (await this.schemes.titles(tx, [claim.schemeId])).get(claim.schemeId) ?? {},
    };
  }
}
