import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ran, smallPolicy, type SmallPolicy } from '../../../../test/support/policy.js';
import { formatInstant } from '../../time/index.js';
import { valueJson, type PolicyFacts, type PolicyRun } from '../index.js';

const out = (run: PolicyRun, id = 'out'): unknown => valueJson(run.values.get(id) ?? null);
const pence = (minor: string): object => ({ minor, currency: 'GBP', samples: undefined });
const DAY = '2026-03-03';
const span = (from: string, to: string, on = DAY): string => `${on}T${from}Z/${on}T${to}Z`;

const outage = (more: object = {}): object => ({ id: 'down', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode: 'gate', degraded: '1', unknown: '1/2', ...more } });
const hours = { id: 'h', use: 'measure', in: { time: '$time' }, with: { unit: 'minute', parts: 'exact' } };
const paid = { id: 'out', use: 'per_unit', in: { units: '$h' }, with: { rate: '1.00' } };

/** Counted minutes of a chain of time steps, the last of which is called `time`. */
function minutes(steps: readonly object[], given: object, more: Partial<SmallPolicy> = {}, change: Partial<PolicyFacts> = {}): string {
  const policy = smallPolicy({ ...more, steps: [...steps, hours, paid], result: { cash: '$out', counted: '$time' } });
  return (out(ran(policy, given as Readonly<Record<string, unknown>>, change), 'h') as { number: string }).number;
}
const time = (step: object): object => ({ id: 'time', ...step });
const down = (...at: string[]): object => ({ window: `${DAY}T00:00Z/2026-03-04T00:00Z`, segments: at.map((one) => ({ state: 'down', at: one })) });

describe('outage', () => {
  it('for all by the longest recorded downtime of any region, whatever one\'s own', () => {
    const at = (text: string) => Date.parse(`${DAY}T${text}Z`) as never;
    const day = { from: at('00:00'), to: at('23:59') };
    const outages = [{
      id: 'a', revision: 1, ended: true, final: true, complete: true, officialWindows: [],
      scopes: ['north', 'south'].map((region) => ({ service: 'service', region, ...day })),
      segments: [
        { service: 'service', region: 'north', state: 'down' as const, source: 'x', from: at('10:00'), to: at('10:10') },
        { service: 'service', region: 'south', state: 'down' as const, source: 'x', from: at('10:05'), to: at('11:29') },
      ],
    }];
    const enrolments = [{ service: 'service', region: 'north', from: 0 as never }];
    const lasted = (window: string): string => minutes([{ ...outage({ window }), id: 'time' }], down(), {}, { outages, enrolments });
    expect(lasted('own')).toBe('10');
    expect(lasted('longest')).toBe('89');
  });
});

describe('clip', () => {
  it('keeps days of a measure, or takes exclusions out', () => {
    const inputs = { keep: 'intervals' };
    const given = { ...down(span('10:00', '14:00')), inputs: { keep: [{ from: `${DAY}T11:00Z`, to: `${DAY}T12:00Z` }, { from: `${DAY}T13:30Z`, to: `${DAY}T18:00Z` }] } };
    const clip = (to: string) => time({ use: 'clip', in: { time: '$down', keep: '$inputs.keep' }, with: { to } });
    expect(minutes([outage(), clip('given')], given, { inputs })).toBe('90');
    expect(minutes([outage(), clip('not_given')], given, { inputs })).toBe('150');
  });

  it('leaves out public holidays of the site\'s zone', () => {
    const clip = time({ use: 'clip', in: { time: '$down' }, with: { to: 'not_holidays', holidays: '$params.holidays' } });
    const params = { holidays: { unit: 'dates', list: ['2026-03-04'] } };
    const given = { window: '2026-03-03T00:00Z/2026-03-05T00:00Z', segments: [{ state: 'down', at: '2026-03-03T00:00Z/2026-03-05T00:00Z' }] };
    expect(minutes([outage(), clip], given, { params })).toBe('1440');
    expect(minutes([outage(), clip], { ...given, zone: 'Asia/Seoul' }, { params })).toBe('1440');
  });

  it('keeps only time in which every claimed service was used', () => {
    const clip = time({ use: 'clip', in: { time: '$down' }, with: { to: 'enrolled' } });
    const enrolments = [{ service: 'service', region: '*', from: Date.parse(`${DAY}T11:00Z`) as never, to: Date.parse(`${DAY}T12:30Z`) as never }];
    expect(minutes([outage(), clip], down(span('10:00', '14:00')), {}, { enrolments })).toBe('90');
  });
});

