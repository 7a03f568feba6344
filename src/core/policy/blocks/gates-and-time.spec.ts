import { describe, expect, it } from '@jest/globals';
import { factsOf, faultsOf, ran, smallPolicy, type SmallPolicy } from '../../../../test/support/policy.js';
import { runPolicy, valueJson, type PolicyFacts, type PolicyRun } from '../index.js';

const DAY = '2026-03-03';
const at = (hour: string): string => `${DAY}T${hour}Z`;
const span = (from: string, to: string): string => `${at(from)}/${at(to)}`;
const pence = (minor: string): object => ({ minor, currency: 'GBP', samples: undefined });
const one = { id: 'cash', use: 'round', in: { value: '$inputs.cash' }, with: { unit: '0.01', mode: 'down' } };
const TYPES = { cash: 'money', money: 'money', n: 'number', m: 'number', t: 'duration', day: 'date', at: 'instant', then: 'instant', flag: 'boolean', word: 'text', pick: 'choice', keep: 'intervals', day2: 'date' } as const;
const outage = (more: object = {}): object => ({ id: 'down', use: 'outage', in: { services: '$facts.claim.services' }, with: { window: 'own', mode: 'gate', degraded: '1', unknown: '1/2', ...more } });

describe('a test of a gate', () => {
  const run = (test: object, inputs: object, more: { missing?: string; params?: SmallPolicy['params']; use?: string; before?: object[]; given?: object } = {}): PolicyRun => {
    const gate = more.use === 'route' ? { id: 'gate', use: 'route', with: { when: [{ code: 'filed_late', missing: more.missing ?? 'review', ...test }] } } : { id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', missing: more.missing ?? 'review', ...test }] } };
    return ran(smallPolicy({ inputs: TYPES, ...(more.params === undefined ? {} : { params: more.params }), steps: [...(more.before ?? []), gate, one], result: { cash: '$cash' } }), { ...more.given, inputs: { cash: '1.00', ...inputs } });
  };
  /** true: it holds; false: it does not; undefined: it cannot be made. */
  const holds = (test: object, inputs: object, more: Parameters<typeof run>[2] = {}): boolean | undefined => {
    const { denials, reviews } = run(test, inputs, more);
    return denials.length > 0 ? false : reviews.length > 0 ? undefined : true;
  };

  it.each<[string, object, object, boolean | undefined]>([
    ['present', { left: '$inputs.word', op: 'present' }, { word: 'x' }, true], ['present of nothing is asked for', { left: '$inputs.word', op: 'present' }, {}, undefined], ['absent', { left: '$inputs.word', op: 'absent' }, {}, true], ['absent of something', { left: '$inputs.word', op: 'absent' }, { word: 'x' }, false],
    ['is_true', { left: '$inputs.flag', op: 'is_true' }, { flag: 'true' }, true], ['is_true of false', { left: '$inputs.flag', op: 'is_true' }, { flag: 'false' }, false], ['is_false', { left: '$inputs.flag', op: 'is_false' }, { flag: 'false' }, true], ['is_false of true', { left: '$inputs.flag', op: 'is_false' }, { flag: 'true' }, false],
    ['is_true of nothing', { left: '$inputs.flag', op: 'is_true' }, {}, undefined], ['positive', { left: '$inputs.n', op: 'positive' }, { n: '1/9' }, true], ['positive of nought', { left: '$inputs.n', op: 'positive' }, { n: '0' }, false], ['positive of less', { left: '$inputs.money', op: 'positive' }, { money: '-0.01' }, false],
    ['positive of a duration', { left: '$inputs.t', op: 'positive' }, { t: '1' }, true], ['positive of a word is never', { left: '$inputs.word', op: 'positive' }, { word: 'x' }, false],
    ['one_of', { left: '$inputs.word', op: 'one_of', oneOf: ['a', 'b'] }, { word: 'b' }, true], ['one_of others', { left: '$inputs.word', op: 'one_of', oneOf: ['a', 'b'] }, { word: 'c' }, false], ['none_of', { left: '$inputs.word', op: 'none_of', oneOf: ['a', 'b'] }, { word: 'c' }, true], ['none_of them', { left: '$inputs.word', op: 'none_of', oneOf: ['a', 'b'] }, { word: 'a' }, false],
    ['one_of for what is no word', { left: '$inputs.n', op: 'one_of', oneOf: ['1'] }, { n: '1' }, undefined], ['none_of for what is no word', { left: '$inputs.n', op: 'none_of', oneOf: ['1'] }, { n: '1' }, undefined],
    ['equals of words', { left: '$inputs.word', op: 'equals', right: 'x' }, { word: 'x' }, true], ['equals of other words', { left: '$inputs.word', op: 'equals', right: 'x' }, { word: 'y' }, false], ['differs of words', { left: '$inputs.word', op: 'differs', right: 'x' }, { word: 'w' }, true], ['differs of one word', { left: '$inputs.word', op: 'differs', right: 'x' }, { word: 'x' }, false],
    ['equals of booleans', { left: '$inputs.flag', op: 'equals', right: 'true' }, { flag: 'true' }, true], ['equals of the other boolean', { left: '$inputs.flag', op: 'equals', right: 'true' }, { flag: 'false' }, false],
    ['less_than of dates', { left: '$inputs.day', op: 'less_than', right: '2026-03-04' }, { day: DAY }, true], ['more_than of dates', { left: '$inputs.day', op: 'more_than', right: '2026-03-02' }, { day: DAY }, true], ['more_than of one date', { left: '$inputs.day', op: 'more_than', right: DAY }, { day: DAY }, false], ['at_least of one date', { left: '$inputs.day', op: 'at_least', right: DAY }, { day: DAY }, true],
    ['durations', { left: '$inputs.t', op: 'at_most', right: '60 minutes' }, { t: '60' }, true], ['a longer duration', { left: '$inputs.t', op: 'at_most', right: '60 minutes' }, { t: '61' }, false], ['money', { left: '$inputs.money', op: 'less_than', right: '5.00' }, { money: '4.99' }, true], ['money that is not less', { left: '$inputs.money', op: 'less_than', right: '5.00' }, { money: '5.00' }, false],
    ['instants', { left: '$inputs.at', op: 'less_than', right: '$inputs.then' }, { at: at('10:00'), then: at('10:01') }, true], ['equal instants', { left: '$inputs.at', op: 'equals', right: '$inputs.then' }, { at: at('10:00'), then: at('10:00') }, true], ['later instants', { left: '$inputs.at', op: 'at_most', right: '$inputs.then' }, { at: at('10:01'), then: at('10:00') }, false],
    ['an instant and nothing', { left: '$inputs.at', op: 'at_most', right: '$inputs.then' }, { at: at('10:00') }, undefined], ['a figure and nothing', { left: '$inputs.n', op: 'at_most', right: '$inputs.m' }, { n: '1' }, undefined], ['a word and nothing', { left: '$inputs.word', op: 'equals', right: '$inputs.pick' }, { word: 'x' }, undefined], ['a date and nothing', { left: '$inputs.day', op: 'at_most', right: '$inputs.day2' }, { day: DAY }, undefined],
  ])('%s', (_what, test, inputs, verdict) => {
    expect(holds(test, inputs)).toBe(verdict);
  });

  it('time is positive when some of it is left', () => {
    const given = (segments: object[]) => ({ before: [outage()], given: { segments } });
    const test = { left: '$down', op: 'positive' };
    expect([holds(test, {}, given([{ state: 'down', at: span('10:00', '11:00') }])), holds(test, {}, given([]))]).toEqual([true, false]);
  });

  it('a limit of a table is read by its key', () => {
    const params = { limits: { unit: 'GBP', source: 'x', table: { small: '5.00', large: '50.00' } } };
    const test = { left: '$inputs.money', op: 'at_most', right: '$params.limits', key: '$inputs.word' };
    expect([holds(test, { money: '6.00', word: 'small' }, { params }), holds(test, { money: '6.00', word: 'large' }, { params }), holds(test, { money: '6.00', word: 'none' }, { params }), holds(test, { money: '6.00' }, { params })]).toEqual([false, true, undefined, undefined]);
  });

  it('what cannot be made is reviewed, denied or let pass, and the reason names what is missing', () => {
    const test = { left: '$inputs.n', op: 'at_most', right: '5' };
    expect(run(test, {}).reviews).toEqual([{ code: 'fact_missing', params: { fact: '$inputs.n' } }]);
    expect(run(test, {}, { missing: 'deny' }).denials).toEqual([{ code: 'filed_late', params: { fact: '$inputs.n' } }]);
    expect(run(test, {}, { missing: 'pass' })).toMatchObject({ denials: [], reviews: [] });
    expect(run({ ...test, waivable: 'true' }, { n: '6' }).denials).toEqual([{ code: 'filed_late', params: { fact: '$inputs.n' }, waivable: true }]);
    expect(valueJson(run(test, { n: '5' }).values.get('gate') ?? null)).toBe(true);
  });

  it('a route asks what is missing, unless it lets it pass', () => {
    const test = { left: '$inputs.n', op: 'at_most', right: '5' };
    expect(run(test, {}, { use: 'route' }).reviews).toEqual([{ code: 'fact_missing', params: { fact: '$inputs.n' } }]);
    expect(run(test, {}, { use: 'route', missing: 'pass' })).toMatchObject({ reviews: [], routes: [] });
    expect(run(test, { n: '5' }, { use: 'route' }).reviews).toEqual([{ code: 'filed_late', params: { fact: '$inputs.n' } }]);
    expect(run({ ...test, to: 'second_approver' }, { n: '5' }, { use: 'route' }).routes).toEqual([{ to: 'second_approver', code: 'filed_late' }]);
    expect(run({ ...test, to: 'evidence', evidence: 'accounts' }, { n: '5' }, { use: 'route' }).routes).toEqual([{ to: 'evidence', code: 'filed_late', evidence: 'accounts' }]);
    expect(valueJson(run(test, { n: '6' }, { use: 'route' }).values.get('gate') ?? null)).toBe(true);
    const faults = (more: object) => faultsOf({ inputs: TYPES, steps: [{ id: 'gate', use: 'route', with: { when: [{ code: 'filed_late', ...test, ...more }] } }, one], result: { cash: '$cash' } });
    expect([faults({ to: 'evidence' }), faults({ evidence: 'accounts' }), faults({ to: 'second_approver', evidence: 'accounts' }), faults({ to: 'evidence', evidence: 'accounts' }), faults({ left: '$inputs.none' })]).toEqual([['policy.shape'], ['policy.shape'], ['policy.shape'], [], ['policy.dangling_ref']]);
  });

  it('of `any`, what cannot be made counts as open when none holds', () => {
    const any = (inputs: object) => ran(smallPolicy({ inputs: TYPES, steps: [{ id: 'gate', use: 'eligible', with: { any: [{ code: 'filed_late', left: '$inputs.n', op: 'at_most', right: '5' }, { code: 'outside_area', left: '$inputs.m', op: 'at_most', right: '5', missing: 'pass' }] } }, one], result: { cash: '$cash' } }), { inputs });
    expect(any({ m: '9' }).reviews.map(({ code }) => code)).toEqual([]);
    expect(any({ m: '9' }).denials.map(({ code }) => code)).toEqual(['outside_area']);
    expect(any({ n: '9' })).toMatchObject({ denials: [], reviews: [] });
  });
});

describe('counted time', () => {
  const removed = (steps: readonly object[], given: object, change: Partial<PolicyFacts> = {}, more: Partial<SmallPolicy> = {}): string[] => {
    const last = (steps.at(-1) as { id: string }).id;
    const policy = smallPolicy({ inputs: TYPES, ...more, steps: [...steps, one], result: { cash: '$cash', counted: `$${last}` } });
    const value = ran(policy, { ...given, inputs: { cash: '1.00', ...(given as { inputs?: object }).inputs } }, change).values.get(last);
    if (value?.type !== 'time') return ['none'];
    const hour = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
    const all = [...value.time.pieces.map(({ from, to, value: weight }) => ({ from, to, word: weight.num === weight.den ? 'counts' : `× ${weight.num}/${weight.den}` })), ...value.time.removed.map(({ from, to, value: fate }) => ({ from, to, word: fate }))];
    expect(value.time.removed).toEqual([...value.time.removed].sort((a, b) => a.from - b.from));
    return all.sort((a, b) => a.from - b.from).map(({ from, to, word }) => `${hour(from)}-${hour(to)} ${word}`);
  };
  const day = { window: span('09:00', '17:00'), segments: [{ state: 'down', at: span('10:00', '11:00') }, { state: 'degraded', at: span('11:00', '12:00'), level: '1/4' }, { state: 'unknown', at: span('12:00', '13:00') }, { state: 'maintenance', at: span('13:00', '14:00') }, { state: 'up', at: span('14:00', '15:00') }], scope: span('09:30', '16:00') };

  it('of an outage by gate or by scale, with a fate for all the rest', () => {
    expect(removed([outage()], day)).toEqual(['09:00-09:30 not_recorded', '09:30-10:00 up', '10:00-11:00 counts', '11:00-12:00 counts', '12:00-13:00 × 1/2', '13:00-14:00 maintenance', '14:00-15:00 up', '15:00-16:00 up', '16:00-17:00 not_recorded']);
    expect(removed([outage({ mode: 'scale', degraded: '1/2', maintenance: '1/3', down: '3/4' })], day).slice(2, 6)).toEqual(['10:00-11:00 × 3/4', '11:00-12:00 × 1/8', '12:00-13:00 × 1/2', '13:00-14:00 × 1/3']);
    expect(removed([outage({ degraded: '1/2', maintenance: '1/3', down: '3/4' })], day).slice(2, 6)).toEqual(['10:00-11:00 counts', '11:00-12:00 counts', '12:00-13:00 × 1/2', '13:00-14:00 counts']);
    expect(removed([outage({ unknown: '0', degraded: '0' })], day).slice(3, 5)).toEqual(['11:00-12:00 up', '12:00-13:00 up']);
  });

  it('of a clip names why time fell away', () => {
    const clip = (to: string, more: object = {}) => [outage(), { id: 'kept', use: 'clip', in: { time: '$down', ...more }, with: { to } }];
    const from = (list: string[]) => list.filter((line) => !/up|maintenance|not_recorded/.test(line));
    expect(from(removed(clip('opening_hours'), { ...day, hours: '10:30-12:30' }))).toEqual(['10:00-10:30 closed', '10:30-11:00 counts', '11:00-12:00 counts', '12:00-12:30 × 1/2', '12:30-13:00 closed']);
    const award = (head: string, at_: string) => ({ claimId: 'a', head, intervals: [{ from: Date.parse(at_.slice(0, 17)) as never, to: Date.parse(at_.slice(18)) as never }], gross: { minor: '1', currency: 'GBP' } });
    expect(from(removed(clip('not_yet_compensated'), day, { earlier: [award('lost_sales', span('10:00', '10:30')), award('fee', span('10:00', '13:00'))] }))).toEqual(['10:00-10:30 already_compensated', '10:30-11:00 counts', '11:00-12:00 counts', '12:00-13:00 × 1/2']);
    const keep = { inputs: { keep: [{ from: at('10:30'), to: at('11:30') }] } };
    expect(from(removed(clip('given', { keep: '$inputs.keep' }), { ...day, ...keep }))).toEqual(['10:00-10:30 excluded', '10:30-11:00 counts', '11:00-11:30 counts', '11:30-13:00 excluded']);
    expect(from(removed(clip('given', { keep: '$inputs.keep' }), day))).toEqual(['10:00-13:00 excluded']);
    const enrolment = (service: string, a: string, b?: string) => ({ service, region: '*', from: Date.parse(at(a)) as never, ...(b === undefined ? {} : { to: Date.parse(at(b)) as never }) });
    expect(from(removed(clip('enrolled'), day, { enrolments: [enrolment('service', '10:15'), enrolment('till', '00:00'), enrolment('service', '10:00', '10:00')] }))).toEqual(['10:00-10:15 excluded', '10:15-11:00 counts', '11:00-12:00 counts', '12:00-13:00 × 1/2']);
    expect(from(removed(clip('enrolled'), { ...day, services: ['service', 'till'] }, { enrolments: [enrolment('service', '10:15'), enrolment('till', '09:00', '10:45')] }))).toEqual(['10:00-10:15 excluded', '10:15-10:45 counts', '10:45-13:00 excluded']);
  });

  it('of a wait takes the first stretch of each run', () => {
    const wait = (more: object) => [outage(), { id: 'kept', use: 'wait', in: { time: '$down' }, with: { length: '60 minutes', kind: 'excess', ...more } }];
    const flaps = { window: span('09:00', '17:00'), segments: [{ state: 'down', at: span('10:00', '10:20') }, { state: 'down', at: span('10:30', '11:30') }, { state: 'down', at: span('13:00', '13:50') }] };
    const from = (list: string[]) => list.filter((line) => !line.endsWith(' up'));
    expect(from(removed(wait({}), flaps))).toEqual(['10:00-10:20 waiting', '10:30-11:10 waiting', '11:10-11:30 counts', '13:00-13:50 counts']);
    expect(from(removed(wait({ per: 'incident' }), flaps))).toEqual(['10:00-10:20 waiting', '10:30-11:30 waiting', '13:00-13:50 waiting']);
    expect(from(removed(wait({ per: 'incident', join: '10 minutes' }), flaps))).toEqual(['10:00-10:20 waiting', '10:30-11:10 waiting', '11:10-11:30 counts', '13:00-13:50 waiting']);
    expect(from(removed(wait({ per: 'incident', join: '599999/1000 seconds' }), flaps))).toEqual(['10:00-10:20 waiting', '10:30-11:30 waiting', '13:00-13:50 waiting']);
    expect(from(removed(wait({ length: '10 minutes', minimumRun: '50 minutes' }), flaps))).toEqual(['10:00-10:20 waiting', '10:30-10:40 waiting', '10:40-11:30 counts', '13:00-13:50 counts']);
    expect(from(removed(wait({ length: '0 minutes', reached: 'at_least' }), flaps))).toEqual(['10:00-10:20 counts', '10:30-11:30 counts', '13:00-13:50 counts']);
    expect(removed(wait({ length: '0 minutes', reached: 'at_least' }), { window: span('09:00', '17:00') })).toEqual(['09:00-17:00 up']);
    const third = removed(wait({ length: '1/3 seconds' }), flaps);
    expect(third).toHaveLength(8);
  });

  it('measured: stretches that touch are one, weights count, the longest stands alone', () => {
    const measured = (more: object, given: object = day) => {
      const run = ran(smallPolicy({ inputs: TYPES, steps: [outage({ mode: 'scale' }), { id: 'out', use: 'measure', in: { time: '$down' }, with: { unit: 'hour', parts: 'exact', ...more } }, { id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', left: '$out', op: 'present' }] } }, one], result: { cash: '$cash' } }), { ...given, inputs: { cash: '1.00' } });
      const node = run.trace.find(({ id }) => id === 'out');
      return [(node?.output as { number: string }).number, node?.working];
    };
    const clockMs = 3 * 3_600_000;
    expect([measured({}), measured({ parts: 'ceiling' }), measured({ of: 'stretch', parts: 'ceiling' }), measured({ count: 'longest' }), measured({ unit: 'date', parts: 'floor' })]).toEqual([['7/4', { clockMs }], ['2', { clockMs }], ['2', { clockMs }], ['7/4', { clockMs }], ['1', { clockMs }]]);
    const two = { window: span('09:00', '17:00'), segments: [{ state: 'down', at: span('10:00', '10:40') }, { state: 'down', at: span('11:00', '11:20') }, { state: 'down', at: span('12:00', '12:30') }] };
    expect([measured({ of: 'stretch', parts: 'ceiling' }, two), measured({ of: 'stretch', parts: 'floor' }, two), measured({ count: 'longest' }, two), measured({ parts: 'half_up' }, two)].map(([number]) => number)).toEqual(['3', '0', '2/3', '2']);
  });
});

describe('working days, with a cut-off or weekdays of one\'s own', () => {
  const date = (use: string, ins: object, more: object, inputs: object, zone = 'UTC') => {
    const steps = [{ id: 'out', use, in: ins, with: more }, { id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', left: '$out', op: 'present', missing: 'pass' }] } }, one];
    return valueJson(ran(smallPolicy({ inputs: TYPES, steps, result: { cash: '$cash' } }), { zone, inputs: { cash: '1.00', ...inputs } }).values.get('out') ?? null);
  };
  const working = (more: object, inputs: object) => date('add_working_days', { from: 'day' in inputs ? '$inputs.day' : '$inputs.at' }, { days: '1', ...more }, inputs);

  it('a week of six days works on Saturday', () => {
    expect([working({}, { day: '2026-03-06' }), working({ weekdays: ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] }, { day: '2026-03-06' }), working({ weekdays: ['SUN'] }, { day: '2026-03-06' })]).toEqual([{ on: '2026-03-09' }, { on: '2026-03-07' }, { on: '2026-03-08' }]);
    expect(date('count_days', { from: '$inputs.day', to: '$inputs.day2' }, { first: 'counts', last: 'counts', days: 'working', weekdays: ['SAT', 'SUN'] }, { day: '2026-03-02', day2: '2026-03-15' })).toEqual({ number: '4' });
  });

  it('a week without a working day, or of days that are none, is a fault', () => {
    const faults = (weekdays: unknown) => faultsOf({ inputs: TYPES, steps: [{ id: 'out', use: 'add_working_days', in: { from: '$inputs.day' }, with: { days: '1', weekdays } }, { id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', left: '$out', op: 'present' }] } }, one], result: { cash: '$cash' } });
    expect([faults([]), faults(['FREITAG']), faults(['FRI'])]).toEqual([['policy.missing'], ['policy.shape'], []]);
  });

  it('a cut-off is for instants; a date counts from itself', () => {
    expect([working({ cutOff: '10:00' }, { day: '2026-03-03' }), working({ cutOff: '10:00' }, { at: at('10:00') }), working({ cutOff: '10:00' }, { at: at('10:01') }), working({}, { at: at('23:59') })]).toEqual([{ on: '2026-03-04' }, { on: '2026-03-04' }, { on: '2026-03-05' }, { on: '2026-03-04' }]);
    expect([working({}, { day: 'never' }), date('count_days', { from: '$inputs.day', to: '$inputs.day2' }, { first: 'counts', last: 'counts' }, { day: DAY })]).toEqual([null, null]);
  });
});

describe('sales of the records', () => {
  const hour = (day: string, from: string, to: string): string => `2026-${day}T${from}Z/2026-${day}T${to}Z`;
  const steps = (more: object = {}): object[] => [outage({ mode: 'scale' }), { id: 'sold', use: 'actual', in: { over: '$down' } }, { id: 'usual', use: 'baseline', in: { over: '$down' }, with: { method: 'mean', samples: '2', minimum: '2' } },
    { id: 'lost', use: 'shortfall', in: { expected: '$usual', actual: '$sold' } }, { id: 'later', use: 'makeup', in: { loss: '$lost', after: '$down' }, with: { openHours: '2', samples: '2', ...more } }, { id: 'out', use: 'sum', in: { items: ['$lost'], less: ['$later'] } }];
  const policy = (more: object = {}) => smallPolicy({ steps: steps(more), result: { cash: '$out', counted: '$down' } });
  const window = { window: span('09:00', '17:00'), hours: '09:00-17:00', coverage: '2026-01-01T00:00Z/2026-03-04T00:00Z', segments: [{ state: 'down', at: span('10:00', '12:00') }] };
  const sale = (when: string, net: string) => ({ at: when, net });
  const sales = (after: string) => [sale(hour('03-03', '10:00', '12:00'), '10.00'), sale(hour('02-24', '10:00', '12:00'), '100.00'), sale(hour('02-17', '10:00', '12:00'), '80.00'),
    sale(hour('03-03', '12:00', '14:00'), after), sale(hour('02-24', '12:00', '14:00'), '50.00'), sale(hour('02-17', '12:00', '14:00'), '40.00')];
  const node = (run: PolicyRun, id: string) => run.trace.find((one_) => one_.id === id);

  it('make-up is what the open hours afterwards brought above every comparable, not more than the loss', () => {
    const paid = (after: string, more: object = {}) => { const run = ran(policy(more), { ...window, sales: sales(after) }); return [valueJson(run.values.get('lost') ?? null), valueJson(run.values.get('later') ?? null)]; };
    expect([paid('65.00'), paid('50.00'), paid('49.00'), paid('500.00'), paid('65.00', { share: '1/3' })]).toEqual([['8000', '1500'], ['8000', '0'], ['8000', '0'], ['8000', '8000'], ['8000', '500']].map((pair) => pair.map((minor) => pence(minor))));
  });

  it('the hours afterwards are open ones, and asked for when they are not there', () => {
    const run = runPolicy(policy(), factsOf(policy(), { ...window, hours: '09:00-13:00', sales: sales('1.00').slice(0, 3) }));
    const hours = run.kind === 'needs' ? run.windows.map(({ from, to }) => `${new Date(from).toISOString().slice(5, 13)}-${new Date(to).toISOString().slice(11, 13)}`) : [];
    expect(hours).toEqual(['02-17T12-13', '02-18T09-10', '02-24T12-13', '02-25T09-10', '03-03T12-13', '03-04T09-10']);
  });

  it('without sales, without time, or outside coverage nothing is known, and the working says so', () => {
    const run = (given: object) => ran(policy(), given as Readonly<Record<string, unknown>>);
    const none = run({ window: span('09:00', '17:00'), segments: [{ state: 'down', at: span('10:00', '12:00') }] });
    expect([node(none, 'sold')?.working, node(none, 'usual')?.working]).toEqual([{ why: 'no_sales' }, { why: 'no_sales' }]);
    const quiet = run({ ...window, segments: [], sales: [] });
    expect([node(quiet, 'sold')?.working, node(quiet, 'usual')?.working]).toEqual([{ why: 'no_time' }, { why: 'no_time' }]);
    const uncovered = run({ ...window, coverage: '2026-03-03T11:00Z/2026-03-04T00:00Z', sales: [] });
    expect([node(uncovered, 'sold')?.working, node(uncovered, 'usual')?.output, node(uncovered, 'usual')?.working]).toEqual([{ why: 'not_covered' }, null, expect.objectContaining({ why: 'too_few_comparables', found: 0 })]);
    expect(node(run({ ...window, coverage: '2026-03-03T10:00Z/2026-03-03T12:00Z', sales: sales('1.00') }), 'sold')?.output).toEqual(pence('1000'));
  });

  it('what is above the usual, stated by hand', () => {
    const stated = (inputs: object) => ran(smallPolicy({ inputs: { loss: 'money', sold: 'money', usual: 'money' }, steps: [{ id: 'out', use: 'makeup', in: { loss: '$inputs.loss', sold: '$inputs.sold', usual: '$inputs.usual' }, with: { share: '1/2' } }] }), { inputs });
    expect(valueJson(stated({ loss: '9.00', sold: '12.00', usual: '10.00' }).values.get('out') ?? null)).toEqual(pence('100'));
    expect([node(stated({ loss: '9.00', sold: '12.00' }), 'out')?.working, node(stated({ loss: '9.00', usual: '12.00' }), 'out')?.working]).toEqual([{ why: 'nothing_to_compare' }, { why: 'nothing_to_compare' }]);
    const quiet = ran(smallPolicy({ inputs: { loss: 'money' }, steps: [outage(), { id: 'out', use: 'makeup', in: { loss: '$inputs.loss', after: '$down' } }], result: { cash: '$out', counted: '$down' } }), { inputs: { loss: '1.00' } });
    expect(node(quiet, 'out')?.working).toEqual({ why: 'no_sales' });
  });
});
