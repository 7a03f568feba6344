/** What a word in a table of results says. `paid` is a booking: a layout has it only where the table itself is the record of the money. */
export const RESULT_WORDS = ['received', 'accepted', 'rejected', 'paid', 'returned'] as const;
export type ResultWord = (typeof RESULT_WORDS)[number];

export const RESULT_ENCODINGS = ['utf-8', 'euc-kr'] as const;
export const RESULT_DELIMITERS = [',', ';', '\t'] as const;
export const RESULT_COLUMNS = ['reference', 'status', 'amount', 'account', 'name', 'reason', 'on'] as const;

/** The table in which a bank, or whoever does bills or benefits, says what became of a file of ours: a part of the profile, since both are laid down by the same. */
export interface ResultLayout {
  /** As it is given; the other is read as well. */
  readonly format: 'xlsx' | 'csv';
  /** Of a text; its byte order mark knows better. UTF-8 when left out. */
  readonly encoding?: (typeof RESULT_ENCODINGS)[number];
  readonly delimiter?: (typeof RESULT_DELIMITERS)[number];
  /** What separates thousands in amounts, where anything does. */
  readonly thousands?: ',' | '.' | ' ';
  /** Whether our own columns come back, with those of the result behind them. */
  readonly isEcho?: boolean;
  /** Headings under which each thing may stand; the first that a table has counts. Without `reference` a row is found by account, amount and name. */
  readonly columns: Readonly<Record<'status' | 'amount', readonly string[]>> & Partial<Readonly<Record<Exclude<(typeof RESULT_COLUMNS)[number], 'status' | 'amount'>, readonly string[]>>>;
  readonly words: Readonly<Record<string, ResultWord>>;
  /** Reasons in the words of the table, as codes of ISO 20022. */
  readonly reasonCodes?: Readonly<Record<string, string>>;
}
