import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LANGUAGES } from '../../core/policy/index.js';
import { classOf, LETTER_CLASSES } from './letter-classes.rules.js';
import { html, plainText, readSheet } from './letter-sheets.rules.js';

const FOLDER = join(import.meta.dirname, 'templates');
const sources = new Map(globSync('*.njk', { cwd: FOLDER }).map((file) => [file.slice(0, -4), readFileSync(join(FOLDER, file), 'utf8')]));
const templates = [...new Set([...sources.keys()].map((name) => name.slice(0, name.lastIndexOf('.'))))];

const named = (source: string | undefined): string[] => [...new Set([...(source ?? '').matchAll(/\{\{ (\w+) \}\}/g)].map(([, name = '']) => name))].sort();

describe.each(templates)('the letter %s', (template) => {
  const inAll = LANGUAGES.map((language) => sources.get(`${template}.${language}`));

  it('is there in every language', () => {
    expect(inAll.map((source) => source !== undefined)).toEqual(LANGUAGES.map(() => true));
  });

  it('can be read, and names the same data in every language', () => {
    const sheets = inAll.map((source) => readSheet(source ?? ''));
    expect(new Set(sheets.map(({ secret, sms, minutes }) => `${secret} ${sms === undefined} ${minutes}`)).size).toBe(1);
    expect(sheets.map(({ blocks }) => blocks.map(({ kind }) => kind))).toEqual(sheets.map(() => sheets[0]?.blocks.map(({ kind }) => kind)));
    for (const source of inAll) expect(named(source)).toEqual(named(inAll[0]));
  });

  it('fills in values and nothing else: no filter that leaves them unescaped, no program', () => {
    for (const source of inAll) expect((source ?? '').replaceAll(/\{\{ \w+ \}\}/g, '')).not.toMatch(/\{\{|\}\}|\{%|%\}|\{#/);
  });
});

describe('letters', () => {
  it('are each classed, and one that nobody has classed is never spared', () => {
    expect(Object.keys(LETTER_CLASSES).sort()).toEqual([...templates].sort());
    // All that somebody can do without: no right, deadline, money or access hangs on one of these.
    expect(Object.keys(LETTER_CLASSES).filter((template) => classOf(template) === 'courtesy')).toEqual([
      'batches.digest', 'claim.information_reminder', 'claim.objection_received', 'claim.objection_received-outside',
      'claim.offer_reminder', 'claim.received', 'claims.digest', 'mandate.reminder', 'payment.credited', 'payment.given', 'payment.paid', 'payment.paid-offset',
    ]);
    expect(['claim.decided', 'mandate.reminder', 'claim.unheard-of', 'constructor'].map(classOf)).toEqual(['legal', 'courtesy', 'legal', 'legal']);
  });
});

describe('a paragraph into which nothing is filled', () => {
  it('is left out, as text and as HTML', () => {
    const sheet = readSheet('Subject: Hello\n\n# Hello\n\n{{ tax }}\n\n* One\n* Two');
    const fill = (text: string): string => text.replace('{{ tax }}', '');
    expect(plainText(sheet, fill)).toBe('Hello\n\n* One\n* Two\n');
    expect(html(sheet, 'en', fill)).not.toContain('<p');
  });
});

describe('a letter\'s file', () => {
  it.each(['Hello\n\nText', 'Subject: Hello', 'Subject: a\nFrom: b\n\nText'])('that is not one is refused: %j', (source) => {
    expect(() => readSheet(source)).toThrow(TypeError);
  });
});
