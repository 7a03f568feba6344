import { defineCatalogue } from '../../core/errors/index.js';

export const PORTAL_ERRORS = defineCatalogue({
  'portal.form_foreign': { kind: 'forbidden', title: 'This form could not be taken', detail: 'The page was open for too long, or the form did not come from it. Nothing was changed. Open the page again and repeat.' },
  'portal.field_missing': { kind: 'meaning', title: 'Something is missing', detail: 'Fill in this field.' },
  'portal.terms_not_ticked': { kind: 'meaning', title: 'The terms are not accepted', detail: 'Tick the box to accept the terms, or leave the offer as it is.' },
  'portal.amount_negative': { kind: 'meaning', title: 'Less than nought', detail: 'Write an amount of nought or more.' },
  'portal.digest_not_compared': { kind: 'meaning', title: 'The digest is not confirmed', detail: 'Tick the box once you have seen that the digest is that of the report you read; nothing was approved.' },
  'portal.moment_unreadable': { kind: 'meaning', title: 'Not a day and a time', detail: 'Write the day like 2022-10-15 and the time like 14:05.' },
});
