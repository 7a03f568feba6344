import { exponentOf, isCurrency, parseMoney, type CurrencyCode, type Money } from '../money/index.js';
import type { Result } from '../errors/index.js';
import { strangeCharacter } from './characters.js';
import { ibanFault, isBic } from './iban.js';
import type { PostalAddress } from './instruction.js';
import { KOREAN_BANKS } from './korean-banks.js';
import { fault, type PaymentFault } from './findings.js';
import type { PainProfile, PaymentProfile } from './profile.js';
import { SEPA_COUNTRIES } from './sepa-countries.js';
import { ADDRESS_PARTS, type StatedAccount, type StatedPayment } from './stated-payment.js';

/** Longest texts of the schema, by field. Source: pain.001.001.03 and .09. */
const LENGTHS = { reference: 35, street: 70, building: 16, postcode: 16, town: 35, country: 2, address_line: 70, member: 35 } as const;

/** A text with a bound in characters. */
function lengthFaults(line: number, field: string, text: string, most: number): PaymentFault[] {
  const length = [...text].length;
  return length > most ? [fault('payments.text_too_long', { line, field, length, most, unit: 'characters' })] : [];
}

/** A text in the characters that the bank takes. */
export function characterFaults(line: number, field: string, text: string, set: Parameters<typeof strangeCharacter>[1]): PaymentFault[] {
  const character = strangeCharacter(text, set);
  if (character === undefined) return [];
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return [fault('payments.character', { line, field, character: /^\p{Cc}|\p{Cs}$/u.test(character) ? '�' : character, code })];
}

