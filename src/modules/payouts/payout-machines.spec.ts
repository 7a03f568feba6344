import { describe, expect, it } from '@jest/globals';
import { structuralFaults, transitionRows, type Machine } from '../../core/machine/index.js';
import { approvalsFor, checkExecuteOn } from './batches.rules.js';
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

  it('let a payment that was sent go forward only: it is booked, refused or comes back, and what came back is given up or paid by another', () => {
    expect(moves(LINE_MACHINE)).toEqual({
      pending: ['dropped', 'included'], included: ['in_transit', 'pending'], in_transit: ['accepted_by_bank', 'rejected', 'returned', 'settled'], accepted_by_bank: ['rejected', 'returned', 'settled'],
      settled: ['returned'], rejected: ['written_off'], returned: ['written_off'],
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
    const codes = ['2026-11-27', '2026-11-28', '2026-12-28', '2026-12-29'].map((day) => checkExecuteOn(day, '2026-11-28')).map((checked) => (checked.ok ? 'ok' : checked.refusal.code));
    expect(codes).toEqual(['payouts.date_past', 'ok', 'ok', 'payouts.date_far']);
  });
});
