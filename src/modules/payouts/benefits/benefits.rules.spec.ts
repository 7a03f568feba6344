import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addRatio, formatRatio, parseRatio, ratio, type Ratio } from '../../../core/money/index.js';
import { dueOf, isDue, type EntitledBenefit } from './benefits.rules.js';

const entitled = (more: Partial<EntitledBenefit>): EntitledBenefit => ({
  claimId: 'c1', merchantId: 'm1', reference: 'MG-7K3P-92Q4-X', assessmentId: 'a1', kind: 'days', unit: 'days', granted: [], counting: [], lastN: 0, ...more,
});
const read = (text: string): Ratio => {
  const parsed = parseRatio(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
};
const parts = fc.array(fc.tuple(fc.bigInt({ min: 1n, max: 10_000n }), fc.bigInt({ min: 1n, max: 97n })).map(([above, below]) => formatRatio(ratio(above, below))), { maxLength: 6 });

describe('what is due of a benefit', () => {
  it('is what is granted less what counts, exactly, and nothing where that is nought or less', () => {
    fc.assert(fc.property(parts, parts, (granted, counting) => {
      const [due] = dueOf([entitled({ granted, counting })]);
      expect(due === undefined).toBe(!isDue({ granted, counting }));
      const sum = (texts: readonly string[]): Ratio => texts.map(read).reduce(addRatio, ratio(0n));
      const [all, before] = [sum(granted), sum(counting)];
      if (due === undefined) expect(all.num * before.den <= before.num * all.den).toBe(true);
      else expect(addRatio(read(due.quantity), before)).toEqual(all);
    }));
  });

  it.each([[['1/6', '1/6'], ['1/3'], false], [['1/6', '1/6', '1/1000000007'], ['1/3'], true], [['0.25'], [], true], [[], [], false], [['2'], ['3'], false]])('%j less %j: %s', (granted, counting, expected) => {
    expect(isDue({ granted, counting })).toBe(expected);
  });

  it('is numbered within its claim, going on from what was listed, past what is not due', () => {
    const due = dueOf([entitled({ granted: ['1'], lastN: 2 }), entitled({ kind: 'data', granted: ['1'], counting: ['1'], lastN: 2 }), entitled({ kind: 'points', granted: ['3/2'], lastN: 2 }), entitled({ claimId: 'c2', granted: ['1'] })]);
    expect(due.map(({ claimId, n, reference, quantity }) => [claimId, n, reference, quantity])).toEqual([['c1', 3, 'MG7K3P92Q4X-B3', '1'], ['c1', 4, 'MG7K3P92Q4X-B4', '3/2'], ['c2', 1, 'MG7K3P92Q4X-B1', '1']]);
  });
});
