import { defineCatalogue } from '../../core/errors/index.js';

export const MERCHANTS_ERRORS = defineCatalogue({
  'merchants.not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'merchants.site_not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'merchants.registration_taken': { kind: 'conflict', title: 'Another verified business has this number', detail: 'A verified business is registered with the same number. One of the two must be looked at before this one can be verified.' },
  'merchants.enrolment_overlaps': { kind: 'conflict', title: 'The service is already listed for that time', detail: 'This site has the same service listed for an overlapping time. End the other one first.' },
  'merchants.already_verified': { kind: 'state', title: 'Already verified', detail: 'This business was verified before. Nothing was changed.' },
  'merchants.registration_missing': { kind: 'meaning', title: 'The registration number is missing', detail: 'Give the number with its scheme, or the scheme "none" when the business has no number.' },
});
