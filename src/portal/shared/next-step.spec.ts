import { describe, expect, it } from '@jest/globals';
import { parseInstant, type Instant } from '../../core/time/index.js';
import type { ClaimState } from '../../modules/claims/index.js';
import { nextStep, type Standing } from './next-step.rules.js';

const at = (text: string): Instant => {
  const read = parseInstant(text);
  if (!read.ok) throw new Error(text);
  return read.value;
};
const PROMISES = { targetDays: { assess: 2, decide: 10, pay: 5 }, zone: 'Europe/London', down: [] };
const claim = (state: ClaimState, more: Partial<Standing> = {}): Standing => ({ state, submittedAt: '2026-10-20T12:00:00Z', ...more });
const stands = (until: string) => ({ from: at('2026-10-22T12:00:00Z'), promisedAt: at(until), at: at(until), movedMs: 0, because: [] });
const granted = { grantedAt: '2026-10-22T12:00:00Z' };

describe('who is next, and by when', () => {
  it.each<[Standing, string, string, string | undefined]>([
    [claim('draft'), 'you', 'finish', undefined],
    [claim('submitted'), 'us', 'assess', '2026-10-22T12:00:00Z'],
    [claim('submitted', { autoDecisionAt: '2026-10-20T13:00:00Z' }), 'rule', 'rule_decides', '2026-10-20T13:00:00Z'],
    // The clocks go back on 25 October: a local day later is 25 hours later.
    [claim('in_review'), 'us', 'decide', '2026-10-30T13:00:00Z'],
    [claim('recommended'), 'us', 'decide', '2026-10-30T13:00:00Z'],
    // Until the letter is known to have arrived no time runs; the clock names the midnight after the last day.
    [claim('offered', { granted }), 'you', 'accept', undefined],
    [claim('offered', { granted, clock: { until: stands('2026-11-06T00:00:00Z') } }), 'you', 'accept', '2026-11-05T23:59:59.999Z'],
    // Nobody can answer an offer while something holds the claim, and the time for it may be standing still.
    [claim('offered', { granted, clock: { until: stands('2026-11-06T00:00:00Z') }, isHeld: true }), 'us', 'held', undefined],
    [claim('accepted', { granted, isHeld: true }), 'us', 'pay', '2026-10-27T13:00:00Z'],
    [claim('expired', { granted }), 'you', 'take_up_again', undefined],
    [claim('expired'), 'nobody', 'expired', undefined],
    [claim('accepted', { granted, objection: { openedAt: '2026-10-22T12:00:00Z', outside: false } }), 'us', 'objection', '2026-11-01T13:00:00Z'],
    [claim('rejected', { objection: { openedAt: '2026-10-22T12:00:00Z', outside: true } }), 'outside', 'objection_outside', undefined],
    [claim('accepted', { granted: { ...granted, acceptedAt: '2026-10-23T12:00:00Z' } }), 'us', 'pay', '2026-10-28T13:00:00Z'],
    [claim('accepted', { granted }), 'us', 'pay', '2026-10-27T13:00:00Z'],
    [claim('accepted', { granted, money: { status: 'due', account: 'name_account' } }), 'you', 'name_account', undefined],
    [claim('accepted', { granted, money: { status: 'returned', account: 'correct_account' } }), 'you', 'correct_account', undefined],
    // Nothing that its business could put right.
    [claim('accepted', { granted, money: { status: 'returned' } }), 'us', 'pay', '2026-10-27T13:00:00Z'],
    [claim('accepted', { granted, money: { status: 'in_payment' } }), 'nobody', 'arriving', undefined],
    [claim('accepted', { granted, money: { status: 'paid' } }), 'nobody', 'paid', undefined],
    [claim('rejected'), 'nobody', 'rejected', undefined],
    [claim('rejected', { objectable: {} }), 'nobody', 'rejected_open', undefined],
    [claim('rejected', { objectable: { until: stands('2026-11-20T00:00:00Z') } }), 'nobody', 'rejected_open', '2026-11-19T23:59:59.999Z'],
  ])('is told for %j', (standing, who, what, by) => {
    const next = nextStep(standing, PROMISES, at('2026-10-20T12:30:00Z'));
    expect(next).toEqual({ who, what, ...(by === undefined ? {} : { by: at(by) }), ...(by === undefined || who === 'rule' ? {} : { late: false }) });
  });

  it('says who is late once the day has passed, and not at it', () => {
    const late = (now: string) => nextStep(claim('in_review'), PROMISES, at(now)).late;
    expect([late('2026-10-30T13:00:00Z'), late('2026-10-30T13:00:00.001Z')]).toEqual([false, true]);
  });

  it('counts no time in which this portal was down, for you and for us, and says so', () => {
    const down = [{ from: at('2026-10-24T08:00:00Z'), to: at('2026-10-24T11:20:00Z') }];
    const moved = { movedMs: 12_000_000, because: down };
    const offer = nextStep(claim('offered', { granted, clock: { until: stands('2026-11-06T03:20:00Z'), moved } }), { ...PROMISES, down }, at('2026-11-06T04:00:00Z'));
    expect(offer).toEqual({ who: 'you', what: 'accept', by: at('2026-11-06T03:19:59.999Z'), late: true, moved });
    expect(nextStep(claim('in_review'), { ...PROMISES, down }, at('2026-10-30T13:00:00Z')).by).toBe(at('2026-10-30T16:20:00Z'));
    expect(nextStep(claim('submitted', { autoDecisionAt: '2026-10-26T13:00:00Z' }), { ...PROMISES, down }, at('2026-10-25T13:00:00Z')).by).toBe(at('2026-10-26T13:00:00Z'));
  });
});
