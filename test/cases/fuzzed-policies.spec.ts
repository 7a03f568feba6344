import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkPolicy, type PolicyFault } from '../../src/core/policy/index.js';
import { brokenPolicies, POLICY_FILES, policyYaml, poorFaults } from '../support/fuzz.js';
import { reasons } from '../support/policy.js';

const gbp = policyYaml('default-gbp.yaml');
const MOST_MS = 20_000;

describe('a policy that somebody broke', () => {
  it('has faults with line and column, or is a policy that runs; it never throws', () => {
    fc.assert(fc.property(brokenPolicies(POLICY_FILES, true), (text) => {
      const { policy, faults } = checkPolicy(text, reasons);
      expect(poorFaults(faults)).toEqual([]);
      expect(policy !== undefined || faults.length > 0).toBe(true);
    }), { numRuns: 150, interruptAfterTimeLimit: 6_000 });
  });

  it('is broken more often than not: most changes are noticed', () => {
    // Always the same ones: how many of a few are sound is chance otherwise.
    const texts = fc.sample(brokenPolicies(POLICY_FILES, true), { numRuns: 30, seed: 20_261_128 });
    expect(texts.filter((text) => checkPolicy(text, reasons).faults.length > 0).length).toBeGreaterThan(15);
  });

  it('never throws, whatever the text', () => {
    const mutation = fc.tuple(fc.nat(gbp.length), fc.nat(40), fc.string({ maxLength: 12, unit: 'grapheme' }))
      .map(([start, length, text]) => gbp.slice(0, start) + text + gbp.slice(start + length));
    fc.assert(fc.property(fc.oneof(mutation, fc.string({ unit: 'grapheme' })), (text) => {
      const { faults } = checkPolicy(text, reasons);
      faults.forEach(({ line, column, message }) => expect([line > 0, column > 0, message.length > 0]).toEqual([true, true, true]));
    }), { numRuns: 250 });
  });
});

describe('a long document', () => {
  const timed = (text: string): readonly PolicyFault[] => {
    const began = performance.now();
    const { faults } = checkPolicy(text, reasons);
    expect(performance.now() - began).toBeLessThan(MOST_MS);
    return faults;
  };

  it('forty thousand keys, and three thousand steps, are answered in time', () => {
    expect(timed(Array.from({ length: 40_000 }, (_, index) => `k${index}: v`).join('\n')).length).toBeGreaterThan(40_000);
    const steps = Array.from({ length: 3_000 }, (_, index) => `  - { id: s${index}, use: percent, in: { of: $s${index - 1}, rate: $s${index - 1} } }`).join('\n');
    expect(timed(gbp.replace('\nsteps:\n', `\nsteps:\n${steps}\n`)).map(({ message }) => message)).toContainEqual(expect.stringContaining('more than 300 are not read'));
  });
});
