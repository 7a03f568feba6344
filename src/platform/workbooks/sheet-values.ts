import { HOUR, SECOND } from '../../core/time/index.js';

/** How a sheet shows a number: as it is, or as a date, with or without a time, or as a time alone. */
export type StyleKind = 'number' | 'date' | 'time';

const BUILT_IN_DATES = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 57, 58]);
const BUILT_IN_TIMES = new Set([18, 19, 20, 21, 32, 33, 45, 46, 47, 55, 56]);

/** Source: ECMA-376 18.8.30; a format with years, days or months of the calendar is a date, with hours alone a time. */
export function isDateFormat(id: string, own: ReadonlyMap<string, string>): StyleKind {
  const code = own.get(id);
  if (code === undefined) return BUILT_IN_DATES.has(Number(id)) ? 'date' : BUILT_IN_TIMES.has(Number(id)) ? 'time' : 'number';
  const bare = code.replace(/"[^"]*"|\\.|\[(?!h|m|s)[^\]]*\]|_.|\*./giu, '').split(';')[0] ?? '';
  if (/[yd]/iu.test(bare) || /m{3,}/iu.test(bare)) return 'date';
  return /[hs]/iu.test(bare) ? 'time' : 'number';
}

/** Column of a cell reference from 0: `A1` is 0, `AB7` is 27; -1 when it is none. */
export function cellColumn(reference: string): number {
  const letters = /^([A-Z]{1,3})\d+$/u.exec(reference)?.[1] ?? '';
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** A spreadsheet's number as text: it keeps 15 figures, and writes 21.06 as 21.059999999999999. */
export function tidyNumber(text: string): string {
  const value = Number(text);
  if (!Number.isFinite(value) || text.trim() === '') return text;
  const short = value.toPrecision(15);
  if (/e/iu.test(short)) return Math.abs(value) < 1e15 && Math.abs(value) >= 1 ? BigInt(Math.trunc(value)).toString() : text;
  return short.includes('.') ? short.replace(/0+$/u, '').replace(/\.$/u, '') : short;
}

/** A day count as `2026-01-02 18:30:00`, a part of a day as `18:30:00`; what is no plausible date stays as it is, and is a fault. */
export function serialText(text: string, kind: Exclude<StyleKind, 'number'>, is1904: boolean): string {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || value > 300_000) return text;
  const ms = Math.round((value * 24 * HOUR) / SECOND) * SECOND;
  const isNear = Math.abs(value * 24 * HOUR - ms) <= 5;
  const exact = isNear ? ms : Math.round(value * 24 * HOUR);
  if (value < 1) return new Date(exact).toISOString().slice(11, isNear ? 19 : 23);
  const base = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const shown = new Date(base + exact).toISOString();
  const day = shown.slice(0, 10);
  return exact % (24 * HOUR) === 0 && kind === 'date' ? day : `${day} ${shown.slice(11, isNear ? 19 : 23)}`;
}
