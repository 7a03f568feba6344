import { describe, expect, it } from '@jest/globals';
import { changesIdentity, readProfile, readSizes, type ProfileInput } from './profile.rules.js';

const CAFE: ProfileInput = {
  legalName: '  Corner   Café ', registration: { scheme: 'kr-brn', value: '116-82-00276' }, sector: { system: 'makegood', code: 'food' }, country: 'KR', language: 'ko',
  zone: 'Asia/Seoul', sizes: [],
};

describe('a description of a business', () => {
  it('is kept with its number compacted, its phone international, and blanks as one', () => {
    expect(readProfile({ ...CAFE, phone: '010-1234-5678' })).toMatchObject({
      ok: true, value: { legalName: 'Corner Café', registration: { value: '1168200276', typed: '116-82-00276' }, phone: '+821012345678', address: null },
    });
  });

  it('with several faults is told all of them, each at its place', () => {
    const read = readProfile({ ...CAFE, legalName: ' ', zone: 'Mars', registration: { scheme: 'kr-brn', value: '116-82-00278' }, phone: 'x', address: { country: 'KR', city: '마포구' } });
    expect(read.ok ? [] : (read.refusal.causes ?? []).map(({ pointer }) => pointer)).toEqual([
      '/legalName', '/zone', '/registration/value', '/phone', '/address/street', '/address/number', '/address/postcode', '/address/region',
    ]);
  });

  it('with one fault is told that one', () => {
    expect(readProfile({ ...CAFE, registration: { scheme: 'kr-brn', value: '' } })).toMatchObject({ ok: false, refusal: { code: 'merchants.registration_missing' } });
  });

  it('is another business when name, country or number change, not when its number is grouped otherwise', () => {
    const of = (change: Partial<ProfileInput>) => {
      const read = readProfile({ ...CAFE, ...change });
      if (!read.ok) throw new Error(read.refusal.code);
      return read.value;
    };
    expect(changesIdentity(of({}), of({ registration: { scheme: 'kr-brn', value: '1168200276' }, phone: '02-123-4567' }))).toBe(false);
    expect(changesIdentity(of({}), of({ legalName: 'Corner Bar' }))).toBe(true);
    expect(changesIdentity(of({}), of({ registration: { scheme: 'kr-brn', value: '2098206382' } }))).toBe(true);
    expect(changesIdentity(of({}), of({ registration: { scheme: 'none', value: '1168200276' } }))).toBe(true);
  });

  it('has no size of a year that has not begun', () => {
    const size = (year: number) => ({ measure: 'employees', year, value: '3', source: 'own' });
    expect(readSizes([size(2026)], 2026).ok).toBe(true);
    expect(readSizes([size(2025), size(2027)], 2026)).toMatchObject({ refusal: { code: 'merchants.size_year', pointer: '/sizes/1/year' } });
  });
});
