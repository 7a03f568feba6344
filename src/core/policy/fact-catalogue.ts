import { currency, isCurrency, parseRatio, ratio, type Ratio } from '../money/index.js';
import { dateAt, durationMs, intersect, monthsIn, normalise, type Interval } from '../time/index.js';
import type { MoneyFact, PolicyFacts } from './facts.js';
import { officialTimeline, recordedTimeline, troubledTime, type Recorded } from './recorded.js';
import type { Maybe, ValueType } from './value.js';

export interface FactEntry {
  readonly type: ValueType;
  readonly about: string;
  /** Of rows. */
  readonly fields?: Readonly<Record<string, ValueType>>;
  /** `mixed`: sums of several currencies, which nobody can add. */
  read(facts: PolicyFacts, year: number): Maybe | 'mixed';
}

const money = (fact: MoneyFact | undefined): Maybe =>
  fact === undefined ? null : { type: 'money', amount: { minor: ratio(BigInt(fact.minor)), currency: currency(fact.currency) } };

const whole = (count: number): { type: 'number'; ratio: Ratio } => ({ type: 'number', ratio: ratio(BigInt(count)) });
const duration = (ms: number): { type: 'duration'; ms: Ratio } => ({ type: 'duration', ms: ratio(BigInt(ms)) });

const down = (pieces: readonly (Interval & { readonly value: Recorded })[]): readonly Interval[] =>
  normalise(pieces.filter(({ value }) => value.state === 'down'));

const inForce = ({ from, to }: { readonly from: number; readonly to?: number }, window: Interval): boolean =>
  from <= window.from && (to === undefined || to > window.from);

/** The size fact of the year before the event, else the latest earlier one. */
function size(facts: PolicyFacts, measure: string, year: number): PolicyFacts['merchant']['sizes'][number] | undefined {
  return facts.merchant.sizes
    .filter((fact) => fact.measure === measure && fact.year < year)
    .sort((a, b) => b.year - a.year)[0];
}

/**
 * The closed catalogue of facts a policy may name as `$facts.…`: filled by the system, never by an answer of the merchant.
 * `year` is the calendar year of the date that selects the version.
 */
