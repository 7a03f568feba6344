import { refuse, type Refusal } from '../../core/errors/index.js';

export interface Column {
  readonly name: string;
  readonly needed: boolean;
  /** What a cell holds, in words that complete "Write …". */
  readonly expected: string;
}

const column = (name: string, expected: string, needed = true): Column => ({ name, needed, expected });

/** What a row says. The one list: reading, checking, the API's description and the page's table are made from it. */
export const COLUMNS = [
  column('external_id', 'your own key of the row, such as 2026-0001: never used for another row'),
  column('business_name', 'the legal name of the business'),
  column('registration_scheme', 'the register, such as gb-coh; none, or empty, when it has no number', false),
  column('registration_number', 'the number in that register', false),
  column('trade', 'the trade: food, retail, services, transport or what the policy lists'),
  column('country', 'two capital letters, such as GB'),
  column('language', 'en, ko or fr: in which the business is written to'),
  column('zone', 'an IANA time zone, such as Europe/London'),
  column('contact_name', 'who signs for the business'),
  column('contact_email', 'the address of the business, not yours: there it is asked to confirm'),
  column('turnover', 'the turnover of a year with its currency, such as 180000.00 GBP', false),
  column('turnover_year', 'the year of that turnover, such as 2025', false),
  column('site_name', 'the name of the shop'),
  column('online', 'yes for an online shop; no, or empty, for a place', false),
  column('opening_hours', 'weekly hours, such as Mo-Fr 09:00-18:00; Sa 10:00-14:00, or 24/7'),
  column('services', 'what stopped working, by the codes of the scheme, with a space between'),
  column('used_since', 'since when the shop uses them, such as 2025-01-01'),
  column('region', 'the region of the service; empty for all', false),
  column('tier', 'the tier of the service', false),
  column('service_fee', 'the monthly fee with its currency, such as 29.00 GBP', false),
  column('scheme', 'the code of the scheme'),
  column('window_from', 'when it began, such as 2026-10-13T10:20:00+01:00'),
  column('window_to', 'when it ended, such as 2026-10-13T13:50:00+01:00'),
  column('declared_loss', 'what the business thinks it lost with its currency, such as 250.00 GBP', false),
  column('mandate_document', 'the name under which you keep the mandate, such as letter-114.pdf'),
  column('mandate_document_sha256', 'the SHA-256 of that document in 64 hexadecimal digits', false),
  column('agent_fee', 'what you take: a share such as 15%, an amount such as 25.00 GBP, or none'),
  column('agent_fee_words', 'the words about the fee that the business reads before it confirms'),
  column('true_statement', 'yes: what the claim says is true'),
  column('paid_elsewhere', 'yes or no: whether the loss was paid or claimed elsewhere'),
] as const satisfies readonly Column[];

/** What a result file adds, and a file that comes back may hold: they play no part in a row. */
export const RESULT_COLUMNS = ['makegood_status', 'makegood_reference', 'makegood_errors'] as const;
export const ANSWER = 'answer.';

const KNOWN: ReadonlyMap<string, Column> = new Map(COLUMNS.map((one) => [one.name, one]));
export const expectedIn = (name: string): string => KNOWN.get(name)?.expected ?? 'what the policy asks';
export const isNeeded = (name: string): boolean => KNOWN.get(name)?.needed === true;
export const isKnownColumn = (name: string): boolean => KNOWN.has(name) || (name.startsWith(ANSWER) && name.length > ANSWER.length && name.length <= 100);
export const isResultColumn = (name: string): boolean => (RESULT_COLUMNS as readonly string[]).includes(name);

/** Everything wrong with the first line of a table, at once. */
export function headerFaults(names: readonly string[]): Refusal[] {
  const own = names.filter((name) => !isResultColumn(name));
  const unknown = own.filter((name) => !isKnownColumn(name)).map((name) => refuse('batches.column_unknown', { column: name.slice(0, 100), known: COLUMNS.map((one) => one.name) }));
  const repeated = [...new Set(own.filter((name, place) => own.indexOf(name) !== place))].map((name) => refuse('batches.column_repeated', { column: name.slice(0, 100) }));
  const missing = COLUMNS.filter(({ name, needed }) => needed && !own.includes(name)).map(({ name, expected }) => refuse('batches.column_missing', { column: name, expected }));
  return [...unknown, ...repeated, ...missing].map(({ refusal }) => refusal);
}