/** References that join a bank's report to its line: EndToEndId and MsgId. Source: EPC clarification paper on slashes. */
export function referenceFaults(line: number, field: string, text: string, kind: PaymentProfile['references']): PaymentFault[] {
  if (text.trim() === '') return [fault('payments.reference_missing', { line, field })];
  const faults = lengthFaults(line, field, text, LENGTHS.reference);
  const isFit = kind === 'plain' ? /^[A-Za-z0-9-]+$/.test(text) : strangeCharacter(text, 'sepa') === undefined;
  if (!isFit) faults.push(fault('payments.reference_characters', { line, field, text }));
  if (/^\/|\/$|\/\//.test(text)) faults.push(fault('payments.reference_slash', { line, field, text }));
  return faults;
}

/** Reads an amount as a file states it; the fault says why it cannot be paid in any currency. */
export function statedMoney(line: number, amount: string, currency: string): Result<Money, PaymentFault['code']> {
  const read = parseMoney(amount, currency);
  if (read.ok) return read;
  switch (read.refusal.code) {
    case 'money.currency_unknown': return { ok: false, refusal: fault('payments.currency_unknown', { line, currency: currency.slice(0, 12) }) };
    case 'money.too_fine': return { ok: false, refusal: fault('payments.amount_decimals', { line, amount, currency, decimals: isCurrency(currency) ? exponentOf(currency) : 2 }) };
    default: return { ok: false, refusal: fault('payments.amount_form', { line, amount: amount.slice(0, 40) }) };
  }
}

function amountFaults(profile: PaymentProfile, line: number, { amount, currency }: StatedPayment, batchCurrency: CurrencyCode): PaymentFault[] {
  const read = statedMoney(line, amount, currency);
  if (!read.ok) return [read.refusal];
  const faults: PaymentFault[] = [];
  const { minor } = read.value;
  if (profile.currencies !== 'any' && !profile.currencies.includes(currency)) faults.push(fault('payments.currency_not_taken', { line, currency, taken: profile.currencies.join(', ') }));
  if (currency !== batchCurrency) faults.push(fault('payments.currency_mixed', { line, currency, expected: batchCurrency }));
  if (minor <= 0n) faults.push(fault('payments.amount_zero', { line, amount, currency }));
  else if (isOutside(profile, read.value)) faults.push(fault('payments.amount_bounds', { line, amount, currency, least: profile.amount?.least ?? '', most: profile.amount?.most ?? '' }));
  return faults;
}

function isOutside({ amount }: PaymentProfile, { minor, currency }: Money): boolean {
  if (amount === undefined) return false;
  const [least, most] = [parseMoney(amount.least, currency), parseMoney(amount.most, currency)];
  return least.ok && most.ok && (minor < least.value.minor || minor > most.value.minor);
}

function ibanFaults(profile: PaymentProfile, line: number, iban: string): PaymentFault[] {
  const found = ibanFault(iban);
  if (found !== undefined) return [fault(found === 'form' ? 'payments.iban_form' : 'payments.iban_check_digits', { line })];
  const country = iban.slice(0, 2);
  const isReached = profile.format !== 'pain' || profile.countries === 'any' || SEPA_COUNTRIES.ibanPrefixes.has(country);
  return isReached ? [] : [fault('payments.country_not_reached', { line, country, asOf: SEPA_COUNTRIES.asOf })];
}

/** Banks take digits, or letters and digits; other systems (bills, benefits) have numbers with signs in them. */
function numberFaults(profile: PaymentProfile, line: number, number: string, isKorean: boolean): PaymentFault[] {
  const form = isKorean ? /^\d{7,16}$/ : profile.format === 'pain' ? /^[A-Za-z0-9]{1,34}$/ : /^[A-Za-z0-9][A-Za-z0-9 ./-]{0,63}$/;
  return form.test(number) ? [] : [fault('payments.account_form', { line })];
}

/** ISO 9362, ISO 13616 and the codes of Korean banks. `isKorean` tells a bank's code of three digits from another clearing system's. */
export function accountFaults(profile: PaymentProfile, line: number, stated: StatedAccount, isKorean: boolean): PaymentFault[] {
  const faults = stated.iban === undefined ? numberFaults(profile, line, stated.number ?? '', isKorean) : ibanFaults(profile, line, stated.iban);
  if (stated.bic !== undefined && !isBic(stated.bic)) faults.push(fault('payments.bic_form', { line }));
  if (isKorean && KOREAN_BANKS[stated.member ?? ''] === undefined) faults.push(fault('payments.bank_unknown', { line, bankCode: (stated.member ?? '').slice(0, 12) }));
  return [...faults, ...lengthFaults(line, 'bank', stated.member ?? '', LENGTHS.member)];
}

const isGiven = (address: PostalAddress, part: (typeof ADDRESS_PARTS)[number]): boolean => (address[part] ?? '') !== '';

/** An address since November 2026: town and country as parts of their own, free lines only beside them and not saying them again. */
export function addressFaults(profile: PainProfile, line: number, whose: 'payee' | 'payer', address: PostalAddress = {}): PaymentFault[] {
  const lines = address.lines ?? [];
  const parts = ADDRESS_PARTS.filter((part) => isGiven(address, part));
  if (parts.length + lines.length === 0) return profile.address[whose] === 'required' ? [fault('payments.address_missing', { line, whose })] : [];
  const { country = '' } = address;
  const { lines: most } = profile.address;
  return [
    ...(['town', 'country'] as const).filter((part) => !isGiven(address, part)).map((part) => fault('payments.address_incomplete', { line, whose, part })),
    ...(country === '' || /^[A-Z]{2}$/.test(country) ? [] : [fault('payments.address_country', { line, whose, country: country.slice(0, 12) })]),
    ...(lines.length > most ? [fault('payments.address_lines', { line, whose, found: lines.length, most })] : []),
    ...(['town', 'country'] as const).filter((part) => isGiven(address, part) && lines.some((text) => says(text, part, address[part] ?? ''))).map((part) => fault('payments.address_repeats', { line, whose, part })),
    ...parts.flatMap((part) => textFaults(profile, line, part, address[part] ?? '', LENGTHS[part])),
    ...lines.flatMap((text) => textFaults(profile, line, 'address_line', text, LENGTHS.address_line)),
  ];
}

const textFaults = (profile: PainProfile, line: number, field: string, text: string, most: number): PaymentFault[] =>
  [...lengthFaults(line, field, text, most), ...characterFaults(line, field, text, profile.characters)];

/** Whether a free line says the part again, as words of their own. Edge: "Rue de Lyon" does not say the country DE. */
function says(text: string, part: 'town' | 'country', value: string): boolean {
  const [line, words] = part === 'country' ? [text, value] : [text.toLowerCase(), value.toLowerCase()];
  return ` ${line.replaceAll(/[\s,;.]+/g, ' ')} `.includes(` ${words} `);
}

/** A name that banks compare with the account's. */
export function nameFaults(profile: PainProfile, line: number, whose: 'payee' | 'payer', name: string): PaymentFault[] {
  if (!/[\p{L}\p{N}]/u.test(name)) return [fault('payments.name_missing', { line, whose })];
  return textFaults(profile, line, `${whose}_name`, name, profile.nameLength);
}

function uetrFaults(profile: PainProfile, line: number, uetr: string | undefined): PaymentFault[] {
  if (uetr === undefined) return profile.uetr === 'required' ? [fault('payments.uetr_missing', { line })] : [];
  return /^[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$/.test(uetr) ? [] : [fault('payments.uetr_form', { line })];
}

/**
 * What a bank would refuse or mis-pay in one payment, though the schema lets it pass. The same rules judge the instruction before it is
 * written and the payment read back from the file. `line` counts from 1.
 *
 * Source: ISO 20022 usage rules, EPC 2025 rulebooks (addresses, slashes, characters), ISO 4217. Edge: 1 KRW is paid, 0 is not.
 */
export function paymentFaults(profile: PaymentProfile, stated: StatedPayment, line: number, batch: { readonly currency: CurrencyCode; readonly isKorean: boolean }): PaymentFault[] {
  const faults = [
    ...referenceFaults(line, 'EndToEndId', stated.endToEndId, profile.references),
    ...amountFaults(profile, line, stated, batch.currency),
    ...accountFaults(profile, line, stated.account, batch.isKorean),
  ];
  if (profile.format !== 'pain') return /\S/.test(stated.name) ? faults : [...faults, fault('payments.name_missing', { line, whose: 'payee' })];
  return [
    ...faults, ...uetrFaults(profile, line, stated.uetr), ...nameFaults(profile, line, 'payee', stated.name), ...addressFaults(profile, line, 'payee', stated.address),
    ...textFaults(profile, line, 'remittance', stated.remittance, profile.remittanceLength),
  ];
}
