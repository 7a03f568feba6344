import { describe, expect, it } from '@jest/globals';
import { leads } from '../../../core/machine/index.js';
import { LINE_EFFECTS, LINE_FACTS, LINE_STATES, type LineFact } from '../../../core/payments/line-status.js';
import { LINE_MACHINE, type LineEvent } from '../payment-line.machine.js';

/** What the machine calls a fact that moves a line. */
const EVENTS: Readonly<Record<Exclude<LineFact, 'received'>, LineEvent>> = { accepted: 'acknowledge', rejected: 'reject', debited: 'settle', returned: 'return' };

describe('what a bank says and the machine of a line', () => {
  it('move a line the same ways, neither more than the other', () => {
    for (const fact of LINE_FACTS) {
      for (const state of LINE_STATES) {
        const to = LINE_EFFECTS[fact][state].to;
        const allowed = fact === 'received' ? [] : LINE_STATES.filter((target) => leads(LINE_MACHINE.events[EVENTS[fact]], state, target));
        expect([fact, state, to === undefined ? [] : [to]]).toEqual([fact, state, allowed]);
      }
    }
  });
});
