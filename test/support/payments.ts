import fc from 'fast-check';
import { composeIBAN } from 'ibantools';
import { currency, money } from '../../src/core/money/index.js';
import { BatchCheck, readProfile, SHIPPED_PROFILES, type BatchHeader, type Findings, type PaymentAccount, type PaymentInstruction, type PaymentProfile } from '../../src/core/payments/index.js';
import type { Instant } from '../../src/core/time/index.js';
import { renderPaymentFile, type RenderOptions } from '../../src/platform/payment-files/render.js';

/** A shipped profile, with changes to its document. */
export function profileOf(id: string, changes: object = {}): PaymentProfile {
  const read = readProfile({ ...SHIPPED_PROFILES.find((profile) => profile.id === id), ...changes });
  if (read.profile === undefined) throw new Error(JSON.stringify(read.faults));
  return read.profile;
}

export const BERLIN = 'DE89370400440532013000';
export const KOREAN: PaymentAccount = { kind: 'kr', bankCode: '088', number: '00110234567890' };
const UETR = '8a562c67-ca16-48ba-b074-65581be6f001';

/** A payment in euros to an IBAN in Berlin, sound for every profile that takes IBANs; `changes` say what differs. */
export function aPayment(number: number, changes: Omit<Partial<PaymentInstruction>, 'payee'> & { readonly payee?: Partial<PaymentInstruction['payee']> } = {}): PaymentInstruction {
  const payee = { name: `Bakery ${number}`, account: { kind: 'iban' as const, iban: BERLIN }, address: { street: 'Main Street', building: '1', postcode: '10115', town: 'Berlin', country: 'DE' }, ...changes.payee };
  return { endToEndId: `MG-${number}`, uetr: `${number.toString(16).padStart(8, '0')}${UETR.slice(8)}`, amount: money(1_000n, currency('EUR')), remittance: `Claim ${number}`, ...changes, payee };
}

/** A payment in won to an account in Korea. */
export const aKoreanPayment = (number: number, changes: Parameters<typeof aPayment>[1] = {}): PaymentInstruction =>
  aPayment(number, { amount: money(12_300n, currency('KRW')), ...changes, payee: { name: '모퉁이 카페', account: KOREAN, phone: '010-1234-5678', ...changes.payee } });

/** The head of these payments, counted and added up. */
export const headOf = (payments: readonly PaymentInstruction[], changes: Partial<BatchHeader> = {}): BatchHeader => ({
  messageId: 'MG-BATCH-7', createdAt: Date.UTC(2026, 10, 28, 9, 30) as Instant, executeOn: '2026-12-01', count: payments.length,
  sumMinor: payments.reduce((sum, { amount }) => sum + amount.minor, 0n), currency: payments[0]?.amount.currency ?? currency('EUR'),
  debtor: { name: 'Operator', account: { kind: 'iban', iban: 'FR1420041010050500013M02606', bic: 'PSSTFRPPXXX' }, address: { town: 'Paris', country: 'FR' } },
  ...changes,
});

/** As a cursor would give them. */
export async function* streamed<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

export function checked(profile: PaymentProfile, payments: readonly PaymentInstruction[], header: BatchHeader = headOf(payments)): Findings {
  const check = new BatchCheck(profile, header);
  payments.forEach((payment) => check.take(payment));
  return check.finish();
}

/** The same, found while the file is written. */
export async function checkedInWriting(profile: PaymentProfile, payments: readonly PaymentInstruction[], header: BatchHeader = headOf(payments)): Promise<Findings & { readonly passed: number }> {
  const check = new BatchCheck(profile, header);
  let passed = 0;
  const writing = renderPaymentFile(profile, header, check.passing(streamed(payments)), { onProgress: (count) => { passed = count; } });
  while ((await writing.next()).done !== true);
  return { ...check.finish(), passed };
}

export const codes = ({ faults }: Pick<Findings, 'faults'>): string[] => faults.map(({ code, params }) => `${code.replace('payments.', '')}${params['line'] === undefined ? '' : ` ${String(params['line'])}`}`);

export async function rendered(profile: PaymentProfile, payments: readonly PaymentInstruction[], header: BatchHeader = headOf(payments), options: RenderOptions = {}): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of renderPaymentFile(profile, header, streamed(payments), options)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** IBANs of countries that SEPA reaches, with check digits by ibantools. */
export const anIban = fc.oneof(
  fc.stringMatching(/^\d{18}$/).map((bban) => composeIBAN({ countryCode: 'DE', bban })),
  fc.stringMatching(/^[A-Z]{4}\d{10}$/).map((bban) => composeIBAN({ countryCode: 'NL', bban })),
  fc.stringMatching(/^\d{16}$/).map((bban) => composeIBAN({ countryCode: 'AT', bban })),
).filter((iban): iban is string => iban !== null);

/** Amounts from one minor unit to the most that SEPA takes in cents. */
export const aMinor = fc.bigInt({ min: 1n, max: 99_999_999_999n });

/** Names with letters, signs and markup in them. */
export const aName = fc.array(fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCÉéßØłŽñç&<>"\'.-/'), { minLength: 1, maxLength: 30 }).map((letters) => `B${letters.join('')}`);

/** A batch in one currency, each payment to an IBAN of its own. */
export const aBatch = (code: string, most = 12): fc.Arbitrary<PaymentInstruction[]> =>
  fc.array(fc.record({ minor: aMinor, iban: anIban, name: aName }), { minLength: 1, maxLength: most })
    .map((lines) => lines.map(({ minor, iban, name }, place) => aPayment(place + 1, { amount: money(minor, currency(code)), payee: { name, account: { kind: 'iban', iban } } })));

/** Accounts of Korean banks, of other systems with letters and zeros in front, and IBANs. */
const ACCOUNTS: Readonly<Record<PaymentAccount['kind'], fc.Arbitrary<PaymentAccount>>> = {
  iban: anIban.map((iban) => ({ kind: 'iban', iban })),
  kr: fc.record({ kind: fc.constant('kr' as const), bankCode: fc.constantFrom('004', '007', '081', '088', '089', '090'), number: fc.stringMatching(/^0?\d{9,13}$/) }),
  other: fc.record({ kind: fc.constant('other' as const), number: fc.stringMatching(/^0{0,2}[A-Z]{0,2}\d{6,14}$/) }),
};

/** A batch that a profile takes, in one currency, with accounts of every kind that it knows. */
export const aBatchFor = ({ accounts, amount }: PaymentProfile, code: string, most = 12): fc.Arbitrary<PaymentInstruction[]> =>
  fc.array(fc.record({ minor: amount === undefined ? fc.bigInt({ min: 1n, max: 10n ** 15n }) : aMinor, account: fc.oneof(...accounts.map((kind) => ACCOUNTS[kind])), name: aName }), { minLength: 1, maxLength: most })
    .map((lines) => lines.map(({ minor, account, name }, place) => aPayment(place + 1, { amount: money(minor, currency(code)), payee: { name: account.kind === 'kr' ? `카페 ${name.replaceAll(/[^a-z]/g, '')}` : name, account } })));
