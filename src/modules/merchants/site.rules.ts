import { isDeepStrictEqual } from 'node:util';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { OpeningHours } from '../../core/time/index.js';
import { COUNTRIES, readAddress, type Address } from './contact.rules.js';

export interface SiteDetails {
  readonly name: string;
  /** A shop on the net: open when its hours say so, at no place where somebody could call. */
  readonly online: boolean;
  readonly country: string;
  readonly address: Address | null;
}

/**
 * Checks a place as it was described. Codes: `merchants.name_missing`, and those of an address.
 * Edge: an online shop needs no address, and neither does a place whose address is asked for later.
 */
export function readSite({ name, online, country, address }: SiteDetails): Result<SiteDetails> {
  const clean = name.trim().replaceAll(/\s+/g, ' ');
  if (clean === '') return refuse('merchants.name_missing', {}, { pointer: '/name' });
  if (!COUNTRIES.includes(country)) return refuse('merchants.country_unknown', { country }, { pointer: '/country' });
  if (address === null) return ok({ name: clean, online, country, address });
  const read = readAddress(address);
  return read.ok ? ok({ name: clean, online, country, address: read.value }) : read;
}

const plain = ({ zone, rows, exceptions }: OpeningHours): unknown => JSON.parse(JSON.stringify({
  zone, rows: rows.map(({ days, opens, closes, validFrom, validTo }) => ({ days: [...days].sort(), opens, closes, validFrom, validTo })),
  exceptions: exceptions.map(({ date, hours }) => ({ date, hours: hours.map(({ opens, closes }) => ({ opens, closes })) })),
}));

/** Whether somebody said the same as before. */
export const sameHours = (a: OpeningHours, b: OpeningHours): boolean => isDeepStrictEqual(plain(a), plain(b));
