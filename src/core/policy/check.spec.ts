import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checkPolicy, readReasons } from './index.js';

const { reasons } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));
const gbp = readFileSync('policies/default-gbp.yaml', 'utf8');
const cyber = readFileSync('policies/cyber-business-interruption.yaml', 'utf8');
const kakao = readFileSync('policies/kr-kakao-2022-free-service.yaml', 'utf8');

const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;
const faultsOf = (text: string): string[] => checkPolicy(text, reasons).faults.map(({ code, line }) => `${code}:${line}`);
const swap = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`the policy no longer says ${from}`);
  return text.replace(from, to);
};

describe('a policy document is checked in one pass, with line and column', () => {
  it.each([
    ['an unknown block', gbp, 'use: significance', 'use: significanse', 'policy.unknown_block'],
    ['a dangling reference to a step', gbp, 'over: $counted } }', 'over: $countet } }', 'policy.dangling_ref'],
    ['a dangling reference to a fact', gbp, '$facts.outage.recorded', '$facts.outage.recordet', 'policy.dangling_ref'],
    ['a dangling parameter', gbp, 'cap: $params.cap', 'cap: $params.lid', 'policy.dangling_ref'],
    ['a duration where money is needed', gbp, 'cap: $params.cap', 'cap: $params.waitingPeriod', 'policy.wrong_unit'],
    ['money where a duration is needed', gbp, 'length: $params.waitingPeriod', 'length: "25.00"', 'policy.wrong_unit'],
    ['a wrong type', gbp, 'actual: $sold }, with', 'actual: $counted }, with', 'policy.wrong_type'],
    ['another currency', gbp, 'cap: { unit: GBP', 'cap: { unit: EUR', 'policy.mixed_currencies'],
    ['a decision left unsaid', gbp, '  setOff: none\n', '', 'policy.unsaid'],
    ['a reason without message', gbp, 'otherwise: loss_not_shown_by_records', 'otherwise: because', 'policy.unknown_reason'],
    ['a parameter without source', gbp, 'cap: { unit: GBP per claim, source: Makegood default policy 1,', 'cap: { unit: GBP per claim,', 'policy.missing'],
    ['a language left out', gbp, '  fr: Perte de marge brute (GBP)\n', '', 'policy.missing'],
    ['an unknown key', gbp, 'head: lost_sales', 'head: lost_sales\nhead2: x', 'policy.unknown_key'],
    ['values that no band covers', kakao, '        - { route: loss_above_automatic_band }\n', '', 'policy.band_gap'],
    ['bands in falling order', kakao, 'upTo: "0", amount: "0"', 'upTo: "-5", amount: "0" }\n        - { upTo: "-6", amount: "0"', 'policy.band_overlap'],
    ['an open band before the last', kakao, '{ upTo: "0", amount: "0" }', '{ amount: "0" }', 'policy.band_overlap'],
    ['a choice left to an answer that offers something else', cyber, 'options: [excess, franchise]\n', 'options: [excess, waiver]\n', 'policy.wrong_type'],
    ['a choice left to a free text', cyber, 'kind: $inputs.waitingKind', 'kind: $facts.site.country', 'policy.wrong_type'],
    ['a choice stated as a parameter that is none of it', cyber, 'kind: $inputs.waitingKind', 'kind: $params.leastComparables', 'policy.wrong_unit'],
    ['a step nothing uses', gbp, 'value: $rounded }', 'value: $capped }', 'policy.unreachable'],
  ])('%s', (_what, text, from, to, code) => {
    const changed = swap(text, from, to);
    const faults = checkPolicy(changed, reasons).faults;
    expect(faults.map((fault) => fault.code)).toContain(code);
    const fault = faults.find((candidate) => candidate.code === code);
    expect(fault?.line).toBeGreaterThan(0);
    expect(fault?.message.length).toBeGreaterThan(15);
  });

  it('points at the line of the fault', () => {
    const changed = swap(gbp, 'cap: $params.cap', 'cap: $params.waitingPeriod');
    expect(faultsOf(changed)).toContain(`policy.wrong_unit:${lineOf(changed, 'cap: $params.waitingPeriod')}`);
  });

  it('finds a cycle', () => {
    const changed = swap(gbp, 'id: traded, use: clip, in: { time: $down }', 'id: traded, use: clip, in: { time: $counted }');
    expect(faultsOf(changed).some((fault) => fault.startsWith('policy.cyclic_ref'))).toBe(true);
  });

  it('finds several faults at once', () => {
    const changed = swap(swap(gbp, 'cap: $params.cap', 'cap: $params.lid'), 'use: significance', 'use: nothing');
    expect(new Set(checkPolicy(changed, reasons).faults.map(({ code }) => code)).size).toBeGreaterThanOrEqual(2);
  });

  it('names the example that does not hold, and what came out instead', () => {
    const { faults } = checkPolicy(swap(gbp, 'cash: "59.52"', 'cash: "59.53"'), reasons);
    expect(faults).toMatchObject([{ code: 'policy.example_failed', message: expect.stringContaining('cash is 59.52, not 59.53') }]);
  });

  it('reads scalars as text: a year stays a text, a decimal stays exact', () => {
    const changed = swap(gbp, 'value: "1/2"', 'value: 0.5');
    expect(faultsOf(changed)).toEqual([]);
  });

  it('refuses anchors, aliases and duplicate keys', () => {
    expect(faultsOf(swap(gbp, 'head: lost_sales', 'head: &x lost_sales'))[0]).toMatch(/policy.syntax/);
    expect(faultsOf(swap(gbp, 'head: lost_sales', 'head: lost_sales\nhead: fee'))[0]).toMatch(/policy.syntax/);
  });
});
