import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { readBands, readOwnAccount, type AccountTerms, type PayingAccountView, type StatedAccount } from '../../modules/funds/index.js';
import { formText } from '../shared/form-fields.form.js';

const FIELDS = {
  code: 60, name: 120, currency: 3, holder: 140, zone: 60, kind: 5, iban: 60, number: 60, bankCode: 3, bic: 11, clearingSystem: 5, clearingMember: 35,
  street: 70, building: 16, postcode: 16, town: 35, country: 2, approvals: 1_000, profile: 20_000,
} as const;
/** What was typed, field by field, so that nothing is lost by an error. */
export type TypedAccount = Readonly<Record<keyof typeof FIELDS, string>>;

export const typedAccount = (body: unknown): TypedAccount =>
  Object.fromEntries(Object.entries(FIELDS).map(([name, limit]) => [name, formText(body, name, limit).trim()])) as TypedAccount;

/** The form as it stands for an account that is there; its number is not shown, and stays when nothing is typed. */
export const typedOf = (account: PayingAccountView): Partial<TypedAccount> => ({
  name: account.name, holder: account.holder, zone: account.zone, kind: account.account.kind, ...(account.address as Partial<TypedAccount> | undefined),
  approvals: account.approvals.map(({ upTo, count }) => (upTo === undefined ? String(count) : `${upTo.amount} ${count}`)).join('\n'), profile: JSON.stringify(account.profile, null, 2),
});

function profileIn(text: string): Result<object> {
  try {
    const read = JSON.parse(text) as unknown;
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return ok(read);
    return refuse('portal.json_unreadable', { why: '{ }' }, { pointer: '/profile' });
  } catch (error) {
    return refuse('portal.json_unreadable', { why: (error as Error).message.slice(0, 120) }, { pointer: '/profile' });
  }
}

/** "10000.00 1" and, last, "2": amount and people, a line each. */
function bandsIn(text: string, currency: string): Result<AccountTerms['approvals']> {
  const bands: { upTo?: string; count: number }[] = [];
  for (const [place, line] of text.split('\n').map((one) => one.trim()).filter((one) => one !== '').entries()) {
    const [, upTo, count = ''] = /^(?:([\d.]+)\s+)?(\d{1,2})$/.exec(line) ?? [];
    if (count === '') return refuse('portal.bands_unreadable', { line: place + 1 }, { pointer: '/approvals' });
    bands.push({ ...(upTo === undefined ? {} : { upTo }), count: Number.parseInt(count, 10) });
  }
  const read = readBands(bands, currency);
  return read.ok ? read : { ok: false, refusal: { ...read.refusal, pointer: '/approvals' } };
}

const addressIn = ({ street, building, postcode, town, country }: TypedAccount): AccountTerms['address'] => (town === '' && country === '' ? null : {
  town, country, ...(street === '' ? {} : { street }), ...(building === '' ? {} : { building }), ...(postcode === '' ? {} : { postcode }),
});

const isBlank = ({ iban, number, bankCode, bic, clearingMember }: TypedAccount): boolean => [iban, number, bankCode, bic, clearingMember].every((one) => one === '');

function accountIn(typed: TypedAccount): Result<AccountTerms['account']> {
  const kind = (['iban', 'kr', 'other'] as const).find((one) => one === typed.kind);
  if (kind === undefined) return refuse('portal.field_missing', {}, { pointer: '/kind' });
  const { iban, number, bankCode, bic, clearingSystem, clearingMember } = typed;
  const parts = Object.fromEntries(Object.entries({ iban, number, bankCode, bic, clearingSystem, clearingMember }).filter(([, value]) => value !== '')) as Omit<StatedAccount, 'kind'>;
  return readOwnAccount({ kind, ...parts });
}

/** All faults at once, each at its field. `mayKeep`: a number that is not typed stays as it is. */
export function readTerms(typed: TypedAccount, currency: string, mayKeep: boolean): Result<Omit<AccountTerms, 'account'> & { account?: AccountTerms['account'] }> {
  const [profile, approvals, account] = [profileIn(typed.profile), bandsIn(typed.approvals, currency), mayKeep && isBlank(typed) ? ok(undefined) : accountIn(typed)];
  const missing = (['name', 'holder', 'zone'] as const).filter((field) => typed[field] === '').map((field): Refusal => ({ code: 'portal.field_missing', params: {}, pointer: `/${field}` }));
  const causes = [...missing, ...[account, approvals, profile].flatMap((one) => (one.ok ? [] : [one.refusal]))];
  if (causes.length > 0 || !profile.ok || !approvals.ok || !account.ok) return refuse('funds.terms_wrong', { count: causes.length }, { causes });
  const { name, holder, zone } = typed;
  return ok({ name, holder, zone, address: addressIn(typed), profile: profile.value, approvals: approvals.value, ...(account.value === undefined ? {} : { account: account.value }) });
}

const PARTS = new Set<string>([...Object.keys(FIELDS)]);

/** A fault somewhere in the terms at the field that shows it: `/account/iban` at `iban`, whatever is in the profile at `profile`. */
export function atField({ pointer, ...refusal }: Refusal): Refusal {
  const [, first = '', second = ''] = (pointer ?? '').split('/');
  const field = first === 'account' && PARTS.has(second) ? second : first === 'account' ? 'iban' : first === 'address' ? 'town' : first;
  return { ...refusal, ...(field === '' ? {} : { pointer: `/${field}` }) };
}
