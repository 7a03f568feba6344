import { ok, refuse, type Result } from '../../core/errors/index.js';
import { NUMBERINGS } from './identifiers.rules.js';

export interface Registration {
  readonly scheme: string;
  /** Compacted: the key by which twins are found. Empty, or whatever was typed, with the scheme `none`. */
  readonly value: string;
}

/** A number as it is kept: the key, and how somebody wrote it. */
export interface CheckedRegistration extends Registration {
  readonly typed: string;
}

/** No number of a kind we can check: a person looks at such a business. */
export const NO_NUMBER = 'none';
export const REGISTRATION_SCHEMES: readonly string[] = [...Object.keys(NUMBERINGS), NO_NUMBER];

export type RegistrationFault =
  | 'merchants.registration_scheme_unknown' | 'merchants.registration_missing' | 'merchants.registration_country' | 'merchants.registration_length'
  | 'merchants.registration_characters' | 'merchants.registration_part' | 'merchants.registration_check_digit';

/** Full-width digits of an Asian keyboard are digits; blanks, dots, hyphens and strokes are how people group them. */
export const compacted = (value: string): string => value.normalize('NFKC').replaceAll(/[\s.\-–—/·]/g, '').toUpperCase();

/** The kinds of number that businesses of a country have, the country's own first. */
export const schemesOf = (country: string): string[] =>
  [...REGISTRATION_SCHEMES].sort((a, b) => Number(NUMBERINGS[b]?.country === country) - Number(NUMBERINGS[a]?.country === country));

export const exampleOf = (scheme: string): string | undefined => NUMBERINGS[scheme]?.example;

/** How a stored number is usually written: `1168200276` as `116-82-00276`. What cannot be checked stays as it is. */
export function shownRegistration({ scheme, value }: Registration): string {
  const verdict = NUMBERINGS[scheme]?.judge(value);
  return verdict === undefined || 'fault' in verdict ? value : verdict.shown;
}

/**
 * Reads a registration number as it was typed.
 *
 * Codes: `merchants.registration_…` `scheme_unknown`, `missing`, `country` (a Korean number of a French business), `length`,
 * `characters`, `part` (a district, prefix or type that is never given out), `check_digit` (mistyped).
 * Edge: `１１６-82-00276` in full-width digits is the number 1168200276; scheme `none` takes anything, and a person looks at it.
 */
export function readRegistration(typed: { readonly scheme: string; readonly value: string }, country: string): Result<CheckedRegistration, RegistrationFault> {
  const { scheme } = typed;
  const value = compacted(typed.value);
  if (scheme === NO_NUMBER) return ok({ scheme, value, typed: typed.value.trim() });
  const numbering = Object.hasOwn(NUMBERINGS, scheme) ? NUMBERINGS[scheme] : undefined;
  if (numbering === undefined) return refuse('merchants.registration_scheme_unknown', { scheme, known: REGISTRATION_SCHEMES }, { pointer: '/registration/scheme' });
  const at = { pointer: '/registration/value' };
  if (value === '') return refuse('merchants.registration_missing', { example: numbering.example }, at);
  if (numbering.country !== undefined && numbering.country !== country) {
    return refuse('merchants.registration_country', { scheme, country }, { pointer: '/registration/scheme' });
  }
  const verdict = numbering.judge(value);
  if (!('fault' in verdict)) return ok({ scheme, value: verdict.compact, typed: typed.value.trim() });
  return refuse(`merchants.registration_${verdict.fault}`, { example: numbering.example, found: value.length, wanted: numbering.lengths }, at);
}
