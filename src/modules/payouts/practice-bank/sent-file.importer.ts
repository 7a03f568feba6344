import { currency, parseMoney, type CurrencyCode } from '../../../core/money/index.js';
import type { PaymentProfile, TableProfile } from '../../../core/payments/index.js';
import { DamagedFile, readPain } from '../../../platform/payment-files/pain-reader.js';
import { readTable } from '../../../platform/payment-files/table-reader.js';
import type { SentFile, SentPayment } from './answer-plan.rules.js';

function paymentOf(reference: string, amount: string, code: string, line: number): SentPayment {
  const read = parseMoney(amount, currency(code));
  if (reference === '' || !read.ok) throw new DamagedFile(line);
  return { reference, amount: read.value };
}

async function readMessage(bytes: AsyncIterable<Uint8Array>): Promise<SentFile> {
  let head: Pick<SentFile, 'messageId' | 'executeOn'> = { messageId: '', executeOn: '' };
  const payments: SentPayment[] = [];
  for await (const item of readPain(bytes)) {
    if (item.kind === 'head') head = { messageId: item.head.messageIds[0] ?? '', executeOn: item.head.executeOn };
    else payments.push(paymentOf(item.stated.endToEndId, item.stated.amount, item.stated.currency, payments.length + 1));
  }
  return { ...head, payments };
}

/** Whether files under this profile say which payment a row is; without it only who gives our rows back can answer for one. */
export const namesPayments = (profile: PaymentProfile): boolean => profile.format === 'pain' || profile.columns.some(({ value }) => value === 'own_key');

async function readRows(profile: TableProfile, bytes: AsyncIterable<Uint8Array>, sent: Pick<SentFile, 'messageId' | 'executeOn'> & { readonly currency: CurrencyCode }): Promise<SentFile> {
  const at = (value: string): number => profile.columns.findIndex((column) => column.value === value);
  const payments: SentPayment[] = [];
  let row = 0;
  for await (const cells of readTable(profile, bytes)) {
    row += 1;
    if (row > 1) payments.push({ ...paymentOf(at('own_key') < 0 ? `row ${row}` : cells[at('own_key')] ?? '', cells[at('amount')] ?? '', cells[at('currency')] ?? sent.currency, row), cells });
  }
  return { messageId: sent.messageId, executeOn: sent.executeOn, payments };
}

/**
 * The payments of a released file by what stands in its bytes, as a bank reads it: nothing is asked of who wrote it but the profile. What a
 * table has no column for (its name, its day, its currency) is what was said when it was handed over. Throws DamagedFile.
 */
export const readSentFile = (profile: PaymentProfile, bytes: AsyncIterable<Uint8Array>, handedOver: Pick<SentFile, 'messageId' | 'executeOn'> & { readonly currency: CurrencyCode }): Promise<SentFile> =>
  (profile.format === 'pain' ? readMessage(bytes) : readRows(profile, bytes, handedOver));
