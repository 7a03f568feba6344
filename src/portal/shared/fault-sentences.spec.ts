import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checkPolicy, readReasons } from '../../core/policy/index.js';
import { Translations } from '../../platform/i18n/translations.js';
import { SENTENCES } from './fault-sentence-keys.rules.js';
import { sentenceIn } from './fault-sentences.rules.js';

const words = new Translations('src/portal/locales');
const { reasons } = readReasons(readFileSync('policies/reasons.yaml', 'utf8'));
const english = (message: string): boolean => (['ko', 'fr'] as const).some((language) => sentenceIn(words, language, message).lang !== undefined);

/** Sentences as the source writes them, each place filled with something: those of a fault, and those that are returned or thrown to become one. */
function written(): string[] {
  const files = globSync('src/core/policy/**/*.ts').filter((file) => !file.endsWith('.spec.ts'));
  const said = /(?:fault\('policy\.\w+', |fault\(offset, |message: |TypeError\(|return )(?:`([^`]*)`|'([^']* [^']*)')|: (`"[^`]*`)/g;
  return files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(said)].map(([, template, plain, returned]) => template ?? plain ?? returned?.slice(1, -1) ?? ''))
    .map((text) => text.replace(/\$\{[^}]*\}/g, 'x')).filter((text) => / /.test(text) && !/: the policy was not checked|no longer compiles|frozen sum|parameter x has no value|has no size|is not a ratio$|^x ms$|^x x$|^as \\$/.test(text));
}

describe('a sentence of the policy checker', () => {
  it('is known by the keys that have words', () => {
    const { policies } = JSON.parse(readFileSync('src/portal/locales/en.json', 'utf8')) as { policies: { sentences: object } };
    expect([...SENTENCES].sort()).toEqual(Object.keys(policies.sentences).sort());
  });

  it('is said in Korean and French, each that the source can write', () => {
    expect(written().length).toBeGreaterThan(60);
    expect(written().filter(english)).toEqual([]);
  });

  it('is said with everything it names, that of an example or a parameter too', () => {
    expect(sentenceIn(words, 'ko', 'params.cap.unit needs a text')).toEqual({ text: 'params.cap.unit에 글이 필요합니다' });
    expect(sentenceIn(words, 'fr', 'example "lost margin": step award is 5.00, not 6.00').text).toBe('exemple « lost margin » : l’étape award vaut 5.00, et non 6.00');
    expect(sentenceIn(words, 'ko', 'parameter "cap": "much" is not an amount of GBP').text).toBe('매개변수 “cap”: “much”은(는) GBP 금액이 아닙니다');
    expect(sentenceIn(words, 'fr', 'Nested mappings are not allowed').lang).toBe('en');
    expect(sentenceIn(words, 'en', 'anything').lang).toBeUndefined();
  });

  it('is known wherever a line of a shipped policy is spoilt', () => {
    const lines = readFileSync('policies/default-gbp.yaml', 'utf8').split('\n');
    const spoilt = lines.slice(0, lines.indexOf('examples:') + 2).flatMap((line, at) => [[...lines.slice(0, at), ...lines.slice(at + 1)], [...lines.slice(0, at), line.replace(/: (\S)/, ': x$1'), ...lines.slice(at + 1)]]);
    const faults = spoilt.flatMap((text) => checkPolicy(text.join('\n'), reasons).faults).filter(({ code }) => code !== 'policy.syntax').map(({ message }) => message);
    expect(faults.length).toBeGreaterThan(100);
    expect([...new Set(faults)].filter(english)).toEqual([]);
  });
});
