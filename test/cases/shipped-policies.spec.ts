import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { madeFromBlocks } from '../../src/cli/policy-documents.js';
import { checkPolicy, policySchema, readReasons } from '../../src/core/policy/index.js';

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

describe('the documents for authors', () => {
  it('are made from the blocks: npm run cli -- policy reference', () => {
    for (const { path, text } of madeFromBlocks()) expect(readFileSync(path, 'utf8')).toBe(text);
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
  const compiled = () => new Ajv2020({ strict: false, allErrors: true }).compile(policySchema() as object);

  it('takes every shipped policy', () => {
    const validate = compiled();
    const refused = files.flatMap((file) => (validate(parse(readFileSync(`policies/${file}`, 'utf8'), { schema: 'core' })) ? [] : [[file, validate.errors]]));
    expect(refused).toEqual([]);
  });

  it('finds a block that is unknown, an input it does not take, and a decision left unsaid', () => {
    const validate = compiled();
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