describe('wait', () => {
  const wait = (more: object) => time({ use: 'wait', in: { time: '$down' }, with: { kind: 'excess', length: '60 minutes', ...more } });
  it.each([
    ['excess over the whole claim', {}, [span('10:00', '11:00'), span('12:00', '12:30')], '30'],
    ['excess of each incident', { per: 'incident' }, [span('10:00', '11:30'), span('12:00', '13:10')], '40'],
    ['flaps joined to one incident', { per: 'incident', join: '30 minutes' }, [span('10:00', '11:30'), span('12:00', '13:10')], '100'],
    ['franchise, once reached, counts from the first minute', { kind: 'franchise' }, [span('10:00', '11:01')], '61'],
    ['exactly the period is not more than it', { kind: 'franchise' }, [span('10:00', '11:00')], '0'],
    ['exactly the period is enough where at least is asked', { kind: 'franchise', reached: 'at_least' }, [span('10:00', '11:00')], '60'],
    ['short runs do not count at all', { kind: 'franchise', minimumRun: '10 minutes' }, [span('10:00', '10:09'), span('12:00', '13:05')], '65'],
  ])('%s', (_what, more, at, expected) => {
    expect(minutes([outage(), wait(more)], down(...at))).toBe(expected);
  });

  it('by calendar month of the site', () => {
    const given = { window: '2026-03-31T00:00Z/2026-04-02T00:00Z', segments: [{ state: 'down', at: '2026-03-31T22:00Z/2026-04-01T00:30Z' }] };
    expect(minutes([outage(), wait({ per: 'month' })], given)).toBe('60');
    expect(minutes([outage(), wait({ per: 'month' })], { ...given, zone: 'Europe/London' })).toBe('30');
  });

  it('never leaves more than there was, and the excess never more than the franchise', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 600 }), (length, lasted) => {
      const given = lasted === 0 ? down() : down(`${DAY}T01:00Z/${formatInstant((Date.parse(`${DAY}T01:00Z`) + lasted * 60_000) as never)}`);
      const [excess, franchise] = ['excess', 'franchise'].map((kind) => Number(minutes([outage(), wait({ kind, length: `${length} minutes` })], given)));
      expect(excess).toBe(Math.max(0, lasted - length));
      expect(franchise).toBe(lasted > length ? lasted : 0);
    }), { numRuns: 60 });
  });
});

