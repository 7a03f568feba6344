import { exponentOf, isCurrency, type CurrencyCode } from '../../../core/money/index.js';
import { TAX_BASES, type SalesConversion, type TaxBasis } from '../tax-basis.rules.js';
import { currencyOfSign, marksOf } from './till-amount.rules.js';
import { layoutOf, LAYOUT_NAMES, type TillLayout } from './till-layouts.rules.js';
import {
  columnIndex, columnName, fingerprintOf, nameKey,
  LINE_UNITS, type CompactTime, type DateOrder, type DecimalMark, type LineUnit, type TillColumns, type TillDraft, type TillMeaning, type TillQuestion, type TillRole, type TillShape,
} from './till-mapping.rules.js';
import type { TillRow } from './till-row.rules.js';
import { cellText } from './till-row.rules.js';
import { ALL_ORDERS, hasTimeOfDay, liesOnQuarter, namesItsOffset, namesItsOrder, ordersOf, saysHalfDay } from './till-time.rules.js';
import { guessColumns, isTotalWord, kindOfWord, knownNames } from './till-words.rules.js';

/** Rows above the header in which a till puts titles. */
export const MOST_TITLE_ROWS = 15;
/** Fewer known names could be a title that happens to hold one. */
const LEAST_NAMES = 2;

export interface FoundHeader {
  /** Its place among the rows, from 0. */
  readonly index: number;
  readonly names: number;
}

/**
 * The first row that has nearly as many names of a till's header as any of the first fifteen; undefined when none looks like one.
 * The first, not the best: where a header comes again, lines stand between the two.
 */
export function findHeader(rows: readonly TillRow[]): FoundHeader | undefined {
  const found = rows.slice(0, MOST_TITLE_ROWS).map(({ fields }, index) => ({ index, names: knownNames(fields, LAYOUT_NAMES) }));
  const most = Math.max(LEAST_NAMES, ...found.map(({ names }) => names));
  return found.find(({ names }) => names >= LEAST_NAMES && names * 5 >= most * 3);
}

/** Whether a row above the header looks like a line of sales: then another row may be the header, or none is. */
export function looksLikeLine({ fields }: TillRow, header: readonly string[], columns: TillColumns): boolean {
  const index = columnIndex(header, columns);
  if (!index.ok) return false;
  const cell = (place: number | undefined): string => (place === undefined ? '' : cellText(fields[place] ?? ''));
  return ordersOf(cell(index.value.at ?? index.value.date)).length > 0 && /\d/u.test(cell(index.value.amount));
}

/** What the surroundings of a file know, beside the file: the currency of the policy, the zone of the site. */
export interface TillHints {
  readonly currency?: CurrencyCode;
  readonly zone?: string;
  /** Whether sales count with or without tax; left out, as they stand. */
  readonly countsIn?: TaxBasis;
}

/** What the cells of mapped columns look like, over as many rows as it takes. */
export class ColumnVotes {
  readonly #orders = new Set<DateOrder>(ALL_ORDERS);
  readonly #marks = new Map<DecimalMark, number>();
  readonly #currencies = new Set<string>();
  readonly #index: Readonly<Partial<Record<TillRole, number>>>;
  #rows = 0;
  #votingDates = 0;
  #timesOfDay = 0;
  #withoutZone = 0;
  #digitsOfTime = 0;
  #blankKinds = 0;
  #blankTaxes = 0;
  #hasNegative = false;
  #hasDates = false;
  #hasHalfDays = false;
  #wholeTimes: Set<string> | undefined = new Set();
  #unsureMark: string | undefined;
  #unsureOrder: string | undefined;

  constructor(header: readonly string[], columns: TillColumns) {
    const index = columnIndex(header, columns);
    this.#index = index.ok ? index.value : {};
  }

