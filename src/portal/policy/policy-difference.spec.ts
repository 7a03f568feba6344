import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkPolicy, readReasons, type PolicyDocument } from '../../core/policy/index.js';
import { lineDifference } from './line-difference.rules.js';
import { isEmpty, PARTS, policyDifference, type PolicyDifference } from './policy-difference.rules.js';

const { reasons } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));
const SHIPPED = globSync('policies/*.yaml').filter((file) => !file.endsWith('reasons.yaml')).sort();
const TEXT = readFileSync('policies/default-gbp.yaml', 'utf8');

function documentOf(yaml: string): PolicyDocument {
  const { policy } = checkPolicy(yaml, reasons);
  if (policy === undefined) throw new Error('does not compile');
  return policy.document;
}
const shipped = SHIPPED.map((file) => documentOf(readFileSync(file, 'utf8')));
const before = documentOf(TEXT);
const after = (...changes: [string, string][]): PolicyDifference => policyDifference(before, documentOf(changes.reduce((text, [from, to]) => {
  expect(text).toContain(from);
  return text.replace(from, to);
}, TEXT)));

/** Every value that differs, one line each; `swapped` tells the story from the other side. Where a step moved to is seen from one side only. */
const values = (difference: PolicyDifference, swapped = false): string[] => PARTS.flatMap((part) => difference[part].flatMap(({ name, fields }) =>
  fields.map(({ path, before: was = '-', after: is = '-' }) => [part, name, path, ...(swapped ? [is, was] : [was, is])].join(' | ')))).sort();

describe('what two documents say differently', () => {
  it('is nothing for any policy against itself, and for the same text in other words of YAML', () => {
    expect(shipped.filter((document) => !isEmpty(policyDifference(document, document)))).toEqual([]);
    expect(isEmpty(after(['currency: GBP', 'currency: "GBP"'], ['params:', '# a remark\nparams:']))).toBe(true);
  });

  it('is the same both ways round, for any two policies', () => {
    fc.assert(fc.property(fc.constantFrom(...shipped), fc.constantFrom(...shipped), (one, other) => {
      expect(values(policyDifference(one, other))).toEqual(values(policyDifference(other, one), true));
    }), { numRuns: 60 });
  });

  it('is a figure with its unit, old and new', () => {
    const { params, ...others } = after(['value: "25000.00" }', 'value: "40000.00" }'], ['value: "60" }', 'value: "1/2" }'], ['waitingPeriod: { unit: minutes', 'waitingPeriod: { unit: hours']);
    expect(params).toEqual([
      { kind: 'changed', name: 'waitingPeriod', unit: 'hours', fields: [{ path: 'unit', before: 'minutes', after: 'hours' }, { path: 'value', before: '60', after: '1/2' }] },
      { kind: 'changed', name: 'cap', unit: 'GBP per claim', fields: [{ path: 'value', before: '25000.00', after: '40000.00' }] },
    ]);
    expect(Object.values(others).flat()).toEqual([]);
  });

  it('is one key of a table and one dated row, not the whole of it', () => {
    expect(after(['retail: "0.38"', 'retail: "0.36"']).params[0]?.fields).toEqual([{ path: 'table › retail', before: '0.38', after: '0.36' }]);
    expect(after(['value: "5.00" }', 'rows: [ { from: 2020-01-01, value: "5.00" }, { from: 2026-01-01, value: "6.00" } ] }']).params[0]?.fields).toEqual([
      { path: 'value', before: '5.00' }, { path: 'rows › 2020-01-01 › value', after: '5.00' },
      { path: 'rows › 2026-01-01 › value', after: '6.00' },
    ]);
  });

  it('is a step that came, went, changed or moved', () => {
    const clamp = '  - { id: capped, use: clamp, in: { value: $gross }, with: { cap: $params.cap } }\n';
    const round = '  - { id: rounded, use: round, in: { value: $capped }, with: { unit: "0.01", mode: half_up } }\n';
    expect(after([clamp, ''], ['$capped }', '$gross }']).steps.map(({ kind, name }) => [kind, name])).toEqual([['changed', 'rounded'], ['removed', 'capped']]);
    expect(after([round, round.replace('half_up', 'down')]).steps).toEqual([{ kind: 'changed', name: 'rounded', fields: [{ path: 'with › mode', before: 'half_up', after: 'down' }] }]);
    const margin = / {2}- \{ id: marginShare.*\n/.exec(TEXT)?.[0] ?? '';
    const loss = / {2}- \{ id: loss,.*\n/.exec(TEXT)?.[0] ?? '';
    expect(after([`${loss}${margin}`, `${margin}${loss}`]).steps).toEqual([{ kind: 'moved', name: expect.stringMatching(/^(loss|marginShare)$/), fields: [] }]);
  });

  it('is a term of the process, a fund, a message', () => {
    const { process, fund, messages } = after(['upTo: "2000.00"', 'upTo: "3000.00"'], ['fund: { mode: open }', 'fund: { mode: shared }\nreasons:\n  too_late: { en: Too late, ko: 늦음, fr: Trop tard }']);
    expect(process).toEqual([{ kind: 'changed', name: 'automatic', fields: [{ path: 'upTo', before: '2000.00', after: '3000.00' }] }]);
    expect(fund.map(({ fields }) => fields)).toEqual([[{ path: '', before: 'open', after: 'shared' }]]);
    expect(messages).toEqual([{ kind: 'added', name: 'too_late', fields: [{ path: 'en', after: 'Too late' }, { path: 'ko', after: '늦음' }, { path: 'fr', after: 'Trop tard' }] }]);
  });
});

describe('what two texts say differently, line by line', () => {
  const line = fc.constantFrom('a', 'b', 'c', '  d: 1', '+x', '-y', '\\z');
  const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.map((one) => `${one}\n`).join(''));

  it('takes the one to the other: every line has its number on each side', () => {
    fc.assert(fc.property(text, text, (one, other) => {
      const difference = lineDifference(one, other);
      const [old, now] = [one.split('\n'), other.split('\n')];
      for (const { mark, text: said, before: was, after: is } of difference?.hunks.flat() ?? []) {
        expect([was === undefined ? said : old[was - 1], is === undefined ? said : now[is - 1]]).toEqual([said, said]);
        expect([was === undefined, is === undefined]).toEqual([mark === 'added', mark === 'removed']);
      }
      expect((difference?.addedCount ?? 0) - (difference?.removedCount ?? 0)).toBe(now.length - old.length);
      expect(difference?.hunks.length === 0).toBe(one === other);
    }));
  });

  it('keeps a line that begins with the sign of a remark, and minds no newline at the end', () => {
    expect(lineDifference('\\z', '\\z\ny')?.hunks).toEqual([[{ mark: 'same', text: '\\z', before: 1, after: 1 }, { mark: 'added', text: 'y', after: 2 }]]);
    expect(lineDifference('a', 'a\n')?.hunks).toEqual([]);
  });

  it('gives up on texts that have next to nothing in common', () => {
    const many = (sign: string): string => Array.from({ length: 900 }, (_, index) => `${sign}${index}`).join('\n');
    expect(lineDifference(many('a'), many('b'))).toBeUndefined();
  });
});
