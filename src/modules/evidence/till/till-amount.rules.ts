import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { exponentOf, parseMoney, type CurrencyCode } from '../../../core/money/index.js';
import type { DecimalMark } from './till-mapping.rules.js';

/** Signs that belong to few currencies; `$` and `kr` belong to many and say nothing. */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  '€': ['EUR'], '£': ['GBP', 'EGP', 'FKP', 'GIP', 'SHP', 'SSP', 'SYP', 'LBP'], '₩': ['KRW', 'KPW'], '￦': ['KRW', 'KPW'], '원': ['KRW', 'KPW'], '¥': ['JPY', 'CNY'], '円': ['JPY'], '₹': ['INR'], '₫': ['VND'],
};
const WRITTEN = /^(?:[€£₩￦원¥円₹₫$]|[A-Z]{2}\$|[A-Z]{3}|kr\.?|zł|Kč|Fr\.?)$/u;

interface Written {
  readonly isNegative: boolean;
  readonly figures: string;
  readonly sign?: string;
}

const SHAPE = /^(?<open>\(?)\s?(?<sign>[-+]?)\s?(?<before>[^\d\s+\-.,()']*)\s?(?<inner>[-+]?)(?<figures>\d[\d.,' ]*|[.,]\d+)\s?(?<after>[^\d\s+\-.,()']*\.?)\s?(?<trailing>-?)(?<close>\)?)$/u;

/** Nothing to take off but a minus. */
const BARE = /^-?\d[\d.,]*$/u;

/** Takes sign, brackets and currency off: `-$35.76`, `(1,240.00)`, `1.234,50 €`, `12-`. */
function unwrap(text: string): Written | undefined {
  if (BARE.test(text)) return text.startsWith('-') ? { isNegative: true, figures: text.slice(1) } : { isNegative: false, figures: text };
  const clean = text.normalize('NFC').replace(/[\s\u00a0\u202f]+/gu, ' ').replaceAll('\u2212', '-').trim();
  const parts = SHAPE.exec(clean)?.groups as Readonly<Record<'open' | 'sign' | 'before' | 'inner' | 'figures' | 'after' | 'trailing' | 'close', string>> | undefined;
  if (parts === undefined) return undefined;
  const brackets = parts.open + parts.close;
  const signs = parts.sign + parts.inner + parts.trailing + brackets;
  if (!['', '-', '+', '()'].includes(signs)) return undefined;
  const currency = [parts.before, parts.after].filter((sign) => sign !== '');
  if (currency.length > 1 || (currency[0] !== undefined && !WRITTEN.test(currency[0]))) return undefined;
  return { isNegative: signs === '-' || signs === '()', figures: parts.figures.trim(), ...(currency[0] === undefined ? {} : { sign: currency[0] }) };
}

/**
 * The decimal marks with which the text is an amount: one, two when it must be asked (`1,234`), none when it tells nothing (`12`).
 */
export function marksOf(text: string): readonly DecimalMark[] {
  const figures = unwrap(text)?.figures.replace(/[' ]/gu, '') ?? '';
  const [dots, commas] = [figures.split('.').length - 1, figures.split(',').length - 1];
  if (dots + commas === 0) return [];
  if (dots > 0 && commas > 0) return figures.lastIndexOf('.') > figures.lastIndexOf(',') ? ['.'] : [','];
  const [mark, other] = dots > 0 ? ['.' as const, ',' as const] : [',' as const, '.' as const];
  if (dots + commas > 1) return [other];
  return /^[1-9]\d{0,2}[.,]\d{3}$/u.test(figures) ? ['.', ','] : [mark];
}

/** Figures of `1,234.50` or `1 234,50` as `1234.50`; undefined when the groups are not groups of three. */
function plainFigures(figures: string, mark: DecimalMark): string | undefined {
  const at = figures.indexOf(mark);
  const [whole, fraction] = at < 0 ? [figures, undefined] : [figures.slice(0, at), figures.slice(at + 1)];
  if (fraction !== undefined && !/^\d+$/u.test(fraction)) return undefined;
  const digits = ungrouped(whole, mark === '.' ? ',' : '.');
  if (digits === undefined) return undefined;
  const short = digits.replace(/^0+(?=\d)/u, '') || '0';
  return fraction === undefined ? short : `${short}.${fraction}`;
}

function ungrouped(whole: string, thousands: string): string | undefined {
  if (/^\d*$/u.test(whole)) return whole;
  const groups = [thousands, ' ', '\''].map((mark) => whole.split(mark)).find(({ length }) => length > 1) ?? [];
  return groups.length > 1 && groups.every((part, index) => (index === 0 ? /^\d{1,3}$/u : /^\d{3}$/u).test(part)) ? groups.join('') : undefined;
}

/**
 * Minor units of an amount as a till writes it. Never rounds.
 * Codes: `evidence.till_amount`, `evidence.amount_too_fine`, `evidence.amount_out_of_range`, `evidence.currency_foreign`.
 * Edge: with a decimal comma `1.234` is 1234 and `1.23` is no amount.
 */
export function readAmount(text: string, mark: DecimalMark, currency: CurrencyCode): Result<bigint> {
  const written = unwrap(text);
  const figures = written === undefined ? undefined : plainFigures(written.figures, mark);
  if (written === undefined || figures === undefined) return refuse('evidence.till_amount', { value: shown(text), currency, mark, decimals: exponentOf(currency) });
  if (written.sign !== undefined && !fitsCurrency(written.sign, currency)) return refuse('evidence.currency_foreign', { value: written.sign, currency });
  const read = parseMoney(figures, currency);
  if (read.ok) return ok(written.isNegative ? -read.value.minor : read.value.minor);
  return refuse(read.refusal.code === 'money.too_fine' ? 'evidence.amount_too_fine' : 'evidence.amount_out_of_range', { value: shown(text), currency });
}

const shown = (text: string): string => text.trim().slice(0, 40);

function fitsCurrency(sign: string, currency: CurrencyCode): boolean {
  if (/^[A-Z]{3}$/u.test(sign)) return sign === currency;
  const owners = SIGNS[sign];
  return owners === undefined || owners.includes(currency);
}

/** The currency a sign names for certain. */
export function currencyOfSign(text: string): string | undefined {
  const sign = unwrap(text)?.sign;
  if (sign === undefined) return undefined;
  if (/^[A-Z]{3}$/u.test(sign)) return sign;
  return { '€': 'EUR', '₩': 'KRW', '￦': 'KRW', '원': 'KRW', '円': 'JPY', '₹': 'INR', '₫': 'VND' }[sign];
}
