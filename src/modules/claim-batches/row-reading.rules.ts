import { canonicalJson, sha256Hex } from '../../core/audit/index.js';
import { refuse, type Refusal } from '../../core/errors/index.js';
import { isCurrency, parseMoney, type Money } from '../../core/money/index.js';
import { interval, isZone, parseInstant, startOf, validateOpeningHours, type Instant, type Interval, type OpeningHours } from '../../core/time/index.js';
import { feeIn, type Fee } from '../agents/index.js';
import { ANSWER, expectedIn, isNeeded, COLUMNS } from './batch-columns.rules.js';
import { openingRowsIn } from './opening-text.rules.js';

/** A row as it was sent: cell by column. */
export type Cells = Readonly<Record<string, string>>;

export interface RowFault {
  readonly column: string;
  readonly code: string;
  readonly params: Refusal['params'];
}

/** What a row says, read; whether the scheme and the policy take it is asked of them. */
export interface ReadRow {
  readonly externalId: string;
  readonly business: {
    readonly legalName: string; readonly registration: { readonly scheme: string; readonly value: string }; readonly trade: string; readonly country: string;
    readonly language: string; readonly zone: string; readonly turnover?: { readonly money: Money; readonly year: number };
  };
  readonly contact: { readonly name: string; readonly email: string };
  readonly site: { readonly name: string; readonly online: boolean; readonly hours: OpeningHours };
  readonly enrolment: { readonly from: Instant; readonly region: string; readonly tier?: string; readonly fee?: Money };
  readonly services: readonly string[];
  readonly scheme: string;
  readonly window: Interval;
  readonly declaredLoss?: Money;
  readonly mandate: { readonly document: { readonly name: string; readonly hash?: string }; readonly fee: Fee };
  readonly paidElsewhere: boolean;
  readonly answers: Readonly<Record<string, string>>;
}

const LONGEST: Readonly<Record<string, number>> = { business_name: 200, contact_name: 200, contact_email: 200, site_name: 120, agent_fee_words: 500, mandate_document: 200, external_id: 100 };
const EMAIL = /^[^\s@]{1,100}@[^\s@.]+(\.[^\s@.]+)+$/;
const YES = ['yes', 'true', '1', '예', '네', 'oui'];
const NO = ['no', 'false', '0', '아니요', 'non'];

export const yesOrNo = (text: string): boolean | undefined => (YES.includes(text.toLowerCase()) ? true : NO.includes(text.toLowerCase()) ? false : undefined);

/** `180000.00 GBP`; undefined when it is no amount, or below nought. */
function sumIn(text: string): Money | undefined {
  const [, amount = '', code = ''] = /^(\d+(?:\.\d+)?)\s*([A-Z]{3})$/.exec(text) ?? [];
  const read = isCurrency(code) ? parseMoney(amount, code) : undefined;
  return read?.ok === true ? read.value : undefined;
}

/** Reads cells one by one and keeps every fault; what cannot be read is undefined, and nothing is made of it. */
class Reader {
  readonly faults: RowFault[] = [];

  constructor(private readonly cells: Cells) {}

  text(column: string): string {
    return (this.cells[column] ?? '').trim();
  }

  fault(column: string, value = this.text(column)): undefined {
    const code = value === '' ? 'batches.cell_missing' : 'batches.cell_invalid';
    this.faults.push({ column, code, params: { column, expected: expectedIn(column), ...(value === '' ? {} : { value: value.slice(0, 80) }) } });
    return undefined;
  }

  /** The cell as `read` makes it; a fault when it makes nothing of it, or when a needed one is empty. */
  as<T>(column: string, read: (text: string) => T | undefined): T | undefined {
    const text = this.text(column);
    if (text === '') return isNeeded(column) ? this.fault(column) : undefined;
    if (text.length > (LONGEST[column] ?? 2_000)) return this.fault(column);
    return read(text) ?? this.fault(column);
  }

  plain(column: string): string | undefined {
    return this.as(column, (text) => text.normalize('NFC').replaceAll('\0', ''));
  }

  matching(column: string, pattern: RegExp): string | undefined {
    return this.as(column, (text) => (pattern.test(text) ? text : undefined));
  }
}

