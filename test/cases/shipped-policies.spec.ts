import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checkPolicy, readReasons, runExamples } from '../../src/core/policy/index.js';

const { reasons, faults } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));
const files = readdirSync('policies').filter((file) => file.endsWith('.yaml') && file !== 'reasons.yaml');

describe('the shared reasons', () => {
  it('have a sentence in every language', () => {
    expect(faults).toEqual([]);
    expect(Object.keys(reasons).length).toBeGreaterThan(15);
  });
});

describe.each(files)('%s', (file) => {
  const checked = checkPolicy(readFileSync(`policies/${file}`, 'utf8'), reasons);

  it('has no fault', () => {
    expect(checked.faults).toEqual([]);
  });

  it('comes out as each of its examples says', () => {
    const policy = checked.policy;
    expect(policy).toBeDefined();
    const outcomes = policy === undefined ? [] : runExamples(policy);
    expect(outcomes.length).toBeGreaterThan(5);
    expect(outcomes.filter(({ differences }) => differences.length > 0)).toEqual([]);
  });
});
