import { isCurrency, parseMoney } from '../money/index.js';
import { isCalendarDate } from '../time/index.js';
import { fault, type PaymentFault } from './findings.js';
import { RESULT_COLUMNS, RESULT_DELIMITERS, RESULT_ENCODINGS, RESULT_WORDS } from './result-layout.js';
import { ACCOUNT_KINDS, BOOKING_MESSAGES, CHARGE_BEARERS, CLOSED_CALENDARS, COLUMN_VALUES, CSV_ENCODINGS, LENGTH_UNITS, PAIN_MESSAGES, STATED_DECIMALS, type Column, type PaymentProfile, type TableProfile } from './profile.js';

/** What a value must be; faults are told under `path`. */
type Shape = (value: unknown, path: string) => PaymentFault[];

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60));
const expecting = (expected: string, fits: (value: unknown) => boolean): Shape => (value, path) => {
  if (value === undefined) return [fault('payments.profile_missing', { path, expected })];
  return fits(value) ? [] : [fault('payments.profile_value', { path, found: shown(value), expected })];
};

const text = (most: number): Shape => expecting(`a text of 1 to ${most} characters`, (value) => typeof value === 'string' && value.trim() !== '' && value.length <= most);
const oneOf = (values: readonly unknown[]): Shape => expecting(`one of ${values.join(', ')}`, (value) => values.includes(value));
const whole = (least: number, most: number): Shape => expecting(`a whole number from ${least} to ${most}`, (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most);
const matching = (expected: string, form: RegExp): Shape => expecting(expected, (value) => typeof value === 'string' && form.test(value));
const optional = (shape: Shape): Shape => (value, path) => (value === undefined ? [] : shape(value, path));

const listOf = (shape: Shape, most: number): Shape => (value, path) => {
  const faults = expecting(`a list of 1 to ${most}`, (found) => Array.isArray(found) && found.length > 0 && found.length <= most)(value, path);
  return faults.length > 0 ? faults : (value as readonly unknown[]).flatMap((one, place) => shape(one, `${path}/${place}`));
};

const object = (shapes: Readonly<Record<string, Shape>>): Shape => (value, path) => {
  const faults = expecting('an object', (found) => typeof found === 'object' && found !== null && !Array.isArray(found))(value, path === '' ? '/' : path);
  if (faults.length > 0) return faults;
  const given = new Map(Object.entries(value as object));
  const unknown = [...given.keys()].filter((key) => !Object.hasOwn(shapes, key)).map((key) => fault('payments.profile_unknown', { path: `${path}/${key.slice(0, 40)}`, known: Object.keys(shapes).join(', ') }));
  return [...unknown, ...Object.entries(shapes).flatMap(([key, shape]) => shape(given.get(key), `${path}/${key}`))];
};

/** An object whose keys are words of others. */
const dictionary = (shape: Shape, most: number): Shape => (value, path) => {
  const faults = expecting(`an object of 1 to ${most} words`, (found) => typeof found === 'object' && found !== null && !Array.isArray(found) && Object.keys(found).length > 0 && Object.keys(found).length <= most)(value, path);
  return faults.length > 0 ? faults : Object.entries(value as object).flatMap(([key, one]) => shape(one, `${path}/${key.slice(0, 40)}`));
};

const currencies: Shape = (value, path) => (value === 'any' ? [] : listOf(expecting('an active ISO 4217 code', (code) => typeof code === 'string' && isCurrency(code)), 50)(value, path));

/** Fifteen years of holidays, and fewer than would close a bank for long. */
const MOST_CLOSED = 300;

const headings = listOf(text(60), 20);
const RESULTS = object({
  format: oneOf(['xlsx', 'csv']),
  encoding: optional(oneOf(RESULT_ENCODINGS)),
  delimiter: optional(oneOf(RESULT_DELIMITERS)),
  thousands: optional(oneOf([',', '.', ' '])),
  isEcho: optional(oneOf([true, false])),
  columns: object(Object.fromEntries(RESULT_COLUMNS.map((column) => [column, column === 'status' || column === 'amount' ? headings : optional(headings)]))),
  words: dictionary(oneOf(RESULT_WORDS), 200),
  reasonCodes: optional(dictionary(matching('a code of ISO 20022: four capital letters or digits', /^[A-Z0-9]{4}$/), 200)),
});

const HEAD = {
  id: matching('small letters, digits and hyphens, at most 40', /^[a-z0-9][a-z0-9-]{0,39}$/),
  title: object({ en: text(80), ko: text(80), fr: text(80) }),
  currencies,
  amount: optional(object({ least: matching('decimal text', /^\d+(\.\d+)?$/), most: matching('decimal text', /^\d+(\.\d+)?$/) })),
  accounts: listOf(oneOf(ACCOUNT_KINDS), ACCOUNT_KINDS.length),
  references: oneOf(['sepa', 'plain']),
  statedDecimals: optional(oneOf(STATED_DECIMALS)),
  bookings: optional(oneOf(BOOKING_MESSAGES)),
  results: optional(RESULTS),
  closed: optional(object({ calendar: oneOf(CLOSED_CALENDARS), dates: optional(listOf(expecting('a date, YYYY-MM-DD', (on) => typeof on === 'string' && isCalendarDate(on)), MOST_CLOSED)) })),
};

const PAIN = object({
  ...HEAD,
  format: oneOf(['pain']),
  message: oneOf(PAIN_MESSAGES),
  characters: oneOf(['sepa', 'any']),
  nameLength: whole(1, 140),
  remittanceLength: whole(1, 140),
  address: object({ payee: oneOf(['required', 'optional']), payer: oneOf(['required', 'optional']), lines: whole(0, 2) }),
  uetr: oneOf(['required', 'left_out']),
  countries: oneOf(['sepa', 'any']),
  serviceLevel: optional(matching('a code of 1 to 4 capital letters or digits', /^[A-Z0-9]{1,4}$/)),
  chargeBearer: oneOf(CHARGE_BEARERS),
  batchBooking: optional(oneOf([true, false])),
  koreanClearingSystem: optional(matching('a code of 1 to 5 capital letters or digits', /^[A-Z0-9]{1,5}$/)),
});

const COLUMN = object({
  header: text(60),
  value: oneOf(COLUMN_VALUES),
  words: optional(text(100)),
  type: oneOf(['text', 'number']),
  most: optional(object({ length: whole(1, 1_000), unit: oneOf(LENGTH_UNITS) })),
  overflow: optional(oneOf(['cut', 'refuse'])),
});

const TABLE = object({ ...HEAD, format: oneOf(['xlsx', 'csv']), encoding: optional(oneOf(CSV_ENCODINGS)), columns: listOf(COLUMN, 60) });

const wrong = (path: string, found: unknown, expected: string): PaymentFault => fault('payments.profile_value', { path, found: shown(found), expected });

function boundFaults({ amount, currencies: codes }: PaymentProfile): PaymentFault[] {
  if (amount === undefined) return [];
  const [code = ''] = codes === 'any' || codes.length > 1 ? [] : codes;
  const [least, most] = [parseMoney(amount.least, code), parseMoney(amount.most, code)];
  return least.ok && most.ok && least.value.minor <= most.value.minor ? [] : [wrong('/amount', amount, 'two amounts in the decimals of the one currency, the lesser first')];
}

const isKey = (value: Column['value']): boolean => ['amount', 'account', 'iban', 'own_key'].includes(value);

function columnFaults(column: Column, place: number): PaymentFault[] {
  const faults: PaymentFault[] = [];
  if (column.type === 'number' && !['amount', 'line'].includes(column.value)) faults.push(wrong(`/columns/${place}/type`, column.type, 'text: only amounts and line numbers are numbers, everything else would lose its zeros'));
  if (column.value === 'constant' && column.words === undefined) faults.push(wrong(`/columns/${place}/words`, column.words, 'the words of the constant'));
  if (isKey(column.value) && column.overflow === 'cut') faults.push(wrong(`/columns/${place}/overflow`, column.overflow, 'refuse: this must not be cut'));
  return faults;
}

function tableFaults({ format, encoding, columns }: TableProfile): PaymentFault[] {
  const values = columns.map(({ value }) => value);
  const faults = columns.flatMap(columnFaults);
  if (format === 'csv' && encoding === undefined) faults.push(wrong('/encoding', encoding, `one of ${CSV_ENCODINGS.join(', ')}`));
  if (format === 'xlsx' && encoding !== undefined) faults.push(wrong('/encoding', encoding, 'nothing: a workbook has its own'));
  if (!values.includes('amount')) faults.push(wrong('/columns', values, 'a column with the amount'));
  if (!values.includes('account') && !values.includes('iban')) faults.push(wrong('/columns', values, 'a column with the account or the IBAN'));
  return faults;
}

/** Where results do not name payments, our own file has to say which row is whose. */
function resultFaults(profile: PaymentProfile): PaymentFault[] {
  const { results } = profile;
  if (results === undefined) return [];
  const { reference, account, name } = results.columns;
  const hasKey = profile.format === 'pain' || profile.columns.some(({ value }) => value === 'own_key');
  if (reference !== undefined) return hasKey ? [] : [wrong('/results/columns/reference', reference, 'nothing: no column of the file carries our reference, so none comes back')];
  if (profile.format === 'pain') return [wrong('/results/columns/reference', reference, 'the headings of our reference')];
  return account === undefined || name === undefined ? [wrong('/results/columns', Object.keys(results.columns), 'the reference, or account and name, by which a row is found')] : [];
}

/** What the parts of a sound shape mean together. */
function meaningFaults(profile: PaymentProfile): PaymentFault[] {
  const faults = [...boundFaults(profile), ...resultFaults(profile)];
  if (profile.format !== 'pain') return [...faults, ...tableFaults(profile)];
  const hasNoPlace = profile.uetr === 'required' && profile.message === 'pain.001.001.03';
  return hasNoPlace ? [...faults, wrong('/uetr', profile.uetr, 'left_out: a message of 2009 has no place for it')] : faults;
}

/**
 * Reads a profile from a JSON document; all faults at once, each with its place.
 *
 * Codes: `payments.profile_missing`, `payments.profile_unknown` (a key that nobody reads is a typing error), `payments.profile_value`.
 * Edge: a column of account numbers as numbers is refused.
 */
export function readProfile(document: unknown): { readonly profile: PaymentProfile; readonly faults: readonly [] } | { readonly profile?: never; readonly faults: readonly PaymentFault[] } {
  const format = typeof document === 'object' && document !== null && 'format' in document ? document.format : undefined;
  const faults = (format === 'xlsx' || format === 'csv' ? TABLE : PAIN)(document, '');
  if (faults.length > 0) return { faults };
  const profile = document as PaymentProfile;
  const meant = meaningFaults(profile);
  return meant.length > 0 ? { faults: meant } : { profile, faults: [] };
}
