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
  'portal.day_malformed': { kind: 'meaning', title: 'Not a day', detail: '"{value}" is not a day. Write it like 2026-03-12.' },
  'portal.number_between': { kind: 'meaning', title: 'Not such a number', detail: 'Write a whole number from {least} to {most}.' },
  'portal.name_needed': { kind: 'meaning', title: 'A name is missing', detail: 'Give the source a name.' },
  'portal.mapping_line': { kind: 'meaning', title: 'A line is unclear', detail: 'Line {line} of the names lacks what the feed calls it or our service; write - for none of ours.' },
  'portal.mapping_long': { kind: 'meaning', title: 'Too many names', detail: 'At most {most} names can be mapped.' },
  'portal.reason_needed': { kind: 'meaning', title: 'A reason is missing', detail: 'Say why; the reason stays on record.' },
});
