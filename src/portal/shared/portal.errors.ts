import { defineCatalogue } from '../../core/errors/index.js';

export const PORTAL_ERRORS = defineCatalogue({
  'portal.form_foreign': { kind: 'forbidden', title: 'This form could not be taken', detail: 'The page was open for too long, or the form did not come from it. Nothing was changed. Open the page again and repeat.' },
  'portal.mandate_unanswered': { kind: 'meaning', title: 'There is no answer yet', detail: 'Choose yes or no.' },
  'portal.name_missing': { kind: 'meaning', title: 'Your name is missing', detail: 'Write your name.' },
  'portal.field_missing': { kind: 'meaning', title: 'Something is missing', detail: 'Fill in this field.' },
  'portal.file_not_chosen': { kind: 'meaning', title: 'No file chosen', detail: 'Choose a photo or a PDF first.' },
  'portal.terms_not_ticked': { kind: 'meaning', title: 'The terms are not accepted', detail: 'Tick the box to accept the terms, or leave the offer as it is.' },
  'portal.amount_negative': { kind: 'meaning', title: 'Less than nought', detail: 'Write an amount of nought or more.' },
  'portal.digest_not_compared': { kind: 'meaning', title: 'The digest is not confirmed', detail: 'Tick the box once you have seen that the digest is that of the report you read; nothing was approved.' },
  'portal.day_unreadable': { kind: 'meaning', title: 'Not a day', detail: 'Write a day that exists, like 2022-10-15.' },
  'portal.days_reversed': { kind: 'meaning', title: 'It ends before it begins', detail: 'The last day lies before the first. Nothing is swapped for you.' },
  'portal.count_unreadable': { kind: 'meaning', title: 'Not a number of people', detail: '"{value}" is not a whole number such as 12.' },
  'portal.moment_unreadable': { kind: 'meaning', title: 'Not a day and a time', detail: 'Write the day like 2022-10-15 and the time like 14:05.' },
  'portal.region_unreadable': { kind: 'meaning', title: 'Not a region', detail: 'Write a region in letters, digits, dots, dashes or underscores, such as seoul; leave it empty for everywhere.' },
  'portal.version_unreadable': { kind: 'meaning', title: 'Not a version', detail: '"{value}" is not a register version. Write a whole number such as 12.' },
  'portal.code_unreadable': { kind: 'meaning', title: 'Not a code', detail: 'Write a code in small letters, digits and dashes, such as 2026-10-13-card-payments.' },
  'portal.too_many_rows': { kind: 'state', title: 'Too long for the form', detail: 'This draft has more than {limit} lines of one kind. Replace them with one request of the API: PUT /v1/outages/<id>/segments.' },
  'portal.day_malformed': { kind: 'meaning', title: 'Not a day', detail: '"{value}" is not a day. Write it like 2026-03-12.' },
});
