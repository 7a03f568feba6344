import { defineCatalogue } from '../../core/errors/index.js';

export const MAIL_ERRORS = defineCatalogue({
  'mail.events_off': { kind: 'missing', title: 'Notices of delivery are not taken here', detail: 'This installation has no MAIL_EVENTS_SECRET, so nothing that comes here can be believed.' },
  'mail.signature_wrong': { kind: 'unauthenticated', title: 'The signature does not fit', detail: 'Makegood-Signature is t=<seconds>,v1=<HMAC-SHA256 of "<t>.<body>" in hex>, made within the last five minutes. Nothing was noted.' },
});
