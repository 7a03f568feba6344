import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import { roundQuotient } from '../../../core/money/index.js';
import type { RecordKind, SalesLine } from '../../../core/sales/index.js';
import { addLocalDays, formatInstant, HOUR, localToInstantBy, type Instant } from '../../../core/time/index.js';
import type { TaxBasis } from '../tax-basis.rules.js';
import { readAmount } from './till-amount.rules.js';
import { SeenIds } from './till-ids.rules.js';
import { columnIndex, columnName, isOwnColumn, type LineUnit, type TillMapping, type TillRole } from './till-mapping.rules.js';
import { readTime, type ReadTime } from './till-time.rules.js';
import { isTotalWord, kindOfWord, saysTakenBack, type LineKind } from './till-words.rules.js';

/** A row of a file, whatever kind of file. */
export interface TillRow {
  /** Line of a text file or row of a sheet where it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /** Cells that are numbers in the file itself, written here with a decimal point. */
  readonly numbers?: ReadonlySet<number>;
}

/** Why a row counts for nothing and is no fault; all are shown. */
export const DROP_REASONS = ['total', 'header_again', 'note', 'continuation', 'duplicate', 'not_a_sale', 'nothing'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** Amounts are as the file states them, or converted by the tax on their line where the mapping says so. */
export interface TillRecord extends SalesLine {
  readonly tipMinor: bigint;
  /** Taken off the amount, or put on it, as the mapping converts. */
  readonly taxMinor: bigint;
}

export type TillItem =
  | { readonly type: 'record'; readonly record: TillRecord }
  | { readonly type: 'fault'; readonly fault: Refusal }
  | { readonly type: 'dropped'; readonly line: number; readonly reason: DropReason };

interface Amounts {
  readonly minor: bigint;
  readonly tipMinor: bigint;
  readonly taxMinor: bigint;
  readonly refundedMinor: bigint;
  /** Taken back in the time of a line of totals. */
  readonly looseMinor: bigint;
}

/** Reads rows one by one; what it learns on the way (ids, the sign refunds are written with) is checked against later rows. */
export class TillRowReader {
  #refundSign: { readonly isNegative: boolean; readonly line: number } | undefined;
  readonly #seen = new SeenIds();
  #lastId = '';
  readonly #least: number;
  #width: number | undefined;
  readonly #roles: readonly TillRole[];
  readonly #places: ReadonlySet<number>;
  readonly #isOwn: readonly boolean[];

  private constructor(
    private readonly mapping: TillMapping, private readonly index: Readonly<Partial<Record<TillRole, number>>>,
    private readonly header: readonly string[], private readonly now: Instant,
  ) {
    this.#isOwn = header.map(isOwnColumn);
    this.#least = header.findLastIndex((name, place) => name !== '' && this.#isOwn[place] !== true) + 1;
    this.#roles = Object.keys(index) as TillRole[];
    this.#places = new Set(Object.values(index));
  }

  /** Codes: those of `columnIndex`. */
  static of(mapping: TillMapping, header: readonly string[], now: Instant): Result<TillRowReader> {
    const index = columnIndex(header, mapping.columns);
    return index.ok ? ok(new TillRowReader(mapping, index.value, header.map(columnName), now)) : index;
  }

  /** One row as records, or as everything that is wrong with it, or as a row that counts for nothing. */
  read(row: TillRow): readonly TillItem[] {
    const around = this.#around(row);
    if (around !== undefined) return dropped(row, around);
    const shape = this.#misshapen(row);
    if (shape !== undefined) return this.#faults(row, shape);
    const within = this.#within(row);
    this.#lastId = this.#cell(row, 'id') || this.#lastId;
    if (within !== undefined) return dropped(row, within);
    const kind = this.#kind(row);
    if (kind.ok && kind.value === 'none') return dropped(row, 'not_a_sale');
    return this.#counted(row, kind);
  }

  /** Everything wrong with a line, not only the first thing. */
  #counted(row: TillRow, kind: Result<LineKind>): readonly TillItem[] {
    const [time, amounts, currency] = [this.#time(row), this.#amounts(row, kind.ok && kind.value === 'void'), this.#currency(row)];
    const marked = kind.ok && kind.value === 'sale' ? this.#markedElsewhere(row) : undefined;
    if (marked !== undefined) return this.#faults(row, marked);
    if (kind.ok && time.ok && amounts.ok && currency.ok) return this.#records(row, kind.value, time.value, amounts.value);
    return ([[kind, this.index.status === undefined ? 'kind' : 'status'], [time, this.#timeRole], [amounts, 'amount'], [currency, 'currency']] as const)
      .flatMap(([result, role]) => (result.ok ? [] : this.#faults(row, result.refusal, role)));
  }

  #cell({ fields }: TillRow, role: TillRole): string {
    const index = this.index[role];
    return index === undefined ? '' : cellText(fields[index] ?? '');
  }

  #placed(refusal: Refusal, { line }: TillRow, role?: TillRole): Refusal {
    const column = role === undefined ? undefined : this.mapping.columns[role];
    return { ...refusal, params: { line, ...(column === undefined ? {} : { column }), ...refusal.params } };
  }

  /** Rows a till adds around its lines, recognised only where no sum can be lost with them. */
  #around(row: TillRow): DropReason | undefined {
    const place = row.fields.findIndex(isFilled);
    const first = cellText(row.fields[place] ?? '');
    // A sum has no time, id or kind of its own; its word may stand in their column.
    const isOwn = (cell: string): boolean => cell !== '' && cell !== first;
    if (isTotalWord(first) && !SALE_ROLES.some((role) => isOwn(this.#cell(row, role)))) return 'total';
    if (this.#isHeaderAgain(row)) return 'header_again';
    const isRemark = place === row.fields.findLastIndex(isFilled) && /^(?:[*※(]|[^\d.,+-]\S*\s)/u.test(first) && !isBroken(first);
    return isRemark && this.#cell(row, 'amount') === '' ? 'note' : undefined;
  }

  /** Rows without time and amount: of a sale that goes on over several lines, or of nothing that is mapped. */
  #within(row: TillRow): DropReason | undefined {
    if (this.#cell(row, 'amount') + this.#cell(row, 'at') + this.#cell(row, 'date') !== '') return undefined;
    const id = this.#cell(row, 'id');
    if (id !== '' && id === this.#lastId) return 'continuation';
    return this.#roles.every((role) => this.#cell(row, role) === '') ? 'nothing' : undefined;
  }

  #isHeaderAgain({ fields }: TillRow): boolean {
    return fields.length >= this.header.length && this.header.every((name, place) => columnName(fields[place] ?? '') === name || this.#isOwn[place] === true);
  }

  /** A cancellation that stands in a column nobody mapped. */
  #markedElsewhere({ fields }: TillRow): Refusal | undefined {
    const place = fields.findIndex((field, index) => saysTakenBack(field) && !this.#places.has(index));
    return place < 0 ? undefined : { code: 'evidence.till_kind_unmapped', params: { column: this.header[place] || String(place + 1), value: (fields[place] ?? '').trim() } };
  }

  get #timeRole(): TillRole {
    return this.index.at === undefined ? 'date' : 'at';
  }

  /**
   * A row of text with a field missing or too many: nobody knows where, so that every cell of it may be another's. A separator at the
   * end of every line is harmless, at the end of one line not. Sheets leave blank ends out.
   */
  #offWidth({ fields, line, numbers }: TillRow): Refusal | undefined {
    const most = this.header.length;
    const params = { line, found: fields.length, needed: most };
    if (fields.slice(most).some((field) => field.trim() !== '')) return { code: 'evidence.line_long', params };
    if (numbers !== undefined) return undefined;
    if (fields.length < this.#least) return { code: 'evidence.line_cut', params: { ...params, needed: this.#least } };
    this.#width ??= fields.length;
    return fields.length !== this.#width && Math.max(fields.length, this.#width) > most ? { code: 'evidence.line_long', params } : undefined;
  }

  #misshapen(row: TillRow): Refusal | undefined {
    const { fields, line } = row;
    const width = this.#offWidth(row);
    if (width !== undefined) return width;
    const broken = fields.some(isBroken) ? this.#roles.find((role) => isBroken(this.#cell(row, role))) : undefined;
    if (broken !== undefined) return { code: 'evidence.characters_lost', params: { line, column: this.mapping.columns[broken] ?? broken } };
    const swallowed = fields.find((field) => swallowsLines(field, this.header.length));
    return swallowed === undefined ? undefined : { code: 'evidence.quote_open', params: { line } };
  }

  #kind(row: TillRow): Result<LineKind> {
    const words = (['status', 'kind'] as const).filter((role) => this.index[role] !== undefined).map((role) => this.#cell(row, role));
    const kinds: LineKind[] = [];
    for (const word of words) {
      const kind = kindOfWord(word);
      if (kind === undefined && !(word === '' && this.mapping.blankKind === 'sale')) return refuse('evidence.till_kind', { value: word.slice(0, 40) });
      kinds.push(kind ?? 'sale');
    }
    // A declined refund is no refund; what is not a plain sale decides.
    return ok(kinds.find((kind) => kind === 'none') ?? kinds.find((kind) => kind !== 'sale') ?? 'sale');
  }

  #time(row: TillRow): Result<LineTime> {
    const { columns, lineIs } = this.mapping;
    const read = this.#clock(row, this.#timeRole, columns.at === undefined && columns.time !== undefined);
    if (!read.ok) return read;
    // A line without a time among lines with times would lie at midnight, where nobody sold anything.
    if (lineIs !== 'day' && !read.value.hasTime) return refuse('evidence.till_no_time', { value: this.#cell(row, this.#timeRole) });
    if (lineIs === 'day' && read.value.hasTime && read.value.local % DAY !== 0) return refuse('evidence.till_time_in_day', { value: formatInstant(read.value.at) });
    return this.#cell(row, 'to') === '' ? ok(this.#unit(read.value)) : this.#until(row, read.value);
  }

  #clock(row: TillRow, role: TillRole, isBeside: boolean): Result<ReadTime> {
    return readTime({
      date: this.#cell(row, role),
      ...(isBeside ? { time: this.#cell(row, 'time') } : {}),
      ...(this.mapping.columns.zone === undefined ? {} : { zone: this.#cell(row, 'zone') }),
    }, this.mapping, this.mapping.zone);
  }

  /** As far as the line itself says. */
  #until(row: TillRow, { at }: ReadTime): Result<LineTime> {
    const end = this.#clock(row, 'to', false);
    if (!end.ok) return end;
    const periodMs = end.value.at - at;
    if (periodMs <= 0) return refuse('evidence.period_reversed', { from: formatInstant(at), to: formatInstant(end.value.at) });
    return periodMs > LONGEST_PERIOD ? refuse('evidence.period_too_long') : ok({ at, periodMs });
  }

  /** Where clocks skip midnight, the day begins with the jump. */
  #unit({ at, local, zone = 'UTC' }: ReadTime): LineTime {
    const { lineIs } = this.mapping;
    if (lineIs !== 'day') return { at, periodMs: UNIT_MS[lineIs] };
    const start = localToInstantBy(local, zone, 'first');
    return { at: start, periodMs: addLocalDays(start, zone, 1) - start };
  }

  #amounts(row: TillRow, isVoid: boolean): Result<Amounts> {
    const amount = this.#amount(row, 'amount', isVoid);
    if (!amount.ok) return amount;
    const tip = this.#amount(row, 'tip', true);
    if (!tip.ok) return tip;
    const refunded = this.#amount(row, 'refunded', true);
    if (!refunded.ok) return refunded;
    if (sizeOf(tip.value) > sizeOf(amount.value)) return refuse('evidence.tip_exceeds_amount', { value: this.#cell(row, 'amount'), tip: this.#cell(row, 'tip') });
    const towards = amount.value < 0n ? -1n : 1n;
    const loose = this.#amount(row, 'refunds', true);
    if (!loose.ok) return loose;
    return this.#taxed(row, isVoid, { minor: amount.value - towards * sizeOf(tip.value), tipMinor: towards * sizeOf(tip.value), taxMinor: 0n, refundedMinor: sizeOf(refunded.value), looseMinor: loose.value });
  }

  /** Amounts with the tax on their line taken off, or put on; a cancellation takes its sale back whole, whatever it says. What was taken back of a sale had its share of the tax, rounded half up. */
  #taxed(row: TillRow, isVoid: boolean, stated: Amounts): Result<Amounts> {
    const { conversion } = this.mapping;
    if (conversion?.by !== 'column' || stated.minor === 0n || isVoid) return ok(stated);
    const column = this.mapping.columns.tax ?? '';
    if (this.#cell(row, 'tax') === '') return refuse('evidence.tax_missing', { column });
    const tax = this.#amount(row, 'tax', false);
    if (!tax.ok) return { ok: false, refusal: { ...tax.refusal, params: { column, ...tax.refusal.params } } };
    const counted = withTax(stated, tax.value, conversion.to);
    return counted === undefined ? refuse('evidence.tax_unfit', { column, value: this.#cell(row, 'amount'), tax: this.#cell(row, 'tax') }) : ok(counted);
  }

  #amount(row: TillRow, role: 'amount' | 'tip' | 'tax' | 'refunded' | 'refunds', mayBeEmpty: boolean): Result<bigint> {
    const text = this.#cell(row, role);
    if (text === '' && mayBeEmpty) return ok(0n);
    const isNumber = row.numbers?.has(this.index[role] ?? -1) === true;
    return readAmount(text, isNumber ? '.' : this.mapping.decimalMark, this.mapping.currency);
  }

  #currency(row: TillRow): Result<void> {
    const written = this.#cell(row, 'currency');
    if (this.index.currency === undefined || written.toUpperCase() === this.mapping.currency) return ok(undefined);
    return refuse('evidence.currency_foreign', { value: written.slice(0, 20), currency: this.mapping.currency });
  }

  #records(row: TillRow, stated: LineKind, { at, periodMs }: LineTime, amounts: Amounts): readonly TillItem[] {
    if (Math.max(at + periodMs, at + 1) > this.now) return this.#faults(row, { code: 'evidence.in_future', params: { value: formatInstant(at) } }, this.#timeRole);
    const signed = this.#signed(row, stated, amounts.minor, periodMs > 0);
    if (!signed.ok) return this.#faults(row, signed.refusal, 'amount');
    const { kind, minor } = signed.value;
    const id = this.#cell(row, 'id');
    const clash = id === '' ? undefined : this.#seen.add(`${kind}\n${id}`, `${at}\n${minor}`, row.line);
    if (clash?.same === true) return dropped(row, 'duplicate');
    if (clash !== undefined && kind === 'sale') return this.#faults(row, { code: 'evidence.id_repeated', params: { id, other: clash.line } }, 'id');
    const record: TillRecord = { line: row.line, at, periodMs, kind, amountMinor: minor, tipMinor: amounts.tipMinor, taxMinor: amounts.taxMinor, ...this.#names(row, kind, id) };
    const isAllBack = stated === 'refunded' && this.index.refunded === undefined;
    if (kind !== 'sale') return [{ type: 'record', record }];
    return amounts.looseMinor === 0n ? this.#withRefund(row, record, isAllBack ? minor : amounts.refundedMinor) : this.#withLoose(row, record, amounts.looseMinor);
  }

  /** What was taken back of a sale on the sale's own line, at a time nobody knows: a refund that names this sale. */
  #withRefund(row: TillRow, sale: TillRecord, takenMinor: bigint): readonly TillItem[] {
    if (takenMinor === 0n) return [{ type: 'record', record: sale }];
    const { id, amountMinor, ...rest } = sale;
    if (takenMinor > amountMinor) return this.#faults(row, { code: 'evidence.refund_exceeds_sale', params: { id: id ?? '', other: row.line, value: 'refund' } }, 'refunded');
    // Without an id the refund is its sale's all the same: it stands on the same line.
    if (id === undefined) return [{ type: 'record', record: { ...sale, amountMinor: amountMinor - takenMinor } }];
    return [{ type: 'record', record: sale }, { type: 'record', record: { ...rest, tipMinor: 0n, taxMinor: 0n, kind: 'refund', amountMinor: takenMinor, refundOf: id } }];
  }

  /** A line of totals: what was sold, and beside it what was taken back, of which nobody knows from which sale. */
  #withLoose(row: TillRow, sale: TillRecord, takenMinor: bigint): readonly TillItem[] {
    const signed = this.#sized(row, takenMinor, 'refunds');
    if (!signed.ok) return this.#faults(row, signed.refusal, 'refunds');
    const { id: _id, ...rest } = sale;
    return [{ type: 'record', record: sale }, { type: 'record', record: { ...rest, tipMinor: 0n, taxMinor: 0n, kind: 'refund', amountMinor: signed.value } }];
  }

  #faults(row: TillRow, refusal: Refusal, role?: TillRole): readonly TillItem[] {
    return [{ type: 'fault', fault: this.#placed(refusal, row, role) }];
  }

  #names(row: TillRow, kind: RecordKind, id: string): { id?: string; refundOf?: string } {
    if (kind === 'sale') return id === '' ? {} : { id };
    const named = this.#cell(row, 'refundOf');
    // A cancellation carries the approval number of what it cancels; where it has its own, it matches no sale and stands apart.
    const refundOf = named === '' ? id : named;
    return { ...(id === '' ? {} : { id }), ...(refundOf === '' ? {} : { refundOf }) };
  }

  /** The kind says which way an amount counts; where no column does, its sign says so. */
  #signed(row: TillRow, stated: LineKind, minor: bigint, isTotal: boolean): Result<{ kind: RecordKind; minor: bigint }> {
    const kind: RecordKind = stated === 'refunded' || stated === 'none' ? 'sale' : stated;
    const isNegative = minor < 0n;
    const size = isNegative ? -minor : minor;
    if (kind === 'void') return ok({ kind, minor: size });
    if (kind === 'sale') {
      // Corrections may outweigh what was sold in a time; the total counts as it stands.
      if (!isNegative || isTotal) return ok({ kind, minor });
      if (this.index.kind === undefined && this.index.status === undefined) return ok({ kind: 'refund', minor: size });
      return refuse('evidence.sale_negative', { value: this.#cell(row, 'amount') });
    }
    const sized = this.#sized(row, minor, 'amount');
    return sized.ok ? ok({ kind, minor: sized.value }) : sized;
  }

  /** Refunds of one file are all written with a minus, or none is. */
  #sized(row: TillRow, minor: bigint, role: 'amount' | 'refunds'): Result<bigint> {
    if (minor === 0n) return ok(minor);
    const isNegative = minor < 0n;
    this.#refundSign ??= { isNegative, line: row.line };
    if (this.#refundSign.isNegative !== isNegative) return refuse('evidence.refund_sign', { value: this.#cell(row, role), other: this.#refundSign.line });
    return ok(isNegative ? -minor : minor);
  }
}

const isFilled = (field: string): boolean => field.trim() !== '';

const sizeOf = (minor: bigint): bigint => (minor < 0n ? -minor : minor);

/** Undefined where the tax cannot be that of the amount: it points the other way, or is above every rate, as when another column was taken for it. */
function withTax(stated: Amounts, taxMinor: bigint, to: TaxBasis): Amounts | undefined {
  const isNegative = stated.minor < 0n;
  const [whole, tax] = [sizeOf(stated.minor), sizeOf(taxMinor)];
  const net = to === 'net_of_tax' ? whole - tax : whole;
  if ((taxMinor < 0n && !isNegative) || tax * 2n > net) return undefined;
  const counted = to === 'net_of_tax' ? net : whole + tax;
  // What is more than all of the sale stays more, whatever is rounded.
  const refundedMinor = stated.refundedMinor > whole ? counted + (stated.refundedMinor - whole) : roundQuotient(stated.refundedMinor * counted, whole, 'half_up');
  return { ...stated, minor: isNegative ? -counted : counted, taxMinor: isNegative ? -tax : tax, refundedMinor };
}

/** The time a line speaks for: none for one sale at one instant. */
interface LineTime {
  readonly at: Instant;
  readonly periodMs: number;
}

const UNIT_MS: Readonly<Record<Exclude<LineUnit, 'day'>, number>> = { sale: 0, quarter_hour: HOUR / 4, half_hour: HOUR / 2, hour: HOUR };

const dropped = ({ line }: TillRow, reason: DropReason): readonly TillItem[] => [{ type: 'dropped', line, reason }];

/** What the line of a sale has, and a line of sums has not. */
const SALE_ROLES: readonly TillRole[] = ['at', 'date', 'time', 'month', 'zone', 'kind', 'status', 'id', 'refundOf'];

const DAY = 24 * HOUR;
/** More says nothing about an outage. */
const LONGEST_PERIOD = 31 * DAY;

/** A cell as compared: one form of every character, no blanks around it, without the mark that keeps a spreadsheet from computing it. */
export const cellText = (field: string): string => (PLAIN.test(field) ? field : field.replace(/^'(?=[=+\-@])/u, '').normalize('NFC').trim());

/** Most cells are this plain, and there are a hundred million of them. */
const PLAIN = /^[\x28-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/u;

/** Holds the character that stands for bytes nobody could read. */
const isBroken = (field: string): boolean => field.includes('\ufffd');

/** A quote left open swallows whole lines into one field; a note of several lines does not look like lines of the file. */
function swallowsLines(field: string, columns: number): boolean {
  if (!field.includes('\n') && !field.includes('\r')) return false;
  const least = Math.max(2, Math.ceil(columns / 2));
  return field.split(/\r?\n|\r/u).some((line) => [',', ';', '\t'].some((mark) => line.split(mark).length >= least));
}
