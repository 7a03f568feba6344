import { describe, expect, it } from '@jest/globals';
import { Translations } from '../../platform/i18n/translations.js';
import { refusalWords } from './refusal-words.rules.js';

const words = new Translations('src/portal/locales');

describe('the words of a refusal', () => {
  it('write days as people of the language do, and what somebody typed as it was typed', () => {
    const closed = { code: 'payouts.date_closed', params: { executeOn: '2026-12-05', next: '2026-12-07' }, pointer: '/day' };
    const said = (['en', 'ko', 'fr'] as const).map((language) => refusalWords(words, language, closed).text);
    expect(said.map((text) => /\d{4}-\d{2}-\d{2}/.test(text))).toEqual([false, false, false]);
    expect([/5 December 2026[^]*7 December 2026/, /2026년 12월 5일[^]*2026년 12월 7일/, /5 décembre 2026[^]*7 décembre 2026/].map((days, place) => days.test(said[place] ?? ''))).toEqual([true, true, true]);
    expect(refusalWords(words, 'en', { code: 'portal.day_malformed', params: { value: '2026-12-32' }, pointer: '/day' }).text).toContain('"2026-12-32"');
    expect(refusalWords(words, 'en', { code: 'time.date_repeated', params: { value: '2026-12-24' } }).text).toContain('2026-12-24');
  });
});
