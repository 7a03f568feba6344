import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { reasons } from '../../../test/support/policy.js';
import { ONE, ratio, ZERO } from '../money/index.js';
import { compilePolicy } from './index.js';

type Tree = Record<string, unknown>;
const text = readFileSync('policies/us-settlement-tiers.yaml', 'utf8');
const changed = (fund: Tree, change: (doc: Tree) => void = () => undefined): string => {
  const doc = parse(text, { schema: 'failsafe' }) as Tree;
  doc['fund'] = fund;
  change(doc);
  return stringify(doc, { aliasDuplicateObjects: false });
};
const faults = (...given: Parameters<typeof changed>): string[] => compilePolicy(changed(...given), reasons).faults.map(({ code, path }) => `${code} ${path}`);
const tiers = (more: Tree = {}): Tree => ({ mode: 'shared', tierBy: 'tier', tiers: ['1', '2', '3'].map((key) => ({ key, ...more })) });

describe('the rule of a shared fund', () => {
  it('is read exactly', () => {
    expect(compilePolicy(text, reasons).policy?.sharing).toEqual({
      tierBy: 'tier', plan: {
        reserveRatio: ZERO, order: 'together', surplus: 'stays',
        tiers: [{ key: '1', leastRatio: ONE, mostRatio: ratio(3n, 2n) }, ...['2', '3'].map((key) => ({ key, leastRatio: ratio(3n, 4n), mostRatio: ratio(3n, 2n) }))],
      },
    });
    const full = { mode: 'shared', keptBack: '5%', minimum: { amount: '10.00', passes: 'repeated' }, tiers: [{ key: 'all', most: 'unlimited', floor: '1.00', cap: '9.00' }] };
    expect(compilePolicy(changed(full), reasons).policy?.sharing).toEqual({
      tierBy: undefined, plan: {
        reserveRatio: ratio(1n, 20n), order: 'together', minimum: { minor: 1_000n, passes: 'repeated' }, tiers: [{ key: 'all', mostRatio: 'unlimited', floorMinor: 100n, capMinor: 900n }],
      },
    });
  });

  it('of a fund that says nothing is one tier, nothing kept back; of one that is not shared there is none', () => {
    expect(compilePolicy(changed({ mode: 'shared' }), reasons).policy?.sharing).toEqual({ tierBy: undefined, plan: { reserveRatio: ZERO, order: 'together', tiers: [{ key: 'all' }] } });
    expect(compilePolicy(changed({ mode: 'open' }), reasons).policy).toMatchObject({ sharing: undefined });
  });

  it.each<[string, Tree, string[]]>([
    ['sharing words for a fund that is not shared', { mode: 'open', keptBack: '5%' }, ['policy.unreachable /fund/keptBack']],
    ['all kept back', { mode: 'shared', keptBack: '100%' }, ['policy.shape /fund/keptBack']],
    ['less than nothing kept back', { mode: 'shared', keptBack: '-5%' }, ['policy.wrong_type /fund/keptBack']],
    ['tiers that nobody is in', { mode: 'shared', tiers: [{ key: 'a' }] }, ['policy.missing /fund/tiers']],
    ['an answer that is no choice', { ...tiers(), tierBy: 'panelSum' }, ['policy.wrong_type /fund/tierBy']],
    ['an option without a tier', { ...tiers(), tiers: [{ key: '1' }, { key: '2' }] }, ['policy.shape /fund/tiers']],
    ['a tier twice', { mode: 'shared', tiers: [{ key: 'all' }, { key: 'all' }] }, ['policy.repeated /fund/tiers']],
    ['fractions that do not add up', { ...tiers({ fraction: '1/2' }), order: 'by_fraction' }, ['policy.shape /fund/tiers']],
    ['fractions that nobody reads', tiers({ fraction: '1/3' }), ['policy.unreachable /fund/tiers']],
    ['a sum of nought', { mode: 'shared', minimum: { amount: '0.00', passes: 'once' } }, ['policy.wrong_unit /fund/minimum/amount']],
    ['a sum too fine', tiers({ cap: '1.005' }), ['policy.wrong_unit /fund/tiers/0/cap', 'policy.wrong_unit /fund/tiers/1/cap', 'policy.wrong_unit /fund/tiers/2/cap']],
    ['a minimum without its passes', { mode: 'shared', minimum: { amount: '1.00' } }, ['policy.missing /fund/minimum/passes']],
  ])('%s is a fault', (_name, fund, expected) => {
    expect(faults(fund)).toEqual(expected);
  });

  it('thirds add up', () => {
    expect(faults({ ...tiers({ fraction: '1/3' }), order: 'by_fraction' })).toEqual([]);
  });
});
