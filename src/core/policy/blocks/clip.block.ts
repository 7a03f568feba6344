import { addDays, clipTimeline, constant, datesIn, intersect, normalise, openIntervals, startOf, subtract, support, type IntervalSet } from '../../time/index.js';
import { value, type Block, type Inputs, type Params, type RunScope } from '../block.js';
import type { PolicyFacts } from '../facts.js';
import { setOf, type Fate, type TimeValue } from '../value.js';

/** What a clip keeps of the claim window. */
function kept(to: string, inputs: Inputs, params: Params, { facts, head }: RunScope): IntervalSet {
  const { window } = facts.claim;
  const given = inputs.get('keep');
  const chosen = given?.type === 'time' ? setOf(given.time.pieces) : [];
  switch (to) {
    case 'opening_hours': return openIntervals(facts.site.openingHours, window);
    case 'not_yet_compensated': {
      const paid = normalise(facts.earlier.filter((award) => award.head === head).flatMap(({ intervals }) => intervals));
      return subtract([window], intersect(paid, [window]));
    }
    case 'enrolled': return intersect(enrolledTime(facts), [window]);
    case 'given': return intersect(chosen, [window]);
    case 'not_given': return subtract([window], chosen);
    default: {
      const holidays = new Set(params.dates('holidays'));
      const zone = facts.site.zone;
      return subtract([window], datesIn(window, zone).filter((on) => holidays.has(on)).map((on) => ({ from: startOf(on, zone), to: startOf(addDays(on, 1), zone) })));
    }
  }
}

/** Time in which the site used every claimed service. */
function enrolledTime({ claim, enrolments }: PolicyFacts): IntervalSet {
  const used = claim.services.map((service) => normalise(enrolments.filter((enrolment) => enrolment.service === service)
    .map(({ from, to }) => ({ from, to: to ?? claim.window.to })).filter(({ from, to }) => from < to)));
  return used.reduce<IntervalSet>((both, next) => intersect(both, next), [claim.window]);
}

const FATE: Readonly<Record<string, Fate>> = { opening_hours: 'closed', not_holidays: 'closed', not_yet_compensated: 'already_compensated' };

/** Takes off time outside `keep`, noting why. What is left keeps its weights. */
export function cut(time: TimeValue, keep: IntervalSet, fate: Fate): TimeValue {
  const lost = subtract(support(time.pieces), keep);
  return {
    window: time.window,
    pieces: clipTimeline(time.pieces, keep),
    removed: [...time.removed, ...constant(lost, fate)].sort((a, b) => a.from - b.from),
  };
}

/** Writes the lanes *open* and *excluded*, or *already compensated*. */
export const clip: Block = {
  name: 'clip',
  version: 1,
  group: 'time',
  purpose: 'Keeps the time that can count: when the shop would have traded, used the service, was under a measure, or was not paid before.',
  rounding: 'none; time is exact to the millisecond',
  example: '127 h 30 min of outage in a shop open Monday to Saturday 10:00–22:00 leave 54 h 30 min',
  source: 'Korean loss compensation 2022 Q2 (measure days); business interruption practice (opening hours)',
  inputs: {
    time: { types: ['time'], about: 'time so far' },
    keep: { types: ['time'], optional: true, about: 'for `given` and `not_given`: days of a measure, or exclusions' },
  },
  params: {
    to: {
      kind: 'choice', options: ['opening_hours', 'not_yet_compensated', 'enrolled', 'not_holidays', 'given', 'not_given'],
      about: 'what is kept',
    },
    holidays: { kind: 'dates', optional: true, about: 'for `not_holidays`: the dates taken out, with year and source' },
  },
  output: () => 'time',
  evaluate(inputs, params, run) {
    const to = params.text('to');
    return value({ type: 'time', time: cut(inputs.time('time'), kept(to, inputs, params, run), FATE[to] ?? 'excluded') });
  },
};
