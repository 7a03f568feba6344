import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { TRADES } from './trades.rules.js';

interface Policy { readonly steps: readonly unknown[]; readonly params?: Readonly<Record<string, { readonly table?: Readonly<Record<string, string>> }>> }

/** What names a trade together with its table: a step, or one condition of a step. */
const unitsOf = (node: unknown): string[] => {
  if (typeof node !== 'object' || node === null) return [];
  const text = JSON.stringify(node);
  return 'left' in node || !text.includes('"left"') ? [text] : Object.values(node).flatMap(unitsOf);
};

/** The keys of every table that is looked up by the trade of the business. */
const tradesOf = ({ steps, params = {} }: Policy): string[] => steps.flatMap(unitsOf).filter((unit) => unit.includes('"$facts.merchant.sector"'))
  .flatMap((unit) => [...unit.matchAll(/"\$params\.(\w+)"/g)].flatMap(([, name = '']) => Object.keys(params[name]?.table ?? {})));

describe('the trades somebody can choose', () => {
  it('are those the shipped policies tell apart', () => {
    const named = new Set(globSync('policies/*.yaml').flatMap((file) => {
      const policy = parse(readFileSync(file, 'utf8')) as Partial<Policy>;
      return policy.steps === undefined ? [] : tradesOf(policy as Policy);
    }));
    expect(named.size).toBeGreaterThan(3);
    expect([...named].filter((trade) => !(TRADES as readonly string[]).includes(trade))).toEqual([]);
  });
});
