import { isPostalCode } from 'class-validator';
import { getCountries, isSupportedCountry, parsePhoneNumberFromString, validatePhoneNumberLength } from 'libphonenumber-js/max';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';

/** An address in parts, each no longer than a structured address of ISO 20022 takes. */
export interface Address {
  readonly street?: string;
  readonly number?: string;
  /** Floor, room, building. */
  readonly extra?: string;
  readonly postcode?: string;
  readonly city?: string;
  readonly region?: string;
  readonly country: string;
}

export const ADDRESS_PARTS = ['street', 'number', 'extra', 'postcode', 'city', 'region'] as const;
export type AddressPart = (typeof ADDRESS_PARTS)[number];

/** `StrtNm`, `BldgNb`, `Room`, `PstCd`, `TwnNm`, `CtrySubDvsn` of ISO 20022. */
export const ADDRESS_LIMITS: Readonly<Record<AddressPart, number>> = { street: 70, number: 16, extra: 70, postcode: 16, city: 35, region: 35 };

const NEEDED: Readonly<Record<string, readonly AddressPart[]>> = {
  KR: ['street', 'number', 'postcode', 'city', 'region'], GB: ['street', 'postcode', 'city'], FR: ['street', 'postcode', 'city'],
  US: ['street', 'number', 'postcode', 'city', 'region'], AU: ['street', 'number', 'postcode', 'city', 'region'], JP: ['number', 'postcode', 'city', 'region'],
};

/** What an address of a country cannot do without: somebody must be able to find it, and a bank to take it. */
export const neededParts = (country: string): readonly AddressPart[] => NEEDED[country] ?? ['street', 'city'];

/** Of countries the library has no pattern for, any postcode is taken. */
function isPostcode(text: string, country: string): boolean {
  try {
    return isPostalCode(text, country as 'any');
  } catch {
    return true;
  }
}

/**
 * An address without its blanks and empty parts, or all that is missing in one pass.
 *
 * Codes: `merchants.address_incomplete` with a cause for each part: `merchants.address_part_missing`, `merchants.postcode_wrong`.
 * Edge: Korea needs all but `extra`; a country nobody wrote rules for needs street and city.
 */
export function readAddress(typed: Address, at = '/address'): Result<Address> {
  const parts = Object.fromEntries(ADDRESS_PARTS.flatMap((part) => {
    const text = (typed[part] ?? '').normalize('NFC').trim().replaceAll(/\s+/g, ' ');
    return text === '' ? [] : [[part, text]];
  })) as Partial<Record<AddressPart, string>>;
  const { country } = typed;
  const causes: Refusal[] = neededParts(country).filter((part) => parts[part] === undefined)
    .map((part) => ({ code: 'merchants.address_part_missing', params: { part, country }, pointer: `${at}/${part}` }));
  const { postcode } = parts;
  if (postcode !== undefined && !isPostcode(postcode, country)) causes.push({ code: 'merchants.postcode_wrong', params: { value: postcode, country }, pointer: `${at}/postcode` });
  return causes.length === 0 ? ok({ ...parts, country }) : refuse('merchants.address_incomplete', { count: causes.length }, { causes });
}

const LENGTHS = { TOO_SHORT: 'merchants.phone_short', TOO_LONG: 'merchants.phone_long' } as const;

/**
 * A phone number in E.164. A number without `+` is one of the business's country.
 *
 * Codes: `merchants.phone_short`, `merchants.phone_long`, `merchants.phone_wrong`. Edge: `010-1234-5678` in Korea is `+821012345678`.
 */
export function readPhone(typed: string, country: string): Result<string, 'merchants.phone_short' | 'merchants.phone_long' | 'merchants.phone_wrong'> {
  const text = typed.normalize('NFKC').trim();
  const home = isSupportedCountry(country) ? country : undefined;
  const read = parsePhoneNumberFromString(text, home);
  if (read?.isValid() === true) return ok(read.number);
  const length = /\d/.test(text) ? validatePhoneNumberLength(text, home) : undefined;
  const code = length === 'TOO_SHORT' || length === 'TOO_LONG' ? LENGTHS[length] : 'merchants.phone_wrong';
  return refuse(code, { value: text }, { pointer: '/phone' });
}

/** Every country, by its code of two letters: phone companies leave out none. */
export const COUNTRIES: readonly string[] = getCountries().filter((country) => !['AC', 'TA', 'XK'].includes(country));

/** `+821012345678` as `+82 10 1234 5678`. */
export const shownPhone = (phone: string): string => parsePhoneNumberFromString(phone)?.formatInternational() ?? phone;
