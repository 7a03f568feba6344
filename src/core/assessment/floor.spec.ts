import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AssessmentOutcome } from './index.js';
import { grantedMinor } from './index.js';

const outcome = fc.constantFrom<AssessmentOutcome>('eligible', 'ineligible', 'nil', 'refer');
const minor = fc.bigInt({ min: 0n, max: 10n ** 15n });
const run = fc.record({ outcome, cashMinor: fc.option(minor.map(String)) });

describe('what a decision grants over an earlier grant', () => {
  it.each([
    ['eligible', '4000', 0n, 4000n], ['eligible', '4000', 5000n, 5000n], ['eligible', '6000', 5000n, 6000n], ['eligible', '5000', 5000n, 5000n],
    ['ineligible', null, 5000n, 5000n], ['nil', '0', 5000n, 5000n], ['refer', null, 5000n, 5000n], ['refer', '9000', 5000n, 5000n], ['ineligible', null, 0n, 0n],
  ] as const)('%s for %s over %s is %s', (was, cashMinor, floor, expected) => {
    expect(grantedMinor({ outcome: was, cashMinor }, floor)).toBe(expected);
  });

  it('never falls below the earlier grant, and is that grant or what was worked out', () => {
    fc.assert(fc.property(run, minor, (result, floor) => {
      const granted = grantedMinor(result, floor);
      expect(granted >= floor).toBe(true);
      expect([floor, BigInt(result.cashMinor ?? '0')]).toContain(granted);
    }));
  });

  it('of an eligible claim is never less than what it comes to, and rises with both', () => {
    fc.assert(fc.property(minor, minor, minor, (cash, floor, more) => {
      const at = (sum: bigint, low: bigint) => grantedMinor({ outcome: 'eligible', cashMinor: String(sum) }, low);
      expect(at(cash, floor) >= cash).toBe(true);
      expect(at(cash + more, floor) >= at(cash, floor) && at(cash, floor + more) >= at(cash, floor)).toBe(true);
    }));
  });

  it('a second correction to the same figure grants no more than the first', () => {
    fc.assert(fc.property(run, minor, (result, floor) => {
      const once = grantedMinor(result, floor);
      expect(grantedMinor(result, once)).toBe(once);
    }));
  });
});
