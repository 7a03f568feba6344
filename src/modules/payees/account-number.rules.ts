import { countrySpecs, validateBIC, validateIBAN, ValidationErrorsIBAN } from 'ibantools';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { KOREAN_BANKS } from '../../core/payments/index.js';

export const ACCOUNT_KINDS = ['iban', 'kr', 'us'] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** As somebody typed it. */
export interface TypedAccount {
  readonly kind: AccountKind;
  /** IBAN, or the account number where there is none. */
  readonly account: string;
  /** Korea: the three digits of the bank. United States: the nine of the routing number. */
  readonly bank?: string;
  /** With an IBAN, if the bank asks for it. */
  readonly bic?: string;
  readonly holder: string;
}

/** As it is kept and paid to: no spaces, capitals. */
export interface CheckedAccount {
  readonly kind: AccountKind;
  readonly country: string;
  readonly bank: string | undefined;
  readonly account: string;
  readonly holder: string;
}

const SEPARATORS = /[\s.\-‐-―/]/g;
const compacted = (text: string): string => text.normalize('NFKC').replaceAll(SEPARATORS, '').toUpperCase();
const at = (pointer: string) => ({ pointer });

/** What two accounts are compared by: equal when they are one and the same account, however it was typed. */
export const identityOf = ({ kind, bank, account }: Pick<CheckedAccount, 'kind' | 'bank' | 'account'>): string =>
  (kind === 'iban' ? `iban:${account}` : `${kind}:${bank ?? ''}:${account}`);

/** What stays readable: the last four characters, of a short number at most half of it. */
export const lastFour = (account: string): string => account.slice(-Math.min(4, Math.floor(account.length / 2)));

/** Every fault at once, each with its field; the words never repeat what was typed. */
export function checkAccount(typed: TypedAccount): Result<CheckedAccount> {
  const faults: Refusal[] = [];
  const holder = typed.holder.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
  if (!/\p{L}/u.test(holder)) faults.push({ code: 'payees.holder_missing', params: {}, ...at('/holder') });
  const read = READERS[typed.kind](compacted(typed.account), compacted(typed.bank ?? ''), compacted(typed.bic ?? ''));
  if (!read.ok) faults.push(...read.refusal.causes ?? [read.refusal]);
  const [first] = faults;
  if (first !== undefined) return refuse(first.code, first.params, { ...(first.pointer === undefined ? {} : at(first.pointer)), causes: faults });
  return read.ok ? ok({ ...read.value, kind: typed.kind, holder }) : read;
}

type Read = Result<Pick<CheckedAccount, 'country' | 'bank' | 'account'>>;
type Reader = (account: string, bank: string, bic: string) => Read;

const causes = (faults: readonly (Refusal | undefined)[], read: () => Pick<CheckedAccount, 'country' | 'bank' | 'account'>): Read => {
  const found = faults.filter((fault) => fault !== undefined);
  const [first] = found;
  return first === undefined ? ok(read()) : refuse(first.code, first.params, { causes: found });
};

const READERS: Readonly<Record<AccountKind, Reader>> = {
  iban: (account, _bank, bic) => causes([ibanFault(account), bic === '' ? undefined : bicFault(bic, account.slice(0, 2))], () => ({
    country: account.slice(0, 2), bank: bic === '' ? undefined : bic, account,
  })),
  kr: (account, bank) => causes([
    KOREAN_BANKS[bank] === undefined ? { code: 'payees.korean_bank_unknown', params: {}, ...at('/bank') } : undefined,
    digitsFault(account, { least: 7, most: 16 }),
  ], () => ({ country: 'KR', bank, account })),
  us: (account, bank) => causes([routingFault(bank), digitsFault(account, { least: 4, most: 17 })], () => ({ country: 'US', bank, account })),
};

/** ISO 13616: country, length, form and the check digits, in that order; the registry and the national checks are the library's. */
function ibanFault(iban: string): Refusal | undefined {
  const fault = (reason: string, params: Refusal['params'] = {}): Refusal => ({ code: `payees.iban_${reason}`, params, ...at('/account') });
  if (iban === '') return fault('missing');
  if (!/^[A-Z0-9]+$/.test(iban)) return fault('characters');
  const country = iban.slice(0, 2);
  const length = /^[A-Z]{2}$/.test(country) ? countrySpecs[country]?.chars : undefined;
  if (length === undefined || length === null) return fault('country');
  if (iban.length !== length) return fault('length', { country, length, given: iban.length });
  const { errorCodes } = validateIBAN(iban);
  if (errorCodes.includes(ValidationErrorsIBAN.WrongBBANFormat)) return fault('form', { country });
  // The library lets 00, 01 and 99 pass where they leave the same remainder; ISO 7064 gives 02 to 98 only.
  const digits = Number.parseInt(iban.slice(2, 4), 10);
  return errorCodes.length > 0 || !(digits >= 2 && digits <= 98) ? fault('check_digits') : undefined;
}

/** Countries that one country's account numbers serve: a bank there names itself by its own code. */
const SAME_NUMBERS: Readonly<Record<string, readonly string[]>> = {
  GB: ['GG', 'IM', 'JE'], FR: ['BL', 'GF', 'GP', 'MC', 'MF', 'MQ', 'NC', 'PF', 'PM', 'RE', 'TF', 'WF', 'YT'], FI: ['AX'], ES: ['AD'],
};

/** ISO 9362. A bank of another country than the account's is a slip of the pen. */
function bicFault(bic: string, country: string): Refusal | undefined {
  const inBic = bic.slice(4, 6);
  if (!/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(bic) || !validateBIC(bic).valid) return { code: 'payees.bic_form', params: {}, ...at('/bic') };
  return inBic === country || SAME_NUMBERS[country]?.includes(inBic) === true ? undefined : { code: 'payees.bic_country', params: { country, bicCountry: inBic }, ...at('/bic') };
}

function digitsFault(account: string, { least, most }: { least: number; most: number }): Refusal | undefined {
  if (!/^\d*$/.test(account)) return { code: 'payees.account_digits', params: {}, ...at('/account') };
  return account.length < least || account.length > most ? { code: 'payees.account_length', params: { least, most, given: account.length }, ...at('/account') } : undefined;
}

/** First two digits that routing numbers begin with. Source: ABA, Routing Number Policy & Procedures. */
const isIssued = (first: number): boolean => first <= 12 || (first >= 21 && first <= 32) || (first >= 61 && first <= 72) || first === 80;

/** Nine digits, weighted 3, 7, 1, a multiple of ten. Source: ABA routing number check digit. */
function routingFault(routing: string): Refusal | undefined {
  if (!/^\d{9}$/.test(routing)) return { code: 'payees.routing_form', params: {}, ...at('/bank') };
  const sum = [...routing].reduce((total, digit, place) => total + Number.parseInt(digit, 10) * [3, 7, 1][place % 3]!, 0);
  return sum % 10 === 0 && sum > 0 && isIssued(Number.parseInt(routing.slice(0, 2), 10)) ? undefined : { code: 'payees.routing_check', params: {}, ...at('/bank') };
}
