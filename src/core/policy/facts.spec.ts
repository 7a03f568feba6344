import { describe, expect, it } from '@jest/globals';
import { formatRatio } from '../money/index.js';
import type { Instant, Interval } from '../time/index.js';
import { selectionInstant } from './block.js';
import { FACTS } from './fact-catalogue.js';
import type { EnrolmentFacts, OutageFacts, PolicyFacts, SegmentFact } from './facts.js';
import { longestTimeline, officialTimeline, recordedTimeline, troubledTime, type Recorded } from './recorded.js';
import { valueJson } from './value.js';

const at = (hour: number): Instant => Date.UTC(2026, 2, 3, hour) as Instant;
const span = (from: number, to: number): Interval => ({ from: at(from), to: at(to) });
const segment = (state: SegmentFact['state'], from: number, to: number, more: Partial<SegmentFact> = {}): SegmentFact => ({ ...span(from, to), service: 'card', region: '*', state, source: 'x', ...more });
const outage = (segments: readonly SegmentFact[], more: Partial<OutageFacts> = {}): OutageFacts => ({
  id: 'o', revision: 1, ended: true, final: true, complete: true, scopes: [{ ...span(0, 24), service: 'card', region: '*' }], officialWindows: [], segments, ...more,
});
const enrolment = (more: Partial<EnrolmentFacts> = {}): EnrolmentFacts => ({ service: 'card', region: '*', from: 0 as Instant, ...more });
const facts = (more: Partial<PolicyFacts> = {}): PolicyFacts => ({
  schema: 1, engine: 'x', policy: { key: 'x', version: 1, hash: '' }, registerVersion: 1,
  claim: { id: 'c', version: 1, filedAt: Date.UTC(2026, 2, 3, 23, 30) as Instant, window: span(9, 17), services: ['card'] },
  site: { id: 's', online: true, zone: 'Asia/Seoul', country: 'KR', openingHours: { zone: 'Asia/Seoul', rows: [], exceptions: [] }, openingHoursEnteredAt: 0 as Instant },
  merchant: { id: 'm', verified: true, sector: { system: 'x', code: 'food' }, sizes: [] },
  enrolments: [enrolment()], outages: [], inputs: {}, earlier: [], overrides: [], ...more,
});
const fact = (name: string, more: Partial<PolicyFacts> = {}): unknown => {
  const found = FACTS[name]?.read(facts(more), 2026) ?? null;
  return found === 'mixed' ? found : valueJson(found);
};
const pounds = (minor: string): object => ({ minor, currency: 'GBP' });
const gbp = (minor: string): object => ({ ...pounds(minor), samples: undefined });

