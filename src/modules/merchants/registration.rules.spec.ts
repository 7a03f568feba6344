import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sharedData } from '../../../test/support/shared-data.js';
import { readRegistration, REGISTRATION_SCHEMES, schemesOf, shownRegistration } from './registration.rules.js';
import { NUMBERINGS } from './identifiers.rules.js';

interface Vectors { readonly valid: readonly string[]; readonly invalid: readonly string[] }

const published = JSON.parse(sharedData('data', 'ids', 'test-values.json') ?? '{}') as Readonly<Record<string, Vectors>>;
const OF: Readonly<Record<string, string>> = {
  'KR-BRN': 'kr-brn', 'FR-SIREN': 'fr-siren', 'FR-SIRET': 'fr-siret', 'GB-VAT': 'gb-vat', 'GB-CRN': 'gb-coh', 'US-EIN': 'us-ein', 'AU-ABN': 'au-abn', 'JP-CN': 'jp-cn',
};
const schemeOf = (name: string): string | undefined => OF[name] ?? (name.startsWith('EU-VAT-') ? 'eu-vat' : undefined);
const countryOf = (scheme: string): string => NUMBERINGS[scheme]?.country ?? 'DE';
const read = (scheme: string, value: string) => readRegistration({ scheme, value }, countryOf(scheme));
const of = (which: 'valid' | 'invalid'): [string, string][] => Object.entries(published).flatMap(([name, vectors]) => {
  const scheme = schemeOf(name);
  return scheme === undefined ? [] : vectors[which].map((value): [string, string] => [scheme, value]);
});
const codeOf = (scheme: string, value: string): string | undefined => {
  const answer = read(scheme, value);
  return answer.ok ? undefined : answer.refusal.code;
};

describe('published numbers', () => {
  it('that are right are taken, in whatever way they are grouped', () => {
    expect(of('valid').filter(([scheme, value]) => !read(scheme, value).ok)).toEqual([]);
  });

  it('that are wrong are refused, with a reason', () => {
    expect(of('invalid').filter(([scheme, value]) => !/^merchants\.registration_(length|characters|part|check_digit)$/.test(codeOf(scheme, value) ?? ''))).toEqual([]);
  });
});

describe('a number', () => {
  it.each(Object.entries(NUMBERINGS).map(([scheme, { example }]) => [scheme, example]))('of the kind %s has an example that is one (%s), and is shown as it was grouped', (scheme, example) => {
    const answer = read(scheme, example);
    expect(answer).toMatchObject({ ok: true, value: { scheme, typed: example } });
    if (answer.ok) expect(read(scheme, shownRegistration(answer.value))).toMatchObject({ ok: true, value: { value: answer.value.value } });
  });

  it('is the same in full-width digits, with dots, or with blanks', () => {
    for (const typed of ['１１６-８２-００２７６', '116.82.00276', ' 116 82 00276 ']) expect(read('kr-brn', typed)).toMatchObject({ ok: true, value: { value: '1168200276' } });
    expect(read('fr-siret', '356.000.000.09075')).toMatchObject({ ok: true, value: { value: '35600000009075' } });
  });

  it.each([
    ['kr-brn', '116-82-0027', 'length'], ['kr-brn', '116-82-00278', 'check_digit'], ['kr-brn', '100-86-08983', 'part'], ['kr-brn', '116-82-O0276', 'characters'],
    ['kr-brn', 'hello', 'characters'], ['gb-coh', '445790', 'length'], ['gb-coh', 'ZZ123456', 'part'], ['gb-coh', '0044579O', 'part'], ['us-ein', '07-1234567', 'part'],
    ['eu-vat', 'ZZ123', 'part'], ['au-abn', '11574456002', 'check_digit'], ['jp-cn', '12345678', 'length'],
  ])('of %s written %s is refused for its %s', (scheme, value, why) => {
    expect(codeOf(scheme, value)).toBe(`merchants.registration_${why}`);
  });

  it('says where it should stand, and how one looks', () => {
    expect(read('kr-brn', '116-82-0027')).toEqual({ ok: false, refusal: {
      code: 'merchants.registration_length', params: { example: '116-82-00276', found: 9, wanted: '10' }, pointer: '/registration/value',
    } });
  });

  it('of another country is refused, and one of a kind nobody knows too', () => {
    expect(readRegistration({ scheme: 'kr-brn', value: '116-82-00276' }, 'FR')).toMatchObject({ ok: false, refusal: { code: 'merchants.registration_country' } });
    expect(codeOf('constructor', '1')).toBe('merchants.registration_scheme_unknown');
    expect(codeOf('kr-brn', ' - ')).toBe('merchants.registration_missing');
  });

  it('need not be there: whatever was typed is kept for the person who looks', () => {
    expect(readRegistration({ scheme: 'none', value: ' HRB 77 ' }, 'DE')).toEqual({ ok: true, value: { scheme: 'none', value: 'HRB77', typed: 'HRB 77' } });
  });

  it('with one digit changed is refused wherever the check digit sees it', () => {
    const checked = of('valid').filter(([scheme]) => ['kr-brn', 'fr-siren', 'au-abn', 'jp-cn'].includes(scheme));
    if (checked.length === 0) return;
    fc.assert(fc.property(fc.constantFrom(...checked), fc.nat(13), fc.integer({ min: 1, max: 9 }), ([scheme, value], place, by) => {
      const digits = [...value.replaceAll(/\D/g, '')];
      const at = place % digits.length;
      const [old, changed] = [digits[at] ?? '', String((Number(digits[at]) + by) % 10)];
      // The Japanese check works modulo nine, so it cannot tell 0 from 9.
      if (scheme === 'jp-cn' && ['09', '90'].includes(old + changed)) return true;
      digits[at] = changed;
      return !read(scheme, digits.join('')).ok;
    }), { numRuns: 2_000 });
  });

  it('never makes the reader fall over', () => {
    fc.assert(fc.property(fc.constantFrom(...REGISTRATION_SCHEMES), fc.string({ unit: 'binary', maxLength: 40 }), (scheme, value) => typeof read(scheme, value).ok === 'boolean'), { numRuns: 2_000 });
    fc.assert(fc.property(fc.constantFrom('AT', 'DE', 'FR', 'EL', 'ES', 'NL', 'RO', 'IE', 'XI'), fc.string({ maxLength: 14 }), (prefix, rest) => typeof read('eu-vat', prefix + rest).ok === 'boolean'), { numRuns: 2_000 });
  });

  it('of a country stands first among the kinds', () => {
    expect(schemesOf('FR').slice(0, 2)).toEqual(['fr-siren', 'fr-siret']);
    expect(schemesOf('BR').at(-1)).toBe('none');
  });
});
