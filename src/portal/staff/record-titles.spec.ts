import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CLAIM_EVENTS } from '../../modules/claims/index.js';
import { SAID_ELSEWHERE } from '../../modules/review/index.js';
import { TOLD_BESIDE, titleKey } from './record-titles.rules.js';

/** Lines of the modules that write into the record of a claim. */
const lines = globSync('src/modules/**/*.ts', { exclude: ['**/*.spec.ts'] }).flatMap((file) => readFileSync(file, 'utf8').split('\n').map((line) => ({ file, line })));
const written = lines.filter(({ line }) => /\baction\b|records\.changed\(/.test(line)).flatMap(({ line }) => [...line.matchAll(/'((?:claim|handover)\.[a-z_]+)'/g)].map(([, action = '']) => action));
const actions = [...new Set([...written, ...CLAIM_EVENTS.map((event) => `claim.${event}`), 'claim.called_duplicate', 'claim.called_not_duplicate'])];

describe('the record of a claim', () => {
  it('tells everything that modules write into it', () => {
    expect(written).toEqual(expect.arrayContaining(['claim.amendment_proposed', 'claim.held', 'handover.opened', 'claim.draft_changed']));
    expect(actions.filter((action) => !SAID_ELSEWHERE.includes(action) && titleKey(action) === 'history.other')).toEqual([]);
  });

  it('has words for nothing that is never written', () => {
    const names = actions.map((action) => action.replace(/^claim\./, '').replace('.', '_'));
    expect(TOLD_BESIDE.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('is written with its action beside it, or through what takes an action: so that no entry escapes this list', () => {
    const unnamed = lines.filter(({ line }) => /audit\.record(All)?\(.*type: 'claim'/.test(line) && !/action: (to === null \? )?'claim\./.test(line)).map(({ file }) => file.replace('src/modules/', ''));
    expect(unnamed.sort()).toEqual([
      'assessments/assessment-store.service.ts', 'claims/claim-lifecycle.service.ts', 'claims/draft-records.service.ts', 'review/casebook/pair-records.service.ts',
    ]);
  });

  it.each(['en', 'ko', 'fr'])('has the words in %s', (language) => {
    const words = JSON.parse(readFileSync(`src/portal/locales/${language}.json`, 'utf8')) as { case: { record: { beside: Record<string, string> } } };
    expect(Object.keys(words.case.record.beside).sort()).toEqual([...TOLD_BESIDE].sort());
  });
});