describe('measure', () => {
  const measured = (more: object, at: readonly string[], given: object = {}): unknown => out(ran(smallPolicy({
    steps: [{ ...outage(), id: 'time' }, { id: 'h', use: 'measure', in: { time: '$time' }, with: more }, paid], result: { cash: '$out', counted: '$time' },
  }), { window: '2022-10-14T00:00Z/2022-10-22T00:00Z', segments: at.map((one) => ({ state: 'down', at: one })), ...given }), 'h');
  const kakao = ['2022-10-15T06:30Z/2022-10-20T14:00Z'];

  it.each([
    [{ unit: 'day', parts: 'floor' }, '5'], [{ unit: 'day', parts: 'ceiling' }, '6'], [{ unit: 'date', parts: 'exact' }, '6'], [{ unit: 'hour', parts: 'exact' }, '255/2'],
  ])('127 h 30 min of Kakao: %j is %s (A6)', (more, number) => {
    expect(measured(more, kakao, { zone: 'Asia/Seoul' })).toEqual({ number });
  });

  it('59 s and 59 s are no whole minute of a stretch, though 118 s are one of the whole (C14)', () => {
    const at = ['2022-10-15T00:00:00Z/2022-10-15T00:00:59Z', '2022-10-15T01:00:00Z/2022-10-15T01:00:59Z'];
    expect(measured({ unit: 'minute', parts: 'floor', of: 'stretch' }, at)).toEqual({ number: '0' });
    expect(measured({ unit: 'minute', parts: 'floor' }, at)).toEqual({ number: '1' });
    expect(measured({ unit: 'minute', parts: 'exact', count: 'longest' }, at)).toEqual({ number: '59/60' });
  });

  it('4 h full and 6 h at 0.4 are 6.4 weighted hours (A8)', () => {
    const steps = [{ ...outage({ mode: 'scale' }), id: 'time' }, { id: 'h', use: 'measure', in: { time: '$time' }, with: { unit: 'hour', parts: 'exact' } }, paid];
    const run = ran(smallPolicy({ steps, result: { cash: '$out', counted: '$time' } }), { window: `${DAY}T00:00Z/2026-03-04T00:00Z`, segments: [
      { state: 'down', at: span('00:00', '04:00') }, { state: 'degraded', level: '0.4', at: span('04:00', '10:00') }] });
    expect(out(run, 'h')).toEqual({ number: '32/5' });
  });
});

describe('fee_time', () => {
  const fee = (month: string, more: object = {}): SmallPolicy => ({
    inputs: { fee: 'money', days: 'number' }, steps: [{ id: 'out', use: 'fee_time', in: { time: '$inputs.days', fee: '$inputs.fee' }, with: { month, ...more } }], result: { cash: '$out' },
  });
  it.each([
    ['39,000 in October, six days (K9)', fee('actual'), '390.00', '6', '2022-10-15T06:30Z/2022-10-20T14:00Z', '234000/31'],
    ['38,500 for two hours ten times over 30 days (LG1)', fee('thirty', { multiplier: '10' }), '385.00', '1/12', '2023-01-29T00:00Z/2023-01-29T02:00Z', '9625/9'],
  ])('%s', (_what, policy, amount, days, window, minor) => {
    expect(out(ran(smallPolicy(policy), { window, zone: 'Asia/Seoul', inputs: { fee: amount, days } }))).toEqual(pence(minor));
  });

  it('takes the fee in force, split at month ends and where it changed', () => {
    const policy = smallPolicy({ steps: [{ ...outage(), id: 'time' }, { id: 'out', use: 'fee_time', in: { time: '$time' }, with: { month: 'actual' } }], result: { cash: '$out', counted: '$time' } });
    const at = (text: string) => Date.parse(text) as never;
    const given = { window: '2026-01-30T00:00Z/2026-02-03T00:00Z', segments: [{ state: 'down', at: '2026-01-31T00:00Z/2026-02-02T00:00Z' }] };
    const enrolment = (from: string, to: string | undefined, minor: string) => ({ service: 'service', region: '*', from: at(from), ...(to === undefined ? {} : { to: at(to) }), fee: { minor, currency: 'GBP' } });
    expect(out(ran(policy, given, { enrolments: [enrolment('2020-01-01T00:00Z', undefined, '8680')] }))).toEqual(pence('590'));
    expect(out(ran(policy, given, { enrolments: [enrolment('2020-01-01T00:00Z', '2026-02-01T12:00Z', '8680'), enrolment('2026-02-01T12:00Z', undefined, '17360')] }))).toEqual(pence('745'));
    expect(out(ran(policy, given, { enrolments: [] }))).toEqual(pence('0'));
  });
});

