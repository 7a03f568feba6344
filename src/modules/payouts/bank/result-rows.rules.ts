import type { CalendarDate } from '../../../core/time/index.js';

/** A row of a file of ours: what it is known by when no reference comes back, and whose it is. */
export interface SentRow {
  readonly key: string;
  readonly batchId: string;
  readonly executeOn: CalendarDate;
  readonly reference: string;
}

/** What the rows of a table of results with one key say, and how many there are. */
export interface RowsSaid {
  count: number;
  readonly says: Set<string>;
}

export type RowsByKey = ReadonlyMap<string, RowsSaid>;

/** What a row is known by: the account's letters and digits without zeros in front, for a spreadsheet loses them; the amount in minor units; the name without blanks. */
export const rowKey = (account: string, amountMinor: bigint, name: string): string =>
  `${account.replaceAll(/[^0-9A-Za-z]/gu, '').replace(/^0+/u, '')}|${amountMinor}|${name.normalize('NFC').replaceAll(/\s/gu, '')}`;

/**
 * Whose the rows of a table are that names no payment. Such a table answers one upload: where one file of ours has more of its rows than every other, they
 * are of that file. Several payments that are alike in all that a row says take its rows in the order of the file, if as many came back and all say the same.
 * Whatever stays open is nobody's to guess.
 */
export class RowsOfOurs {
  readonly #sent: ReadonlyMap<string, readonly SentRow[]>;
  readonly #answered: string | undefined;
  readonly #taken = new Map<string, number>();

  constructor(sent: readonly SentRow[], private readonly rows: RowsByKey) {
    this.#sent = Map.groupBy(sent, ({ key }) => key);
    this.#answered = onlyMost(sent);
  }

  /** A reference of ours, or why there is none. A bank says nothing of a payment before its day. */
  referenceOf(key: string, on: CalendarDate | undefined): { readonly reference: string } | 'none' | 'several' {
    const all = (this.#sent.get(key) ?? []).filter(({ executeOn }) => on === undefined || executeOn <= on);
    const answered = all.filter(({ batchId }) => batchId === this.#answered);
    const mine = answered.length > 0 ? answered : all;
    const [first] = mine;
    if (first === undefined) return 'none';
    if (mine.length === 1) return { reference: first.reference };
    const said = this.rows.get(key);
    if (mine.some(({ batchId }) => batchId !== first.batchId) || said?.count !== mine.length || said.says.size !== 1) return 'several';
    const place = this.#taken.get(key) ?? 0;
    this.#taken.set(key, place + 1);
    return { reference: mine[place]?.reference ?? first.reference };
  }
}

/** The batch with more of the keys than any other. */
function onlyMost(sent: readonly SentRow[]): string | undefined {
  const keys = new Map<string, Set<string>>();
  for (const { batchId, key } of sent) keys.set(batchId, (keys.get(batchId) ?? new Set()).add(key));
  const [most, next] = [...keys].map(([batchId, of]) => ({ batchId, count: of.size })).sort((a, b) => b.count - a.count);
  return most !== undefined && most.count > (next?.count ?? 0) ? most.batchId : undefined;
}
