import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { transitionRows } from '../../core/machine/index.js';
import { postingsOf, type LineSums } from './line-moves.rules.js';
import { COUNTING_STATES, LINE_MACHINE, type LineState } from './payment-line.machine.js';

const sums = fc.record({ net: fc.bigInt(1n, 10n ** 12n), withheld: fc.bigInt(0n, 10n ** 9n), offset: fc.bigInt(0n, 10n ** 9n) }).map(({ net, withheld, offset }): LineSums =>
  ({ netMinor: net, withheldMinor: withheld, offsetMinor: offset, grossMinor: net + withheld + offset }));

const rows = transitionRows(LINE_MACHINE);

/** Any way through the machine from the first state, by the choices given. */
function walk(choices: readonly number[]): { event: (typeof rows)[number]['event']; from: LineState; to: LineState }[] {
  const steps = [];
  let state: LineState = LINE_MACHINE.initial;
  for (const choice of choices) {
    const open = rows.filter(({ from }) => from === state);
    const step = open[choice % (open.length || 1)];
    if (step === undefined) break;
    steps.push(step);
    state = step.to;
  }
  return steps;
}

describe('what a payment posts', () => {
  it('comes to nought at every move', () => {
    fc.assert(fc.property(sums, fc.constantFrom(...rows), (money, { event, from }) => {
      expect(postingsOf(event, from, money).reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(0n);
    }));
  });

  it('leaves, whatever way it went, the whole of it where its state says', () => {
    fc.assert(fc.property(sums, fc.array(fc.nat(20), { maxLength: 12 }), (money, choices) => {
      const steps = walk(choices);
      const balance = new Map<string, bigint>([['reserved', money.grossMinor]]);
      for (const { event, from } of steps) for (const { account, amountMinor } of postingsOf(event, from, money)) balance.set(account, (balance.get(account) ?? 0n) + amountMinor);
      const state = steps.at(-1)?.to ?? LINE_MACHINE.initial;
      const standing = Object.fromEntries([...balance].filter(([, minor]) => minor !== 0n));
      const { grossMinor, netMinor, withheldMinor, offsetMinor } = money;
      const atBank = { in_transit: netMinor, tax_payable: withheldMinor, paid: offsetMinor };
      const expected: Record<LineState, Record<string, bigint>> = {
        pending: { reserved: grossMinor }, included: { reserved: grossMinor }, dropped: { reserved: grossMinor }, rejected: { reserved: grossMinor }, returned: { reserved: grossMinor },
        in_transit: atBank, accepted_by_bank: atBank, settled: { paid: netMinor + offsetMinor, tax_payable: withheldMinor }, written_off: { written_off: grossMinor },
      };
      expect(standing).toEqual(Object.fromEntries(Object.entries(expected[state]).filter(([, minor]) => minor !== 0n)));
      expect((COUNTING_STATES as readonly string[]).includes(state) || standing['reserved'] === grossMinor).toBe(true);
    }));
  });
});
