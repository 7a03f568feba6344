import { defineCatalogue } from '../../core/errors/index.js';

export const SCHEME_ERRORS = defineCatalogue({
  'schemes.not_found': { kind: 'missing', title: 'No such scheme', detail: 'There is no scheme {id}.' },
  'schemes.code_taken': { kind: 'conflict', title: 'Scheme code taken', detail: 'Another scheme already has this code; choose another one.' },
  'schemes.policy_unknown': { kind: 'meaning', title: 'Unknown policy', detail: 'No policy "{key}" is published; import it first.' },
  'schemes.policy_reference': {
    kind: 'meaning', title: 'Policy for reference only', detail: 'Policy "{key}" is kept for tests and comparison; only a template may be offered.',
  },
  'schemes.outage_unknown': { kind: 'meaning', title: 'Unknown outage', detail: 'There is no outage {outageId}.' },
  'schemes.outage_unconfirmed': {
    kind: 'meaning', title: 'Outage not confirmed', detail: 'Outage {outageId} is still a draft: the register says nothing about it yet.',
  },
  'schemes.dates_reversed': { kind: 'meaning', title: 'Dates reversed', detail: 'The scheme would close at {closesAt}, not after it opens at {opensAt}.' },
  'schemes.zone_unknown': { kind: 'meaning', title: 'Unknown zone', detail: '"{zone}" is not an IANA zone such as Asia/Seoul.' },
  'schemes.extension_not_later': {
    kind: 'meaning', title: 'Not an extension', detail: 'The scheme closes at {closesAt}; an extension moves that later, and into the future.',
  },
  'schemes.extended_meanwhile': { kind: 'conflict', title: 'Extended meanwhile', detail: 'The scheme has just been extended; read it again.' },
  'schemes.text_repeated': { kind: 'meaning', title: 'Text twice', detail: 'The text "{kind}" in {language} is given twice.' },
  'schemes.text_empty': { kind: 'meaning', title: 'Text empty', detail: 'The text "{kind}" in {language} is empty; only a release may be left out.' },
});

export type SchemeErrorCode = keyof typeof SCHEME_ERRORS;