describe('losses', () => {
  const on = (use: string, types: Readonly<Record<string, string>>, ins: object, more: object = {}): SmallPolicy => ({ inputs: { money: 'money', ...types }, steps: [{ id: 'out', use, in: ins, with: more }], result: { cash: '$out' } });
  const result = (policy: SmallPolicy, inputs: object): unknown => out(ran(smallPolicy(policy), { inputs }));
  const series = (...amounts: string[]) => amounts.map((amount, index) => ({ from: `2026-0${index + 1}-01`, amount }));

  it.each([['mean', '105000'], ['median', '105000'], ['max', '120000'], ['min', '90000']])('four Saturdays: %s (A1)', (method, minor) => {
    const found = result(on('baseline', { weeks: 'series' }, { candidates: '$inputs.weeks' }, { method, minimum: '4' }), { weeks: series('1000.00', '1100.00', '900.00', '1200.00') });
    expect(found).toMatchObject({ minor });
  });

  it('best n looks at the highest alone, and too few comparables are nothing, or a person\'s task', () => {
    const base = (more: object) => on('baseline', { weeks: 'series' }, { candidates: '$inputs.weeks' }, { method: 'mean', minimum: '2', ...more });
    expect(result(base({ best: '2' }), { weeks: series('1.00', '5.00', '3.00') })).toMatchObject({ minor: '400' });
    expect(result(base({}), { weeks: series('1.00') })).toBeNull();
    expect(ran(smallPolicy(base({ tooFew: 'review' })), { inputs: { weeks: series('1.00') } }).reviews).toMatchObject([{ code: 'too_few_comparables' }]);
  });

  it.each([['+14 %', '114.00', '3/25'], ['−6 %', '94.00', '0'], ['+5 %', '105.00', '7/100']])('growth of %s, kept to −2…+10 % and 2 % added (D7, D8)', (_what, now, ratio) => {
    const policy = smallPolicy({ inputs: { now: 'money', before: 'money', money: 'money' }, steps: [
      { id: 'growth', use: 'trend', in: { now: '$inputs.now', before: '$inputs.before' }, with: { as: 'growth', low: '-2%', high: '10%', general: '2%' } },
      { id: 'out', use: 'percent', in: { of: '$inputs.money', rate: '$growth' } }], result: { cash: '$out' } });
    expect(out(ran(policy, { inputs: { now, before: '100.00', money: '1.00' } }), 'growth')).toEqual({ ratio });
  });

  it('shortfall of periods: netted once, or each floored by itself where a scheme says so', () => {
    const policy = (net: string) => on('shortfall', { was: 'series', is: 'series' }, { expected: '$inputs.was', actual: '$inputs.is' }, { net });
    const inputs = { was: series('100.00', '100.00'), is: series('60.00', '130.00') };
    expect([result(policy('once'), inputs), result(policy('per_period'), inputs)]).toEqual([pence('1000'), pence('4000')]);
    expect(ran(smallPolicy(policy('once')), { inputs: { ...inputs, is: series('60.00') } }).reviews).toMatchObject([{ code: 'periods_do_not_match' }]);
  });

  it('make-up is what is above the usual, not more than the loss', () => {
    const policy = on('makeup', { loss: 'money', sold: 'money', usual: 'money' }, { loss: '$inputs.loss', sold: '$inputs.sold', usual: '$inputs.usual' });
    const up = (sold: string) => result(policy, { loss: '712.00', sold, usual: '1000.00' });
    expect([up('1150.00'), up('1900.00'), up('900.00')]).toEqual([pence('15000'), pence('71200'), pence('0')]);
  });

  it('spending to keep trading is paid up to what it saved, and to further limits', () => {
    const policy = on('mitigation', { cost: 'money', saved: 'money', rate: 'ratio', most: 'money' }, { cost: '$inputs.cost', avoided: '$inputs.saved', rate: '$inputs.rate', limits: ['$inputs.most'] });
    expect(result(policy, { cost: '250.00', saved: '500.00', rate: '40%' })).toEqual(pence('20000'));
    expect(result(policy, { cost: '150.00', saved: '500.00', rate: '40%' })).toEqual(pence('15000'));
    expect(result(policy, { cost: '250.00', saved: '500.00', rate: '40%', most: '90.00' })).toEqual(pence('9000'));
    expect(result(policy, { cost: '250.00' })).toEqual(pence('25000'));
  });
});
