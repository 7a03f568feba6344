import { describe, expect, it } from '@jest/globals';
import { checkPolicy, type PolicyFault } from './index.js';
import { reasons } from '../../../test/support/policy.js';
import { policyYaml, poorFaults } from '../../../test/support/fuzz.js';

const gbp = policyYaml('default-gbp.yaml');
const swap = (from: string, to: string): string => {
  expect(gbp).toContain(from);
  return gbp.replace(from, to);
};

describe('a document from an enemy', () => {
  const faultsOf = (text: string): readonly PolicyFault[] => {
    const { faults } = checkPolicy(text, reasons);
    expect(poorFaults(faults)).toEqual([]);
    return faults;
  };
  const bomb = ['a: &a [x, x]', ...Array.from({ length: 30 }, (_, index) => `b${index}: &b${index} [*${index === 0 ? 'a' : `b${index - 1}`}, *${index === 0 ? 'a' : `b${index - 1}`}]`)].join('\n');

  it.each([
    ['a bomb of aliases', bomb, 'anchors and aliases'],
    ['lists without end', '['.repeat(20_000), 'nested more than 40 deep'],
    ['maps nested five thousand deep', `policy: ${'{a: '.repeat(5_000)}x${'}'.repeat(5_000)}`, 'nested more than 40 deep'],
    ['lists nested 41 deep', `policy: ${'['.repeat(41)}x${']'.repeat(41)}`, 'nested more than 40 deep'],
    ['half a character', swap('head: lost_sales', 'head: "\\uD800"'), 'half a character'],
    ['half a character in a key', swap('head:', 'h\ud800:'), 'half a character'],
    ['a null byte', swap('head: lost_sales', 'head: lost\u0000sales'), 'control character'],
    ['an escaped null byte', swap('head: lost_sales', 'head: "lost\\0sales"'), 'control character'],
    ['a key twice', swap('head: lost_sales', 'head: lost_sales\nhead: fee'), 'the key "head" stands here twice'],
    ['a key called __proto__', swap('head: lost_sales', 'head: lost_sales\n__proto__: { x: y }'), 'plain text'],
    ['more characters than are read', 'x'.repeat(600_000), 'longer than'],
    ['two documents', 'a: 1\n---\nb: 2', 'multiple documents'],
  ])('%s is refused in words', (_what, text, words) => {
    expect(faultsOf(text)[0]?.message).toContain(words);
  });

  it('names that JavaScript knows are names like any other: they refer to nothing', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf']) {
      for (const scope of ['$inputs.', '$facts.', '$params.', '$']) {
        const codes = faultsOf(swap('cap: $params.cap', `cap: ${scope}${name}`)).map(({ code }) => code);
        expect(codes).toContain('policy.dangling_ref');
      }
      expect(faultsOf(swap('otherwise: loss_not_shown_by_records', `otherwise: ${name}`)).map(({ code }) => code)).toContain('policy.unknown_reason');
      expect(faultsOf(swap('selectBy: outage.from', `selectBy: inputs.${name}`)).map(({ code }) => code)).toContain('policy.wrong_type');
    }
  });

  it.each([
    ['unit: minutes', 'unit: constructor'], ['value: "60"', 'value: "60 constructor"'],
  ])('a unit of time is none because JavaScript knows its name: %s', (from, to) => {
    expect(faultsOf(swap(from, to)).map(({ code }) => code)).toContain('policy.wrong_unit');
  });
});

describe('an example that cannot be read is a difference in words', () => {
  const first = (given: string, expected = '{ outcome: nil }'): string =>
    `${gbp.slice(0, gbp.indexOf('\nexamples:\n'))}\nexamples:\n  - { name: x, given: ${given}, expect: ${expected} }\n`;
  it.each([
    ['{ window: [a] }', '"window" needs a text'], ['{ window: 2026-03-03T10:00Z/2026-03-03T09:00Z }', 'does not end after it begins'], ['{ window: 2026-03-03T10:00Z/2026-03-03T10:00Z }', 'does not end after it begins'],
    ['{ filedAt: yesterday }', 'is not an instant'], ['{ zone: Nowhere }', 'are not hours such as'], ['{ hours: all day }', 'are not hours such as'],
    ['{ hours: 09:00-25:00 }', 'are not hours such as'], ['{ services: food }', '"services" needs a list'], ['{ services: [[a]] }', '"services" needs a list of texts'], ['{ segments: down }', '"segments" needs a list'],
    ['{ segments: [down] }', '"segments" needs a list of maps'], ['{ segments: [{ state: broken, at: 2026-03-03T10:00Z/2026-03-03T11:00Z }] }', 'is no state of a service'],
    ['{ segments: [{ at: 2026-03-03T10:00Z/2026-03-03T11:00Z }] }', '"state" is missing'], ['{ segments: [{ state: down }] }', '"at" is missing'], ['{ inputs: [a] }', '"inputs" needs a map'],
    ['{ sales: [{ at: 2026-03-03T10:00Z/2026-03-03T11:00Z, net: 1.001 }] }', 'is not an amount of GBP'], ['{ earlier: [{ at: 2026-03-03T10:00Z/2026-03-03T11:00Z }] }', '"gross" is missing'], ['{ turnover: many }', 'is not an amount of GBP'],
  ])('%s', (given, words) => {
    expect(exampleFaults(first(given))).toMatchObject([{ code: 'policy.example_failed', message: expect.stringContaining(words) }]);
  });

  it.each([
    ['{ outcome: { toString: x } }', 'not {"toString":"x"}'], ['{ steps: [gross] }', '"steps" needs a map'], ['{ constructor: x }', '"constructor" is nothing a run has'], ['{ steps: { gross: [x] } }', 'not ["x"]'],
  ])('expecting %s', (expected, words) => {
    expect(exampleFaults(first('{}', expected)).map(({ message }) => message)).toContainEqual(expect.stringContaining(words));
  });

  function exampleFaults(text: string): readonly PolicyFault[] {
    const { faults } = checkPolicy(text, reasons);
    expect(poorFaults(faults)).toEqual([]);
    return faults;
  }
});
