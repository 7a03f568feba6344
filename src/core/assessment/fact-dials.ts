import { overlaps, MINUTE, type Instant } from '../time/index.js';
import type { Json } from '../audit/index.js';
import type { CompiledPolicy, PolicyFacts, SegmentFact } from '../policy/index.js';
import type { Dial, Setting } from './dials.js';

const MOST_MONEY = 2n ** 40n;
const MOST_COUNT = 2n ** 24n;
const MOST_DAYS = 3_660n;
const DAY = 24 * 60 * MINUTE;

const whole = (position: bigint): number => Number.parseInt(position.toString(), 10);

type Make = (facts: PolicyFacts, policy: CompiledPolicy, year: number) => Dial | undefined;

const dial = (path: string, now: Json, moves: Dial['moves'], changeable = false): Dial => ({ path, changeable, now, moves });

const flip = (path: string, now: boolean, facts: PolicyFacts, changeable = false): Dial =>
  dial(path, now, { kind: 'options', all: [{ shown: !now, facts }] }, changeable);

/** The size of the last year before the event: what a policy reads, and so what is turned. */
const size = (measure: string, most: bigint, show: (value: bigint, code: string) => Json): Make => (facts, policy, year) => {
  const rows = facts.merchant.sizes;
  const used = rows.filter((row) => row.measure === measure && row.year < year).sort((a, b) => b.year - a.year)[0];
  if (used === undefined || !/^\d+$/.test(used.value)) return undefined;
  const start = BigInt(used.value);
  const at = (position: bigint): Setting => {
    const value = start + position;
    const sizes = rows.map((row) => (row === used ? { ...row, value: String(value) } : row));
    return { shown: show(value, used.currency ?? policy.currency), facts: { ...facts, merchant: { ...facts.merchant, sizes } } };
  };
  return dial(`$facts.merchant.${measure}`, at(0n).shown, { kind: 'scale', least: -start, most, at });
};

const sector: Make = (facts, policy) => {
  const now = facts.merchant.sector.code;
  const keys = new Set(Object.values(policy.document.params).flatMap(({ table }) => Object.keys(table ?? {})).filter((key) => key !== now && !key.includes('/')));
  const all = [...keys].map((code): Setting => ({ shown: code, facts: { ...facts, merchant: { ...facts.merchant, sector: { ...facts.merchant.sector, code } } } }));
  return all.length === 0 ? undefined : dial('$facts.merchant.sector', now, { kind: 'options', all });
};

const online: Make = (facts) => flip('$facts.site.online', facts.site.online, { ...facts, site: { ...facts.site, online: !facts.site.online } });

const filing = (path: string): Make => (facts) => {
  const at = (position: bigint): Setting => {
    const filedAt = (facts.claim.filedAt + whole(position) * DAY) as Instant;
    return { shown: { at: filedAt }, facts: { ...facts, claim: { ...facts.claim, filedAt } } };
  };
  return dial(path, at(0n).shown, { kind: 'scale', least: -MOST_DAYS, most: MOST_DAYS, at });
};

/** Enrolled from the moment the claim window begins, for every claimed service. */
const enrolled: Make = (facts) => {
  const { claim: { services, window }, enrolments } = facts;
  const active = services.every((service) => enrolments.some((row) => row.service === service && row.from <= window.from && (row.to === undefined || row.to > window.from)));
  const rows = active ? [] : [...enrolments, ...services.map((service) => ({ service, region: '*', from: window.from }))];
  return flip('$facts.enrolment.active', active, { ...facts, enrolments: rows });
};

const isTrouble = ({ state }: SegmentFact): boolean => state !== 'up' && state !== 'maintenance';

/** Recorded trouble over the whole claim window, or none at all. */
const recorded: Make = (facts) => {
  const { window, services } = facts.claim;
  const troubled = facts.outages.some(({ segments }) => segments.some((row) => isTrouble(row) && services.includes(row.service) && overlaps([row], [window])));
  const outages: PolicyFacts['outages'] = troubled
    ? facts.outages.map((outage) => ({ ...outage, segments: outage.segments.filter((row) => !isTrouble(row)), officialWindows: [] }))
    : [...facts.outages, {
      id: 'imagined', revision: 1, ended: true, final: true, complete: true, officialWindows: [],
      scopes: services.map((service) => ({ ...window, service, region: '*' })),
      segments: services.map((service): SegmentFact => ({ ...window, service, region: '*', state: 'down', source: 'imagined' })),
    }];
  return flip('$facts.outage.recorded', troubled, { ...facts, outages });
};

/** The last recorded trouble, ending so many minutes later; inside the claim window. */
export function outageEndDial(facts: PolicyFacts): Dial | undefined {
  const { window, services } = facts.claim;
  const last = facts.outages.flatMap(({ segments }) => segments).filter((row) => isTrouble(row) && services.includes(row.service) && overlaps([row], [window]))
    .sort((a, b) => b.to - a.to)[0];
  if (last === undefined || last.to >= window.to) return undefined;
  const at = (position: bigint): Setting => {
    const to = (last.to + whole(position) * MINUTE) as Instant;
    const outages = facts.outages.map((outage) => ({
      ...outage,
      segments: outage.segments.flatMap((row) => (row === last ? [{ ...row, to }] : row.service === last.service && row.from >= last.to && row.from < to ? (row.to > to ? [{ ...row, from: to }] : []) : [row])),
    }));
    return { shown: { at: to }, facts: { ...facts, outages } };
  };
  return dial('$facts.outage.end', { at: last.to }, { kind: 'scale', least: 0n, most: BigInt(Math.floor((window.to - last.to) / MINUTE)), at });
}

/** A file that speaks for all time up to the end of the claim window. */
export function coverageDial(facts: PolicyFacts): Dial | undefined {
  if (facts.sales === undefined) return undefined;
  const everything = { from: 0 as Instant, to: facts.claim.window.to };
  const covered = facts.sales.coverage.length === 1 && facts.sales.coverage[0]?.from === 0;
  return covered ? undefined : flip('$facts.sales.covered', false, { ...facts, sales: { ...facts.sales, coverage: [everything] } }, true);
}

/** What can be turned of the facts, by the name a policy gives it; the rest of the catalogue is not turned, and said so. */
export const FACT_DIALS: Readonly<Record<string, Make>> = {
  'merchant.turnover': size('turnover', MOST_MONEY, (value, code) => ({ minor: String(value), currency: code })),
  'merchant.employees': size('employees', MOST_COUNT, (value) => String(value)),
  'merchant.sector': sector,
  'site.online': online,
  'claim.filedAt': filing('$facts.claim.filedAt'),
  'claim.filedOn': filing('$facts.claim.filedOn'),
  'enrolment.active': enrolled,
  'outage.recorded': recorded,
};
