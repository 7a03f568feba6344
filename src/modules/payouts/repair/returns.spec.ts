import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REASON_CODES, REASON_WORDS } from '../../../core/payments/line-status-reasons.js';
import { FILE_REFUSED, MERCHANT_REASONS, OTHER_WORDS, remedyOf, returnWords } from './returns.rules.js';

const wordsIn = (language: string): Record<string, string> => JSON.parse(readFileSync(join(import.meta.dirname, 'words', `${language}.json`), 'utf8')) as Record<string, string>;

describe('a payment that came back', () => {
  it.each(['en', 'ko', 'fr'])('has a sentence for everything a bank means, and no other, in %s', (language) => {
    expect(Object.keys(wordsIn(language)).sort()).toEqual([...REASON_WORDS, ...OTHER_WORDS].sort());
    expect(Object.values(wordsIn(language)).filter((sentence) => sentence.length < 10)).toEqual([]);
  });

  it('waits for whoever can put it right', () => {
    expect(['AC04', 'BE01', 'AM04', 'AM05', 'MS03', 'XX99', null, FILE_REFUSED].map((reason) => remedyOf(reason, 'bank'))).toEqual(['account', 'account', 'desk', 'desk', 'desk', 'desk', 'desk', 'again']);
    expect(returnWords(FILE_REFUSED, 'bank')).toBeUndefined();
  });

  it('waits for nobody\'s account where no account was needed, and says so in words of its own', () => {
    expect(['AC04', 'BE06', null, 'out of points', FILE_REFUSED].map((reason) => remedyOf(reason, 'bill_credit'))).toEqual(['desk', 'desk', 'desk', 'desk', 'again']);
    expect(['AC04', 'BE06', 'AC06', 'AC01', null, FILE_REFUSED].map((reason) => returnWords(reason, 'benefit'))).toEqual(['contract_ended', 'number_unknown', 'contract_stopped', 'not_given', 'not_given', undefined]);
  });

  it('is followed up by itself only where the code says that another account is all it takes', () => {
    expect(REASON_CODES.filter((code) => (remedyOf(code, 'bank') === 'account') !== MERCHANT_REASONS.includes(code))).toEqual([]);
  });
});
