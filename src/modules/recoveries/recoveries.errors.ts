import { defineCatalogue } from '../../core/errors/index.js';

export const RECOVERIES_ERRORS = defineCatalogue({
  'recoveries.not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'recoveries.incomplete': { kind: 'meaning', title: 'Something is missing', detail: '{count} answers are missing or cannot be used. Each is named below.' },
  'recoveries.kind_missing': { kind: 'meaning', title: 'Say what happened', detail: 'Choose whether you can no longer sign in, or the business has changed hands.' },
  'recoveries.name_missing': { kind: 'meaning', title: 'Your name is missing', detail: 'Write your name as we may address you.' },
  'recoveries.business_missing': { kind: 'meaning', title: 'Which business is it?', detail: 'Write its registration number, or the reference of one of its claims, such as MG-7K3P-92Q4-X.' },
  'recoveries.contact_unreadable': { kind: 'meaning', title: 'We cannot reach this address', detail: 'Write an email address like name@shop.example, or a mobile number, with its country in front (+82 …) when it is from another one.' },
  'recoveries.email_needed': { kind: 'meaning', title: 'An email address is needed', detail: 'Whoever takes over a business is invited by email. Write an email address.' },
  'recoveries.told_missing': { kind: 'meaning', title: 'Tell us what happened', detail: 'Write in at least {least} characters what happened and how we can check it.' },
  'recoveries.reason_missing': { kind: 'meaning', title: 'Say why', detail: 'Write in at least {least} characters what you have seen, or why not; the words are kept.' },
  'recoveries.unmatched': { kind: 'state', title: 'It is not known which business this is about', detail: 'Say first which business it is; without one there is nothing to give back.' },
  'recoveries.matched': { kind: 'state', title: 'The business is known already', detail: 'This request is about one business and stays with it. Refuse it if it is the wrong one.' },
  'recoveries.merchant_unknown': { kind: 'meaning', title: 'No such business', detail: 'There is no single business with this number or claim. Check it, or look for the business by another one.' },
  'recoveries.person_missing': { kind: 'meaning', title: 'Whose account is it?', detail: 'Choose the person of this business whose account is given back.' },
  'recoveries.notice_runs': { kind: 'state', title: 'Those known before still have time to object', detail: 'They were written to, and have 24 hours to say that it was not them. Until then nothing is granted.' },
  'recoveries.papers_link_unknown': { kind: 'missing', title: 'This link is not known', detail: 'It is not complete, is older than 30 days, or was made for another installation. Copy the whole link from the letter.' },
  'recoveries.papers_closed': { kind: 'state', title: 'Your request is settled', detail: 'Request {reference} is settled, so nothing can be added to it. If something is missing, ask again.' },
  'recoveries.papers_many': { kind: 'meaning', title: 'No room for more documents', detail: 'There are {most} documents already. Put several pages into one PDF, or tell us when we get in touch.' },
  'recoveries.link_unknown': { kind: 'missing', title: 'This link is not known', detail: 'It is not complete, is older than 30 days, or was made for another installation. Copy the whole link from the letter.' },
});
