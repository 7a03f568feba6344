import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LANGUAGES, readReasons, type Language } from '../../../core/policy/index.js';
import type { Instant } from '../../../core/time/index.js';
import { Formatting } from '../../../platform/i18n/formatting.js';
import { Translations } from '../../../platform/i18n/translations.js';
import { decisionLetter, LETTER_STAGES, type DecisionFacts } from './decision-letter.rules.js';
import { saidIn } from './letter-document.rules.js';

const FOLDER = join(import.meta.dirname, 'words');
const WORDS = new Translations(FOLDER);
const REASONS = readReasons(readFileSync('policies/reasons.yaml', 'utf8')).reasons;
const speech = (language: Language) => ({ language, t: WORDS.in(language), f: new Formatting(language) });

const FACTS: DecisionFacts = {
  reference: 'MG-7K3P-92Q4-X', business: 'Corner Café', place: 'Harbour', zone: 'Europe/London', address: 'https://claims.example/en/claims/MG-7K3P-92Q4-X', currency: 'GBP',
  determination: { stage: 'decision', outcome: 'award', reasons: [], amountMinor: '5340', withheldMinor: '0', byRule: true, outside: false, at: Date.UTC(2026, 9, 20, 23, 30) as Instant },
  isPoints: false, stands: undefined, isLast: false,
  isDueAtOnce: false,
  rule: { title: { en: 'Rule', ko: '기준', fr: 'Règle' }, key: 'default-gbp', version: 3, offerDays: '30', objectionDays: '45' },
  scheme: {
    title: { en: 'Scheme' }, contact: { name: 'Care', email: 'care@operator.example' }, payDays: 10,
    texts: [{ kind: 'limitation', language: 'en', body: 'Six years.' }, { kind: 'who_decides', language: 'en', body: 'The operator.' }, { kind: 'who_decides', language: 'ko', body: '운영자.' }],
  },
  reasons: REASONS, lines: [{ text: 'Plain words' }, { step: 'loss', text: 'Loss', figure: '£53.40' }],
};
const STANDS = { grossMinor: 5_340n, withheldMinor: 176n, isPoints: false };
const refused = (outcome: 'refuse' | 'nil', byRule: boolean): DecisionFacts => ({
  ...FACTS, determination: { ...FACTS.determination, outcome, amountMinor: null, byRule, reasons: [{ code: 'outage_not_recorded', params: {} }, { code: 'too_few_comparables', params: { count: '2' } }] },
});

