import { Injectable } from '@nestjs/common';
import { LANGUAGES, type Language } from '../../core/policy/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { Formatting } from '../../platform/i18n/formatting.js';
import { People, reached } from '../identity/index.js';
import { Outbox, type Recipient } from '../mail/index.js';
import type { MerchantView } from '../merchants/index.js';
import type { PayeeAccountEntity } from './payee-account.entity.js';
import type { NewAccountRow } from './payees.repository.js';

type Addressed = Pick<MerchantView, 'id' | 'legalName' | 'language' | 'zone'>;

const languageOf = ({ language }: Addressed): Language => LANGUAGES.find((one) => one === language) ?? 'en';

/** Tells the owners what happens to their money, and whoever was reached before: a thief changes the address first. */
@Injectable()
export class PayeeLetters {
  constructor(private readonly outbox: Outbox, private readonly people: People) {}

  async owners(reader: Reader, merchantId: string): Promise<{ userId: string; to: Recipient }[]> {
    return (await this.people.ownersOf(reader, merchantId)).map((owner) => ({ userId: owner.userId, to: reached(owner) }));
  }

  /** A first account, or another one than before; both with the link by which it can be stopped. */
  async entered(tx: Tx, { merchant, row, token, before }: { merchant: Addressed; row: NewAccountRow; token: string; before: PayeeAccountEntity | undefined }): Promise<void> {
    const from = new Formatting(languageOf(merchant)).stamp(row.usableFrom, merchant.zone);
    await this.#post(tx, merchant, before === undefined ? 'payee.entered' : 'payee.changed', before, {
      business: merchant.legalName, ending: row.lastFour, token, ...(before === undefined ? {} : { oldEnding: before.lastFour, from }),
    });
  }

  /** Somebody used the link: to everybody, the one who entered the account included. */
  async stopped(tx: Tx, merchant: Addressed, account: PayeeAccountEntity): Promise<void> {
    await this.#post(tx, merchant, 'payee.stopped', account, { business: merchant.legalName, ending: account.lastFour });
  }

  async #post(tx: Tx, merchant: Addressed, template: string, further: PayeeAccountEntity | undefined, data: Record<string, string>): Promise<void> {
    const owners = await this.owners(tx, merchant.id);
    const recipients = [...owners.map(({ to }) => to), ...(further === undefined ? [] : contactsOf(further))];
    // By what is written to: two owners may share an address, and it may be the one of before.
    for (const to of new Map(recipients.map((one) => [JSON.stringify(one), one])).values()) {
      await this.outbox.post(tx, { template, to, language: languageOf(merchant), data, about: { kind: 'merchant', id: merchant.id } });
    }
  }
}

/** Where whoever entered an account was reached then; nowhere once that was erased. */
export const contactsOf = ({ contactEmail, contactPhone }: PayeeAccountEntity): Recipient[] =>
  (contactEmail !== null ? [{ email: contactEmail }] : contactPhone !== null ? [{ phone: contactPhone }] : []);
