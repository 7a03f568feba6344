import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { currency as currencyOf, money, parseMoney } from '../../core/money/index.js';
import { readProfile, tableRow, type AccountKind, type BatchHeader, type PaymentAccount, type PaymentInstruction, type PaymentProfile } from '../../core/payments/index.js';
import { dateAt } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { renderPaymentFile } from '../../platform/payment-files/render.js';

/** A file in little: of a sheet its rows, of a message its text. */
export type Preview = { readonly rows: readonly (readonly string[])[]; readonly text?: never } | { readonly text: string; readonly rows?: never };

const SAMPLES: Readonly<Record<AccountKind, PaymentAccount>> = {
  iban: { kind: 'iban', iban: 'DE89370400440532013000' }, kr: { kind: 'kr', bankCode: '004', number: '0123456789012' }, other: { kind: 'other', number: '1234567890' },
};
const NAMES = ['Example One', 'Example Two', 'Example Three'];
const UETRS = ['0b1c2d3e-4f50-4a61-8b72-9c83ad94be01', '0b1c2d3e-4f50-4a61-8b72-9c83ad94be02', '0b1c2d3e-4f50-4a61-8b72-9c83ad94be03'];

/** What a profile would write of three payments that nobody makes. */
@Injectable()
export class ProfilePreviews {
  constructor(private readonly clock: Clock) {}

  /** Undefined where the profile cannot be used. */
  async of(stated: object, currency: string): Promise<Preview | undefined> {
    const { profile } = readProfile(stated);
    if (profile === undefined) return undefined;
    const [payments, header] = [samples(profile, currency), this.#header(profile, currency)];
    if (profile.format !== 'pain') return { rows: [profile.columns.map(({ header: name }) => name), ...payments.map((payment, place) => tableRow(profile, header, payment, place + 1).cells)] };
    const pieces: Uint8Array[] = [];
    for await (const piece of renderPaymentFile(profile, header, Readable.from(payments) as AsyncIterable<PaymentInstruction>, {})) pieces.push(piece);
    return { text: Buffer.concat(pieces).toString('utf8') };
  }

  #header(profile: PaymentProfile, code: string): BatchHeader {
    const now = this.clock.now();
    const payments = samples(profile, code);
    return {
      messageId: 'MG-EXAMPLE', createdAt: now, executeOn: dateAt(now, 'UTC'), count: payments.length, sumMinor: payments.reduce((sum, { amount: { minor } }) => sum + minor, 0n), currency: currencyOf(code),
      debtor: { name: 'Example Payer', account: SAMPLES[profile.accounts[0] ?? 'iban'], address: { town: 'Example', country: 'DE' } },
    };
  }
}

function samples({ accounts, amount }: PaymentProfile, code: string): PaymentInstruction[] {
  const least = amount === undefined ? undefined : parseMoney(amount.least, code);
  const base = least?.ok === true ? least.value.minor : 10_000n;
  return NAMES.map((name, place) => ({
    endToEndId: `EXAMPLE-${place + 1}`, uetr: UETRS[place], amount: money(base * BigInt(place + 1), currencyOf(code)), remittance: `EXAMPLE ${place + 1}`,
    payee: { name, account: SAMPLES[accounts[place % accounts.length] ?? 'iban'], address: { town: 'Example', country: 'DE' } },
  }));
}
