import { Injectable } from '@nestjs/common';
import { LANGUAGES, type Language } from '../../core/policy/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { Formatting } from '../../platform/i18n/formatting.js';
import { People } from '../identity/index.js';
import { Outbox } from '../mail/index.js';
import type { MerchantView } from '../merchants/index.js';
import type { PayeeAccountEntity } from './payee-account.entity.js';
import type { NewAccountRow } from './payees.repository.js';

type Addressed = Pick<MerchantView, 'id' | 'legalName' | 'language' | 'zone'>;

const languageOf = ({ language }: Addressed): Language => LANGUAGES.find((one) => one === language) ?? 'en';

/** Tells the owners what happens to their money, and whoever was reached before: a thief changes the address first. */
@Injectable()
export class PayeeLetters {
  constructor(private readonly outbox: Outbox, private readonly people: People) {}

  owners(reader: Reader, merchantId: string): Promise<{ userId: string; email: string }[]> {
    return this.people.ownersOf(reader, merchantId);
  }

  /** A first account, or another one than before; both with the link by which it can be stopped. */
  async entered(tx: Tx, { merchant, row, token, before }: { merchant: Addressed; row: NewAccountRow; token: string; before: PayeeAccountEntity | undefined }): Promise<void> {
    const from = new Formatting(languageOf(merchant)).stamp(row.usableFrom, merchant.zone);
    await this.#post(tx, merchant, before === undefined ? 'payee.entered' : 'payee.changed', before?.contactEmail ?? undefined, {
      business: merchant.legalName, ending: row.lastFour, token, ...(before === undefined ? {} : { oldEnding: before.lastFour, from }),
    });
  }

  /** Somebody used the link: to everybody, the one who entered the account included. */
  async stopped(tx: Tx, merchant: Addressed, account: PayeeAccountEntity): Promise<void> {
    await this.#post(tx, merchant, 'payee.stopped', account.contactEmail ?? undefined, { business: merchant.legalName, ending: account.lastFour });
  }

  async #post(tx: Tx, merchant: Addressed, template: string, further: string | undefined, data: Record<string, string>): Promise<void> {
    const owners = await this.owners(tx, merchant.id);
    const addresses = new Set([...owners.map(({ email }) => email), ...(further === undefined ? [] : [further])]);
    for (const email of addresses) {
      await this.outbox.post(tx, { template, to: { email }, language: languageOf(merchant), data, about: { kind: 'merchant', id: merchant.id } });
    }
  }
}
