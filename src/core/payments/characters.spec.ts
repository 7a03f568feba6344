import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countrySpecs, isSEPACountry, validateIBAN } from 'ibantools';
import iconv from 'iconv-lite';
import { anIban } from '../../../test/support/payments.js';
import { eucKrBytes, ibanFault, isEucKr, SEPA_COUNTRIES, strangeCharacter, toSepa } from './index.js';

describe('characters of SEPA', () => {
  it.each([
    ['Café Crème', 'Cafe Creme'], ['Straße', 'Strasse'], ['㈜모퉁이', 'Co모퉁이'], ['Łódź Ørsted Æther', 'Lodz Orsted AEther'], ['Müller & Söhne', 'Muller + Sohne'], ['“Zum Löwen”', "'Zum Lowen'"],
    ['Αθήνα Ψαρά', 'Athina Psara'], ['Щастие ЕООД', 'Shtastie EOOD'], ['Ђорђе Њ', 'Djordje Nj'], ['ﬁne № 5…', 'fine No 5...'], ['a\u00a0b', 'a b'], ['e\u0301', 'e'], ['plain (text)/-?:.,\'+', 'plain (text)/-?:.,\'+'],
    ['Dvořák Şişli ığüşöç', 'Dvorak Sisli igusoc'], ['10 €', '10 EUR'], ['Café® §5 20° $1 a×b', 'Cafe. .5 20. .1 a.b'], ['¿Qué? ¡Hola!', '?Que? .Hola.'],
  ])('%s becomes %s', (from, to) => {
    expect(toSepa(from)).toBe(to);
  });

  it('every letter of Latin, Greek and Bulgarian writing is said in them', () => {
    const letters = [...Array.from({ length: 0x17f - 0xc0 + 1 }, (_, place) => String.fromCodePoint(0xc0 + place)), ...'αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩабвгдежзийклмнопрстуфхцчшщъьюяАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯ'];
    expect(letters.filter((letter) => strangeCharacter(toSepa(letter), 'sepa') !== undefined)).toEqual([]);
  });

  it.each(['한', '漢', 'か', '🙂', 'ا'])('%s cannot be said and stays', (letter) => {
    expect(strangeCharacter(toSepa(`a${letter}`), 'sepa')).toBe(letter);
  });

  it('saying twice changes nothing more', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => toSepa(toSepa(text)) === toSepa(text)));
  });

  it.each(['a\nb', 'a\u0000', 'a\ud800', 'a\uffff'])('%j is text for nobody', (text) => {
    expect(strangeCharacter(text, 'any')).toBeDefined();
  });
});

describe('countries of SEPA', () => {
  it('are those that ibantools knows and the five that joined since, each with IBANs', () => {
    const listed = [...SEPA_COUNTRIES.ibanPrefixes];
    expect(listed.filter((country) => countrySpecs[country]?.chars === undefined)).toEqual([]);
    expect(Object.keys(countrySpecs).filter((country) => isSEPACountry(country) && !SEPA_COUNTRIES.ibanPrefixes.has(country))).toEqual([]);
    expect([listed.length, listed.filter((country) => !isSEPACountry(country))]).toEqual([42, ['AL', 'MD', 'ME', 'MK', 'RS']]);
  });
});

describe('EUC-KR', () => {
  it.each([['', 0], ['abc', 3], ['모퉁이', 6], ['카페 A', 6], ['㈜가', 4]])('%s has %i bytes', (text, bytes) => {
    expect(eucKrBytes(text)).toBe(bytes);
    expect(iconv.encode(text, 'euc-kr').length).toBe(bytes);
  });

  it('has the 2,350 syllables of KS X 1001, and agrees with the encoder on every character below the surrogates, but for two signs of 1998 that are refused', () => {
    const all = Array.from({ length: 0xd7ff - 0x20 + 1 }, (_, place) => String.fromCharCode(0x20 + place));
    const encoded = (letter: string): boolean => {
      const bytes = iconv.encode(letter, 'euc-kr');
      return iconv.decode(bytes, 'euc-kr') === letter && (letter <= '~' ? bytes.length === 1 : bytes.length === 2 && bytes.every((byte) => byte >= 0xa1));
    };
    expect(all.filter((letter) => /[가-힣]/.test(letter) && isEucKr(letter)).length).toBe(2_350);
    expect(all.filter((letter) => isEucKr(letter) !== encoded(letter))).toEqual(['®', '€']);
    expect(isEucKr('€')).toBe(false);
  });

  it('the letters of Windows alone are not in it', () => {
    expect(['똠', '펲', 'é'].filter(isEucKr)).toEqual([]);
  });
});

describe('check digits of IBANs', () => {
  it('agree with ibantools, right and wrong', () => {
    fc.assert(fc.property(anIban, fc.integer({ min: 2, max: 98 }), (iban, digits) => {
      const other = `${iban.slice(0, 2)}${digits.toString().padStart(2, '0')}${iban.slice(4)}`;
      return ibanFault(iban) === undefined && (ibanFault(other) === undefined) === validateIBAN(other).valid;
    }));
  });

  it.each([['de89370400440532013000', 'form'], ['DE8937040044', 'form'], ['DE00370400440532013000', 'check_digits']])('%s: %s', (iban, fault) => {
    expect(ibanFault(iban)).toBe(fault);
  });
});
