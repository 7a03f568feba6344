import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { Formatting } from '../../platform/i18n/formatting.js';
import { Members } from '../identity/index.js';
import { Outbox, type Recipient } from '../mail/index.js';
import { MerchantQueries } from '../merchants/index.js';
import { PayeeHolds } from '../payees/index.js';
import type { RecoveryRow } from './recoveries.repository.js';
import { dueAt } from './recovery.rules.js';

type Asked = Pick<RecoveryRow, 'id' | 'reference' | 'channel' | 'address' | 'language'>;

/** Tells whoever asked what becomes of it, and whoever was known before that somebody asks. What was typed is quoted to nobody. */
@Injectable()
export class RecoveryLetters {
  constructor(private readonly outbox: Outbox, private readonly members: Members, private readonly merchants: MerchantQueries, private readonly payees: PayeeHolds) {}

  /** Everybody who could know of the business: those who act for it, whoever entered its accounts, and its own telephone. */
  async contacts(reader: Reader, merchantId: string): Promise<Recipient[]> {
    const people = await this.members.contactsOf(reader, merchantId);
    const written = await this.merchants.written(reader, merchantId);
    const entered = await this.payees.contacts(reader, merchantId);
    const emails = new Set([...people.flatMap(({ email }) => email ?? []), ...entered.flatMap((to) => ('email' in to ? to.email : []))]);
    const phones = new Set([...people.flatMap(({ phone }) => phone ?? []), ...entered.flatMap((to) => ('phone' in to ? to.phone : [])), ...(written?.phone == null ? [] : [written.phone])]);
    return [...[...emails].map((email) => ({ email })), ...[...phones].map((phone) => ({ phone }))];
  }

  /** `token` opens the page where papers are sent: only in this letter, which the eraser and handing over blank. */
  received(tx: Tx, row: Asked, askedAt: Instant, token: string): Promise<void> {
    return this.#toAsker(tx, row, 'recovery.received', { reference: row.reference, by: new Formatting(row.language).date(dueAt(askedAt), 'UTC'), token });
  }

  async noticed(tx: Tx, row: Pick<RecoveryRow, 'id' | 'kind'>, merchantId: string, told: { contacts: readonly Recipient[]; token: string }): Promise<void> {
    const template = row.kind === 'changed_hands' ? 'recovery.taken-over' : 'recovery.notice';
    await this.#toContacts(tx, merchantId, template, told.contacts, row.id, { token: told.token });
  }

  async granted(tx: Tx, row: RecoveryRow, merchantId: string, told: { contacts: readonly Recipient[]; payeesFrom: Instant }): Promise<void> {
    const written = await this.merchants.written(tx, merchantId);
    const zone = written?.zone ?? 'UTC';
    const template = row.kind === 'changed_hands' ? 'recovery.handed-over' : 'recovery.granted';
    await this.#toAsker(tx, row, template, { reference: row.reference, business: written?.legalName ?? '', from: new Formatting(row.language).stamp(told.payeesFrom, zone) });
    await this.#toContacts(tx, merchantId, 'recovery.done', told.contacts, row.id, { from: new Formatting(written?.language ?? 'en').stamp(told.payeesFrom, zone) });
  }

  refused(tx: Tx, row: Asked, reason: string): Promise<void> {
    return this.#toAsker(tx, row, 'recovery.refused', { reference: row.reference, reason });
  }

  stopped(tx: Tx, row: Asked): Promise<void> {
    return this.#toAsker(tx, row, 'recovery.stopped', { reference: row.reference });
  }

  async #toAsker(tx: Tx, { id, channel, address, language }: Asked, template: string, data: Record<string, string>): Promise<void> {
    if (address === null) return;
    await this.outbox.post(tx, { template, to: channel === 'mail' ? { email: address } : { phone: address }, language, data, about: { kind: 'recovery', id } });
  }

  async #toContacts(tx: Tx, merchantId: string, template: string, contacts: readonly Recipient[], recoveryId: string, data: Record<string, string>): Promise<void> {
    const written = await this.merchants.written(tx, merchantId);
    if (written === undefined) return;
    for (const to of contacts) {
      await this.outbox.post(tx, { template, to, language: written.language, merchantId, about: { kind: 'recovery', id: recoveryId }, data: { business: written.legalName, ...data } });
    }
  }
}
