import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkPolicy } from '../../src/core/policy/index.js';
import { brokenPolicies, POLICY_FILES, poorFaults } from '../support/fuzz.js';
import { reasons } from '../support/policy.js';

describe('a policy that somebody broke', () => {
  it('has faults with line and column, or is a policy that runs; it never throws', () => {
    let [sound, broken] = [0, 0];
    fc.assert(fc.property(brokenPolicies(POLICY_FILES, true), (text) => {
      const { policy, faults } = checkPolicy(text, reasons);
      expect(poorFaults(faults)).toEqual([]);
      expect(policy !== undefined || faults.length > 0).toBe(true);
      if (faults.length === 0) sound += 1;
      else broken += 1;
    }), { numRuns: 150, interruptAfterTimeLimit: 6_000 });
    expect(broken).toBeGreaterThan(sound);
  });
});