export const FACTS: Readonly<Record<string, FactEntry>> = {
  'claim.filedAt': { type: 'instant', about: 'when the claim was filed', read: (facts) => ({ type: 'instant', at: facts.claim.filedAt }) },
  'claim.filedOn': { type: 'date', about: 'the local date of filing, at the site', read: ({ claim, site }) => ({ type: 'date', on: dateAt(claim.filedAt, site.zone) }) },
  'claim.from': { type: 'instant', about: 'when the claim window begins', read: ({ claim }) => ({ type: 'instant', at: claim.window.from }) },
  'claim.to': { type: 'instant', about: 'when the claim window ends', read: ({ claim }) => ({ type: 'instant', at: claim.window.to }) },
  'claim.months': {
    type: 'rows', fields: { month: 'text', days: 'number' }, about: 'the months the claim window touches, in the zone of the site',
    read: ({ claim, site }) => ({ type: 'rows', rows: monthsIn(claim.window, site.zone).map(({ label, days }) => ({ month: { type: 'text', text: label }, days: whole(days) })) }),
  },
  'claim.services': { type: 'list', about: 'codes of the claimed services', read: (facts) => ({ type: 'list', items: facts.claim.services }) },
  'claim.declaredLoss': { type: 'money', about: 'loss the merchant names; never part of an amount by itself', read: (facts) => money(facts.claim.declaredLoss) },
  'site.country': { type: 'text', about: 'ISO 3166 code of the site', read: (facts) => ({ type: 'text', text: facts.site.country }) },
  'site.online': { type: 'boolean', about: 'whether the site is an online shop', read: (facts) => ({ type: 'boolean', is: facts.site.online }) },
  'merchant.sector': { type: 'text', about: 'trade code of the merchant', read: (facts) => ({ type: 'text', text: facts.merchant.sector.code }) },
  'merchant.turnover': {
    type: 'money', about: 'turnover of the last year before the event',
    read: (facts, year) => {
      const fact = size(facts, 'turnover', year);
      return fact?.currency === undefined || !isCurrency(fact.currency) ? null : money({ minor: fact.value, currency: fact.currency });
    },
  },
  'merchant.employees': {
    type: 'number', about: 'people employed in the last year before the event',
    read: (facts, year) => {
      const fact = size(facts, 'employees', year);
      const read = fact === undefined ? undefined : parseRatio(fact.value);
      return read?.ok === true ? { type: 'number', ratio: read.value } : null;
    },
  },
  'enrolment.active': {
    type: 'boolean', about: 'whether the site used each claimed service when the claim window begins',
    read: ({ claim, enrolments }) => ({
      type: 'boolean',
      is: claim.services.every((service) => enrolments.some((enrolment) => enrolment.service === service && inForce(enrolment, claim.window))),
    }),
  },
  'enrolment.fee': {
    type: 'money', about: 'fees of the claimed services when the claim window begins, added; for one nominal month',
    read: ({ claim, enrolments }) => {
      const fees = enrolments.filter((enrolment) => claim.services.includes(enrolment.service) && inForce(enrolment, claim.window)).flatMap(({ fee }) => fee ?? []);
      const [first] = fees;
      if (fees.some((fee) => fee.currency !== first?.currency)) return 'mixed';
      return first === undefined ? null : money({ minor: fees.reduce((sum, fee) => sum + BigInt(fee.minor), 0n).toString(), currency: first.currency });
    },
  },
  'enrolment.tier': {
    type: 'text', about: 'the tier of the first claimed service when the claim window begins',
    read: ({ claim, enrolments }) => {
      const tier = enrolments.find((enrolment) => enrolment.service === claim.services[0] && inForce(enrolment, claim.window))?.tier;
      return tier === undefined ? null : { type: 'text', text: tier };
    },
  },
  'outage.longestDowntime': {
    type: 'duration', about: 'the longest stretch in which a claimed service was recorded down inside the claim window',
    read: (facts) => duration(Math.max(0, ...down(recordedTimeline(facts, facts.claim.window)).map(({ from, to }) => to - from))),
  },
  'outage.officialDuration': {
    type: 'duration', about: 'length of the operator\'s stated window inside the claim window',
    read: (facts) => duration(durationMs(down(officialTimeline(facts, facts.claim.window)))),
  },
  'outage.incidents': {
    type: 'rows', fields: { on: 'date', duration: 'duration' }, about: 'each outage with recorded downtime inside the claim window: its first local date and its length',
    read: (facts) => ({
      type: 'rows',
      rows: facts.outages.flatMap((outage) => {
        const pieces = down(recordedTimeline({ ...facts, outages: [outage] }, facts.claim.window));
        const [first] = pieces;
        return first === undefined ? [] : [{ on: { type: 'date' as const, on: dateAt(first.from, facts.site.zone) }, duration: duration(durationMs(pieces)) }];
      }),
    }),
  },
  'entitlements.earlier': {
    type: 'money', about: 'what other claims of this site were granted under any head for time inside the claim window',
    read: ({ claim, earlier }) => {
      const granted = earlier.filter(({ intervals }) => intersect(normalise(intervals), [claim.window]).length > 0).map(({ gross }) => gross);
      const [first] = granted;
      if (granted.some(({ currency: code }) => code !== first?.currency)) return 'mixed';
      return first === undefined ? null : money({ minor: granted.reduce((sum, gross) => sum + BigInt(gross.minor), 0n).toString(), currency: first.currency });
    },
  },
  'sales.covered': {
    type: 'boolean', about: 'whether the records speak for the whole claim window',
    read: ({ claim, sales }) => ({ type: 'boolean', is: sales !== undefined && durationMs(intersect(normalise(sales.coverage), [claim.window])) === durationMs([claim.window]) }),
  },
  'outage.recorded': {
    type: 'boolean', about: 'whether the register holds trouble for the claimed services inside the claim window',
    read: (facts) => ({
      type: 'boolean',
      is: troubledTime(facts).some(({ from, to }) => from < facts.claim.window.to && to > facts.claim.window.from)
        || facts.outages.some(({ officialWindows }) => officialWindows.some(({ service, from, to }) =>
          facts.claim.services.includes(service) && from < facts.claim.window.to && to > facts.claim.window.from)),
    }),
  },
};