function businessIn(row: Reader) {
  const turnover = turnoverIn(row);
  return {
    legalName: row.plain('business_name') ?? '', registration: registrationIn(row), trade: row.matching('trade', /^[\w.-]{1,40}$/) ?? '',
    country: row.matching('country', /^[A-Z]{2}$/) ?? '', language: row.matching('language', /^(en|ko|fr)$/) ?? '',
    zone: row.as('zone', (text) => (isZone(text) ? text : undefined)) ?? '', ...(turnover === undefined ? {} : { turnover }),
  };
}

function registrationIn(row: Reader): { scheme: string; value: string } {
  const scheme = row.matching('registration_scheme', /^[a-z-]{1,20}$/) ?? 'none';
  const number = row.matching('registration_number', /^[\w\s./-]{1,40}$/);
  if (scheme !== 'none' && row.text('registration_number') === '') row.fault('registration_number');
  return { scheme, value: scheme === 'none' ? '' : number ?? '' };
}

function turnoverIn(row: Reader): { money: Money; year: number } | undefined {
  const money = row.as('turnover', sumIn);
  const year = row.as('turnover_year', (text) => (/^(19|20)\d\d$/.test(text) ? Number.parseInt(text, 10) : undefined));
  if (money !== undefined && row.text('turnover_year') === '') row.fault('turnover_year');
  return money === undefined || year === undefined ? undefined : { money, year };
}

function siteIn(row: Reader, zone: string) {
  const online = row.as('online', yesOrNo) ?? false;
  const rows = row.as('opening_hours', (text) => {
    const found = openingRowsIn(text);
    return found !== undefined && validateOpeningHours({ zone: 'UTC', rows: found, exceptions: [] }).ok ? found : undefined;
  });
  return { name: row.plain('site_name') ?? '', online, hours: { zone, rows: rows ?? [], exceptions: [] } };
}

function enrolmentIn(row: Reader, zone: string) {
  const from = row.as('used_since', (text) => {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return zone === '' ? (0 as Instant) : dayIn(text, zone);
    const read = parseInstant(text);
    return read.ok ? read.value : undefined;
  });
  const [tier, fee] = [row.plain('tier'), row.as('service_fee', sumIn)];
  return { from: from ?? (0 as Instant), region: row.plain('region') ?? '*', ...(tier === undefined ? {} : { tier }), ...(fee === undefined ? {} : { fee }) };
}

function dayIn(text: string, zone: string): Instant | undefined {
  const read = parseInstant(`${text}T00:00:00Z`);
  return read.ok ? startOf(text, zone) : undefined;
}

function windowIn(row: Reader): Interval | undefined {
  const [from, to] = ['window_from', 'window_to'].map((column) => row.as(column, (text) => {
    const read = parseInstant(text);
    return read.ok ? read.value : undefined;
  }));
  if (from === undefined || to === undefined) return undefined;
  const window = interval(from, to);
  return window.ok ? window.value : row.fault('window_to');
}

function feeOf(row: Reader): Fee | undefined {
  const words = row.plain('agent_fee_words') ?? '';
  return row.as('agent_fee', (text) => {
    const sum = /[A-Z]{3}$/.test(text) ? sumIn(text) : undefined;
    const amount = sum === undefined ? undefined : { amount: text.slice(0, -3).trim(), currency: sum.currency };
    if (amount === undefined && /[A-Z]{3}$/.test(text)) return undefined;
    const read = feeIn({ words: words === '' ? '-' : words, ...(amount === undefined ? (text === 'none' ? {} : { share: text }) : { amount }) });
    return read.ok ? read.value : undefined;
  });
}

/** What a row says, or every fault of its cells, in the order of the columns. */
export function readRow(cells: Cells): { readonly row: ReadRow } | { readonly faults: readonly RowFault[] } {
  const row = new Reader(cells);
  const business = businessIn(row);
  const parts = { ...claimIn(row), ...mandateIn(row), paidElsewhere: declaredIn(row) };
  const read = {
    business, contact: { name: row.plain('contact_name') ?? '', email: row.matching('contact_email', EMAIL)?.toLowerCase() ?? '' },
    site: siteIn(row, business.zone), enrolment: enrolmentIn(row, business.zone), answers: answersIn(cells),
  };
  return row.faults.length > 0 || !isWhole(parts) ? { faults: inColumnOrder(row.faults) } : { row: { ...read, ...parts } };
}

