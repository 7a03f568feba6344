import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { structuralFaults, transitionRows, type Machine } from '../../core/machine/index.js';
import type { ClosedDays } from '../../core/payments/index.js';
import { addDays, daysBetween } from '../../core/time/index.js';
import { dueBefore } from './bank/working-days.rules.js';
import { approvalsFor, executionDay } from './batches.rules.js';
import { COUNTING_STATES, LINE_MACHINE, LINE_STATES } from './payment-line.machine.js';
import { BATCH_MACHINE } from './payout-batch.machine.js';

/** Where each state leads, whatever the event. */
function moves(machine: Machine<string, string, string>): Record<string, string[]> {
  const byState = Map.groupBy(transitionRows(machine), ({ from }) => from);
  return Object.fromEntries([...byState].map(([from, rows]) => [from, [...new Set(rows.map(({ to }) => to))].sort()]));
}

describe('the machines of money out', () => {
  it('have no state that nothing reaches or that nothing leaves', () => {
    expect([structuralFaults(LINE_MACHINE), structuralFaults(BATCH_MACHINE)]).toEqual([[], []]);
  });

  it('let a payment that was sent go forward only: it is booked, refused or comes back, and what came back is given up, paid by another, or was paid after all', () => {
    expect(moves(LINE_MACHINE)).toEqual({
      pending: ['dropped', 'included', 'settled'], included: ['in_transit', 'pending'], in_transit: ['accepted_by_bank', 'rejected', 'returned', 'settled'], accepted_by_bank: ['rejected', 'returned', 'settled'],
      settled: ['returned'], rejected: ['settled', 'written_off'], returned: ['settled', 'written_off'],
    });
  });

  it('let a batch leave only once it was locked and approved, and never be opened again', () => {
    expect(moves(BATCH_MACHINE)).toEqual({
      open: ['cancelled', 'locked'], locked: ['approved', 'cancelled', 'locked'], approved: ['cancelled', 'released'], released: ['acknowledged', 'refused', 'settled'], acknowledged: ['refused', 'settled'],
    });
    expect(BATCH_MACHINE.events.release.guards).toEqual(['digestNamed', 'enoughApprovals', 'notEmpty']);
  });

  it('count every line but one that was rejected, came back or was never sent', () => {
    expect(LINE_STATES.filter((state) => !(COUNTING_STATES as readonly string[]).includes(state))).toEqual(['rejected', 'returned', 'dropped']);
  });
});

describe('how many people approve a total', () => {
  const bands = [{ upToMinor: '1000', count: 1 }, { upToMinor: '5000', count: 2 }, { count: 3 }];

  it('is what the first band says that reaches to it, its bound included', () => {
    expect([1n, 1_000n, 1_001n, 5_000n, 5_001n].map((total) => approvalsFor(bands, total))).toEqual([1, 1, 2, 2, 3]);
  });

  it('is what the last band says above every bound', () => {
    expect(approvalsFor(bands.slice(0, 2), 9_999n)).toBe(2);
    expect(() => approvalsFor([], 1n)).toThrow(RangeError);
  });
});

describe('the day a bank is to pay on', () => {
  it('is today or one of the next thirty', () => {
    const codes = ['2026-11-27', '2026-11-28', '2026-12-28', '2026-12-29'].map((day) => executionDay(day, '2026-11-28')).map((checked) => (checked.ok ? 'ok' : checked.refusal.code));
    expect(codes).toEqual(['payouts.date_past', 'ok', 'ok', 'payouts.date_far']);
  });

  const target = { calendar: 'target' } as const;
  const refused = (asked: string, today: string, closed: ClosedDays): unknown => {
    const day = executionDay(asked, today, closed);
    return day.ok ? day.value : [day.refusal.code, day.refusal.params['next']];
  };

  it.each([
    ['a Saturday', '2026-11-28', target, '2026-11-30'], ['Good Friday', '2026-04-03', target, '2026-04-07'], ['Christmas, before a weekend', '2026-12-25', target, '2026-12-28'],
    ['New Year, over the end of a year', '2027-01-01', target, '2027-01-04'], ['a day that its bank named', '2026-12-28', { calendar: 'weekends', dates: ['2026-12-25', '2026-12-28'] } as const, '2026-12-29'],
  ])('is not %s, and the refusal names the next', (_, on, closed, next) => {
    expect(refused(on, addDays(on, -3), closed)).toEqual(['payouts.date_closed', next]);
    expect(refused(next, addDays(on, -3), closed)).toBe(next);
    expect(executionDay(undefined, on, closed)).toEqual({ ok: true, value: next });
  });

  it('is any day where the bank says nothing, and Good Friday where only weekends are closed', () => {
    expect([executionDay('2026-11-28', '2026-11-28'), executionDay('2026-04-03', '2026-04-01', { calendar: 'weekends' })].map(({ ok }) => ok)).toEqual([true, true]);
  });

  it('that a refusal names can be chosen, however far ahead', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 30 }), (day, ahead) => {
      const [today, asked] = [addDays('2026-01-01', day), addDays('2026-01-01', day + ahead)];
      const answer = refused(asked, today, target);
      const chosen = Array.isArray(answer) ? String(answer[1]) : String(answer);
      expect([chosen >= asked, daysBetween(asked, chosen) <= 4, refused(chosen, today, target)]).toEqual([true, true, chosen]);
    }));
  });
});

describe('the last day whose payments a bank should have booked', () => {
  it.each([
    ['Friday after three working days', '2026-10-23', 3, undefined, '2026-10-20'], ['the Tuesday after Easter', '2026-04-07', 2, { calendar: 'target' } as const, '2026-04-01'],
    ['the same where only weekends are closed', '2026-04-07', 2, { calendar: 'weekends' } as const, '2026-04-05'], ['today', '2026-10-23', 0, { calendar: 'target' } as const, '2026-10-23'],
  ])('%s', (_, today, days, closed, due) => {
    expect(dueBefore(today, days, closed)).toBe(due);
  });
});
