import { formatMoney } from '../money/index.js';
import { toSepa } from './characters.js';
import type { PaymentAccount, PaymentInstruction, PostalAddress, TextChange } from './instruction.js';
import type { PaymentProfile } from './profile.js';

/** An account as a file states it. */
export interface StatedAccount {
  readonly iban?: string | undefined;
  readonly number?: string | undefined;
  readonly bic?: string | undefined;
  readonly clearingSystem?: string | undefined;
  readonly member?: string | undefined;
}

/** A payment as a file states it, every value as text: made from an instruction before writing, and read again from the written file. */
export interface StatedPayment {
  readonly endToEndId: string;
  readonly uetr?: string | undefined;
  readonly amount: string;
  readonly currency: string;
  readonly name: string;
  readonly account: StatedAccount;
  readonly address?: PostalAddress | undefined;
  readonly remittance: string;
}

/** The head of a written file; figures that stand in it twice are there twice. */
export interface StatedHead {
  readonly messageIds: readonly string[];
  readonly createdAt: string;
  readonly counts: readonly string[];
  readonly sums: readonly string[];
  readonly executeOn: string;
  readonly serviceLevel?: string | undefined;
  readonly chargeBearer?: string | undefined;
  readonly payerName: string;
  readonly payer: StatedAccount;
}

/** Parts of an address that hold text, by name. */
export const ADDRESS_PARTS = ['street', 'building', 'postcode', 'town', 'country'] as const;

const isSepa = (profile: PaymentProfile): boolean => profile.format === 'pain' && profile.characters === 'sepa';

/** The account as files of this profile state it. */
export function stateAccount(account: PaymentAccount, profile: PaymentProfile): StatedAccount {
  if (account.kind === 'iban') return { iban: account.iban, bic: account.bic };
  if (account.kind === 'other') return { number: account.number, bic: account.bic, clearingSystem: account.clearing?.system, member: account.clearing?.member };
  return { number: account.number, member: account.bankCode, clearingSystem: profile.format === 'pain' ? profile.koreanClearingSystem : undefined };
}

/** Says texts as the bank takes them, and keeps what that changed. */
export class Wording {
  readonly changes: TextChange[] = [];

  constructor(private readonly profile: PaymentProfile, private readonly line: number) {}

  say(field: string, text: string): string {
    const normal = text.normalize('NFC');
    const to = isSepa(this.profile) ? toSepa(normal) : normal;
    if (to !== normal) this.changes.push({ line: this.line, field, from: normal, to, why: 'characters' });
    return to;
  }

  /** Empty parts are none. */
  address(address: PostalAddress | undefined): PostalAddress | undefined {
    if (address === undefined) return undefined;
    const parts = ADDRESS_PARTS.flatMap((part) => {
      const text = address[part]?.trim() ?? '';
      return text === '' ? [] : [[part, this.say(part, text)] as const];
    });
    const lines = (address.lines ?? []).map((text) => text.trim()).filter((text) => text !== '').map((text) => this.say('address_line', text));
    return { ...Object.fromEntries(parts), ...(lines.length === 0 ? {} : { lines }) };
  }
}

/**
 * An instruction as a file of the profile states it: amounts as decimal text by ISO 4217, texts in the characters of the profile.
 * Judges nothing: what cannot be said in them stays, for `paymentFaults` to name. `line` counts from 1.
 */
export function statePayment(instruction: PaymentInstruction, profile: PaymentProfile, line: number): { readonly stated: StatedPayment; readonly changes: readonly TextChange[] } {
  const wording = new Wording(profile, line);
  const { endToEndId, uetr, amount, payee, remittance } = instruction;
  const carriesUetr = profile.format !== 'pain' || profile.uetr === 'required';
  const stated = {
    endToEndId, uetr: carriesUetr ? uetr : undefined, amount: formatMoney(amount), currency: amount.currency,
    name: wording.say('name', payee.name), account: stateAccount(payee.account, profile), address: wording.address(payee.address),
    remittance: wording.say('remittance', remittance),
  };
  return { stated, changes: wording.changes };
}
