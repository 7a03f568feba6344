import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAddress, readPhone, shownPhone, type Address } from './contact.rules.js';

const faults = (address: Address): string[] => {
  const read = readAddress(address);
  return read.ok ? [] : (read.refusal.causes ?? []).map(({ code, pointer }) => `${code} ${pointer ?? ''}`);
};

describe('an address', () => {
  it.each<[string, Address]>([
    ['Korean', { region: '서울특별시', city: '마포구', street: '와우산로', number: '94', extra: '2층', postcode: '04066', country: 'KR' }],
    ['British, without a number', { street: 'Harbour Street', city: 'Whitby', postcode: 'YO21 1DL', country: 'GB' }],
    ['French', { street: 'rue de Rivoli', number: '12 bis', postcode: '75001', city: 'Paris', country: 'FR' }],
    ['of a country nobody wrote rules for', { street: 'Rua A', city: 'Luanda', country: 'AO' }],
  ])('that is %s is taken', (_name, address) => {
    expect(readAddress(address)).toEqual({ ok: true, value: address });
  });

  it('that is incomplete is told all that is missing at once', () => {
    expect(faults({ city: '마포구', postcode: '4066', country: 'KR' })).toEqual([
      'merchants.address_part_missing /address/street', 'merchants.address_part_missing /address/number', 'merchants.address_part_missing /address/region',
      'merchants.postcode_wrong /address/postcode',
    ]);
  });

  it('loses blanks, and parts that are nothing else', () => {
    expect(readAddress({ street: '  Harbour   Street ', city: 'Whitby', postcode: 'YO21 1DL', extra: ' ', country: 'GB' }))
      .toEqual({ ok: true, value: { street: 'Harbour Street', city: 'Whitby', postcode: 'YO21 1DL', country: 'GB' } });
  });
});

describe('a phone number', () => {
  it.each([
    ['010-1234-5678', 'KR', '+821012345678'], ['０１０－１２３４－５６７８', 'KR', '+821012345678'], ['+44 (0)1947 602124', 'KR', '+441947602124'],
    ['01 70 18 99 00', 'FR', '+33170189900'], ['03-1234-5678', 'JP', '+81312345678'],
  ])('%s of %s is %s', (typed, country, e164) => {
    expect(readPhone(typed, country)).toEqual({ ok: true, value: e164 });
  });

  it.each([['02-12', 'KR', 'merchants.phone_short'], ['010-1234-5678-999999', 'KR', 'merchants.phone_long'], ['call me', 'GB', 'merchants.phone_wrong'], ['12345678', 'ZZ', 'merchants.phone_wrong']])('%s of %s is refused: %s', (typed, country, code) => {
    expect(readPhone(typed, country)).toMatchObject({ ok: false, refusal: { code, pointer: '/phone' } });
  });

  it('is shown in groups that read back as itself', () => {
    expect(shownPhone('+821012345678')).toBe('+82 10 1234 5678');
    fc.assert(fc.property(fc.integer({ min: 20_000_000, max: 99_999_999 }), (rest) => {
      const read = readPhone(`010${rest}`, 'KR');
      return !read.ok || (/^\+\d+$/.test(read.value) && readPhone(shownPhone(read.value), 'GB').ok);
    }));
  });
});