describe('the letter of a decision', () => {
  it.each(LANGUAGES)('has words for every stage, outcome and way of deciding in %s: no key and no gap is left', (language) => {
    for (const stage of LETTER_STAGES) {
      for (const base of [FACTS, { ...FACTS, isPoints: true }, { ...FACTS, isDueAtOnce: true }, refused('refuse', true), refused('nil', false),
        { ...refused('refuse', false), stands: STANDS }, { ...refused('refuse', false), stands: { ...STANDS, isPoints: true } }, { ...refused('refuse', false), isLast: true }]) {
        const letter = decisionLetter({ ...base, determination: { ...base.determination, stage } }, speech(language));
        const text = JSON.stringify(letter);
        expect(text).not.toMatch(/\{\{|\{[a-z]+\}|undefined|"(decision|why|working|next|objection|who|limits|contact|title|facts)\.[a-z_]+"/);
        expect(letter.parts.map(({ name }) => name)).toEqual(['decision', ...(base.determination.reasons.length > 0 ? ['why'] : []), 'working', 'next', 'objection', 'who', 'limits', 'contact']);
      }
    }
  });

  it('names the sum, the days from the day it arrives, and the day in the place\'s calendar before which none ends', () => {
    const letter = decisionLetter(FACTS, speech('en'));
    expect(saidIn(letter, 'decision')).toBe('We grant £53.40 for this claim.');
    expect(saidIn(decisionLetter({ ...FACTS, determination: { ...FACTS.determination, withheldMinor: '176' } }, speech('en')), 'decision'))
      .toBe('We grant £53.40 for this claim. Of this, £1.76 is withheld as tax and paid to the tax office. You get £51.64.');
    // Half past midnight of the 21st in London.
    expect(saidIn(letter, 'next')).toContain('30 days from the day this letter reaches you to accept the offer, so at least until 20 November 2026');
    expect(saidIn(letter, 'objection')).toContain('within 45 days of the day this letter reaches you, so at least until 5 December 2026');
    expect(letter.parts.find(({ name }) => name === 'working')?.blocks[0]).toMatchObject({ kind: 'table', rows: [['Loss', '£53.40']] });
  });

  it('of an objection that was dismissed says what stands, what becomes of it, and that there is no third', () => {
    const dismissed = (more: Partial<DecisionFacts>): ReturnType<typeof decisionLetter> => {
      const base = refused('refuse', false);
      return decisionLetter({ ...base, ...more, determination: { ...base.determination, stage: 'objection' } }, speech('en'));
    };
    const [nothing, offered, accepted, points] = [dismissed({}), dismissed({ stands: STANDS }), dismissed({ stands: STANDS, isDueAtOnce: true, isLast: true }), dismissed({ stands: { ...STANDS, isPoints: true } })];
    expect(saidIn(nothing, 'decision')).toBe('We have looked at your claim again because you objected. The decision stands: we grant nothing for this claim.');
    expect(saidIn(offered, 'decision')).toContain('The decision stands: we grant £53.40 for this claim, as before. Of this, £1.76 is withheld as tax and paid to the tax office. You get £51.64.');
    expect(saidIn(offered, 'next')).toContain('The offer stands, and its time runs on');
    expect(saidIn(offered, 'objection')).toContain('within 45 days');
    expect(saidIn(accepted, 'next')).toBe('What was granted stays yours, and is paid as before. You do not have to do anything.');
    expect(saidIn(accepted, 'objection')).toContain('This was the second objection');
    expect(saidIn(points, 'decision')).toContain('in full, your claim comes to £53.40, as before');
  });

  it('is written from reason codes in the words of the catalogue, with their figures', () => {
    const letter = decisionLetter(refused('refuse', false), speech('fr'));
    expect(letter.parts.find(({ name }) => name === 'why')?.blocks).toEqual([{ kind: 'list', items: [REASONS['outage_not_recorded']?.fr, REASONS['too_few_comparables']?.fr.replace('{count}', '2')] }]);
  });

  it('says that no person decided and how to get one, only where that is so; a text of the scheme keeps the language it has', () => {
    const [rule, people, korean] = [decisionLetter(refused('refuse', true), speech('en')), decisionLetter(refused('refuse', false), speech('en')), decisionLetter(FACTS, speech('ko'))];
    expect(saidIn(rule, 'who')).toContain('No person decided this');
    expect(saidIn(rule, 'who')).toContain('object: then a person decides');
    expect(saidIn(people, 'who')).toContain('Two people');
    expect(saidIn(decisionLetter({ ...FACTS, determination: { ...FACTS.determination, stage: 'objection', byRule: false, outside: true } }, speech('en')), 'who')).toContain('a body outside');
    expect(korean.parts.flatMap(({ blocks }) => blocks).filter(({ kind }) => kind === 'quote')).toEqual([
      { kind: 'quote', language: 'ko', text: '운영자.' }, { kind: 'quote', language: 'en', text: 'Six years.' },
    ]);
  });

  it('has the same words in every language', () => {
    const keysOf = (value: object, path = ''): string[] => Object.entries(value).flatMap(([key, inner]) => (typeof inner === 'object' ? keysOf(inner as object, `${path}${key}.`) : [`${path}${key}`]));
    const [first, ...rest] = LANGUAGES.map((language) => keysOf(JSON.parse(readFileSync(join(FOLDER, `${language}.json`), 'utf8')) as object));
    for (const other of rest) expect(other).toEqual(first);
  });
});
