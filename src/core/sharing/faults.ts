import { defineCatalogue } from '../errors/index.js';

/** Why a fund cannot be shared as its plan says. None is guessed at: whoever wrote the rule has to say what should happen. */
export const SHARING_FAULTS = defineCatalogue({
  'sharing.nothing_to_share': {
    kind: 'state', title: 'Nothing to share',
    detail: 'The fund has {fund} {currency}, of which {reserve} is kept back, so nothing is left to share. Put money into the fund or keep less back.',
  },
  'sharing.nobody': { kind: 'state', title: 'Nobody to share among', detail: 'No claim that shares in this fund was granted anything, so there is nobody to share it among.' },
  'sharing.tier_unknown': {
    kind: 'state', title: 'A claim in no tier',
    detail: 'Claim {claimId} is in tier "{tier}"; the fund has the tiers {tiers}. Correct the claim or the rule of the fund.',
  },
  'sharing.floors_exceed_fund': {
    kind: 'state', title: 'The least shares come to more than there is',
    detail: 'The least that the claims of {tiers} must get, earlier shares included, comes to {least} {currency}; {available} can be shared, which is {shortfall} short. Put that much into the fund or change its rule.',
  },
  'sharing.fund_exceeds_claims': {
    kind: 'state', title: 'More money than claims',
    detail: '{left} {currency} is left that no claim can take: each is at its most, or would stay below the minimum payment. The rule of the fund does not say what becomes of them. Say so in the rule.',
  },
  'sharing.minimum_leaves_nobody': {
    kind: 'state', title: 'Every share would be below the minimum',
    detail: 'Shared among all, no claim comes to the minimum payment of {minimum} {currency}, so nobody would be paid. Put money into the fund or lower the minimum.',
  },
  'sharing.reserve_exhausted': {
    kind: 'state', title: 'What was kept back is used up',
    detail: 'At the factor of the allocation this claim gets {share} {currency}; {reserve} is left of what was kept back. Put money into the fund.',
  },
});

export type SharingFault = keyof typeof SHARING_FAULTS;
