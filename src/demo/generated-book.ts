import { formatRatio, ratio, ZERO, addRatio, multiplyRatio } from '../core/money/index.js';
import { ENGINE } from '../core/assessment/index.js';
import type { OutageFacts, PolicyDocument, PolicyFacts, SegmentFact, WindowSum } from '../core/policy/index.js';
import { addLocalDays, localToInstant, type Instant, type Interval, type OpeningHours } from '../core/time/index.js';

export const BOOK_SERVICE = 'book.payments';
const ZONE = 'Europe/London';
const HOUR_MS = 3_600_000;
/** The outage day and so many weeks before: enough comparables for it, and for a placebo a week earlier. */
const WEEKS = 8;

const local = (text: string): Instant => {
  const at = localToInstant(text, ZONE);
  if (!at.ok) throw new TypeError(`${text}: ${at.refusal.code}`);
  return at.value;
};
const at = (clock: string): Instant => local(`2026-10-13T${clock}:00`);

/** An invented outage of a Tuesday morning; segments as the register of the demo has them. */
export const BOOK_OUTAGE = {
  code: 'book-2026-10-13',
  scope: { from: local('2026-10-13T00:00:00'), to: local('2026-10-14T00:00:00') },
  official: { from: at('10:20'), to: at('14:00') },
  segments: [
    { from: at('10:20'), to: at('12:40'), state: 'down' }, { from: at('12:40'), to: at('13:30'), state: 'degraded', level: '2/5' },
    { from: at('13:30'), to: at('13:50'), state: 'unknown' }, { from: at('13:50'), to: at('14:10'), state: 'up' },
  ],
} as const;

/** Pseudo-random whole numbers that depend on nothing but seed and claim: any part of a book comes out the same by itself. */
class Dice {
  #state: number;

  constructor(seed: number, index: number) {
    this.#state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  }

  /** A whole number from 0 to below `sides`. */
  roll(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.roll(choices.length)] as T;
  }
}

/** Takings of one open hour, in minor units. */
export interface BookHour {
  readonly at: Instant;
  readonly minor: bigint;
}

/** One invented business with its one claim. */
export interface BookClaim {
  readonly index: number;
  readonly ids: { readonly merchant: string; readonly site: string; readonly claim: string; readonly set: string; readonly owner: string };
  readonly trade: string;
  readonly turnoverMinor: string;
  readonly openingHours: OpeningHours;
  readonly window: Interval;
  readonly takesTariff: boolean;
  readonly hours: readonly BookHour[];
  readonly coverage: readonly Interval[];
}

const TRADES = ['food', 'food', 'retail', 'retail', 'services', 'transport', 'other'];
const OPENINGS = [['07:00', '18:00'], ['09:00', '17:00'], ['09:00', '21:00'], ['11:00', '23:00'], ['08:00', '20:00']] as const;
const WINDOWS = [['10:00', '14:30'], ['10:00', '14:30'], ['10:00', '14:30'], ['10:20', '14:10'], ['09:30', '15:00'], ['11:00', '14:00'], ['10:00', '13:15']] as const;
/** Shape of a day, in hundredths of an average hour. */
const SHAPE = [0, 0, 0, 0, 0, 0, 40, 90, 110, 80, 90, 110, 170, 150, 90, 80, 90, 120, 150, 140, 110, 80, 50, 20];

const idOf = (kind: string, seed: number, index: number): string =>
  `01900000-${seed.toString(16).padStart(4, '0').slice(-4)}-7000-8${kind}-${index.toString(16).padStart(12, '0')}`;

/** The claims of a book lie between these two, in the order of the book. */
export const claimIdsOf = (seed: number): { first: string; last: string } => ({ first: idOf('00c', seed, 0), last: idOf('00c', seed, 2 ** 48 - 1) });

