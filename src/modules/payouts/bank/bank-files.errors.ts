import { defineCatalogue } from '../../../core/errors/index.js';

const ENTRIES = {
  'payouts.bank_empty': { kind: 'meaning', title: 'The file is empty', detail: 'The file has no content. Fetch it from the bank again.' },
  'payouts.bank_encoding': { kind: 'meaning', title: 'The characters of the file cannot be read', detail: 'The file is not {encoding} throughout, as it says or as its profile has it. Fetch it from the bank again, without opening it in between.' },
  'payouts.bank_not_xml': { kind: 'meaning', title: 'The file is damaged', detail: 'It is no complete XML; reading stopped at line {line}. Nothing of it was taken. Fetch it from the bank again.' },
  'payouts.bank_doctype': { kind: 'meaning', title: 'The file has a document type', detail: 'No bank message has a document type or entities of its own, and neither is ever read here. Nothing of the file was taken.' },
  'payouts.bank_too_large': { kind: 'too_large', title: 'The file is larger than can be read', detail: 'Its {what} go beyond {most}. Nothing of it was taken.' },
  'payouts.bank_unknown_message': { kind: 'meaning', title: 'This is no message that is read here', detail: 'Payment statuses (pain.002), bookings (camt.054) and statements (camt.053) are read; this file has {found}.' },
  'payouts.bank_disorder': { kind: 'meaning', title: 'The file is out of order', detail: 'More than {most} transactions stand before what they belong to, so they cannot be understood. Nothing of the file was taken.' },
  'payouts.bank_not_table': { kind: 'meaning', title: 'The file is no table', detail: 'Quotes and separators make no rows around line {line}. Nothing of it was taken.' },
  'payouts.bank_columns': { kind: 'meaning', title: 'The file has other columns', detail: 'No row near its beginning names these columns: {missing}. Choose the profile of the bank that the file is from, or correct the profile.' },
  'payouts.bank_amount': { kind: 'meaning', title: 'An amount cannot be read', detail: '“{text}” is no amount of {currency}, which is written with {decimals} decimals. The entry was left out.' },
  'payouts.bank_currency': { kind: 'meaning', title: 'A currency is not known', detail: '“{currency}” is no currency in use. The entry was left out.' },
  'payouts.bank_incomplete': { kind: 'meaning', title: 'Something is missing', detail: 'There is no {what}, so this was left out.' },
  'payouts.bank_word_unknown': { kind: 'meaning', title: 'A word for the result is not known', detail: '“{word}” is none of the words that the profile knows. The row was left out: add the word to the profile and read the file again.' },
  'payouts.bank_counts': { kind: 'meaning', title: 'Numbers do not agree', detail: 'The bank counts {stated} {what}; the file has {found}.' },
  'payouts.bank_entry_sum': { kind: 'meaning', title: 'An entry is not the sum of its transactions', detail: 'The entry is {stated}; its transactions come to {found}.' },
  'payouts.bank_balance': { kind: 'meaning', title: 'A statement does not add up', detail: 'Opening balance and entries come to {found}; the closing balance is {stated}.' },
} as const;

export type BankFileFault = keyof typeof ENTRIES;

export const BANK_FILE_ERRORS = defineCatalogue<BankFileFault>(ENTRIES);
