import { defineCatalogue } from '../../core/errors/index.js';

export const EVIDENCE_ERRORS = defineCatalogue({
  'evidence.file_faulty': {
    kind: 'meaning', title: 'File not usable',
    detail: '{count} of {lines} lines cannot be read; nothing of this file is used. Correct the lines and upload the file again.',
  },
  'evidence.file_empty': { kind: 'meaning', title: 'Empty file', detail: 'The file has no lines below its header.' },
  'evidence.file_too_large': { kind: 'too_large', title: 'File too large', detail: 'The file is larger than {limitBytes} bytes; export a shorter period.' },
  'evidence.too_many_lines': { kind: 'too_large', title: 'Too many lines', detail: 'The file has more than {limit} lines; export a shorter period.' },
  'evidence.not_utf8': {
    kind: 'meaning', title: 'Not UTF-8', detail: 'The file is not UTF-8 text; save it again as "CSV UTF-8".',
  },
  'evidence.separator': {
    kind: 'meaning', title: 'Wrong separator', detail: 'The header line seems to be separated by {found}; save the file with commas.',
  },
  'evidence.not_csv': { kind: 'meaning', title: 'Not readable as CSV', detail: 'Line {line}: {reason}.' },
  'evidence.column_missing': {
    kind: 'meaning', title: 'Column missing',
    detail: 'There is no column "{column}" for {role}; the file has {columns}. Say which column it is in the mapping.',
  },
  'evidence.column_repeated': { kind: 'meaning', title: 'Column twice', detail: 'The header has the column "{column}" twice; it is not clear which one is meant.' },
  'evidence.mapping_unclear': { kind: 'meaning', title: 'Mapping unclear', detail: '{reason}' },
  'evidence.option_invalid': { kind: 'meaning', title: 'Wrong value', detail: '"{value}" is not a valid {option}: {expected}.' },
  'evidence.period_needed': {
    kind: 'meaning', title: 'Say what a line stands for',
    detail: 'All {lines} lines lie on whole or quarter hours and none repeats, as in a list of totals. State the period, PT1H for hourly totals or PT0S when each line is one sale.',
  },
  'evidence.line_short': { kind: 'meaning', title: 'Line too short', detail: 'Line {line} has {found} fields; the column "{column}" is number {needed}.' },
  'evidence.zone_missing': {
    kind: 'meaning', title: 'Zone missing', detail: 'Line {line}: "{value}" is a local time without a zone; state the zone of the file or write times with an offset.',
  },
  'evidence.time_malformed': { kind: 'meaning', title: 'Time not readable', detail: 'Line {line}: "{value}" is not a date and time such as 2026-03-12 09:14.' },
  'evidence.time_too_fine': { kind: 'meaning', title: 'Time too fine', detail: 'Line {line}: "{value}" is finer than a millisecond.' },
  'evidence.time_out_of_range': { kind: 'meaning', title: 'Date out of range', detail: 'Line {line}: "{value}" lies outside the years 1900 to 2199.' },
  'evidence.time_skipped': {
    kind: 'meaning', title: 'Time did not exist', detail: 'Line {line}: clocks in {zone} skipped {value}, which would be {first} or {second}; write the time with its offset.',
  },
  'evidence.time_repeated': {
    kind: 'meaning', title: 'Time came twice', detail: 'Line {line}: clocks in {zone} showed {value} twice ({first} and {second}); write the time with its offset.',
  },
  'evidence.in_future': { kind: 'meaning', title: 'In the future', detail: 'Line {line}: {value} has not come yet.' },
  'evidence.period_reversed': { kind: 'meaning', title: 'Period reversed', detail: 'Line {line}: the period ends at {to}, not after its start {from}.' },
  'evidence.period_too_long': { kind: 'meaning', title: 'Period too long', detail: 'Line {line}: a period of more than 31 days says nothing about an outage.' },
  'evidence.kind_unknown': { kind: 'meaning', title: 'Kind unknown', detail: 'Line {line}: "{value}" is not sale, refund or void.' },
  'evidence.amount_malformed': {
    kind: 'meaning', title: 'Amount not readable',
    detail: 'Line {line}: "{value}" is not an amount of {currency} such as {example}; no thousands separators, no currency sign.',
  },
  'evidence.amount_too_fine': { kind: 'meaning', title: 'Amount too fine', detail: 'Line {line}: "{value}" has more decimals than {currency} has.' },
  'evidence.amount_out_of_range': { kind: 'meaning', title: 'Amount out of range', detail: 'Line {line}: {value} is beyond every plausible amount.' },
  'evidence.sale_negative': { kind: 'meaning', title: 'Negative sale', detail: 'Line {line}: a sale of {value} is negative; a refund has the kind refund.' },
  'evidence.refund_sign': {
    kind: 'meaning', title: 'Refunds with both signs', detail: 'Line {line}: {value} has another sign than the refunds before it (first on line {other}).',
  },
  'evidence.id_repeated': { kind: 'meaning', title: 'Id twice', detail: 'Line {line}: the sale "{id}" is already on line {other}.' },
  'evidence.refund_exceeds_sale': {
    kind: 'meaning', title: 'More refunded than sold', detail: 'Line {line}: with this {value} more than the sale "{id}" (line {other}) is taken back.',
  },
  'evidence.periods_overlap': {
    kind: 'meaning', title: 'Totals overlap', detail: 'Line {line} speaks for time that line {other} speaks for; totals of one time are counted once.',
  },
  'evidence.file_xls': {
    kind: 'meaning', title: 'Old Excel file', detail: 'This is an old Excel workbook (.xls) or one locked with a password; save it as .xlsx without a password, or as CSV.',
  },
  'evidence.file_macros': { kind: 'meaning', title: 'Workbook with macros or links', detail: 'The workbook holds {what}, which we do not open; save it as .xlsx without them, or as CSV.' },
  'evidence.file_not_sales': { kind: 'meaning', title: 'Not a sales file', detail: 'The file is {found}; export the sales as CSV or .xlsx.' },
  'evidence.file_bomb': { kind: 'too_large', title: 'File unpacks to too much', detail: 'The workbook unpacks to more than we take ({what}); export a shorter period, or save it as CSV.' },
  'evidence.file_damaged': { kind: 'meaning', title: 'File damaged', detail: 'The workbook cannot be unpacked; it may have been cut short. Export it again, or save it as CSV.' },
  'evidence.sheet_missing': { kind: 'meaning', title: 'No such sheet', detail: 'The workbook has no visible sheet "{sheet}"; it has {sheets}.' },
  'evidence.header_missing': {
    kind: 'meaning', title: 'No header found', detail: 'None of the first {rows} rows looks like the names of columns; say which row it is and what its columns are.',
  },
  'evidence.till_unanswered': { kind: 'meaning', title: 'Something is open', detail: 'The file does not say everything that is needed; answer what is open: {about}.' },
  'evidence.till_monthly': {
    kind: 'meaning', title: 'Monthly totals',
    detail: 'The file has one line a month ("{column}"): it cannot prove an hour. Export single payments with date and time; a monthly file serves at most to check their sum.',
  },
  'evidence.line_cut': { kind: 'meaning', title: 'Field missing', detail: 'Line {line} has {found} fields, the header {needed}; one is missing, and nobody knows which.' },
  'evidence.line_long': {
    kind: 'meaning', title: 'Line too long', detail: 'Line {line} has {found} fields, the header {needed}; a separator inside a value, such as 1,234 without quotes, moves all columns.',
  },
  'evidence.characters_lost': { kind: 'meaning', title: 'Characters lost', detail: 'Line {line}: "{column}" holds characters that cannot be read in this encoding; choose another encoding or export the file again.' },
  'evidence.quote_open': { kind: 'meaning', title: 'Quotation mark left open', detail: 'Line {line}: a quotation mark is opened and whole lines stand before the next one; close it.' },
  'evidence.zone_unknown': { kind: 'meaning', title: 'Zone unknown', detail: 'Line {line}: nobody can tell for certain which time zone "{value}" is; state the zone of the file.' },
  'evidence.till_no_time': { kind: 'meaning', title: 'Time missing', detail: 'Line {line}: "{value}" is a date without a time, among lines with times.' },
  'evidence.till_half_day': { kind: 'meaning', title: 'Morning or afternoon', detail: 'Line {line}: "{value}" says neither morning nor afternoon, as other times of the file do.' },
  'evidence.till_time_in_day': { kind: 'meaning', title: 'Time among dates', detail: 'Line {line}: {value} has a time, while the lines of this file speak for whole days.' },
  'evidence.till_kind': { kind: 'meaning', title: 'Kind unknown', detail: 'Line {line}: "{value}" does not say whether this is a sale, a refund or a cancellation.' },
  'evidence.till_kind_unmapped': {
    kind: 'meaning', title: 'Cancellation in another column', detail: 'Line {line}: the column "{column}" says "{value}", but nothing says what that column is; map it as the kind or the status of a line.',
  },
  'evidence.till_amount': {
    kind: 'meaning', title: 'Amount not readable', detail: 'Line {line}: "{value}" is not an amount of {currency} with "{mark}" before at most {decimals} decimals.',
  },
  'evidence.currency_other': { kind: 'meaning', title: 'Another currency', detail: 'Line {line}: "{value}" is not {currency}; only sales in {currency} count here, leave the others out.' },
  'evidence.tip_exceeds_amount': { kind: 'meaning', title: 'Tip above amount', detail: 'Line {line}: a tip of {tip} in an amount of {value}.' },
  'evidence.coverage_misses_records': {
    kind: 'meaning', title: 'Coverage leaves records out',
    detail: 'The coverage leaves out records, the first at {at}; the file speaks at least for the time of its records.',
  },
  'evidence.coverage_empty': { kind: 'meaning', title: 'Coverage without time', detail: 'A file speaks for at least the time of its records; name an interval.' },
  'evidence.coverage_in_future': { kind: 'meaning', title: 'Coverage in the future', detail: 'The coverage reaches {to}, later than the upload ({uploadedAt}).' },
  'evidence.coverage_reversed': { kind: 'meaning', title: 'Coverage reversed', detail: 'An interval of the coverage ends at {to}, not after its start {from}.' },
  'evidence.coverage_unconfirmed': { kind: 'state', title: 'Coverage not confirmed', detail: 'Confirm first which time the sales file speaks for.' },
  'evidence.set_not_found': { kind: 'missing', title: 'No such sales file', detail: 'There is no sales file {id} here.' },
  'evidence.set_failed': { kind: 'state', title: 'File not usable', detail: 'This file could not be read; upload it again.' },
  'evidence.set_frozen': {
    kind: 'state', title: 'Sales file in use', detail: 'This file was part of a filed claim and does not change any more; upload a new one to replace it.',
  },
  'evidence.upload_meanwhile': { kind: 'conflict', title: 'Another upload', detail: 'Another file was uploaded at the same moment; look at it and upload again if needed.' },
});

export type EvidenceErrorCode = keyof typeof EVIDENCE_ERRORS;
