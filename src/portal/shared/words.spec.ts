import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Catalogue } from '../../core/errors/index.js';
import { REASON_WORDS } from '../../core/payments/line-status-reasons.js';
import { blockNames } from '../../core/policy/index.js';
import { CHANGE_STATES, ITEM_ORDERS, LEFT_OUT, PINNED, SITE_VERDICTS, VERDICTS } from '../../modules/changes/index.js';
import { CLAIM_EVENTS, CLAIM_HOLD_KINDS, CLAIM_STATES, shownHold, STOPPED_BY } from '../../modules/claims/index.js';
import { PAYMENT_BLOCKS, RETURN_REMEDIES } from '../../modules/payouts/index.js';
import { POLICY_MACHINE, REACHES } from '../../modules/policies/index.js';
import { OTHER_WORDS } from '../../modules/payouts/index.js';
import { allEntries } from '../../platform/http/catalogue-registry.js';
import { PARTS } from '../policy/policy-difference.rules.js';

type Tree = { readonly [key: string]: string | Tree };

const read = (language: string): Tree => JSON.parse(readFileSync(`src/portal/locales/${language}.json`, 'utf8')) as Tree;
const leaves = (tree: Tree, at = ''): [string, string][] => Object.entries(tree).flatMap(([key, value]) =>
  (typeof value === 'string' ? [[`${at}${key}`, value] as [string, string]] : leaves(value, `${at}${key}.`)));
/** Languages differ in how many plural forms they have. */
const withoutPlural = (key: string): string => key.replace(/_(zero|one|two|few|many|other)$/, '');
const keysOf = (language: string): string[] => [...new Set(leaves(read(language)).map(([key]) => withoutPlural(key)))].sort();

describe('the words of the pages', () => {
  it.each(['ko', 'fr'])('%s has the keys that English has, and no others', (language) => {
    expect(keysOf(language)).toEqual(keysOf('en'));
  });

  it.each(['ko', 'fr'])('%s fills the same places in every sentence', (language) => {
    const english = new Map(leaves(read('en')));
    const places = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name).sort();
    const faults = leaves(read(language)).filter(([key, text]) => places(text).join() !== places(english.get(key) ?? english.get(`${withoutPlural(key)}_other`) ?? '').join());
    expect(faults).toEqual([]);
  });

  it('none is empty, and none is left in English by mistake', () => {
    const english = new Map(leaves(read('en')));
    expect(leaves(read('ko')).filter(([key, text]) => text.trim() === '' || (text === english.get(key) && text.length > 12))).toEqual([]);
  });

  it('every key that a template names exists', () => {
    const known = new Set(keysOf('en'));
    const named = globSync('src/portal/**/*.{njk,ts}').flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\bt\('([a-z_.]+)'[,)]/g)].map(([, key = '']) => key));
    expect(named.length).toBeGreaterThan(100);
    expect([...new Set(named)].filter((key) => !known.has(key))).toEqual([]);
  });

  it.each(['en', 'ko', 'fr'])('every error code has its words in %s, whichever module it is of', async (language) => {
    const { refusals, policies } = read(language) as { refusals: Tree; policies: { faults: Tree } };
    const catalogues = await Promise.all(globSync('src/**/*.errors.ts').map(async (file) => Object.values(await import(resolve(file)) as Record<string, Catalogue>)));
    const codes = catalogues.flat().filter((exported) => typeof exported === 'object').flatMap((catalogue) => Object.keys(catalogue));
    expect(codes.length).toBeGreaterThan(450);
    const wordsOf = (code: string): unknown => (code.startsWith('policy.') ? policies.faults[code.slice('policy.'.length)] : refusals[code.replaceAll('.', '_')]);
    expect(codes.filter((code) => wordsOf(code) === undefined)).toEqual([]);
  });

  it('every block, state, event and fault of a policy has a word', () => {
    const { blocks, policies } = read('en') as { blocks: Tree; policies: Record<'states' | 'means' | 'history' | 'faults' | 'parts', Tree> };
    expect(blockNames().filter((name) => blocks[name] === undefined)).toEqual([]);
    expect(POLICY_MACHINE.states.filter((state) => policies.states[state] === undefined || policies.means[state] === undefined)).toEqual([]);
    const byPeople = Object.entries(POLICY_MACHINE.events).filter(([, { actors }]) => !actors.includes('system')).map(([event]) => event);
    expect([...byPeople, 'created', 'published'].filter((event) => policies.history[event] === undefined)).toEqual([]);
    const faults = allEntries().map(([code]) => code).filter((code) => code.startsWith('policy.'));
    expect(faults.length).toBeGreaterThan(10);
    expect(faults.filter((code) => policies.faults[code.slice('policy.'.length)] === undefined)).toEqual([]);
    expect(PARTS.filter((part) => policies.parts[part] === undefined)).toEqual([]);
  });

  it('every state, verdict and pinned thing of a change has a word, and so has every block that can be a cause', () => {
    const { changes } = read('en') as { changes: Record<string, Tree> };
    const missing = (place: string, names: readonly string[]): string[] => names.filter((name) => changes[place]?.[name.replaceAll(' ', '_')] === undefined);
    expect([...missing('states', CHANGE_STATES), ...missing('verdicts', VERDICTS), ...missing('verdict_means', VERDICTS), ...missing('pinned', PINNED), ...missing('orders', ITEM_ORDERS)]).toEqual([]);
    const { left_out: why, verdicts } = changes['precomputed'] as Record<string, Tree>;
    expect([...LEFT_OUT.filter((name) => why?.[name] === undefined), ...SITE_VERDICTS.filter((name) => verdicts?.[name] === undefined)]).toEqual([]);
    expect([...missing('reaches', REACHES), ...missing('blocks', blockNames())]).toEqual([]);
  });

  it('every state and event of a claim has a word', () => {
    const { states, history, claim } = read('en') as { states: Tree; history: Tree; claim: { means: Tree } };
    expect(CLAIM_STATES.filter((state) => states[state] === undefined || claim.means[state] === undefined)).toEqual([]);
    expect(CLAIM_EVENTS.filter((event) => history[event] === undefined)).toEqual([]);
  });

  it('everything that may stop a payment has words for finance and for the business, and so has every reason of a bank', () => {
    const { reports, payments, back } = read('en') as { reports: { words: { blocks: Tree } }; payments: { stopped: Tree }; back: { faults: Tree; waits: Tree; remedies: Tree } };
    expect([...PAYMENT_BLOCKS, ...CLAIM_HOLD_KINDS, 'left_out', 'check'].filter((block) => reports.words.blocks[block] === undefined)).toEqual([]);
    const shown = CLAIM_HOLD_KINDS.filter((kind) => STOPPED_BY[kind].includes('line')).map(shownHold);
    // The rest is found out of a payment there is, when its batch is locked or released.
    const beforehand = PAYMENT_BLOCKS.filter((block) => !['account_changed', 'entitlement_fell', 'offset_changed'].includes(block));
    expect([...beforehand, ...shown].filter((block) => payments.stopped[block] === undefined)).toEqual([]);
    expect([...REASON_WORDS, ...OTHER_WORDS].filter((words) => back.faults[words] === undefined)).toEqual([]);
    expect(RETURN_REMEDIES.filter((remedy) => back.waits[remedy] === undefined || back.remedies[remedy] === undefined)).toEqual([]);
  });
});
