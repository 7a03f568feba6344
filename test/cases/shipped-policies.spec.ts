import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { checkPolicy, policySchema, readReasons, runExamples } from '../../src/core/policy/index.js';

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

describe('the JSON Schema for editors', () => {
  const validate = new Ajv2020({ strict: false, allErrors: true }).compile(policySchema() as object);

  it.each(files)('takes %s', (file) => {
    validate(parse(readFileSync(`policies/${file}`, 'utf8'), { schema: 'core' }));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('finds a block that is unknown, an input it does not take, and a decision left unsaid', () => {
    const policy = parse(readFileSync('policies/default-gbp.yaml', 'utf8')) as { steps: { use: string; in?: object }[]; says: Record<string, unknown> };
    const faults = (change: (copy: typeof policy) => void): number => {
      const copy = structuredClone(policy);
      change(copy);
      validate(copy);
      return validate.errors?.length ?? 0;
    };
    expect(faults(() => undefined)).toBe(0);
    expect(faults((copy) => { (copy.steps[1] as { use: string }).use = 'outrage'; })).toBeGreaterThan(0);
    expect(faults((copy) => { (copy.steps[1] as { in?: object }).in = { services: '$facts.claim.services', more: '$x' }; })).toBeGreaterThan(0);
    expect(faults((copy) => { delete copy.says['setOff']; })).toBeGreaterThan(0);
  });
});
