import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { isZone } from '../../core/time/index.js';
import { COUNTRIES, readAddress, readPhone, type Address } from './contact.rules.js';
import type { StoredSize } from './merchant.entity.js';
import { readRegistration, type CheckedRegistration } from './registration.rules.js';

/** A business as somebody describes it. */
export interface ProfileInput {
  readonly legalName: string;
  readonly registration: { readonly scheme: string; readonly value: string };
  readonly sector: { readonly system: string; readonly code: string };
  readonly country: string;
  readonly language: string;
  readonly zone: string;
  readonly sizes: readonly StoredSize[];
  readonly phone?: string;
  readonly address?: Address;
}

/** A business as it is kept. */
export interface Profile extends Omit<ProfileInput, 'registration' | 'phone' | 'address'> {
  readonly registration: CheckedRegistration;
  readonly phone: string | null;
  readonly address: Address | null;
}

/** The faults of one answer: itself when there is one, or all together. */
export const together = (faults: readonly Refusal[]): Refusal =>
  (faults.length === 1 && faults[0] !== undefined ? faults[0] : { code: 'merchants.details_faulty', params: { count: faults.length }, causes: faults });

const plainFaults = ({ legalName, country, zone }: ProfileInput): Refusal[] => [
  ...(legalName === '' ? [{ code: 'merchants.name_missing', params: {}, pointer: '/legalName' }] : []),
  ...(COUNTRIES.includes(country) ? [] : [{ code: 'merchants.country_unknown', params: { country }, pointer: '/country' }]),
  ...(isZone(zone) ? [] : [{ code: 'time.zone_unknown', params: { zone }, pointer: '/zone' }]),
];

const flat = (refusal: Refusal): readonly Refusal[] => refusal.causes ?? [refusal];

/**
 * Checks a description as a whole; all faults in one pass, each with a pointer.
 *
 * Codes: those of the parts, `merchants.name_missing`, `merchants.country_unknown`, `time.zone_unknown`; several together as `merchants.details_faulty`.
 * Edge: an address without phone is fine, since both can be asked for later.
 */
export function readProfile(input: ProfileInput): Result<Profile> {
  const legalName = input.legalName.trim().replaceAll(/\s+/g, ' ');
  const faults = plainFaults({ ...input, legalName });
  const registration = readRegistration(input.registration, input.country);
  const phone = input.phone === undefined || input.phone.trim() === '' ? ok(null) : readPhone(input.phone, input.country);
  const address = input.address === undefined ? ok(null) : readAddress({ ...input.address, country: input.address.country });
  for (const part of [registration, phone, address]) if (!part.ok) faults.push(...flat(part.refusal));
  if (!registration.ok || !phone.ok || !address.ok || faults.length > 0) return { ok: false, refusal: together(faults) };
  return ok({ ...input, legalName, registration: registration.value, phone: phone.value, address: address.value });
}

/** What staff vouched for when they verified a business; whoever changes it is looked at again. */
export const changesIdentity = (before: Pick<Profile, 'legalName' | 'country' | 'registration'>, after: Pick<Profile, 'legalName' | 'country' | 'registration'>): boolean =>
  before.legalName !== after.legalName || before.country !== after.country
  || before.registration.scheme !== after.registration.scheme || before.registration.value !== after.registration.value;

/** Sizes of years that have not begun are guesses. */
export function readSizes(sizes: readonly StoredSize[], thisYear: number): Result<readonly StoredSize[]> {
  const index = sizes.findIndex(({ year }) => year > thisYear);
  return index === -1 ? ok(sizes) : refuse('merchants.size_year', { year: String(sizes[index]?.year) }, { pointer: `/sizes/${index}/year` });
}
