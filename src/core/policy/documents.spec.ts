import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { policyText, reasons } from '../../../test/support/policy.js';
import { readPolicy } from './document/index.js';
import { compilePolicy } from './index.js';

type Tree = Record<string, unknown>;

const texts = { en: 'one', ko: 'two', fr: 'three' };
const round = { id: 'out', use: 'round', in: { value: '$inputs.money' }, with: { unit: '0.01', mode: 'down' } };
const changed = (change: (tree: Tree) => void): string => {
  const read = parse(policyText({ inputs: { money: 'money' }, steps: [round] }), { schema: 'failsafe' }) as Tree;
  change(read);
  return stringify(read, { aliasDuplicateObjects: false });
};
const faults = (text: string): string[] => readPolicy(text).faults.map(({ code, path, line, column, message }) => `${code.replace('policy.', '')} ${path} ${line}:${column} ${message}`);

describe('a document', () => {
  it('is read as it is written, every member of it', () => {
    const input = { type: 'choice', label: texts, source: 'asked', scope: 'merchant', required: 'true', options: ['a', 'b'], help: texts, period: 'week MON..SUN', range: ['2026-01-01', '2026-02-01'], containing: 'outage.from', evidence: 'accounts', basis: 'gross' };
    const more = { cash: '$out', benefits: ['$out'], receivable: '$out', withheld: '$out', counted: '$out', shown: '$out' };
    const process = { evidence: ['accounts'], automatic: { upTo: '1.00', perMerchant: '2.00', endedIsEnough: 'true' }, refuseByRule: ['late'], late: 'refuse', noAnswer: 'decide_on_file', offerDays: '3', objectionDays: '4', acceptance: 'not_required', straddle: 'first' };
    const { document, faults: found } = readPolicy(changed((doc) => {
      Object.assign(doc, { inputs: { word: input }, steps: [{ ...round, label: texts, when: '$yes', discretionary: 'true' }], result: more, process, selectBy: 'inputs.day', reasons: { late: texts }, examples: [{ name: 'x', like: 'y', given: { a: 'b' }, expect: { c: 'd' } }] });
    }));
    expect(found).toEqual([]);
    expect(document).toMatchObject({
      policy: 'small', use: 'reference', selectBy: 'inputs.day', inputs: { word: { ...input, required: true } }, steps: [{ ...round, label: texts, when: '$yes', discretionary: true }], result: more,
      process: { ...process, automatic: { upTo: '1.00', perMerchant: '2.00', endedIsEnough: true } }, reasons: { late: texts }, examples: [{ name: 'x', like: 'y', given: { a: 'b' }, expect: { c: 'd' } }],
    });
  });

  it('has only what is written: what is left out is no member', () => {
    const { document } = readPolicy(changed(() => undefined));
    expect(document?.inputs['money']).toStrictEqual({ type: 'money', label: { en: 'x', ko: 'x', fr: 'x' }, source: 'asked', scope: 'site', required: false });
    expect(document?.steps[0]).toStrictEqual(round);
    expect(document?.result).toStrictEqual({ cash: '$out' });
    expect(document?.process).toMatchObject({ automatic: { endedIsEnough: false }, acceptance: 'required' });
    expect(document?.process).not.toHaveProperty('straddle');
  });

  it.each([['xinputs.day'], ['inputs.day.first'], ['inputs.']])('%s picks no version', (selectBy) => {
    expect(faults(changed((doc) => { doc['selectBy'] = selectBy; }))).toEqual([expect.stringContaining(`selectBy is "${selectBy}"; it must be one of outage.from, claim.filedAt`)]);
  });

  it('a language that is not asked for is a fault', () => {
    expect(faults(changed((doc) => { doc['title'] = { ...texts, de: 'vier' }; }))).toEqual([expect.stringContaining('"de" is not known here; expected en, ko, fr')]);
  });

  it('space around a text says nothing', () => {
    expect(readPolicy(changed((doc) => { doc['policy'] = '  small '; })).document?.policy).toBe('small');
  });

  it('a fault of the whole stands at its beginning', () => {
    expect(faults('- a')[0]).toBe('missing /policy 1:1 policy needs a text');
    expect(readPolicy('a: [').faults[0]).toMatchObject({ code: 'policy.syntax', path: '' });
  });

  it('a member without a value is missing at its own place', () => {
    expect(faults('policy: small\ntitle:\n').filter((fault) => fault.includes('/title/en'))).toEqual(['missing /title/en 2:7 title.en needs a text']);
    expect(faults('{ policy: small, title }').filter((fault) => fault.includes('/title/en'))).toEqual(['missing /title/en 1:18 title.en needs a text']);
  });

  it('is read up to five hundred and twelve thousand characters and forty levels, and no further', () => {
    const long = (length: number) => `policy: ${'x'.repeat(length - 8)}`;
    expect(faults(long(512_000)).some((fault) => fault.includes('longer than'))).toBe(false);
    expect(faults(long(512_001))).toEqual(['syntax  1:1 the document is longer than 512000 characters']);
    const deep = (depth: number) => `policy: ${'['.repeat(depth)}x${']'.repeat(depth)}`;
    expect([39, 40].map((depth) => faults(deep(depth)).some((fault) => fault.includes('nested more than 40 deep')))).toEqual([false, true]);
  });

  it('keys are plain text: no list, no map', () => {
    expect(faults('[a, b]: x\n')).toEqual(['syntax  1:1 a key is plain text']);
    expect(faults('? { a: b }\n: x\n')).toEqual([expect.stringContaining('a key is plain text')]);
  });
});

describe('a policy of another head of loss', () => {
  it('compiles as one of lost sales does', () => {
    for (const head of ['fee', 'inconvenience', 'extra_cost']) expect(compilePolicy(changed((doc) => { doc['head'] = head; }), reasons).faults).toEqual([]);
  });
});
