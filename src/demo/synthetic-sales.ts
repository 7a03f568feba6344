import { allocate, currency, money, ratio } from '../core/money/index.js';
import { addLocalDays, formatInstant, HOUR, localToInstant, openIntervals, overlaps, type Instant, type Interval, type OpeningHours } from '../core/time/index.js';
import { unwrap } from '../platform/http/refusal-exception.js';

/** Numbers that look random and are the same for the same name: no file of sales has to be kept. */
export function numbersFrom(name: string): (below: number) => number {
  let state = [...name].reduce((sum, letter) => (Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0)) >>> 0, 2_166_136_261);
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

export interface SyntheticSales {
  readonly csv: string;
  readonly coverage: Interval;
}

const KRW = currency('KRW');
const DAY_MS = 86_400_000;
const text = (day: number): string => new Date(day).toISOString().slice(0, 10);

/** Saturday to Friday. */
export type Shares = readonly [number, number, number, number, number, number, number];

export interface WeeklyTrade {
  readonly name: string;
  /** Sales of the best comparable week in won. */
  readonly best: bigint;
  /** By how much the week of the outage stays below it. */
  readonly loss: bigint;
  /** How a week's sales fall on its days, from Saturday to Friday; 0 is a closed day. */
  readonly shares: Shares;
  /** How the loss falls on the days of its week; on a closed day nothing can be lost. */
  readonly lostOn: Shares;
}

const FIRST = Date.UTC(2022, 8, 3);
const LOSS_WEEK = 6;
const BEST_WEEK = 4;
const WEEKS = 8;

/** A day book of September and October 2022: eight whole weeks from Saturday to Friday, the best of them and the loss to the won as stated. */
export function dayBook({ name, best, loss, shares, lostOn }: WeeklyTrade): SyntheticSales {
  const random = numbersFrom(name);
  const spread = (total: bigint, weights: readonly number[]): bigint[] => allocate(money(total, KRW), weights.map((weight) => ratio(BigInt(weight)))).map(({ minor }) => minor);
  const lines = ['at,amount'];
  for (let week = 0; week < WEEKS; week += 1) {
    const below = week === BEST_WEEK || week === LOSS_WEEK ? 0n : (best * BigInt(15 + random(60))) / 1_000n;
    const sold = spread(best - below, shares);
    const missing = week === LOSS_WEEK ? spread(loss, lostOn.map((weight, day) => (shares[day] === 0 ? 0 : weight))) : [];
    sold.forEach((amount, day) => lines.push(`${text(FIRST + (week * 7 + day) * DAY_MS)},${amount - (missing[day] ?? 0n)}`));
  }
  const at = (day: number): Instant => unwrap(localToInstant(text(day), 'Asia/Seoul'));
  return { csv: `${lines.join('\n')}\n`, coverage: { from: at(FIRST), to: at(FIRST + WEEKS * 7 * DAY_MS) } };
}

export interface HourlyTrade {
  readonly name: string;
  readonly hours: OpeningHours;
  /** Usual sales of an open hour in won. */
  readonly perHour: number;
  /** While this lasted, */
  readonly trouble: Interval;
  /** this share of usual sales came in, in per cent. */
  readonly leftPercent: number;
}

const REGISTER_DAYS = 98;

/** Sums of open hours over the fourteen weeks that end with the week of the outage; hours on the clock of the shop. */
export function hourBook({ name, hours, perHour, trouble, leftPercent }: HourlyTrade): SyntheticSales {
  const random = numbersFrom(name);
  const from = unwrap(localToInstant('2022-07-16', hours.zone));
  const coverage = { from, to: addLocalDays(from, hours.zone, REGISTER_DAYS) };
  const lines = ['at,amount'];
  for (const open of openIntervals(hours, coverage)) {
    for (let at = open.from; at < open.to; at = (at + HOUR) as Instant) {
      const usual = Math.floor((perHour * (80 + random(41))) / 10_000) * 100;
      const sold = overlaps([{ from: at, to: (at + HOUR) as Instant }], [trouble]) ? Math.floor((usual * leftPercent) / 10_000) * 100 : usual;
      lines.push(`${formatInstant(at)},${sold}`);
    }
  }
  return { csv: `${lines.join('\n')}\n`, coverage };
}
