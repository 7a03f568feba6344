import { defineCatalogue } from '../../../core/errors/index.js';

export const SAMPLING_ERRORS = defineCatalogue({
  'sampling.not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is no sampling period at this address.' },
  'sampling.rate': { kind: 'meaning', title: 'The rate cannot be used', detail: 'State the part of claims to draw as decimal text above 0 and up to 1, with at most six decimals, such as 0.02 for two in a hundred.' },
  'sampling.begun': { kind: 'meaning', title: 'The period has begun', detail: 'What is committed to must be public before the first claim is filed. Let the period begin later than now.' },
  'sampling.too_long': { kind: 'meaning', title: 'The period is too long', detail: 'A period lasts a year at most, so that its seed is revealed while people still ask.' },
  'sampling.overlaps': { kind: 'conflict', title: 'Another period covers this time', detail: 'Every claim is drawn from once. Let the period begin when the one before ends.' },
  'sampling.not_over': { kind: 'state', title: 'The period is not over', detail: 'The seed is revealed at {to}, when no more claims are drawn from. Until then nobody can know the sample.' },
  'sampling.not_drawn': { kind: 'state', title: 'The claim is not in the sample', detail: 'Second looks are at claims that were drawn. Somebody looks at this one only where it is objected to, or taken up again.' },
  'sampling.undecided': { kind: 'state', title: 'Nothing was decided yet', detail: 'A second look is at a decision. Come back when the claim has one.' },
  'sampling.looked_at': { kind: 'state', title: 'Somebody looked at it already', detail: 'Each decision of a sampled claim is looked at once; what was found stays.' },
  'sampling.stands': { kind: 'state', title: 'What was committed to stands', detail: 'A period is not changed or taken back once its commitment is public, and its seed is revealed once.' },
});
