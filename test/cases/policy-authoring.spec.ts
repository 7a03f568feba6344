import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { madeFromBlocks } from '../../src/cli/policy-documents.js';
import { policySchema } from '../../src/core/policy/index.js';
import { POLICY_FILES } from '../support/fuzz.js';

describe('the documents for authors', () => {
  it('are made from the blocks: npm run cli -- policy reference', () => {
    for (const { path, text } of madeFromBlocks()) expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('the JSON Schema for editors', () => {
  const compiled = () => new Ajv2020({ strict: false, allErrors: true }).compile(policySchema() as object);

  it('takes every shipped policy', () => {
    const validate = compiled();
    const refused = POLICY_FILES.flatMap((file) => (validate(parse(readFileSync(`policies/${file}`, 'utf8'), { schema: 'core' })) ? [] : [[file, validate.errors]]));
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
