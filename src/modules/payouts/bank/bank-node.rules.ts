import { isCurrency, exponentOf, parseMoney, type Money } from '../../../core/money/index.js';
import { parseLocal } from '../../../core/time/index.js';
import type { Refusal } from '../../../core/errors/index.js';
import type { PaymentProfile } from '../../../core/payments/profile.js';
import type { BankReason } from '../../../core/payments/reconcile-reports.js';
import { LONGEST_RAW } from './bank-fault.rules.js';
import type { BankFileFault } from './bank-files.errors.js';
import type { XmlNode } from './bank-xml.importer.js';

/** How many decimals an amount has: exactly its currency's, or fewer where a bank drops zeros at the end. */
export type Decimals = NonNullable<PaymentProfile['statedDecimals']>;

export const childrenOf = (node: XmlNode | undefined, name: string): XmlNode[] => node?.children.filter((child) => child.name === name) ?? [];

/** The first element along a path of local names. */
export const nodeAt = (node: XmlNode | undefined, ...path: readonly string[]): XmlNode | undefined =>
  path.reduce<XmlNode | undefined>((at, name) => at?.children.find((child) => child.name === name), node);

/** Its text, trimmed and cut to what is kept; nothing when there is none. */
export function textAt(node: XmlNode | undefined, ...path: readonly string[]): string | undefined {
  const text = nodeAt(node, ...path)?.text.trim().slice(0, LONGEST_RAW);
  return text === '' ? undefined : text;
}

/** The element a `given` value makes; absent stays absent. */
export const given = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> => (value === undefined ? {} : { [key]: value } as Record<K, V>);

/** A calendar date; nothing for what is none. Edge: 30 February. */
export const dayIn = (text: string | undefined): string | undefined => (text !== undefined && parseLocal(text).ok ? text : undefined);

/** The day of a date or of a date and time, as the bank has it; its zone is not moved. */
export function dayAt(node: XmlNode | undefined, ...path: readonly string[]): string | undefined {
  const choice = nodeAt(node, ...path);
  return dayIn(/^\d{4}-\d{2}-\d{2}/u.exec(textAt(choice, 'Dt') ?? textAt(choice, 'DtTm') ?? '')?.[0]);
}

/** The reference that banks write when a payer gave none. */
const NOT_PROVIDED = 'NOTPROVIDED';

/** A reference of ours; nothing where the bank says that there was none. */
export function referenceAt(node: XmlNode | undefined, ...path: readonly string[]): string | undefined {
  const text = textAt(node, ...path);
  return text === NOT_PROVIDED ? undefined : text;
}

export type AmountRead = { readonly ok: true; readonly amount: Money } | { readonly ok: false; readonly refusal: Refusal<BankFileFault>; readonly raw: string };

/** Codes: `payouts.bank_amount`, `payouts.bank_currency`. Edge: "3.1" CHF is refused when decimals are exact; "1.000" CHF and "5.0" KRW always. */
export function readAmount(text: string, currency: string, decimals: Decimals): AmountRead {
  const raw = `${text} ${currency}`.trim();
  if (!isCurrency(currency)) return { ok: false, raw, refusal: { code: 'payouts.bank_currency', params: { currency: currency.slice(0, 12) } } };
  const amount = parseMoney(text, currency);
  const exponent = exponentOf(currency);
  const isShort = (/\.(\d+)$/u.exec(text)?.[1] ?? '').length < exponent;
  if (amount.ok && amount.value.minor >= 0n && (decimals === 'short' || !isShort)) return { ok: true, amount: amount.value };
  return { ok: false, raw, refusal: { code: 'payouts.bank_amount', params: { text: text.slice(0, 40), currency, decimals: exponent } } };
}

/** An element such as `<Amt Ccy="EUR">`; nothing where there is none. */
export const amountOf = (node: XmlNode | undefined, decimals: Decimals): AmountRead | undefined =>
  (node === undefined ? undefined : readAmount(node.text.trim(), node.attributes['Ccy'] ?? '', decimals));

/** The amount, where it can be read; for amounts that nothing hangs on. */
export function softAmount(node: XmlNode | undefined, decimals: Decimals): Money | undefined {
  const read = amountOf(node, decimals);
  return read?.ok === true ? read.amount : undefined;
}

/** Every `StsRsnInf` or `RtrInf` of an element. */
export const reasonsOf = (node: XmlNode | undefined, name: 'StsRsnInf' | 'RtrInf'): BankReason[] => childrenOf(node, name).map((information) => ({
  ...given('code', textAt(information, 'Rsn', 'Cd')),
  ...given('proprietary', textAt(information, 'Rsn', 'Prtry')),
  texts: childrenOf(information, 'AddtlInf').map(({ text }) => text.trim().slice(0, LONGEST_RAW)),
}));

/** A count in digits; nothing for anything else. */
export function countAt(node: XmlNode | undefined, ...path: readonly string[]): bigint | undefined {
  const text = textAt(node, ...path);
  return text !== undefined && /^\d{1,15}$/u.test(text) ? BigInt(text) : undefined;
}
