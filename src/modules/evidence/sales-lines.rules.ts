import { refuse, ok, type Refusal, type Result } from '../../core/errors/index.js';
import { exponentOf, parseMoney, type CurrencyCode } from '../../core/money/index.js';
import { RECORD_KINDS, type RecordKind, type SalesLine } from '../../core/sales/index.js';
import { addLocalDays, formatInstant, HOUR, isInRange, localToInstant, MINUTE, parseInstant, type Instant } from '../../core/time/index.js';

/** Which column plays which part; `gross` and `refunds` together replace `kind` and `amount` in lists of totals. */
export interface ColumnMapping {
  readonly at: string;
  readonly to?: string;
  readonly kind?: string;
  readonly amount?: string;
  readonly id?: string;
  readonly refundOf?: string;
  readonly gross?: string;
  readonly refunds?: string;
}

/** Time one line stands for, as stated: a length, or whole local days. */
export type StatedPeriod = { readonly ms: number } | { readonly days: number };

export interface Reading {
  readonly currency: CurrencyCode;
  readonly zone?: string;
  readonly period?: StatedPeriod;
  readonly now: Instant;
}

type Column = Exclude<keyof ColumnMapping, never>;
export type ColumnIndex = Readonly<Partial<Record<Column, number>>>;

const LONGEST_PERIOD = 31 * 24 * HOUR;

/**
 * Reads `PT15M`, `PT1H` or `P1D`; `PT0S` says that each line is one sale at one instant. A day is a day of the stated zone.
 * Codes: `evidence.option_invalid`. Edge: months and years are refused, they have no one length.
 */
export function parsePeriod(text: string): Result<StatedPeriod> {
  const match = /^P(?:(\d{1,2})D|T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(0)S)?)$/.exec(text);
  const [, days, hours, minutes, none] = match ?? [];
  if (match !== null && days !== undefined && days !== '0') return ok({ days: Number(days) });
  if (match !== null && (hours ?? minutes ?? none) !== undefined) {
    return ok({ ms: Number(hours ?? '0') * HOUR + Number(minutes ?? '0') * MINUTE });
  }
  return refuse('evidence.option_invalid', { option: 'period', value: text.slice(0, 40), expected: 'PT0S, PT15M, PT1H or P1D' });
}

/** Reads lines one by one; what it learns on the way (the sign refunds are written with) is checked against later lines. */
export class LineReader {
  #refundSign: { readonly negative: boolean; readonly line: number } | undefined;

  constructor(private readonly reading: Reading, private readonly columns: ColumnIndex, private readonly names: ColumnMapping) {}

  /** One line as one record, or two where a total carries sales and refunds, or everything that is wrong with it. */
  read(fields: readonly string[], line: number): { readonly records: readonly SalesLine[]; readonly faults: readonly Refusal[] } {
    const short = this.#missingField(fields, line);
    if (short !== undefined) return { records: [], faults: [short] };
    const time = this.#time(fields, line);
    const parts = this.columns.gross === undefined ? this.#single(fields, line) : this.#totals(fields, line);
    const faults = [time, ...parts].flatMap((part) => (part.ok ? [] : [part.refusal]));
    if (!time.ok || faults.length > 0) return { records: [], faults };
    return { records: parts.flatMap((part) => (part.ok ? [{ line, ...time.value, ...part.value }] : [])), faults };
  }

