import { currency, exponentOf, formatMoney, isCurrency, money, parseMoney, parseRatio, roundRatio } from '../../core/money/index.js';
import type { Language } from '../../core/policy/index.js';
import { formatLocal, HOUR, MINUTE, parseInstant, toLocal, type Instant } from '../../core/time/index.js';

export interface MoneyText {
  /** Decimal text with exactly the currency's decimals. */
  readonly amount: string;
  readonly currency: string;
}

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', ko: 'ko-KR', fr: 'fr-FR' };

const UNITS: Readonly<Record<Language, { readonly hour: string; readonly minute: string; readonly second: string; readonly ms: string; readonly glue: string }>> = {
  en: { hour: '\u00a0h', minute: '\u00a0min', second: '\u00a0s', ms: '\u00a0ms', glue: ' ' },
  ko: { hour: '시간', minute: '분', second: '초', ms: '밀리초', glue: ' ' },
  fr: { hour: '\u00a0h', minute: '\u00a0min', second: '\u00a0s', ms: '\u00a0ms', glue: ' ' },
};

/** Exact decimal text is formatted digit by digit, never through a float; the declared type of `format` leaves text out. */
const exactly = (format: Intl.NumberFormat, decimal: string): string => format.format(decimal as unknown as bigint);

/**
 * The one module through which money, dates, times and numbers become text for people, one per language.
 * Decimals come from our own ISO 4217 table. Instants are shown in a zone that the caller names, and the zone is said.
 */
export class Formatting {
  readonly #locale: string;
  readonly #kept = new Map<string, Intl.DateTimeFormat>();
  readonly #numbers = new Map<string, Intl.NumberFormat>();

  constructor(readonly language: Language) {
    this.#locale = LOCALES[language];
  }

  /** `£53.40`, `₩53,400`, `53,40 €`. Edge: an unknown currency shows its code before the text as it is. */
  money({ amount, currency: code }: MoneyText): string {
    return this.#money(amount, code, 'auto');
  }

  /** A whole sum as it is typed into a field: `40.00` in pounds, `40` in won, `40.000` in dinars. */
  typed(units: string, code: string): string {
    const decimals = isCurrency(code) ? exponentOf(code) : 0;
    return decimals === 0 ? units : `${units}.${'0'.repeat(decimals)}`;
  }

  /** A difference in minor units, with its sign unless it is nought: `+£5.00`, `-£5.00`, `£0.00`. */
  difference(minor: string, code: string): string {
    return this.signed({ amount: isCurrency(code) ? formatMoney(money(BigInt(minor), code)) : minor, currency: code });
  }

  /** As `difference`, of decimal text. */
  signed({ amount, currency: code }: MoneyText): string {
    return this.#money(amount, code, 'exceptZero');
  }

