import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import type { Language } from '../../core/policy/index.js';
import { EMAIL_SHAPE } from './email.rules.js';
import type { Recipient } from '../mail/index.js';

/** Where somebody is reached: mail in small letters, or a telephone in E.164. */
export type Address = { readonly channel: 'mail' | 'sms'; readonly address: string };

/** Whose numbers somebody most likely writes without the country in front. */
const HOME: Readonly<Record<Language, CountryCode>> = { en: 'GB', ko: 'KR', fr: 'FR' };
const LONGEST = 200;

/**
 * What somebody typed into "email address or mobile number". With an @ it is mail; otherwise a telephone number, as it is dialled at
 * home or with its country in front. Undefined when it is neither. Edge: a number nobody can have is not one.
 */
export function readAddress(typed: string, language: Language): Address | undefined {
  const text = typed.trim().normalize('NFKC');
  if (text.includes('@')) return EMAIL_SHAPE.test(text) && text.length <= LONGEST ? { channel: 'mail', address: text.toLowerCase() } : undefined;
  const phone = parsePhoneNumberFromString(text, HOME[language]);
  return phone?.isValid() === true ? { channel: 'sms', address: phone.number } : undefined;
}

/** Where somebody is written to: by mail who has an address of it, else by text message. */
export const reached = ({ email, phone }: { readonly email: string | null; readonly phone: string | null }): Recipient => (email === null ? { phone: phone ?? '' } : { email });
