import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { checkPolicy, readReasons } from '../../src/core/policy/index.js';

const { reasons, faults } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));
const files = readdirSync('policies').filter((file) => file.endsWith('.yaml') && file !== 'reasons.yaml');

describe('the shared reasons', () => {
  it('have a sentence in every language', () => {
    expect(faults).toEqual([]);
    expect(Object.keys(reasons).length).toBeGreaterThan(15);
  });
});

describe('a shipped policy', () => {
  it.each(files)('%s has no fault, and comes out as each of its examples says', (file) => {
    const { policy, faults } = checkPolicy(readFileSync(`policies/${file}`, 'utf8'), reasons);
    expect(faults).toEqual([]);
    expect(policy?.document.examples.length).toBeGreaterThan(5);
  });
});

describe('the default of each currency', () => {
  const defaults = files.filter((file) => file.startsWith('default-')).map((file) => readFileSync(`policies/${file}`, 'utf8'));
  const shared = (text: string): object => {
    const { says, inputs, steps, result, process, examples } = parse(text, { schema: 'failsafe' }) as Record<string, never> & { process: object; examples: { name: string }[] };
    const unitsApart = JSON.parse(JSON.stringify(steps).replace(/"unit":"(0\.01|1)"/, '"unit":"least"')) as object;
    return { says, inputs, steps: unitsApart, result, process: { ...process, automatic: 'own' }, examples: examples.map(({ name }) => name) };
  };

  it('has the same steps, words and examples as the others, with parameters of its own', () => {
    expect(defaults.length).toBe(4);
    for (const text of defaults) expect(shared(text)).toEqual(shared(defaults[0] ?? ''));
  });
});
