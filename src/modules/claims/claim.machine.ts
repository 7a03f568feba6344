import { refuse, ok } from '../../core/errors/index.js';
import type { Guards, Machine, Transition } from '../../core/machine/index.js';
import { allowedEvents } from '../../core/machine/index.js';
import { isPermission, type Permission } from '../../platform/access/permissions.js';

export const CLAIM_STATES = [
  'draft', 'submitted', 'in_review', 'info_requested', 'recommended', 'offered', 'accepted', 'rejected', 'withdrawn', 'expired',
] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

/** States in which a claim occupies its time: nothing else may claim for it. */
export const LIVE_STATES = ['submitted', 'in_review', 'info_requested', 'recommended', 'offered', 'accepted'] as const satisfies readonly ClaimState[];

export const CLAIM_EVENTS = [
  'submit', 'amend', 'refer', 'pull', 'offer_by_rule', 'refuse_by_rule', 'ask', 'answer', 'no_answer', 'override', 'recommend', 'send_back', 'overtaken',
  'award', 'refuse', 'accept', 'accept_on_account', 'decline', 'lapse', 'take_up_again', 'object', 'upheld', 'raised_by_change', 'correct', 'not_mine',
  'funded', 'share', 'reduce', 'withdraw', 'reopen',
] as const;
export type ClaimEvent = (typeof CLAIM_EVENTS)[number];

export type ClaimGuard = 'notOpenedByStaff' | 'assessmentCurrent' | 'asOperatorOpened';

/** What guards may look at; read under the lock that the move holds. */
export interface ClaimMoveFacts {
  readonly openedByStaff: boolean;
  /** The operator opened it, and its merchant has not corrected it yet. */
  readonly asOperatorOpened: boolean;
  /** Undefined when the event does not rest on an assessment. */
  readonly assessmentIsCurrent?: boolean;
}

const move = (
  from: readonly ClaimState[], to: readonly ClaimState[], actors: readonly string[],
  more: Partial<Pick<Transition<ClaimState, ClaimGuard>, 'guards' | 'pairs'>> = {},
): Transition<ClaimState, ClaimGuard> => ({
  from, to, actors, guards: more.guards ?? [], ...(more.pairs === undefined ? {} : { pairs: more.pairs }),
});

const resting = { guards: ['assessmentCurrent'] } as const;
/** A rise moves nothing that was granted; what was refused goes to people. */
const rising = { pairs: [['offered', 'offered'], ['accepted', 'accepted'], ['rejected', 'in_review']], guards: ['assessmentCurrent'] } as const;
/** What was granted stays where it is, and what was refused is offered: never lower. */
const upholding = { pairs: [['offered', 'offered'], ['accepted', 'accepted'], ['rejected', 'offered']], guards: ['assessmentCurrent'] } as const;
const staying = { pairs: [['offered', 'offered'], ['rejected', 'rejected'], ['accepted', 'accepted']] } as const;
const lowering = { pairs: [['offered', 'offered'], ['offered', 'rejected'], ['accepted', 'accepted']] } as const;
/** A share of a fund is offered, counts as accepted, or is nothing. */
const sharing = { pairs: [['offered', 'offered'], ['offered', 'accepted'], ['offered', 'rejected'], ['accepted', 'accepted']] } as const;
const asOpened = { guards: ['asOperatorOpened'] } as const;

/**
 * The life of a claim. Payment, holds and deliveries stand beside it. What the table does not list is refused; database trigger,
 * API enumeration, allowed actions, diagram and the exhaustive test are made from it. Source: docs/domain/claim-life-cycle.md.
 */
