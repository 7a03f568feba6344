import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { currency as currencyOf, isCurrency } from '../../core/money/index.js';
import { ibanFault, isBic, KOREAN_BANKS, payerFaults, readProfile, type PaymentFault } from '../../core/payments/index.js';
import { isZone } from '../../core/time/index.js';
import type { ApprovalBand, OwnAccount, PayingAccountEntity } from './paying-account.entity.js';

export const CHANGE_OUTCOMES = ['applied', 'dropped'] as const;
export type ChangeOutcome = (typeof CHANGE_OUTCOMES)[number];

/** What two people may change of a paying account; its code and currency stay. */
export const CHANGEABLE = ['name', 'holder', 'zone', 'account', 'address', 'profile', 'approvals'] as const;
export type AccountTerms = Pick<PayingAccountEntity, (typeof CHANGEABLE)[number]>;

const MOST_BANDS = 10;
const MOST_PEOPLE = 10;

const at = (code: string, pointer: string, params: Refusal['params'] = {}): Refusal => ({ code, params, pointer });

function accountFaults(account: OwnAccount): Refusal[] {
  const faults: Refusal[] = [];
  if (account.kind === 'iban' && ibanFault(account.iban) !== undefined) faults.push(at('funds.iban_wrong', '/account/iban'));
  if (account.kind === 'kr' && KOREAN_BANKS[account.bankCode] === undefined) faults.push(at('funds.bank_unknown', '/account/bankCode', { bankCode: account.bankCode }));
  if (account.kind === 'kr' && !/^\d{7,16}$/.test(account.number)) faults.push(at('funds.number_wrong', '/account/number'));
  if (account.kind === 'other' && !/^[A-Za-z0-9]{1,34}$/.test(account.number)) faults.push(at('funds.number_wrong', '/account/number'));
  if (account.kind !== 'kr' && account.bic !== undefined && !isBic(account.bic)) faults.push(at('funds.bic_wrong', '/account/bic'));
  return faults;
}

/** Bounds go up, only the last band has none, and each asks for somebody. */
function bandFaults(bands: readonly ApprovalBand[]): Refusal[] {
  const bounds = bands.map(({ upToMinor }) => upToMinor);
  const rises = bounds.every((bound, place) => (place === bounds.length - 1 ? bound === undefined : bound !== undefined && BigInt(bound) > BigInt(bounds[place - 1] ?? '0')));
  const counts = bands.every(({ count }) => Number.isInteger(count) && count >= 1 && count <= MOST_PEOPLE);
  return rises && counts && bands.length >= 1 && bands.length <= MOST_BANDS ? [] : [at('funds.bands_wrong', '/approvals', { most: MOST_BANDS, mostPeople: MOST_PEOPLE })];
}

/** A profile's fault stands at its own place in the document. */
const inProfile = ({ code, params }: PaymentFault): Refusal => {
  const { path } = params;
  return { code, params, pointer: `/profile${typeof path === 'string' && path !== '/' ? path : ''}` };
};

function profileFaults({ profile: stated, account, holder, address }: AccountTerms, code: string): Refusal[] {
  const { profile, faults } = readProfile(stated);
  if (profile === undefined) return faults.map(inProfile);
  if (profile.currencies !== 'any' && !profile.currencies.includes(code)) return [at('funds.profile_currency', '/profile/currencies', { currency: code, taken: profile.currencies.join(', ') })];
  return payerFaults(profile, { name: holder, account, ...(address === null ? {} : { address }) }).map(({ code: found, params }) => at(found, PAYER_PLACES[found] ?? '/holder', params));
}

const PAYER_PLACES: Readonly<Record<string, string>> = {
  'payments.payer_account': '/account', 'payments.address_missing': '/address', 'payments.address_incomplete': '/address', 'payments.address_country': '/address', 'payments.address_lines': '/address',
};

/**
 * Whether money could leave by these terms as a bank would have it: all faults at once, each at its field. Code: `funds.terms_wrong`
 * with the causes. Edge: how many approvers there are is not asked; a batch waits for those that the bands ask for.
 */
export function checkTerms(terms: AccountTerms, code: string): Result<void> {
  const causes = [
    ...(isCurrency(code) ? [] : [at('money.currency_unknown', '/currency', { currency: code })]),
    ...(isZone(terms.zone) ? [] : [at('time.zone_unknown', '/zone', { zone: terms.zone })]),
    ...accountFaults(terms.account), ...bandFaults(terms.approvals),
  ];
  const all = causes.length > 0 || !isCurrency(code) ? causes : profileFaults(terms, currencyOf(code));
  return all.length === 0 ? ok(undefined) : refuse('funds.terms_wrong', { count: all.length }, { causes: all });
}

/** The end of the number only: whole numbers of the operator stay off pages, too. */
export const maskedAccount = (account: OwnAccount): string => `•••• ${(account.kind === 'iban' ? account.iban : account.number).slice(-4)}`;
