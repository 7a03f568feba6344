import { defineCatalogue, type Refusal, type RefusalEntry } from '../errors/index.js';

const meaning = (title: string, detail: string): RefusalEntry => ({ kind: 'meaning', title, detail });
const ROUND = 'Do not send the file, and report this as a defect.';

/** Why a profile cannot be used, a batch cannot be paid as it stands, or a written file may not leave. `line` counts payments from 1. No words repeat an account number. */
export const PAYMENT_FAULTS = defineCatalogue({
  'payments.profile_missing': meaning('Something is missing in the profile', '{path} is missing; expected {expected}. Add it.'),
  'payments.profile_unknown': meaning('The profile has something unknown', '{path} is not known here; known are {known}. Take it out, or correct its name.'),
  'payments.profile_value': meaning('A value of the profile cannot be used', '{path} is {found}; expected {expected}. Correct it.'),
  'payments.batch_empty': meaning('There is nothing to pay', 'The batch has no payments. Add some, or cancel it.'),
  'payments.batch_count': meaning('The number of payments is wrong', 'The batch says {stated} payments, there are {found}. Lock it again, so that it is counted afresh.'),
  'payments.batch_sum': meaning('The sum is wrong', 'The batch says {stated} {currency}, its payments add up to {found} {currency}. Lock it again, so that it is added up afresh.'),
  'payments.execution_date': meaning('The day of execution is no date', 'The day of execution is "{executeOn}". Choose a date.'),
  'payments.payer_account': meaning('The paying account cannot be used', 'The account that pays is not one this profile can name. Correct the paying account, or choose another profile.'),
  'payments.reference_missing': meaning('A reference is missing', 'Line {line}: {field} is empty. Every payment needs its own.'),
  'payments.reference_characters': meaning('A reference has characters that do not travel', 'Line {line}: {field} "{text}" may have letters, digits and the signs of the profile only. Correct it.'),
  'payments.reference_slash': meaning('A reference has slashes where banks refuse them', 'Line {line}: {field} "{text}" must not begin or end with "/" nor have "//" in it. Correct it.'),
  'payments.reference_repeated': meaning('Two payments have the same reference', 'Lines {first} and {line} both have {field} "{text}", so a bank would take one for a repeat. Give one of them another.'),
  'payments.uetr_missing': meaning('A payment lacks its UETR', 'Line {line}: this profile wants a UETR for every payment. Make one when the batch is locked.'),
  'payments.uetr_form': meaning('A UETR is none', 'Line {line}: a UETR is a random UUID (version 4) in small letters. Make another.'),
  'payments.amount_form': meaning('An amount cannot be read', 'Line {line}: "{amount}" is no amount. Write figures with a point before the decimals.'),
  'payments.amount_zero': meaning('A payment of nothing', 'Line {line}: the amount is {amount} {currency}; only more than nothing can be paid. Take the line out.'),
  'payments.amount_bounds': meaning('An amount is outside what the bank takes', 'Line {line}: {amount} {currency} is not from {least} to {most}. Pay it in another way, or in parts.'),
  'payments.amount_decimals': meaning('An amount has decimals that its currency does not have', 'Line {line}: {amount} {currency} has more than {decimals} decimals. Correct the amount.'),
  'payments.currency_unknown': meaning('A currency is not known', 'Line {line}: "{currency}" is not an active ISO 4217 currency. Correct it.'),
  'payments.currency_not_taken': meaning('This profile does not pay in that currency', 'Line {line}: {currency} is not one of {taken}. Choose another profile.'),
  'payments.currency_mixed': meaning('Two currencies in one batch', 'Line {line} is in {currency}, the batch in {expected}. Put it into a batch of its own.'),
  'payments.account_kind': meaning('The account is of a kind this profile cannot pay to', 'Line {line}: the account is "{kind}"; this profile pays to {taken}. Put the line into a batch of another profile.'),
  'payments.account_form': meaning('An account number cannot be right', 'Line {line}: the account number has the wrong length or characters that none has. Ask the payee for it again.'),
  'payments.iban_form': meaning('An IBAN is not built like one', 'Line {line}: an IBAN has two letters, two digits and up to 30 letters and digits, without spaces. Ask the payee for it again.'),
  'payments.iban_check_digits': meaning('An IBAN has a typing error', 'Line {line}: its check digits do not fit. Ask the payee for it again.'),
  'payments.country_not_reached': meaning('A country that the scheme does not reach', 'Line {line}: accounts in {country} are outside SEPA (list of {asOf}). Pay it with another profile.'),
  'payments.bic_form': meaning('A BIC is none', 'Line {line}: a BIC has 8 or 11 capital letters and digits. Correct it, or leave it out.'),
  'payments.bank_unknown': meaning('A bank is not known', 'Line {line}: "{bankCode}" is not the three-digit code of a Korean bank. Ask the payee for the bank again.'),
  'payments.name_missing': meaning('A name is missing', 'Line {line}: the name of {whose} is empty. Enter it.'),
  'payments.text_too_long': meaning('A text is too long', 'Line {line}: {field} has {length} {unit}, at most {most} are taken. Shorten it.'),
  'payments.character': meaning('A character that the bank does not take', 'Line {line}: {field} has "{character}" ({code}), which cannot be sent. Enter it in letters that the bank takes, as the account is held.'),
  'payments.address_missing': meaning('An address is missing', 'Line {line}: the bank wants the address of {whose}, at least town and country. Ask for it.'),
  'payments.address_incomplete': meaning('An address lacks a part', 'Line {line}: the address of {whose} has no {part}. Since November 2026 banks refuse addresses without town and country as parts of their own. Ask for it.'),
  'payments.address_country': meaning('A country is none', 'Line {line}: the country in the address of {whose} is "{country}"; two capital letters of ISO 3166 are expected. Correct it.'),
  'payments.address_lines': meaning('An address has too many free lines', 'Line {line}: the address of {whose} has {found} free lines, this profile takes {most}. Put street, number and postcode into their own fields.'),
  'payments.address_repeats': meaning('An address says something twice', 'Line {line}: a free line in the address of {whose} repeats its {part}. Take it out there.'),
  'payments.file_damaged': meaning('The written file cannot be read', `The file ends early or is not built as it should be (line {line} of it). ${ROUND}`),
  'payments.file_head': meaning('The head of the written file differs from the batch', `{field} is "{found}" in the file, "{stated}" in the batch. ${ROUND}`),
  'payments.file_line': meaning('A line of the written file differs from its payment', `Line {line}: {field} is not that of the payment. ${ROUND}`),
  'payments.file_lines': meaning('The written file has another number of payments', `The file has {found} payments, the batch {stated}. ${ROUND}`),
  'payments.schema_invalid': meaning('The file is not valid by its schema', `Line {line}: {message} ${ROUND}`),
  'payments.schema_missing': meaning('The schema is not there', 'The file cannot be checked: {file} is not in the folder of PAYMENT_SCHEMAS_DIR. Download it from iso20022.org and put it there, or set PAYMENT_SCHEMA_CHECK to when_present to send files unchecked.'),
});

export type PaymentFaultCode = keyof typeof PAYMENT_FAULTS;
export type PaymentFault = Refusal<PaymentFaultCode>;

export const fault = (code: PaymentFaultCode, params: Refusal['params'] = {}): PaymentFault => ({ code, params });

/** What a check found: all are counted, the first of them are kept, so that a batch of a hundred thousand mistakes stays readable. */
export interface Findings {
  readonly count: number;
  readonly faults: readonly PaymentFault[];
}

/** Faults that are kept of one check. */
export const MOST_FAULTS = 200;

/** Collects faults as they are found. */
export class FaultList {
  readonly #faults: PaymentFault[] = [];
  #count = 0;

  add(faults: Iterable<PaymentFault>): void {
    for (const found of faults) {
      this.#count += 1;
      if (this.#faults.length < MOST_FAULTS) this.#faults.push(found);
    }
  }

  get findings(): Findings {
    return { count: this.#count, faults: this.#faults };
  }
}
