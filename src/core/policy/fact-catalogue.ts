import { currency, isCurrency, parseRatio, ratio } from '../money/index.js';
import type { MoneyFact, PolicyFacts } from './facts.js';
import { troubledTime } from './recorded.js';
import type { Maybe, ValueType } from './value.js';

export interface FactEntry {
  readonly type: ValueType;
  readonly about: string;
  read(facts: PolicyFacts, year: number): Maybe;
}

const money = (fact: MoneyFact | undefined): Maybe =>
  fact === undefined ? null : { type: 'money', amount: { minor: ratio(BigInt(fact.minor)), currency: currency(fact.currency) } };

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
      is: claim.services.every((service) => enrolments.some((enrolment) => enrolment.service === service
        && enrolment.from <= claim.window.from && (enrolment.to === undefined || enrolment.to > claim.window.from))),
    }),
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