function claimIn(row: Reader) {
  const declaredLoss = row.as('declared_loss', sumIn);
  return {
    externalId: row.matching('external_id', /^[\x21-\x7e]{1,100}$/), services: row.as('services', servicesIn), scheme: row.matching('scheme', /^[a-z0-9-]{1,80}$/),
    window: windowIn(row), ...(declaredLoss === undefined ? {} : { declaredLoss }),
  };
}

function mandateIn(row: Reader) {
  const [name, hash, fee] = [row.plain('mandate_document'), row.matching('mandate_document_sha256', /^[0-9a-f]{64}$/), feeOf(row)];
  return { mandate: name === undefined || fee === undefined ? undefined : { document: { name, ...(hash === undefined ? {} : { hash }) }, fee } };
}

function declaredIn(row: Reader): boolean | undefined {
  if (row.as('true_statement', yesOrNo) === false) row.faults.push({ column: 'true_statement', code: 'batches.declaration_missing', params: {} });
  return row.as('paid_elsewhere', yesOrNo);
}

type Whole<T> = { [K in keyof T]: Exclude<T[K], undefined> };
/** A needed part that is undefined has left its fault behind. */
const isWhole = <T extends object>(parts: T): parts is T & Whole<T> => Object.values(parts).every((part) => part !== undefined);

function servicesIn(text: string): string[] | undefined {
  const found = [...new Set(text.split(/[\s,;]+/).filter((code) => code !== ''))].sort();
  return found.length > 0 && found.length <= 50 && found.every((code) => /^[\w.-]{1,80}$/.test(code)) ? found : undefined;
}

const answersIn = (cells: Cells): Record<string, string> => Object.fromEntries(Object.entries(cells)
  .filter(([column, text]) => column.startsWith(ANSWER) && text.trim() !== '').map(([column, text]) => [column.slice(ANSWER.length), text.trim()]));

const ORDER: readonly string[] = COLUMNS.map(({ name }) => name);
export const inColumnOrder = (faults: readonly RowFault[]): RowFault[] => [...faults].sort((a, b) => place(a) - place(b));
const place = ({ column }: RowFault): number => (ORDER.includes(column) ? ORDER.indexOf(column) : ORDER.length);

/** By which an agent means one business: its number, or without one its name and address. */
export const businessKey = ({ registration_scheme: scheme = '', registration_number: number = '', business_name: name = '', contact_email: email = '' }: Cells): string => {
  const compact = number.replaceAll(/[\s.\-/]/g, '').toUpperCase();
  const has = compact !== '' && scheme.trim() !== '' && scheme.trim() !== 'none';
  return sha256Hex(canonicalJson(has ? { scheme: scheme.trim(), number: compact } : { name: plain(name), email: plain(email) }));
};

const plain = (text: string): string => text.normalize('NFC').trim().toLowerCase().replaceAll(/\s+/g, ' ');

/** By which an agent means one shop of a business. */
export const siteKey = ({ site_name: name = '' }: Cells): string => sha256Hex(plain(name));

/** The shop under the scheme, of which there is one claim. */
export const placeKey = (cells: Cells): string => sha256Hex(canonicalJson({ business: businessKey(cells), site: siteKey(cells), scheme: (cells['scheme'] ?? '').trim() }));

/** What a row says, whatever the order of its columns and however its cells were marked. */
export const contentDigest = (cells: Cells): string =>
  sha256Hex(canonicalJson(Object.fromEntries(Object.entries(cells).map(([name, text]) => [name, text.trim()] as const).filter(([, text]) => text !== ''))));

/** A fault of the claim as one of the row: which column says it. */
export function asRowFault({ code, params, pointer = '' }: Refusal): RowFault {
  const column = pointer.startsWith('/answers/') ? `${ANSWER}${pointer.slice('/answers/'.length)}`
    : pointer.startsWith('/services') ? 'services' : pointer === '/window/to' ? 'window_to' : pointer.startsWith('/window') ? 'window_from'
      : pointer.startsWith('/declaredLoss') ? 'declared_loss' : pointer.startsWith('/zone') ? 'zone' : pointer.startsWith('/registration') ? 'registration_number'
        : code === 'batches.place_unknown' ? 'site_name' : code.startsWith('agents.mandate_differs') ? 'agent_fee' : code.startsWith('agents.') ? 'contact_email' : 'scheme';
  return { column, code, params };
}

export const rowRefused = (code: string, column: string, params: Refusal['params'] = {}): RowFault => ({ ...asRowFault(refuse(code, params).refusal), column });
