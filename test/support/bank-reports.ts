import { formatMoney, type Money } from '../../src/core/money/index.js';
import type { BankReport } from '../../src/core/payments/reconcile-reports.js';
import { readBankMessage, type BankFileEnd, type BankFileOptions } from '../../src/modules/payouts/bank/bank-file.importer.js';

type Reports = (BankReport | BankFileEnd)[];

/** A file in pieces of an odd length, so that characters and tags are cut. */
export async function* inPieces(bytes: Uint8Array, length = 37): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

export async function collected(reports: AsyncIterable<BankReport | BankFileEnd>): Promise<Reports> {
  const all: Reports = [];
  for await (const report of reports) all.push(report);
  return all;
}

export const readMessage = (bytes: Uint8Array | string, options: Partial<BankFileOptions> = {}): Promise<Reports> =>
  collected(readBankMessage(inPieces(Buffer.from(bytes)), { decimals: 'exact', ...options }));

/** Reports as a table of plain values, amounts and counts as text. */
export const shown = (reports: readonly unknown[]): unknown => JSON.parse(JSON.stringify(reports, (_, value: unknown) => {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || !('minor' in value)) return value;
  return `${formatMoney(value as Money)} ${(value as Money).currency}`;
}));