describe('facts', () => {
  it('of the claim and the site are what they are', () => {
    expect(['claim.filedAt', 'claim.filedOn', 'claim.from', 'claim.to', 'claim.services', 'claim.declaredLoss', 'site.country', 'site.online', 'merchant.sector'].map((name) => fact(name)))
      .toEqual([{ at: Date.UTC(2026, 2, 3, 23, 30) }, { on: '2026-03-04' }, { at: at(9) }, { at: at(17) }, ['card'], null, 'KR', true, 'food']);
    expect(fact('claim.declaredLoss', { claim: { ...facts().claim, declaredLoss: { minor: '150', currency: 'GBP' } } })).toEqual(gbp('150'));
  });

  it('the months a claim touches are those of the site\'s clock', () => {
    const window = { from: Date.UTC(2026, 1, 10) as Instant, to: Date.UTC(2026, 2, 31, 15, 1) as Instant };
    expect(fact('claim.months', { claim: { ...facts().claim, window } })).toEqual([{ month: '2026-02', days: { number: '28' } }, { month: '2026-03', days: { number: '31' } }, { month: '2026-04', days: { number: '30' } }]);
  });

  it('size is that of the last year before the event', () => {
    const sizes = (...years: [string, number, string, string?][]) => ({ merchant: { ...facts().merchant, sizes: years.map(([measure, year, value, currency]) => ({ measure, year, value, source: 'x', ...(currency === undefined ? {} : { currency }) })) } });
    expect(fact('merchant.turnover', sizes(['turnover', 2026, '9', 'GBP'], ['turnover', 2024, '7', 'GBP'], ['turnover', 2025, '8', 'GBP'], ['employees', 2025, '5']))).toEqual(gbp('8'));
    expect(fact('merchant.turnover', sizes(['turnover', 2025, '8']))).toBeNull();
    expect(fact('merchant.turnover', sizes(['turnover', 2025, '8', 'XXX']))).toBeNull();
    expect(fact('merchant.employees', sizes(['turnover', 2025, '8', 'GBP'], ['employees', 2023, '5/2']))).toEqual({ number: '5/2' });
    expect([fact('merchant.employees', sizes(['employees', 2025, 'some'])), fact('merchant.employees'), fact('merchant.turnover')]).toEqual([null, null, null]);
  });

  it('an enrolment is in force from its first moment until its end', () => {
    const active = (...list: EnrolmentFacts[]) => fact('enrolment.active', { enrolments: list });
    expect([active(enrolment()), active(), active(enrolment({ from: at(9) })), active(enrolment({ from: at(10) })), active(enrolment({ to: at(9) })), active(enrolment({ to: at(10) })), active(enrolment({ service: 'till' }))])
      .toEqual([true, false, true, false, false, true, false]);
    const two = { claim: { ...facts().claim, services: ['card', 'till'] } };
    expect([fact('enrolment.active', { ...two, enrolments: [enrolment()] }), fact('enrolment.active', { ...two, enrolments: [enrolment({ service: 'till' }), enrolment()] })]).toEqual([false, true]);
  });

  it('fees of the claimed services in force are added; of two currencies nobody adds them', () => {
    const fee = (minor: string, currency = 'GBP') => ({ fee: { minor, currency } });
    expect(fact('enrolment.fee', { enrolments: [enrolment(fee('100')), enrolment(fee('20')), enrolment({ ...fee('3'), service: 'till' }), enrolment({ ...fee('5'), from: at(10) }), enrolment()] })).toEqual(gbp('120'));
    expect([fact('enrolment.fee'), fact('enrolment.fee', { enrolments: [enrolment(fee('1')), enrolment(fee('1', 'EUR'))] })]).toEqual([null, 'mixed']);
  });

  it('the tier is that of the first claimed service', () => {
    expect([fact('enrolment.tier'), fact('enrolment.tier', { enrolments: [enrolment({ service: 'till', tier: 'no' }), enrolment({ tier: 'late', from: at(10) }), enrolment({ tier: 'gold' })] })]).toEqual([null, 'gold']);
  });

  it('trouble is recorded when it lies inside the window, not when it only touches it', () => {
    const recorded = (...segments: SegmentFact[]) => fact('outage.recorded', { outages: [outage(segments)] });
    expect([recorded(), recorded(segment('down', 8, 9)), recorded(segment('down', 17, 18)), recorded(segment('down', 8, 10)), recorded(segment('unknown', 16, 18)), recorded(segment('up', 10, 11)), recorded(segment('maintenance', 10, 11)), recorded(segment('degraded', 10, 11, { service: 'till' }))])
      .toEqual([false, false, false, true, true, false, false, false]);
    const official = (from: number, to: number, service = 'card') => fact('outage.recorded', { outages: [outage([], { officialWindows: [{ ...span(from, to), service }] })] });
    expect([official(10, 11), official(8, 9), official(17, 18), official(10, 11, 'till')]).toEqual([true, false, false, false]);
  });

  it('downtime is counted inside the window: the longest stretch, the official one, each incident', () => {
    const outages = [outage([segment('down', 7, 10), segment('down', 12, 15), segment('degraded', 15, 16)]), outage([segment('down', 16, 20)], { officialWindows: [{ ...span(8, 11), service: 'card' }, { ...span(0, 24), service: 'till' }] }), outage([segment('degraded', 10, 11)])];
    const hours = (count: number): object => ({ ms: String(count * 3_600_000) });
    expect([fact('outage.longestDowntime', { outages }), fact('outage.longestDowntime'), fact('outage.officialDuration', { outages }), fact('outage.officialDuration')]).toEqual([hours(3), hours(0), hours(2), hours(0)]);
    expect(fact('outage.incidents', { outages })).toEqual([{ on: { on: '2026-03-03' }, duration: hours(4) }, { on: { on: '2026-03-04' }, duration: hours(1) }]);
  });

  it('earlier awards count where they were for time inside the window', () => {
    const award = (from: number, to: number, minor: string, currency = 'GBP') => ({ claimId: 'a', head: 'fee', intervals: [span(from, to)], gross: { minor, currency } });
    expect([fact('entitlements.earlier'), fact('entitlements.earlier', { earlier: [award(7, 9, '1'), award(8, 10, '20'), award(16, 18, '300'), award(17, 18, '4000')] }), fact('entitlements.earlier', { earlier: [award(9, 10, '1'), award(9, 10, '1', 'EUR')] })])
      .toEqual([null, gbp('320'), 'mixed']);
  });

  it('sales cover the window, or they do not', () => {
    const covered = (...coverage: Interval[]) => fact('sales.covered', { sales: { setId: 's', fileSha256: '', currency: 'GBP', basis: 'gross', coverage, granularityMs: 0, sums: [] } });
    expect([covered(span(0, 24)), covered(span(9, 12), span(11, 17)), covered(span(9, 12), span(13, 17)), covered(), fact('sales.covered')]).toEqual([true, true, false, false, false]);
  });

  it('a version is picked by filing, by the first trouble inside the window, or by a date that was asked for', () => {
    const started = (outages: OutageFacts[]) => selectionInstant(facts({ outages }), 'outage.from');
    expect(selectionInstant(facts(), 'claim.filedAt')).toBe(Date.UTC(2026, 2, 3, 23, 30));
    expect([started([]), started([outage([segment('down', 12, 13), segment('down', 8, 10)])]), started([outage([segment('down', 8, 9), segment('down', 17, 18), segment('down', 8, 10, { service: 'till' })])]), started([outage([segment('down', 12, 13)], { officialWindows: [{ ...span(11, 12), service: 'card' }] })])])
      .toEqual([at(9), at(8), at(9), at(11)]);
    const asked = (value: unknown) => selectionInstant(facts({ inputs: { on: { value, provenance: 'declared' } } }), 'inputs.on');
    expect([asked('2026-03-05'), asked('never'), asked(5), selectionInstant(facts(), 'inputs.on')]).toEqual([Date.UTC(2026, 2, 4, 15), at(9), at(9), at(9)]);
  });
});

