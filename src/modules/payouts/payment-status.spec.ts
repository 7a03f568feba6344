import { describe, expect, it } from '@jest/globals';
import { LINE_STATES, type LineState } from './payment-line.machine.js';
import { paymentStatus, type PaymentStatus } from './payment-status.rules.js';

const of = (due: boolean, ...states: (LineState | [LineState])[]): PaymentStatus =>
  paymentStatus({ due, lines: states.map((one) => (Array.isArray(one) ? { state: one[0], replaced: true, isNothingDue: false } : { state: one, isNothingDue: false, replaced: false })) });

describe('the payment status of a claim', () => {
  it('is one word for every state of a single payment', () => {
    expect(Object.fromEntries(LINE_STATES.map((state) => [state, of(false, state)]))).toEqual({
      pending: 'due', included: 'due', in_transit: 'in_payment', accepted_by_bank: 'in_payment', settled: 'paid', rejected: 'returned', returned: 'returned', written_off: 'none', dropped: 'none',
    });
  });

  it('is due where more is due than was paid, and none where nothing ever was', () => {
    expect([of(true), of(false), of(true, 'settled'), of(true, 'dropped')]).toEqual(['due', 'none', 'due', 'due']);
  });

  it('tells of what came back until it is paid again', () => {
    expect([of(false, 'returned', 'settled'), of(false, ['returned'], 'pending'), of(false, ['returned'], 'in_transit'), of(false, ['rejected'], 'settled')]).toEqual(['returned', 'due', 'in_payment', 'paid']);
  });
});