  #money(amount: string, code: string, signDisplay: 'auto' | 'exceptZero'): string {
    if (!isCurrency(code)) return `${code} ${amount}`;
    const decimals = exponentOf(currency(code));
    return exactly(this.#numeric({
      style: 'currency', currency: code, currencyDisplay: 'narrowSymbol', minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay,
    }), amount);
  }

  /** Minor units as exact ratio text, such as a step's result before rounding. What has no end is cut, and marked with `…`. */
  minor(text: string, code: string): string {
    const read = parseRatio(text);
    if (!read.ok || !isCurrency(code)) return text;
    const unit = currency(code);
    const extra = 4;
    const shown = roundRatio({ num: read.value.num * 10n ** BigInt(extra), den: read.value.den }, 'down');
    const exact = shown * read.value.den === read.value.num * 10n ** BigInt(extra);
    const digits = exponentOf(unit) + extra;
    const sign = shown < 0n ? '-' : '';
    const all = (shown < 0n ? -shown : shown).toString().padStart(digits + 1, '0');
    const formatted = exactly(this.#numeric({
      style: 'currency', currency: code, currencyDisplay: 'narrowSymbol', minimumFractionDigits: exponentOf(unit), maximumFractionDigits: digits,
    }), `${sign}${all.slice(0, -digits)}.${all.slice(-digits)}`);
    return exact ? formatted : `${formatted}…`;
  }

  number(value: number | string): string {
    return exactly(this.#numeric({}), String(value));
  }

  /** Exact ratio text as a decimal where it has one of at most four places, else as the fraction it is: `2.5`, `7/3`. */
  ratio(text: string): string {
    return this.#ratio(text, 0n) ?? text;
  }

  /** A share as a percentage where that is exact: `62%`, else `2/3`. */
  share(text: string): string {
    const percent = this.#ratio(text, 2n);
    return percent === undefined ? text : `${percent}${this.language === 'fr' ? '\u00a0%' : '%'}`;
  }

  /** A value of a document, by the unit stated beside it: `£25,000.00` for `GBP per claim`, `62%` for `ratio`. What is no such figure stays as written. */
  stated(text: string, unit: string): string {
    const [code = ''] = unit.split(' ');
    const amount = isCurrency(code) ? parseMoney(text, code) : undefined;
    if (amount?.ok === true) return this.money({ amount: formatMoney(amount.value), currency: code });
    return unit === 'ratio' ? this.share(text) : this.ratio(text);
  }

  #ratio(text: string, tens: bigint): string | undefined {
    const read = parseRatio(text);
    const scaled = read.ok ? read.value.num * 10n ** (4n + tens) : 0n;
    if (!read.ok || scaled % read.value.den !== 0n) return undefined;
    const digits = scaled / read.value.den;
    const all = (digits < 0n ? -digits : digits).toString().padStart(5, '0');
    return exactly(this.#numeric({ maximumFractionDigits: 4 }), `${digits < 0n ? '-' : ''}${all.slice(0, -4)}.${all.slice(-4)}`);
  }

  /** `13 October 2026, 10:20 (BST)`; Korean: `2026년 10월 13일, 10:20 (GMT+9)`. */
  dateTime(at: Instant | string, zone: string): string {
    return `${this.date(at, zone)}, ${this.time(at, zone)} (${this.zone(at, zone)})`;
  }

  /** When something happened: to the minute. Windows are exact, and use `dateTime`. */
  stamp(at: Instant | string, zone: string): string {
    return `${this.date(at, zone)}, ${this.#clock(zone).format(msOf(at))} (${this.zone(at, zone)})`;
  }

  /** In French the first of a month is an ordinal, and no other day: `1er janvier 2036`, `2 janvier 2036`. */
  #firstOf(text: string): string {
    return this.language === 'fr' ? text.replace(/^1(?=\s)/u, '1er') : text;
  }

  date(at: Instant | string, zone: string): string {
    return this.#firstOf(this.#format('date', zone, { day: 'numeric', month: 'long', year: 'numeric' }).format(msOf(at)));
  }

  /** Short enough for a column; still without a guess about which number is the month. */
  shortDate(at: Instant | string, zone: string): string {
    return this.#firstOf(this.#format('short', zone, { day: 'numeric', month: 'short', year: 'numeric' }).format(msOf(at)));
  }

  /** On a 24-hour clock, with seconds only when there are some. */
  time(at: Instant | string, zone: string): string {
    if (msOf(at) % MINUTE === 0) return this.#clock(zone).format(msOf(at));
    return this.#format('seconds', zone, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(msOf(at));
  }

  #clock(zone: string): Intl.DateTimeFormat {
    return this.#format('time', zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  }

  /** A day and a time without a year, for the ends of a strip. */
  moment(at: Instant | string, zone: string): string {
    return this.#firstOf(this.#format('moment', zone, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(msOf(at)));
  }

  /** A day without its year, for the scale of a strip. */
  day(at: Instant | string, zone: string): string {
    return this.#firstOf(this.#format('day', zone, { day: 'numeric', month: 'short' }).format(msOf(at)));
  }

  zone(at: Instant | string, zone: string): string {
    const parts = this.#format('zone', zone, { timeZoneName: 'short' }).formatToParts(msOf(at));
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
  }

  /** From and to, the date said once when it is the same. */
  period(from: Instant | string, to: Instant | string, zone: string): string {
    const [start, end] = [this.date(from, zone), this.date(to, zone)];
    return start === end
      ? `${start}, ${this.time(from, zone)} – ${this.time(to, zone)} (${this.zone(to, zone)})`
      : `${start}, ${this.time(from, zone)} – ${end}, ${this.time(to, zone)} (${this.zone(to, zone)})`;
  }

  /** Hours and less, as far as they are not nought: `127 h 30 min`. Exact to the millisecond; days are left out, since not all are 24 hours. */
  duration(ms: number): string {
    const units = UNITS[this.language];
    let left = ms;
    const said = ([[HOUR, units.hour], [MINUTE, units.minute], [1_000, units.second], [1, units.ms]] as const).flatMap(([size, unit]) => {
      const count = Math.floor(left / size);
      left -= count * size;
      return count === 0 ? [] : [`${count}${unit}`];
    });
    return said.length === 0 ? `0${units.minute}` : said.join(units.glue);
  }

  /** `2022-10-15`: how a day is typed into a form. */
  isoDate(at: Instant | string, zone: string): string {
    return formatLocal(toLocal(msOf(at), zone)).slice(0, 10);
  }

  /** How long something waits: `today`, `3 days`. Whole periods of 24 hours. */
  days(ms: number): string {
    const count = Math.floor(ms / (24 * HOUR));
    return new Intl.RelativeTimeFormat(this.#locale, { numeric: 'auto' }).format(-count, 'day');
  }

  /** Making a format costs some fifty times what using it does. */
  #numeric(options: Intl.NumberFormatOptions): Intl.NumberFormat {
    const key = JSON.stringify(options);
    const kept = this.#numbers.get(key) ?? new Intl.NumberFormat(this.#locale, options);
    this.#numbers.set(key, kept);
    return kept;
  }

  #format(kind: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = `${kind} ${zone}`;
    const kept = this.#kept.get(key) ?? new Intl.DateTimeFormat(this.#locale, { ...options, timeZone: zone });
    this.#kept.set(key, kept);
    return kept;
  }
}

function msOf(at: Instant | string): Instant {
  if (typeof at === 'number') return at;
  const read = parseInstant(at);
  if (!read.ok) throw new TypeError('not an instant');
  return read.value;
}
