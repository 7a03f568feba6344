import { defineCatalogue } from '../../core/errors/index.js';

export const CLAIMS_ERRORS = defineCatalogue({
  'claims.not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'claims.scheme_not_open': { kind: 'state', title: 'The scheme does not take claims now', detail: 'Claims are taken from {opensAt} to {closesAt}.' },
  'claims.service_not_covered': { kind: 'meaning', title: 'The scheme does not cover this service', detail: '"{service}" is not among the services of this scheme: {covered}.' },
  'claims.window_not_recorded': { kind: 'meaning', title: 'The window lies outside the record', detail: 'The register says nothing about {from} to {to} for these services. Check the date; if the service failed then, tell the operator, and file once the outage is on record.' },
  'claims.window_too_long': { kind: 'meaning', title: 'The window is too long', detail: 'A claim covers at most {limitDays} days.' },
  'claims.window_in_future': { kind: 'meaning', title: 'The window is not over yet', detail: 'The window ends at {to}, which has not come. File when it is over.' },
  'claims.answer_missing': { kind: 'meaning', title: 'An answer is missing', detail: 'The policy asks for "{input}".' },
  'claims.answer_unknown': { kind: 'meaning', title: 'The policy does not ask this', detail: '"{input}" is not among what this policy asks: {known}.' },
  'claims.answer_invalid': { kind: 'meaning', title: 'An answer cannot be used', detail: '"{input}" must be {expected}.' },
  'claims.answers_incomplete': { kind: 'meaning', title: 'Some answers are missing or cannot be used', detail: '{count} answer(s) need another look; each is listed under "errors".' },
  'claims.declarations_missing': { kind: 'meaning', title: 'Please confirm the declarations', detail: 'A claim needs the declaration that what it says is true, and whether the loss was paid or claimed elsewhere.' },
  'claims.currency_differs': { kind: 'meaning', title: 'The scheme pays in another currency', detail: 'This scheme pays in {currency}.' },
  'claims.already_claimed': { kind: 'conflict', title: 'There is a claim for this already', detail: 'This site has a claim under this scheme{other}. Object to its decision, or ask to have it reopened; after a withdrawal you can file again.' },
  'claims.overlaps': { kind: 'conflict', title: 'The time is claimed already', detail: 'Another claim of this site covers the same service at an overlapping time{other}. The same loss is made good once.' },
  'claims.not_draft': { kind: 'state', title: 'It is not a draft any more', detail: 'A claim can be changed freely until it is submitted; afterwards amend or withdraw it.' },
  'claims.opened_by_staff': { kind: 'state', title: 'Somebody is looking at it', detail: 'A person has opened the claim. Ask them, or withdraw it.' },
  'claims.assessment_stale': { kind: 'state', title: 'The assessment has changed meanwhile', detail: 'The claim was assessed again. Look at the new figures and act on them.' },
  'claims.file_missing': { kind: 'meaning', title: 'The file is missing', detail: 'Send the file as a form field, after the fields that describe it.' },
  'claims.transition_refused': { kind: 'state', title: 'Its state does not allow this', detail: 'The claim does not go that way.' },
  'claims.entitlement_falls': { kind: 'state', title: 'An entitlement does not fall', detail: 'What was granted is lowered only by a decision of two people, with notice.' },
});
