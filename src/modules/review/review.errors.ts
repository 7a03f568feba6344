import { defineCatalogue } from '../../core/errors/index.js';

export const REVIEW_ERRORS = defineCatalogue({
  'review.no_assessment': { kind: 'state', title: 'There is no assessment yet', detail: 'The claim has not been assessed. Wait a moment, or ask for an assessment.' },
  'review.outcome_not_supported': { kind: 'meaning', title: 'The assessment does not support this', detail: 'The assessment came to "{outcome}": it gives no amount that could be awarded. Refuse, or have the claim assessed again with what is missing.' },
  'review.nothing_due': { kind: 'meaning', title: 'There is nothing to award', detail: 'The assessment comes to nought: decide "nil".' },
  'review.floor_stands': { kind: 'meaning', title: 'What was granted stands', detail: 'The operator worked out {floor} {currency} for this claim, and that stays the least it gets. Decide "award": it gives what the assessment comes to, and no less than that.' },
  'review.differs_from_recommendation': { kind: 'state', title: 'This was not recommended', detail: 'Recommended is "{recommended}". Decide that, or send the claim back with a reason.' },
  'review.reasons_missing': { kind: 'meaning', title: 'A refusal needs its reasons', detail: 'Name at least one reason code; the letter is written from them.' },
  'review.reason_unknown': { kind: 'meaning', title: 'Unknown reason', detail: 'There is no reason "{code}" in the catalogue.' },
  'review.reason_open': { kind: 'meaning', title: 'The reason leaves something open', detail: 'The sentence of "{code}" names something that only a working can say, and the working of this claim does not give this reason. Choose another one.' },
  'review.fund_missing': { kind: 'state', title: 'The scheme has no fund', detail: 'An award reserves money: give the scheme a fund first.' },
  'review.fund_being_shared': { kind: 'state', title: 'The fund is being shared', detail: 'Claims are being given their shares of this fund. Try again when that is done, in some minutes.' },
  'review.letter_not_found': { kind: 'missing', title: 'No such letter', detail: 'The claim has no decision with this number. The claim lists its decisions.' },
  'review.offer_not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'review.other_claim_unknown': { kind: 'meaning', title: 'There is no such other claim', detail: 'A verdict is about two different claims that were sent. Name the other one by its id, as the list of candidates does.' },
  'review.never_offered': { kind: 'state', title: 'There was no offer', detail: 'The claim ended without an offer, so there is none to take up again. Ask to have it reopened.' },
  'review.scheme_settled': { kind: 'state', title: 'The scheme is settled', detail: 'Everything under this scheme is decided and closed. Write to the contact that the scheme names.' },
  'review.objection_missing': { kind: 'meaning', title: 'Say what you object to', detail: 'Taking an offer on account opens an objection for the rest: give its grounds and say why.' },
  'review.objection_not_asked': { kind: 'meaning', title: 'An acceptance in full has no objection', detail: 'Accept in full, which settles the matter, or take the offer on account with an objection for the rest.' },
  'review.release_not_asked': { kind: 'meaning', title: 'No release is signed on account', detail: 'Taking an offer on account keeps your claim to the rest open: leave the release out.' },
  'review.terms_differ': { kind: 'meaning', title: 'These are not the terms of the scheme', detail: 'Accept the terms you were shown by their hash, and the release by its hash where the scheme has one. Read them again: they may have a newer version.' },
});
