import { defineCatalogue } from '../../../core/errors/index.js';

const ENTRIES = {
  'payouts.bank_file_missing': { kind: 'shape', title: 'There is no file', detail: 'Send the file of the bank as the body, or as the file of a form after its fields.' },
  'payouts.bank_account_missing': { kind: 'meaning', title: 'Which account is it of?', detail: 'Name the paying account that the bank speaks of, by its id, as payingAccount.' },
  'payouts.bank_format_unknown': { kind: 'meaning', title: 'The format is not known', detail: 'Files are read as {known}.' },
  'payouts.bank_empty': { kind: 'meaning', title: 'The file is empty', detail: 'The file has no content. Fetch it from the bank again.' },
  'payouts.bank_encoding': { kind: 'meaning', title: 'The characters of the file cannot be read', detail: 'The file is not {encoding} throughout, as it says or as its profile has it. Fetch it from the bank again, without opening it in between.' },
  'payouts.bank_not_xml': { kind: 'meaning', title: 'The file is damaged', detail: 'It is no complete XML; reading stopped at line {line}. Nothing of it was taken. Fetch it from the bank again.' },
  'payouts.bank_doctype': { kind: 'meaning', title: 'The file has a document type', detail: 'No bank message has a document type or entities of its own, and neither is ever read here. Nothing of the file was taken.' },
  'payouts.bank_too_large': { kind: 'too_large', title: 'The file is too large', detail: 'It has more than {most} bytes. Nothing of it was taken.' },
  'payouts.bank_too_deep': { kind: 'too_large', title: 'The file is nested too deeply', detail: 'Elements stand in one another more than {most} deep, which no bank message does. Nothing of it was taken.' },
  'payouts.bank_unbroken': { kind: 'too_large', title: 'One text of the file is too long', detail: 'More than {most} characters follow one another without a tag, which no bank message has. Nothing of it was taken.' },
  'payouts.bank_entry_too_large': { kind: 'too_large', title: 'One entry of the file is too large', detail: 'One entry has more than {most} characters. Nothing of the file was taken.' },
  'payouts.bank_unknown_message': { kind: 'meaning', title: 'This is no message that is read here', detail: 'Payment statuses (pain.002), bookings (camt.054) and statements (camt.053) are read; this file has {found}.' },
  'payouts.bank_disorder': { kind: 'meaning', title: 'The file is out of order', detail: 'More than {most} transactions stand before what they belong to, so they cannot be understood. Nothing of the file was taken.' },
  'payouts.bank_not_table': { kind: 'meaning', title: 'The file is no table', detail: 'Quotes and separators make no rows around line {line}. Nothing of it was taken.' },
  'payouts.bank_columns': { kind: 'meaning', title: 'The file has other columns', detail: 'No row near its beginning names these columns: {missing}. Put the headings of the file into the results of the account’s profile and read the file again, or choose the account that it is of.' },
  'payouts.bank_no_results': { kind: 'meaning', title: 'It is not said how results look', detail: 'The profile of this account says nothing of tables of results. Add them to the profile and read the file again, or bring it in as a message of the bank.' },
  'payouts.bank_xls': { kind: 'meaning', title: 'This is an old Excel workbook', detail: 'Workbooks of before 2007 (.xls) are not read. Fetch the results from the bank as .xlsx or CSV, or save them as .xlsx, and bring that in.' },
  'payouts.bank_workbook': { kind: 'meaning', title: 'The workbook cannot be read', detail: 'It is damaged, locked with a password, has macros or links, or unpacks to too much. Save the table as a plain .xlsx or as CSV, and bring that in.' },
  'payouts.bank_row_unknown': { kind: 'meaning', title: 'No payment fits a row', detail: 'The row names no payment, and no file that left from this account has one to its account, of its amount and name. It was left out; look it up at the bank.' },
  'payouts.bank_row_several': { kind: 'meaning', title: 'Several payments fit a row', detail: 'The row names no payment, and several have its account, amount and name. It was left out: say for each of them what became of it, once the bank told you which it is.' },
  'payouts.bank_other_account': { kind: 'meaning', title: 'The file is of another account', detail: 'It speaks of an account that ends in {lastFour}, or of a file that left from there, not of this paying account. Nothing of it was taken. Choose the paying account that it is of.' },
  'payouts.bank_being_read': { kind: 'state', title: 'It is being read', detail: 'This file is being read at the moment. Look at it again in a minute.' },
  'payouts.bank_amount': { kind: 'meaning', title: 'An amount cannot be read', detail: '“{text}” is no amount of {currency}, which is written with exactly {decimals} decimals. This was left out; look it up at the bank.' },
  'payouts.bank_currency': { kind: 'meaning', title: 'A currency is not known', detail: '“{currency}” is no currency in use. This was left out; look it up at the bank.' },
  'payouts.bank_status_missing': { kind: 'meaning', title: 'A status is missing', detail: 'The bank says neither here nor above what became of this, so it was left out. Ask the bank.' },
  'payouts.bank_direction_missing': { kind: 'meaning', title: 'It is not said which way the money went', detail: 'The entry says neither debit nor credit, so it was left out. Ask the bank.' },
  'payouts.bank_amount_missing': { kind: 'meaning', title: 'An amount is missing', detail: 'There is no amount here, so this was left out. Look it up at the bank.' },
  'payouts.bank_reference_missing': { kind: 'meaning', title: 'Our payment reference is missing', detail: 'The row has a result and no payment reference, so nobody can tell which payment it means. It was left out.' },
  'payouts.bank_word_unknown': { kind: 'meaning', title: 'A word for the result is not known', detail: '“{word}” is none of the words that the profile knows. The row was left out: add the word to the profile and read the file again.' },
  'payouts.bank_transaction_count': { kind: 'meaning', title: 'The transactions of an entry do not agree with their number', detail: 'The bank counts {stated}; the entry has {found}.' },
  'payouts.bank_status_sum': { kind: 'meaning', title: 'The numbers by status do not add up', detail: 'The bank had {stated} transactions; its numbers by status come to {found}.' },
  'payouts.bank_status_count': { kind: 'meaning', title: 'More have a status than the bank counts', detail: 'The bank counts {stated} with {status}; {found} are in the file.' },
  'payouts.bank_entry_count': { kind: 'meaning', title: 'The entries do not agree with their number', detail: 'The bank counts {stated} entries; the file has {found}. A part of it may be missing.' },
  'payouts.bank_entry_sum': { kind: 'meaning', title: 'An entry is not the sum of its transactions', detail: 'The entry is {stated}; its transactions come to {found}.' },
  'payouts.bank_balance': { kind: 'meaning', title: 'A statement does not add up', detail: 'Opening balance and entries come to {found}; the closing balance is {stated}.' },
} as const;

export type BankFileFault = keyof typeof ENTRIES;

export const BANK_FILE_ERRORS = defineCatalogue<BankFileFault>(ENTRIES);
