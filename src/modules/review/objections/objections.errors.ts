import { defineCatalogue } from '../../../core/errors/index.js';

export const OBJECTIONS_ERRORS = defineCatalogue({
  'objections.not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'objections.open_already': { kind: 'conflict', title: 'An objection is open already', detail: 'One objection is looked at after the other. Wait for the answer to the one that is open.' },
  'objections.decided': { kind: 'state', title: 'The objection was decided', detail: 'It was decided on {decidedAt}; nothing changes that decision. The merchant may object once more, and then somebody else decides.' },
  'objections.no_level_left': { kind: 'state', title: 'There is no further objection', detail: 'A decision may be objected to twice; this one was. What is left is told in the scheme\'s text about who decides.' },
  'objections.too_late': { kind: 'state', title: 'It is too late to object', detail: 'Objections to this decision were taken until {until}.' },
  'objections.accepted_in_full': { kind: 'state', title: 'The offer was accepted in full', detail: 'Whoever accepts in full settles the matter. Objections are for offers taken on account, offers that stand, refusals, and what was granted without being asked.' },
  'objections.ground_unknown': { kind: 'meaning', title: 'Unknown ground', detail: 'There is no ground "{code}"; there are {known}.' },
  'objections.contested_reversed': { kind: 'meaning', title: 'The stretch of time ends before it begins', detail: 'Say from when to when the service did not work; the end comes after the beginning.' },
  'objections.contested_service': { kind: 'meaning', title: 'The claim is not about this service', detail: '"{service}" is not among the services of the claim: {services}.' },
  'objections.not_higher': { kind: 'state', title: 'It does not come to more', detail: 'Worked out again, the claim comes to {amount} {currency}; {granted} {currency} is granted. To uphold, correct the record or put a figure that comes to more; nothing is ever lowered here. Fraud is not decided here either: place a hold of the kind "fraud".' },
  'objections.amount_differs': { kind: 'meaning', title: 'State what it comes to', detail: 'Worked out again, the claim comes to {amount} {currency}; {granted} {currency} is granted. State {amount} to uphold the objection with this amount.' },
  'objections.reasons_missing': { kind: 'meaning', title: 'To dismiss needs its reasons', detail: 'Name at least one reason code; the letter is written from them.' },
  'objections.reason_unknown': { kind: 'meaning', title: 'Unknown reason', detail: 'There is no reason "{code}" in the catalogue.' },
  'objections.same_person': { kind: 'forbidden', title: 'Somebody else has to decide', detail: 'You decided the first objection to this claim. The second is decided by somebody who did not.' },
  'objections.outside_decides': { kind: 'state', title: 'A body outside decides', detail: 'The second objection to a decision is decided by {name}, who was sent a link to the case.' },
  'objections.link_unknown': { kind: 'missing', title: 'This link opens nothing', detail: 'It may have been used, be over, or be copied in part. Open it from the letter again, or ask whoever sent it for another.' },
});