export const CLAIM_MACHINE: Machine<ClaimState, ClaimEvent, ClaimGuard> = {
  name: 'claim',
  states: CLAIM_STATES,
  initial: 'draft',
  final: [],
  events: {
    submit: move(['draft'], ['submitted'], ['claim.file', 'system']),
    amend: move(['submitted'], ['submitted'], ['claim.file'], { guards: ['notOpenedByStaff'] }),
    refer: move(['submitted'], ['in_review'], ['system']),
    pull: move(['submitted'], ['in_review'], ['claim.pull']),
    offer_by_rule: move(['submitted'], ['offered', 'accepted'], ['system'], resting),
    refuse_by_rule: move(['submitted'], ['rejected'], ['system'], resting),
    ask: move(['in_review'], ['info_requested'], ['claim.recommend']),
    answer: move(['info_requested'], ['in_review'], ['claim.file']),
    no_answer: move(['info_requested'], ['in_review', 'expired'], ['system']),
    override: move(['in_review'], ['in_review'], ['claim.recommend']),
    recommend: move(['in_review'], ['recommended'], ['claim.recommend'], resting),
    send_back: move(['recommended'], ['in_review'], ['claim.decide']),
    overtaken: move(['recommended'], ['in_review'], ['system']),
    award: move(['recommended'], ['offered', 'accepted'], ['claim.decide'], resting),
    refuse: move(['recommended'], ['rejected'], ['claim.decide'], resting),
    accept: move(['offered'], ['accepted'], ['offer.accept']),
    accept_on_account: move(['offered'], ['accepted'], ['offer.accept']),
    decline: move(['offered'], ['rejected'], ['offer.accept']),
    lapse: move(['offered'], ['expired'], ['system']),
    take_up_again: move(['expired'], ['offered'], ['offer.accept']),
    object: move(['offered', 'rejected', 'accepted'], ['offered', 'rejected', 'accepted'], ['claim.file'], staying),
    upheld: move(['offered', 'rejected', 'accepted'], ['offered', 'accepted'], ['objection.decide', 'link'], upholding),
    raised_by_change: move(['offered', 'accepted', 'rejected'], ['offered', 'accepted', 'in_review'], ['system'], rising),
    correct: move(['offered'], ['submitted'], ['claim.file'], asOpened),
    not_mine: move(['offered'], ['withdrawn'], ['claim.file'], asOpened),
    funded: move(['offered'], ['accepted'], ['system']),
    share: move(['offered', 'accepted'], ['offered', 'accepted', 'rejected'], ['system'], sharing),
    reduce: move(['offered', 'accepted'], ['offered', 'rejected', 'accepted'], ['claim.decide'], lowering),
    withdraw: move(['submitted', 'in_review', 'info_requested', 'recommended', 'offered'], ['withdrawn'], ['claim.file']),
    reopen: move(['rejected', 'withdrawn', 'expired'], ['in_review'], ['claim.reopen']),
  },
};

export const CLAIM_GUARDS: Guards<ClaimGuard, ClaimMoveFacts> = {
  notOpenedByStaff: ({ openedByStaff }) => (openedByStaff ? refuse('claims.opened_by_staff') : ok(undefined)),
  asOperatorOpened: ({ asOperatorOpened }) => (asOperatorOpened ? ok(undefined) : refuse('claims.not_operators')),
  assessmentCurrent: ({ assessmentIsCurrent }) => (assessmentIsCurrent === true ? ok(undefined) : refuse('claims.assessment_stale')),
};

/** Who began a claim: its merchant, or somebody for it; or the operator, from what it knows. */
export const CLAIM_ORIGINS = ['merchant', 'operator'] as const;
export type ClaimOrigin = (typeof CLAIM_ORIGINS)[number];

/** Once corrected it is a claim like any other: a correction is asked for once, not as often as it pays. */
export const isAsOperatorOpened = ({ origin, claimVersion }: { readonly origin: ClaimOrigin; readonly claimVersion: number }): boolean =>
  origin === 'operator' && claimVersion === 1;

/** What may be done now, for the API and pages; who may is decided beside it. */
export const actionsIn = (claim: { readonly state: ClaimState; readonly origin: ClaimOrigin; readonly claimVersion: number }): ClaimEvent[] =>
  allowedEvents(CLAIM_MACHINE, claim.state).filter((event) => isAsOperatorOpened(claim) || !CLAIM_MACHINE.events[event].guards.includes('asOperatorOpened'));

/** As `actionsIn`, of what somebody may do themselves: left out are the commands that a guard refuses whoever gives them, those of others, and those of the system. */
export const actionsOf = (claim: Parameters<typeof actionsIn>[0] & { readonly openedByStaff: boolean }, may: (permission: Permission) => boolean): ClaimEvent[] =>
  actionsIn(claim).filter((event) => {
    const { actors, guards } = CLAIM_MACHINE.events[event];
    return !(claim.openedByStaff && guards.includes('notOpenedByStaff')) && actors.some((actor) => isPermission(actor) && may(actor));
  });
