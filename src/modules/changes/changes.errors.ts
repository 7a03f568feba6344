import { defineCatalogue } from '../../core/errors/index.js';

export const CHANGES_ERRORS = defineCatalogue({
  'changes.not_found': { kind: 'missing', title: 'No such change', detail: 'There is no change at this address.' },
  'changes.run_not_found': { kind: 'missing', title: 'No such run', detail: 'The change has no run {n}.' },
  'changes.subject_missing': { kind: 'meaning', title: 'Say what it is about', detail: 'A change of the kind {kind} needs {field}.' },
  'changes.precomputed_already': { kind: 'conflict', title: 'There is one for this scheme already', detail: 'Claims are being worked out for this scheme by another change; approve that one, or withdraw it first.' },
  'changes.outage_goes_on': { kind: 'state', title: 'The outage goes on', detail: 'Claims can be worked out once every outage of the scheme has ended; {outage} has not.' },
  'changes.fund_not_shared': { kind: 'state', title: 'This fund is not shared', detail: 'The fund serves in mode "{mode}": what is decided is reserved at once, and nothing is left to share.' },
  'changes.fund_empty': { kind: 'state', title: 'There is nothing to share yet', detail: 'Nothing was booked for this fund. Whoever books deposits confirms what was stated first; then it can be shared.' },
  'changes.fund_shared_already': { kind: 'state', title: 'The fund has been shared', detail: 'It is shared for good once. Claims that come later get the same factor from what was kept back, without another allocation.' },
  'changes.kept_back': { kind: 'meaning', title: 'How much is kept back?', detail: 'Of an interim share state the part of the fund that is kept back, above 0 and below 1, such as 60%; of the total the rule of the fund says it.' },
  'changes.fund_in_use': { kind: 'conflict', title: 'There is an allocation of this fund already', detail: 'The fund is shared by another change; approve that one, or withdraw it first.' },
  'changes.fund_open': { kind: 'state', title: 'Claims are still taken', detail: 'Scheme {scheme} takes claims until {closesAt}. A fund is shared when every scheme it pays has closed.' },
  'changes.fund_rules_differ': { kind: 'state', title: 'Not one rule', detail: 'The schemes that this fund pays ({schemes}) do not all say in the same words how it is shared. Give them one rule first.' },
  'changes.fund_undecided': {
    kind: 'state', title: 'Claims are not decided yet', detail: '{claims} claims are not decided. In full they come to {amount} {currency}, and {kept} is kept back; of {unknown} nobody knows yet what they come to. Decide them, or keep more back.',
  },
  'changes.proposed_already': { kind: 'conflict', title: 'There is a change for it already', detail: 'This draft is proposed by another change; use that one, or withdraw it first.' },
  'changes.amended_already': { kind: 'conflict', title: 'There is an amendment of this outage already', detail: 'The outage is amended by another change; write that one anew, approve it, or withdraw it first.' },
  'changes.another_applies': { kind: 'state', title: 'Another amendment is being applied', detail: 'Claims are being worked out again for an amendment that was approved; this one can go on when that is done.' },
  'changes.several_currencies': { kind: 'meaning', title: 'Claims in several currencies', detail: 'The run has claims in {currencies}. Name the currency in which to see who wins or loses most.' },
  'changes.bound_missing': { kind: 'meaning', title: 'How far may the total move', detail: 'Name how far the total may move: movesLessThan, or movesLessThanEach with one amount for each currency of the run; not both.' },
  'changes.not_amendment': { kind: 'state', title: 'Not an amendment', detail: 'Only an amendment of the register has lines to write anew.' },
  'changes.not_yours': { kind: 'duty', title: 'Another role does this', detail: 'A change of the kind {kind} needs somebody with the permission {permission}.' },
  'changes.four_eyes': { kind: 'duty', title: 'Another person has to approve', detail: 'You proposed this change or wrote part of it; somebody else approves it.' },
  'changes.transition_refused': { kind: 'state', title: 'Its state does not allow this', detail: 'The change does not go that way.' },
  'changes.run_not_finished': { kind: 'state', title: 'The run is not finished', detail: 'Run {n} is {state}; only a finished run can be approved.' },
  'changes.digest_differs': { kind: 'meaning', title: 'That is not the digest of the run', detail: 'Run {n} has the digest {digest}. Look at its report again, and name that one.' },
  'changes.run_stale': { kind: 'state', title: 'The run is out of date', detail: 'Since the run began something it rests on has changed: {changed}. Start another run and look at its report.' },
  'changes.claims_changed': {
    kind: 'state', title: 'Too many claims have changed', detail: '{changed} of {claims} claims in the run have changed since, which is not under one in a hundred. Start another run.',
  },
  'changes.moved_too_far': {
    kind: 'state', title: 'The total has moved', detail: 'Run again for the {changed} claims that have changed, the total moves by {moved} {currency}, which is not less than the {bound} you named.',
  },
  'changes.currency_differs': { kind: 'meaning', title: 'Another currency', detail: 'The change is in {currency}; name the bound in it, one for each currency.' },
});