  take({ fields, numbers }: TillRow): void {
    const cell = (role: TillRole): string => (this.#index[role] === undefined ? '' : cellText(fields[this.#index[role]] ?? ''));
    const [date, amount] = [cell('at') || cell('date'), cell('amount')];
    if (date + amount === '' || isTotalWord(fields.find((field) => field.trim() !== '') ?? '')) return;
    this.#rows += 1;
    this.#takeDate(date, cell('time'), cell('zone'));
    if ((kindOfWord(cell('kind')) ?? 'sale') === 'sale') this.#takeTotal(date, cell('time'));
    if (numbers?.has(this.#index.amount ?? -1) !== true) this.#takeAmount(amount);
    if (amount === '') return;
    this.#takeBlanks(cell('status') + cell('kind'), cell('tax'));
    this.#currencies.add(cell('currency').toUpperCase());
  }

  #takeBlanks(kind: string, tax: string): void {
    if (kind === '') this.#blankKinds += 1;
    if (tax === '') this.#blankTaxes += 1;
  }

  #takeDate(date: string, time: string, zone: string): void {
    const orders = ordersOf(date);
    if (orders.length === 0) return;
    this.#hasDates = true;
    this.#takeClock(date, time);
    if (zone === '' && !namesItsOffset(date)) this.#withoutZone += 1;
    if (namesItsOrder(date)) return;
    this.#votingDates += 1;
    if (orders.length > 1) this.#unsureOrder ??= date;
    for (const order of this.#orders) if (!orders.includes(order)) this.#orders.delete(order);
  }

  /** Lines on whole quarters, each at a time of its own, look like totals of an hour; one that is not so decides that they are none. */
  #takeTotal(date: string, time: string): void {
    const key = `${date} ${time}`;
    if (this.#wholeTimes === undefined || this.#wholeTimes.size >= MOST_TOTALS_SEEN) return;
    if (liesOnQuarter(date, time) === true && !this.#wholeTimes.has(key)) this.#wholeTimes.add(key);
    else this.#wholeTimes = undefined;
  }

  #takeClock(date: string, time: string): void {
    if (hasTimeOfDay(date) || time !== '') this.#timesOfDay += 1;
    this.#hasHalfDays ||= saysHalfDay(`${date} ${time}`);
    if (/^\d+$/u.test(time)) this.#digitsOfTime = Math.max(this.#digitsOfTime, time.length);
  }

  #takeAmount(text: string): void {
    const sign = currencyOfSign(text);
    if (sign !== undefined) this.#currencies.add(sign);
    this.#hasNegative ||= /^\(|-/u.test(text);
    const marks = marksOf(text);
    const [only] = marks;
    if (marks.length === 1 && only !== undefined) this.#marks.set(only, (this.#marks.get(only) ?? 0) + 1);
    if (marks.length === 2) this.#unsureMark ??= text;
  }

  /** Whether more rows could change nothing but find contradictions, which reading finds as well. */
  get isSettled(): boolean {
    return this.#rows >= ENOUGH_ROWS && this.#marks.size > 0 && (this.#votingDates === 0 || this.#orders.size <= 1);
  }

  /** Orders that make a date of every cell. */
  get dateOrders(): { readonly fits: readonly DateOrder[]; readonly example?: string } {
    if (this.#votingDates === 0) return { fits: ['ymd'] };
    return { fits: this.#orders.size === 0 ? ALL_ORDERS : [...this.#orders], ...(this.#unsureOrder === undefined ? {} : { example: this.#unsureOrder }) };
  }

  /** Where a currency has no decimals, a mark before three figures can only part thousands. */
  decimalMarks(currency: CurrencyCode | undefined): { readonly fits: readonly DecimalMark[]; readonly example?: string } {
    const [dots, commas] = [this.#marks.get('.') ?? 0, this.#marks.get(',') ?? 0];
    if (dots + commas > 0) return { fits: [dots >= commas ? '.' : ','] };
    if (this.#unsureMark === undefined) return { fits: ['.'] };
    const grouped: DecimalMark = this.#unsureMark.includes(',') ? '.' : ',';
    return currency !== undefined && exponentOf(currency) === 0 ? { fits: [grouped] } : { fits: ['.', ','], example: this.#unsureMark };
  }

  get currencies(): readonly string[] {
    return [...this.#currencies].filter((code) => code !== '');
  }

  get compactTime(): CompactTime | undefined {
    return this.#digitsOfTime === 0 ? undefined : this.#digitsOfTime > 4 ? 'hhmmss' : 'hhmm';
  }

  get halfDays(): 'marked' | undefined {
    return this.#hasHalfDays ? 'marked' : undefined;
  }

  get hasDates(): boolean {
    return this.#hasDates;
  }

  get hasTimes(): boolean {
    return this.#timesOfDay > 0;
  }

  get looksLikeTotals(): boolean {
    return (this.#wholeTimes?.size ?? 0) >= LINES_THAT_LOOK_LIKE_TOTALS;
  }

  get needsZone(): boolean {
    return this.#withoutZone > 0;
  }

  /** Money taken back shows in the sign. */
  get hasNegative(): boolean {
    return this.#hasNegative;
  }

  /** Every line so far says how much of it is tax. */
  get saysTax(): boolean {
    return this.#rows > 0 && this.#blankTaxes === 0;
  }

  get areKindsMostlyBlank(): boolean {
    return this.#blankKinds * 2 > this.#rows;
  }
}

const ENOUGH_ROWS = 500;
/** Below this a few sales on the hour are chance. */
const LINES_THAT_LOOK_LIKE_TOTALS = 24;
/** More tell nothing new. */
const MOST_TOTALS_SEEN = 5_000;

/** A draft and what is open about it. */
export interface Detected {
  readonly draft: TillDraft;
  readonly questions: readonly TillQuestion[];
  readonly layout?: TillLayout;
}

/** Which columns play which part: as a person said, as the layout is known, as the names suggest. */
export function columnsOf(header: readonly string[], stated: TillColumns | undefined): { readonly columns: TillColumns; readonly layout?: TillLayout } {
  const known = layoutOf(header);
  // What a layout's amounts hold is known as long as they are taken from its column.
  if (stated !== undefined) return known !== undefined && stated.amount === known.columns.amount ? { columns: stated, layout: known.layout } : { columns: stated };
  if (known !== undefined) return { ...known, columns: header.filter((name) => nameKey(name) === nameKey(known.columns.tax ?? '')).length > 1 ? withoutTax(known.columns) : known.columns };
  return { columns: guessColumns(header.map(columnName).filter((name, place, all) => all.findIndex((other) => nameKey(other) === nameKey(name)) === place)) };
}

export interface DetectionInput {
  readonly header: readonly string[];
  readonly headerRow: number;
  readonly shape: TillShape;
  readonly columns: TillColumns;
  readonly layout?: TillLayout;
  readonly votes: ColumnVotes;
  readonly hints: TillHints;
  /** What a person said, or what was remembered for this layout: before everything found. */
  readonly stated?: Partial<TillMeaning>;
}

/** Puts together what is known of a file, and asks about what is not. Never guesses an order of day and month, a zone or a tax basis. */
export function detect(input: DetectionInput): Detected {
  const { header, headerRow, shape, columns, layout, votes, hints } = input;
  const questions: TillQuestion[] = [];
  const meaning = meaningOf(input, questions);
  if (meaning.zone === undefined && votes.needsZone) questions.push({ about: 'zone', ...(hints.zone === undefined ? {} : { options: [hints.zone] }) });
  if (saysNoKind(input) && meaning.blankKind === undefined) questions.push({ about: 'kind' });
  for (const about of ['time', 'amount'] as const) if (lacks(columns, about)) questions.push({ about });
  const conversion = conversionOf(input, meaning, questions);
  return {
    draft: { shape, headerRow, fingerprint: fingerprintOf(header), columns: conversion?.by === 'column' ? columns : withoutTax(columns), ...meaning, ...(conversion === undefined ? {} : { conversion }) },
    questions, ...(layout === undefined ? {} : { layout }),
  };
}

/** A column that plays no part is not shown as if it did. */
function withoutTax({ tax: _tax, ...columns }: TillColumns): TillColumns {
  return columns;
}

/**
 * By the tax on each line where every line has it, else by the one rate somebody states. Never by a guess: a column counts as that of the tax
 * when somebody says so, or when its layout is known and nobody stated a rate.
 * Edge: refunds beside a total have no tax of their own, so that only a rate can tell.
 */
function conversionOf({ columns, stated, votes, hints: { countsIn } }: DetectionInput, { basis, taxRatePercent }: Partial<TillMeaning>, questions: TillQuestion[]): SalesConversion | undefined {
  if (basis === undefined || countsIn === undefined || basis === countsIn) return undefined;
  const hasColumn = columns.tax !== undefined && columns.refunds === undefined && votes.saysTax;
  if (hasColumn && (stated?.columns?.tax !== undefined || taxRatePercent === undefined)) return { from: basis, to: countsIn, by: 'column' };
  if (taxRatePercent !== undefined) return { from: basis, to: countsIn, by: 'rate', ratePercent: taxRatePercent };
  questions.push({ about: 'taxRate', options: [basis, countsIn] });
  return undefined;
}

interface Finding<T> {
  readonly fits: readonly T[];
  readonly example?: string;
}

const meaningOf = (input: DetectionInput, questions: TillQuestion[]): Partial<TillMeaning> =>
  defined({ ...amountMeaning(input, questions), ...timeMeaning(input, questions), blankKind: input.stated?.blankKind ?? blankKindOf(input) });

function one<T extends string>(questions: TillQuestion[], about: TillQuestion['about'], { fits, example }: Finding<T>): T | undefined {
  if (fits.length === 1) return fits[0];
  questions.push({ about, options: fits, ...(example === undefined ? {} : { example }) });
  return undefined;
}

function amountMeaning({ layout, votes, hints, stated = {} }: DetectionInput, questions: TillQuestion[]): object {
  const currency = stated.currency ?? currencyFrom(votes, layout, hints, questions);
  return {
    currency,
    taxRatePercent: stated.taxRatePercent,
    decimalMark: stated.decimalMark ?? one(questions, 'decimalMark', votes.decimalMarks(currency)),
    basis: stated.basis ?? layout?.basis ?? one(questions, 'basis', { fits: TAX_BASES }),
  };
}

const timeMeaning = ({ columns, layout, votes, stated = {} }: DetectionInput, questions: TillQuestion[]): object => ({
  dateOrder: stated.dateOrder ?? one(questions, 'dateOrder', votes.dateOrders),
  zone: stated.zone ?? layout?.zone ?? zoneOf(columns),
  compactTime: stated.compactTime ?? votes.compactTime,
  halfDays: stated.halfDays ?? votes.halfDays,
  lineIs: stated.lineIs ?? (isTimed(columns, votes) ? timedUnit(columns, votes, questions) : one(questions, 'lineIs', { fits: ['day', 'sale'] })),
});

/** Read as single sales, a whole hour would count in the window its first instant lies in: so it is asked. */
const timedUnit = (columns: TillColumns, votes: ColumnVotes, questions: TillQuestion[]): LineUnit | undefined =>
  (votes.looksLikeTotals && columns.to === undefined ? one(questions, 'lineIs', { fits: LINE_UNITS.filter((unit) => unit !== 'day') }) : 'sale');

/** With no column of dates at all there is another question to answer first. */
const isTimed = (columns: TillColumns, votes: ColumnVotes): boolean => columns.time !== undefined || votes.hasTimes || !votes.hasDates || (columns.at === undefined && columns.date === undefined);

/** A layout nobody knows, no column for what was taken back, no amount below nought: are there no refunds, or do they look like sales? */
const saysNoKind = ({ columns, layout, votes }: DetectionInput): boolean =>
  layout === undefined && columns.kind === undefined && columns.status === undefined && columns.refunds === undefined && !votes.hasNegative;

const blankKindOf = ({ columns, layout, votes }: DetectionInput): 'sale' | undefined =>
  ((columns.kind !== undefined || columns.status !== undefined) && (layout?.code === 'plain' || votes.areKindsMostlyBlank) ? 'sale' : undefined);

const lacks = (columns: TillColumns, about: 'time' | 'amount'): boolean =>
  (about === 'time' ? columns.at === undefined && columns.date === undefined && columns.month === undefined : columns.amount === undefined);

function currencyFrom(votes: ColumnVotes, layout: TillLayout | undefined, hints: TillHints, questions: TillQuestion[]): CurrencyCode | undefined {
  const [only, ...more] = votes.currencies;
  if (only !== undefined && more.length === 0 && isCurrency(only)) return only;
  const known = layout?.currency ?? hints.currency;
  if (known === undefined || more.length > 0) questions.push({ about: 'currency', ...(only === undefined ? {} : { options: votes.currencies }) });
  return known;
}

/** `Created (UTC)` says it in the name. */
const zoneOf = (columns: TillColumns): string | undefined => (/\b(?:utc|gmt)\b/iu.test(columns.at ?? columns.time ?? columns.date ?? '') ? 'UTC' : undefined);

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
const defined = <T extends object>(values: T): Defined<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
