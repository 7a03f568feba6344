import { Injectable } from '@nestjs/common';
import { formatInstant, toLocal, formatLocal } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { People } from '../identity/index.js';
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
    const language = await this.merchants.languageOf(tx, claim.merchantId);
    const site = (await this.merchants.siteNames(tx, [claim.siteId])).get(claim.siteId);
    const title = (await this.schemes.titles(tx, [claim.schemeId])).get(claim.schemeId) ?? {};
    const filedAt = claim.submittedAt ?? claim.createdAt;
    await this.outbox.post(tx, {
      template: 'claim.received', to: { email: person }, language, about: { kind: 'claim', id: claim.id }, merchantId: claim.merchantId,
      data: {
        reference: claim.reference, scheme: title[language] ?? title['en'] ?? '', place: site?.name ?? '', business: site?.merchantName ?? '',
        at: site === undefined ? formatInstant(filedAt) : `${formatLocal(toLocal(filedAt, site.zone)).replace('T', ' ').slice(0, 16)} (${site.zone})`,
      },
    });
  }
}