describe('what was recorded', () => {
  const words = (line: readonly (Interval & { value: Recorded })[]): string[] => line.map(({ from, to, value: { state, level } }) => `${(from - at(0)) / 3_600_000}-${(to - at(0)) / 3_600_000} ${state}${state === 'degraded' ? ` ${formatRatio(level)}` : ''}`);
  const recorded = (outages: OutageFacts[], more: Partial<PolicyFacts> = {}): string[] => words(recordedTimeline(facts({ outages, ...more }), span(9, 17)));

  it('lies inside scope and window; outside every scope nothing is', () => {
    expect(recorded([outage([segment('down', 7, 10)])])).toEqual(['9-10 down', '10-17 presumed_up']);
    expect(recorded([outage([segment('down', 7, 10)], { complete: false, scopes: [{ ...span(8, 12), service: 'card', region: '*' }] })])).toEqual(['9-10 down', '10-12 unknown']);
    expect(recorded([])).toEqual([]);
  });

  it('where outages overlap, the worse counts', () => {
    const states = ['maintenance', 'up', 'unknown', 'degraded', 'down'] as const;
    const over = (state: SegmentFact['state'], below: SegmentFact['state']): string | undefined => recorded([outage([segment(below, 9, 17)]), outage([segment(state, 10, 11)])])[1];
    const order = ['up', 'maintenance', 'unknown', 'degraded', 'down'];
    for (const state of states) for (const below of states) if (order.indexOf(state) > order.indexOf(below)) expect(over(state, below)).toMatch(new RegExp(`^10-11 ${state}`));
    expect(recorded([outage([segment('degraded', 9, 17, { level: '1/4' })]), outage([segment('degraded', 10, 11, { level: '3/4' })])])).toEqual(['9-10 degraded 1/4', '10-11 degraded 3/4', '11-17 degraded 1/4']);
  });

  it('holds for the region of the enrolment, and for all where there is none', () => {
    const north = outage([segment('down', 10, 11, { region: 'north' })], { scopes: [{ ...span(0, 24), service: 'card', region: 'north' }] });
    const of = (...regions: string[]) => recorded([north], { enrolments: regions.map((region) => enrolment({ region })) });
    expect([of('north'), of('south'), of(), of('south', 'north')].map((line) => line.length)).toEqual([3, 0, 3, 3]);
    expect(recorded([outage([segment('down', 10, 11)])], { enrolments: [enrolment({ region: 'south' })] })).toEqual(['9-10 presumed_up', '10-11 down', '11-17 presumed_up']);
  });

  it('the official window is time that was down for all, and the longest stretch likewise', () => {
    const outages = [outage([segment('down', 10, 11), segment('down', 12, 14), segment('down', 15, 16)], { officialWindows: [{ ...span(8, 10), service: 'card' }, { ...span(11, 12), service: 'till' }] })];
    expect(words(officialTimeline(facts({ outages }), span(9, 17)))).toEqual(['9-10 down', '10-17 presumed_up']);
    expect(words(longestTimeline(facts({ outages, enrolments: [enrolment({ region: 'nowhere' })] }), span(9, 17)))).toEqual(['9-12 presumed_up', '12-14 down', '14-17 presumed_up']);
    expect(words(longestTimeline(facts({ outages: [outage([])] }), span(9, 17)))).toEqual(['9-17 presumed_up']);
  });

  it('a share of loss is between nothing and all, and is read only of what was degraded', () => {
    const of = (level: string, state: SegmentFact['state'] = 'degraded') => recorded([outage([segment(state, 10, 11, { level })])])[1];
    expect(['0', '1/4', '1', '3/2', '-1/4', 'much'].map((level) => of(level))).toEqual(['0', '1/4', '1', '1', '1', '1'].map((level) => `10-11 degraded ${level}`));
    expect(of('1/2', 'down')).toBe('10-11 down');
  });

  it('for another service says nothing of the claimed one, and its enrolment places no other', () => {
    expect(recorded([outage([segment('down', 10, 11, { service: 'till' })])])).toEqual(['9-17 presumed_up']);
    const north = outage([segment('down', 10, 11, { region: 'north' })], { scopes: [{ ...span(0, 24), service: 'card', region: 'north' }] });
    expect(recorded([north], { enrolments: [enrolment({ service: 'till', region: 'south' })] })).toHaveLength(3);
  });

  it('a proof that a service was up is worth more than silence; the first of two equal stretches is the longest', () => {
    expect(recorded([outage([]), outage([segment('up', 10, 11)])])).toEqual(['9-10 presumed_up', '10-11 up', '11-17 presumed_up']);
    expect(words(longestTimeline(facts({ outages: [outage([segment('down', 10, 11), segment('down', 12, 13)])] }), span(9, 17)))[1]).toBe('10-11 down');
    expect(words(officialTimeline(facts({ outages: [outage([], { officialWindows: [{ ...span(18, 20), service: 'card' }] })] }), span(9, 17)))).toEqual(['9-17 presumed_up']);
  });

  it('one stated window among several outages is trouble; without any enrolment there is no tier', () => {
    expect(fact('outage.recorded', { outages: [outage([]), outage([], { officialWindows: [{ ...span(10, 11), service: 'card' }] })] })).toBe(true);
    expect(fact('enrolment.tier', { enrolments: [] })).toBeNull();
  });

  it('a day that was asked for begins at the first of two midnights', () => {
    const havana = facts({ site: { ...facts().site, zone: 'America/Havana' }, inputs: { on: { value: '2025-11-02', provenance: 'declared' } } });
    expect(selectionInstant(havana, 'inputs.on')).toBe(Date.UTC(2025, 10, 2, 4));
  });

  it('trouble of a claimed service is never a comparable', () => {
    expect(troubledTime(facts({ outages: [outage([segment('down', 1, 2), segment('unknown', 2, 3), segment('degraded', 5, 6), segment('up', 7, 8), segment('maintenance', 8, 9), segment('down', 10, 11, { service: 'till' })])] }))).toEqual([span(1, 3), span(5, 6)]);
  });
});
