import { defineCatalogue } from '../../../core/errors/index.js';

export const REQUESTS_ERRORS = defineCatalogue({
  'requests.not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'requests.items_missing': { kind: 'meaning', title: 'Choose what is asked for', detail: 'A request names at least one item of the catalogue, and at most {most}.' },
  'requests.items_faulty': { kind: 'meaning', title: 'Some items cannot be asked for', detail: '{count} item(s) need another look; each is listed under "errors".' },
  'requests.item_repeated': { kind: 'meaning', title: 'Asked for twice', detail: 'The same item ("{kind}") is named twice. Name it once.' },
  'requests.subject_unknown': { kind: 'meaning', title: 'The policy knows no such thing', detail: '"{subject}" is not among what can be asked for here: {known}.' },
  'requests.day_unreadable': { kind: 'meaning', title: 'Not a day', detail: '"{value}" is not a day of the calendar. Write it like 2026-03-12.' },
  'requests.period_reversed': { kind: 'meaning', title: 'The last day comes before the first', detail: 'The sales records are asked for from {fromOn} to {toOn}. Put the earlier day first.' },
  'requests.period_ahead': { kind: 'meaning', title: 'The time is not over yet', detail: 'Sales records up to {toOn} cannot be there before that day is over. Choose an earlier last day.' },
  'requests.due_out_of_range': { kind: 'meaning', title: 'Too soon or too late', detail: 'The last day for the answer lies between {earliest} and {latest}: a merchant has at least 3 days, and nobody waits longer than 60.' },
  'requests.incomplete': { kind: 'meaning', title: 'Something is still open', detail: '{count} of the things that were asked for need another look; each is listed under "errors". Nothing you brought is lost.' },
  'requests.item_unanswered': { kind: 'meaning', title: 'Say whether you can give this', detail: 'Item {n} has no answer yet: say that it is there, or that you cannot give it and why.' },
  'requests.item_unknown': { kind: 'meaning', title: 'This was not asked for', detail: 'There is no item {n} in this request.' },
  'requests.reason_missing': { kind: 'meaning', title: 'Say why you cannot give it', detail: 'Say why you cannot give item {n}, in a few words. It does not count against you by itself.' },
  'requests.explanation_missing': { kind: 'meaning', title: 'Explain it in a few words', detail: 'Item {n} asks for an explanation; write one, or say that you cannot.' },
  'requests.sales_missing': { kind: 'meaning', title: 'The sales records are not here yet', detail: 'Bring a sales file that speaks for the time from {from} to {to}, and confirm that time; or say that you cannot.' },
  'requests.evidence_missing': { kind: 'meaning', title: 'The file is not here yet', detail: 'Nothing of the kind "{kind}" has come since it was asked for. Add it under photos and documents, or say that you cannot.' },
  'requests.answer_missing': { kind: 'meaning', title: 'The answer is missing', detail: 'Answer "{input}" again (the same answer is an answer), or say that you cannot.' },
  'requests.answer_unasked': { kind: 'meaning', title: 'This answer was not asked for', detail: '"{input}" is not among the answers to check again: {asked}.' },
  'requests.settled': { kind: 'state', title: 'It is settled', detail: 'The request was answered, or its time has run out; it stays as it was.' },
});