/** The claim at a place of the book: a pure function of seed and place. */
export function bookClaim(seed: number, index: number): BookClaim {
  const dice = new Dice(seed, index);
  const trade = dice.oneOf(TRADES);
  const perHour = 2_000 + dice.roll(40) * dice.roll(40) * 25;
  const [opens, closes] = dice.oneOf(OPENINGS);
  const [from, to] = dice.oneOf(WINDOWS);
  const lossPercent = dice.roll(10) === 0 ? 0 : 20 + dice.roll(75);
  const day = BOOK_OUTAGE.scope.from;
  const days = Array.from({ length: WEEKS }, (_, week) => addLocalDays(day, ZONE, -7 * week));
  return {
    index, ids: { merchant: idOf('00a', seed, index), site: idOf('00b', seed, index), claim: idOf('00c', seed, index), set: idOf('00d', seed, index), owner: idOf('00e', seed, index) },
    trade, turnoverMinor: String(perHour * 3_000), openingHours: { zone: ZONE, rows: [{ days: [1, 2, 3, 4, 5, 6], opens, closes }], exceptions: [] },
    window: { from: at(from), to: at(to) }, takesTariff: dice.roll(10) < 8,
    hours: days.flatMap((start, week) => hoursOf(dice, start, { opens, closes, perHour, lossPercent: week === 0 ? lossPercent : 0 })),
    coverage: days.map((start) => ({ from: start, to: addLocalDays(start, ZONE, 1) })).reverse(),
  };
}

function hoursOf(dice: Dice, start: Instant, day: { opens: string; closes: string; perHour: number; lossPercent: number }): BookHour[] {
  const [first, last] = [Number.parseInt(day.opens, 10), Number.parseInt(day.closes, 10)];
  const luck = 85 + dice.roll(31);
  return Array.from({ length: last - first }, (_, count): BookHour => {
    const hour = first + count;
    const usual = Math.floor((day.perHour * (SHAPE[hour] ?? 0) * luck * (80 + dice.roll(41))) / 1_000_000);
    const lost = hour >= 10 && hour < 14 ? day.lossPercent : 0;
    return { at: (start + hour * HOUR_MS) as Instant, minor: BigInt(Math.floor((usual * (100 - lost)) / 100)) };
  });
}

const OUTAGE: OutageFacts = {
  id: 'book', revision: 1, ended: true, final: true, complete: true,
  scopes: [{ ...BOOK_OUTAGE.scope, service: BOOK_SERVICE, region: '*' }], officialWindows: [{ ...BOOK_OUTAGE.official, service: BOOK_SERVICE }],
  segments: BOOK_OUTAGE.segments.map((segment): SegmentFact => ({ ...segment, service: BOOK_SERVICE, region: '*', source: 'generated' })),
};

/** The claim as an assessment would see it, without a database. */
export function bookFacts(claim: BookClaim, document: PolicyDocument): PolicyFacts {
  const { ids, window } = claim;
  const enteredAt = local('2025-01-01T00:00:00');
  return {
    schema: 1, engine: ENGINE, policy: { key: document.policy, version: 0, hash: '' }, registerVersion: 1,
    claim: { id: ids.claim, version: 1, filedAt: local('2026-10-20T12:00:00'), window, services: [BOOK_SERVICE] },
    site: { id: ids.site, online: false, zone: ZONE, country: 'GB', openingHours: claim.openingHours, openingHoursEnteredAt: enteredAt },
    merchant: {
      id: ids.merchant, verified: true, sector: { system: 'makegood', code: claim.trade },
      sizes: [{ measure: 'turnover', year: 2025, value: claim.turnoverMinor, currency: document.currency, source: 'generated' }],
    },
    enrolments: [{ service: BOOK_SERVICE, region: '*', from: enteredAt }], outages: [OUTAGE], inputs: answersOf(claim, document),
    sales: { setId: ids.set, fileSha256: '0'.repeat(64), currency: document.currency, basis: 'net_of_tax', coverage: claim.coverage, granularityMs: HOUR_MS, sums: [] },
    earlier: [], overrides: [],
  };
}

/** What the owner says to whatever the policy asks with yes or no. */
export const answersOf = ({ takesTariff }: BookClaim, { inputs }: PolicyDocument): PolicyFacts['inputs'] =>
  Object.fromEntries(Object.entries(inputs).flatMap(([name, { type }]) => (type === 'boolean' ? [[name, { value: takesTariff, provenance: 'declared' as const }]] : [])));

/** What was taken in a window, each hour by its exact share. */
export function bookSum({ hours }: BookClaim, { from, to }: Interval): WindowSum {
  let [net, records] = [ZERO, 0];
  for (const { at: start, minor } of hours) {
    const overlap = Math.min(to, start + HOUR_MS) - Math.max(from, start);
    if (overlap <= 0) continue;
    net = addRatio(net, multiplyRatio(ratio(minor), ratio(BigInt(overlap), BigInt(HOUR_MS))));
    records += 1;
  }
  return { from, to, net: formatRatio(net), looseRefunds: '0', records };
}
