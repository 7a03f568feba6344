import { defineCatalogue } from '../../core/errors/index.js';

export const ASSESSMENTS_ERRORS = defineCatalogue({
  'assessments.not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'assessments.claim_not_filed': { kind: 'state', title: 'The claim is not filed', detail: 'Only a filed claim is assessed.' },
  'assessments.other_engine': {
    kind: 'state', title: 'Worked out by an earlier engine',
    detail: 'This assessment was worked out by engine {engine}; this installation runs {current}, which can neither vary nor certify it. Ask for the claim to be assessed again, and use the new assessment.',
  },
  'assessments.does_not_settle': { kind: 'defect', title: 'The assessment does not settle', detail: 'The policy keeps asking for more sales. This has been noted; a person will look at it.' },
});
