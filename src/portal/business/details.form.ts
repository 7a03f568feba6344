import { money, currency, formatMoney, isCurrency, parseMoney } from '../../core/money/index.js';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { ADDRESS_PARTS, TRADE_SYSTEM, type Address, type MerchantEdit, type MerchantView } from '../../modules/merchants/index.js';
import { formText } from '../shared/form-fields.form.js';

/** Who a business is, as it stands in the fields. */
export interface DetailsForm {
  readonly legalName: string;
  readonly country: string;
  readonly scheme: string;
  readonly number: string;
  readonly trade: string;
  readonly language: string;
  readonly zone: string;
}

export const detailsForm = ({ legalName, country, registration, sector, language, zone }: MerchantView): DetailsForm => ({
  legalName, country, scheme: registration.scheme, number: registration.typed === '' ? registration.value : registration.typed,
  trade: sector.code, language, zone,
});

export const readDetails = (body: unknown): DetailsForm => ({
  legalName: formText(body, 'legalName', 200), country: formText(body, 'country', 2), scheme: formText(body, 'registration-scheme', 20),
  number: formText(body, 'registration-value', 40), trade: formText(body, 'trade', 40), language: formText(body, 'language', 2), zone: formText(body, 'zone', 60),
});

const missing = (field: string): Refusal => ({ code: 'portal.field_missing', params: {}, pointer: `/${field}` });

/** What nobody chose; whether the rest can be used is for the service to say. */
export function undecided(form: DetailsForm): Refusal | undefined {
  const fields = [['country', 'country'], ['scheme', 'registration-scheme'], ['trade', 'trade']] as const;
  const faults = fields.filter(([name]) => form[name] === '').map(([, field]) => missing(field));
  if (form.legalName.trim() === '') faults.unshift(missing('legalName'));
  return faults.length === 0 ? undefined : { code: 'merchants.details_faulty', params: { count: faults.length }, causes: faults };
}

export const detailsOf = (form: DetailsForm) => ({
  legalName: form.legalName, country: form.country, registration: { scheme: form.scheme, value: form.number }, sector: { system: TRADE_SYSTEM, code: form.trade },
  language: form.language, zone: form.zone,
});

/** An address as it stands in the fields of a page. */
export const readAddressForm = (body: unknown, country: string): Address => ({
  ...Object.fromEntries(ADDRESS_PARTS.map((part) => [part, formText(body, `address-${part}`, 70)])), country,
});

export const isBlankAddress = (address: Address): boolean => ADDRESS_PARTS.every((part) => (address[part] ?? '').trim() === '');

export interface ContactForm {
  readonly phone: string;
  readonly address: Address;
}

export const contactForm = ({ phone, address, country }: MerchantView): ContactForm => ({ phone: phone ?? '', address: address ?? { country } });
export const readContact = (body: unknown, country: string): ContactForm => ({ phone: formText(body, 'phone', 40), address: readAddressForm(body, country) });
export const contactOf = ({ phone, address }: ContactForm): MerchantEdit => ({ phone: phone.trim() === '' ? null : phone, address: isBlankAddress(address) ? null : address });

/** One fact about how large a business is. */
export interface SizeForm {
  readonly measure: string;
  readonly year: string;
  readonly value: string;
  readonly currency: string;
  readonly source: string;
}

export const SIZE_SOURCES = ['tax return', 'annual accounts', 'own records'] as const;
const MOST_SIZES = 20;

export const sizesForm = ({ sizes }: MerchantView): SizeForm[] => sizes.map(({ measure, year, value, currency: code, source }) => ({
  measure, year: String(year), source, currency: code ?? '', value: code !== undefined && isCurrency(code) ? formatMoney(money(BigInt(value), currency(code))) : value,
}));

export function readSizesForm(body: unknown): SizeForm[] {
  const found: SizeForm[] = [];
  for (let index = 0; index < MOST_SIZES; index += 1) {
    const text = (name: string): string => formText(body, `sizes-${index}-${name}`, 80).trim();
    if (typeof body !== 'object' || body === null || !Object.hasOwn(body, `sizes-${index}-measure`)) break;
    found.push({ measure: text('measure') === 'employees' ? 'employees' : 'turnover', year: text('year'), value: text('value'), currency: text('currency').toUpperCase(), source: text('source') });
  }
  return found;
}

/** `1,234,567` and `1 234 567` are written for the eye; a comma that could be a decimal one is left for the sentence that asks. */
const ungrouped = (text: string): string => {
  const plain = text.normalize('NFKC').replaceAll(/\s/g, '');
  return /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain) ? plain.replaceAll(',', '') : plain;
};

function sizeOf(form: SizeForm, index: number): Result<NonNullable<MerchantEdit['sizes']>[number]> {
  const at = (name: string): { pointer: string } => ({ pointer: `/sizes-${index}-${name}` });
  if (!/^(19|20)\d\d$/.test(form.year)) return refuse('portal.field_missing', {}, at('year'));
  const common = { measure: form.measure, year: Number.parseInt(form.year, 10), source: form.source === '' ? 'own records' : form.source };
  const value = ungrouped(form.value);
  if (form.measure === 'employees') return /^\d{1,7}$/.test(value) ? ok({ ...common, value }) : refuse('portal.count_unreadable', { value: form.value }, at('value'));
  const turnover = parseMoney(value, form.currency);
  if (!turnover.ok) return refuse(turnover.refusal.code, turnover.refusal.params, at(turnover.refusal.code === 'money.currency_unknown' ? 'currency' : 'value'));
  if (turnover.value.minor < 0n) return refuse('portal.amount_negative', {}, at('value'));
  return ok({ ...common, value: turnover.value.minor.toString(), currency: turnover.value.currency });
}

const isEmpty = ({ year, value }: SizeForm): boolean => year === '' && value === '';

/** Sizes to be stored, or every fault at its field. A row without year and value is left out. */
export function sizesOf(forms: readonly SizeForm[]): Result<NonNullable<MerchantEdit['sizes']>> {
  const read = forms.map((form, index) => (isEmpty(form) ? undefined : sizeOf(form, index))).filter((one) => one !== undefined);
  const faults = read.flatMap((one) => (one.ok ? [] : [one.refusal]));
  return faults.length > 0 ? refuse('merchants.details_faulty', { count: faults.length }, { causes: faults }) : ok(read.flatMap((one) => (one.ok ? [one.value] : [])));
}