  #missingField(fields: readonly string[], line: number): Refusal | undefined {
    for (const [role, index] of Object.entries(this.columns)) {
      if (index >= fields.length) {
        return { code: 'evidence.line_short', params: { line, found: fields.length, column: this.names[role as Column] ?? role, needed: index + 1 } };
      }
    }
    return undefined;
  }

  #text(fields: readonly string[], role: Column): string {
    const index = this.columns[role];
    return index === undefined ? '' : (fields[index] ?? '').trim();
  }

  #time(fields: readonly string[], line: number): Result<{ at: Instant; periodMs: number }> {
    const at = this.#instant(this.#text(fields, 'at'), line);
    if (!at.ok) return at;
    const end = this.#end(fields, at.value, line);
    if (!end.ok) return end;
    const periodMs = end.value - at.value;
    const isStated = this.#text(fields, 'to') !== '';
    if (periodMs < 0 || (isStated && periodMs === 0)) {
      return refuse('evidence.period_reversed', { line, from: formatInstant(at.value), to: formatInstant(end.value) });
    }
    if (periodMs > LONGEST_PERIOD) return refuse('evidence.period_too_long', { line });
    // A sale at an instant takes the millisecond that follows: it must be over, too.
    if (Math.max(end.value, at.value + 1) > this.reading.now) return refuse('evidence.in_future', { line, value: formatInstant(end.value) });
    return ok({ at: at.value, periodMs });
  }

  /** As written on the line, else as stated for the file, else the instant itself. */
  #end(fields: readonly string[], at: Instant, line: number): Result<Instant> {
    const written = this.#text(fields, 'to');
    if (written !== '') return this.#instant(written, line);
    const { period, zone } = this.reading;
    if (period === undefined) return ok(at);
    if ('ms' in period) return ok((at + period.ms) as Instant);
    return ok(addLocalDays(at, zone ?? 'UTC', period.days));
  }

  #instant(text: string, line: number): Result<Instant> {
    const { zone } = this.reading;
    const value = text.slice(0, 40);
    const absolute = parseInstant(text.replace(' ', 'T'));
    if (absolute.ok) return absolute;
    if (absolute.refusal.code === 'time.too_fine') return refuse('evidence.time_too_fine', { line, value });
    if (absolute.refusal.code === 'time.out_of_range') return refuse('evidence.time_out_of_range', { line, value });
    const isLocal = absolute.refusal.code === 'time.zone_missing' || /^\d{4}-\d{2}-\d{2}$/.test(text);
    if (!isLocal) return refuse('evidence.time_malformed', { line, value });
    if (zone === undefined) return refuse('evidence.zone_missing', { line, value });
    const local = localToInstant(text, zone);
    return local.ok ? this.#plausible(local.value, line, value) : refuse(...localFault(local.refusal, line, value, zone));
  }

  #plausible(at: Instant, line: number, value: string): Result<Instant> {
    return isInRange(at) ? ok(at) : refuse('evidence.time_out_of_range', { line, value });
  }

  /** A line with a kind (a sale unless the column says otherwise) and an amount. */
  #single(fields: readonly string[], line: number): Result<Omit<SalesLine, 'line' | 'at' | 'periodMs'>>[] {
    const kindText = this.#text(fields, 'kind').toLowerCase();
    const kind = kindText === '' ? 'sale' : RECORD_KINDS.find((known) => known === kindText);
    if (kind === undefined) return [refuse('evidence.kind_unknown', { line, value: kindText.slice(0, 40) })];
    const amount = this.#amount(this.#text(fields, 'amount'), kind, line);
    if (!amount.ok) return [amount];
    const [id, refundOf] = [this.#text(fields, 'id').normalize('NFC'), this.#text(fields, 'refundOf').normalize('NFC')];
    return [ok({
      kind, amountMinor: amount.value, ...(id === '' ? {} : { id }), ...(refundOf === '' || kind === 'sale' ? {} : { refundOf }),
    })];
  }

  /** A line of totals: what was sold, and beside it what was taken back, of which nobody knows from which sale. */
  #totals(fields: readonly string[], line: number): Result<Omit<SalesLine, 'line' | 'at' | 'periodMs'>>[] {
    const gross = this.#amount(this.#text(fields, 'gross'), 'total', line);
    const taken = this.columns.refunds === undefined ? ok(0n) : this.#amount(this.#text(fields, 'refunds'), 'refund', line);
    return [
      gross.ok ? ok({ kind: 'sale', amountMinor: gross.value }) : gross,
      ...(taken.ok && taken.value === 0n ? [] : [taken.ok ? ok({ kind: 'refund' as const, amountMinor: taken.value }) : taken]),
    ];
  }

  #amount(text: string, kind: RecordKind | 'total', line: number): Result<bigint> {
    const { currency } = this.reading;
    const value = text.slice(0, 40);
    if (text === '' && kind === 'void') return ok(0n);
    const read = parseMoney(text, currency);
    if (!read.ok) return refuse(...amountFault(read.refusal.code, { line, value, currency }));
    const { minor } = read.value;
    if (kind === 'total') return ok(minor);
    if (kind === 'sale') return minor < 0n ? refuse('evidence.sale_negative', { line, value }) : ok(minor);
    if (kind === 'refund' && minor !== 0n) {
      this.#refundSign ??= { negative: minor < 0n, line };
      if (this.#refundSign.negative !== minor < 0n) return refuse('evidence.refund_sign', { line, value, other: this.#refundSign.line });
    }
    return ok(minor < 0n ? -minor : minor);
  }
}

function localFault(refusal: Refusal, line: number, value: string, zone: string): [string, Refusal['params']] {
  const { first = '', second = '' } = refusal.params;
  switch (refusal.code) {
    case 'time.gap': return ['evidence.time_skipped', { line, value, zone, first, second }];
    case 'time.fold': return ['evidence.time_repeated', { line, value, zone, first, second }];
    default: return ['evidence.time_malformed', { line, value }];
  }
}

function amountFault(code: string, { line, value, currency }: { line: number; value: string; currency: CurrencyCode }): [string, Refusal['params']] {
  switch (code) {
    case 'money.too_fine': return ['evidence.amount_too_fine', { line, value, currency }];
    case 'money.out_of_range': return ['evidence.amount_out_of_range', { line, value }];
    default: return ['evidence.amount_malformed', { line, value, currency, example: exponentOf(currency) === 0 ? '1230' : `1230.${'5'.padEnd(exponentOf(currency), '0')}` }];
  }
}
