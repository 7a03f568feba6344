import { defineCatalogue } from '../../../core/errors/index.js';

export const HOLDS_ERRORS = defineCatalogue({
  'review.hold_not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'review.hold_not_yours': { kind: 'forbidden', title: 'Somebody else places this kind of hold', detail: 'A hold of this kind is placed and released by: {roles}. Ask one of them.' },
  'review.hold_stands': { kind: 'conflict', title: 'The claim is held for this already', detail: 'One hold of a kind stands at a time. Set another day for the one that stands, or release it first.' },
  'review.hold_day': { kind: 'meaning', title: 'The day does not fit', detail: 'Name a day from tomorrow to {latest} on which somebody looks whether the hold is still needed.' },
  'review.hold_of_draft': { kind: 'state', title: 'Only a claim that was filed is held', detail: 'A draft belongs to whoever writes it: nothing can be offered or paid on it, so there is nothing to stop.' },
  'review.reduction_not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'review.reduction_open': { kind: 'conflict', title: 'A reduction is proposed already', detail: 'One reduction of a claim is open at a time. Have it decided first.' },
  'review.reduction_not_lower': { kind: 'meaning', title: 'It is not less', detail: 'The claim was granted {granted} {currency}. A reduction comes to less than that, or to nothing.' },
  'review.reduction_too_early': { kind: 'state', title: 'The business may still be heard', detail: 'It was told that it can answer until {until}. Decide after that.' },
  'review.reduction_not_told': { kind: 'state', title: 'The business has not heard of it yet', detail: 'No letter about the proposal is known to have arrived, so the time to answer has not begun. See that a letter arrives, or drop the proposal.' },
  'review.reduction_answered_often': { kind: 'state', title: 'That is enough answers', detail: 'A proposal is answered at most {most} times. Send further papers as files: they are looked at as well.' },
  'review.reduction_not_waivable': { kind: 'meaning', title: 'The business is to be heard', detail: 'Only where fraud was found can the time to be heard be left out.' },
  'review.reduction_overtaken': { kind: 'state', title: 'Something else was granted meanwhile', detail: 'The proposal was made on another entitlement than the one that stands now. Drop it, and propose anew.' },
  'review.reduction_second': { kind: 'duty', title: 'Another person decides this', detail: 'Whoever proposes a reduction does not decide it. Ask a colleague.' },
  'review.reduction_decided': { kind: 'state', title: 'It is decided', detail: 'A reduction is decided once. Propose a new one if there is a new reason.' },
  'review.reopened_twice': { kind: 'state', title: 'It was reopened twice already', detail: 'A claim is reopened at most twice. The business can object, or go to court.' },
});
