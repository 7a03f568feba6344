import { Injectable } from '@nestjs/common';
import { parseMoney } from '../../../core/money/index.js';
import { readProfile, type ResultLayout, type TableProfile } from '../../../core/payments/index.js';
import { BlobStore } from '../../../platform/blobs/blob-store.js';
import { Database } from '../../../platform/database/database.js';
import { readTable } from '../../../platform/payment-files/table-reader.js';
import { SentRowsRepository, type SentTable } from './sent-rows.repository.js';
import { rowKey, RowsOfOurs, type RowsByKey, type SentRow } from './result-rows.rules.js';

/** How far back a table of results is taken to answer: whichever of both comes first. */
const MOST_FILES = 60;
const MOST_LINES = 400_000;

/** Finds the payments of a table of results that does not name them, in the very files that left: what the bank was told is what it tells. */
@Injectable()
export class SentRows {
  constructor(private readonly database: Database, private readonly sent: SentRowsRepository, private readonly blobs: BlobStore) {}

  async of(payingAccountId: string, layout: ResultLayout, rows: RowsByKey): Promise<RowsOfOurs> {
    const found: SentRow[] = [];
    let lines = 0;
    for (const table of await this.sent.tables(this.database.reader, payingAccountId, MOST_FILES)) {
      lines += table.count;
      if (lines > MOST_LINES && found.length > 0) break;
      for await (const row of this.#rowsOf(payingAccountId, table, layout)) if (rows.has(row.key)) found.push(row);
    }
    return new RowsOfOurs(found, rows);
  }

  /** A file names its payments by their order: that of their references. */
  async* #rowsOf(payingAccountId: string, { batchId, executeOn, currency, profile: stated, sha256 }: SentTable, { columns }: ResultLayout): AsyncGenerator<SentRow> {
    const { profile } = readProfile(stated);
    const bytes = await this.blobs.open(payingAccountId, sha256);
    if (profile === undefined || profile.format === 'pain' || bytes === undefined) return;
    const [references, at] = [await this.sent.references(this.database.reader, batchId), placesIn(profile, columns.name ?? [])];
    let row = -1;
    for await (const cells of readTable(profile, bytes)) {
      const [reference, amount] = [references[row], parseMoney(cells[at.amount] ?? '', currency)];
      row += 1;
      if (reference !== undefined && amount.ok) yield { key: rowKey(cells[at.account] ?? '', amount.value.minor, cells[at.name] ?? ''), batchId, executeOn, reference };
    }
  }
}

/** The name is what was written under the heading under which it comes back, else the holder. */
function placesIn({ columns }: TableProfile, names: readonly string[]): { readonly account: number; readonly amount: number; readonly name: number } {
  const at = (...values: readonly string[]): number => columns.findIndex(({ value }) => values.includes(value));
  const named = columns.findIndex(({ header }) => names.includes(header));
  return { account: at('account', 'iban'), amount: at('amount'), name: named < 0 ? at('holder') : named };
}
