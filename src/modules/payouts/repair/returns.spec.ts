import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REASON_CODES, REASON_WORDS } from '../../../core/payments/line-status-reasons.js';
import { FILE_REFUSED, MERCHANT_REASONS, remedyOf, returnWords } from './returns.rules.js';

const wordsIn = (language: string): Record<string, string> => JSON.parse(readFileSync(join(import.meta.dirname, 'words', `${language}.json`), 'utf8')) as Record<string, string>;

describe('a payment that came back', () => {
  it.each(['en', 'ko', 'fr'])('has a sentence for everything a bank means, and no other, in %s', (language) => {
    expect(Object.keys(wordsIn(language)).sort()).toEqual([...REASON_WORDS].sort());
    expect(Object.values(wordsIn(language)).filter((sentence) => sentence.length < 10)).toEqual([]);
  });

  it('waits for whoever can put it right', () => {
    expect(['AC04', 'BE01', 'AM04', 'AM05', 'MS03', 'XX99', null, FILE_REFUSED].map(remedyOf)).toEqual(['account', 'account', 'desk', 'desk', 'desk', 'desk', 'desk', 'again']);
    expect(returnWords(FILE_REFUSED)).toBeUndefined();
  });

  it('is followed up by itself only where the code says that another account is all it takes', () => {
    expect(REASON_CODES.filter((code) => (remedyOf(code) === 'account') !== MERCHANT_REASONS.includes(code))).toEqual([]);
  });
});
