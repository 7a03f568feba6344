import { addLocalDays, durationMs, extendedDeadline, normalise, parseInstant, subtract, type Deadline, type Instant, type IntervalSet } from '../../core/time/index.js';
import type { ClaimClocks, ClaimView } from '../../modules/claims/index.js';
import type { MoneyStanding, PaymentStatus } from '../../modules/payouts/index.js';
import type { Waiting } from '../../modules/review/index.js';

/** What of a claim says whose turn it is. */
export type Standing = Pick<ClaimView, 'state' | 'autoDecisionAt' | 'submittedAt'> & {
  /** Of its latest entitlement. */
  readonly granted?: { readonly grantedAt: string; readonly acceptedAt?: string };
  /** When it waited for its merchant, and by when it waits now: that time is not ours. */
  readonly waiting?: Waiting;
  /** How long its offer stands, once the letter is known to have arrived. */
  readonly clock?: Pick<NonNullable<ClaimClocks['offer']>, 'until' | 'moved'>;
  /** Something stops the answer to its offer: a fund without money, or somebody who looks into it. */
  readonly isHeld?: boolean;
  /** That its last decision may still be objected to: until when, once its letter is known to have arrived. */
  readonly objectable?: { readonly until?: Deadline };
  /** Where its money stands, once it is accepted. */
  readonly money?: MoneyStanding;
  /** Since when an objection waits for its decision, and whether with a body outside. */
  readonly objection?: { readonly openedAt: string; readonly outside: boolean };
};

/** Who has the next step, and by when; `late` when that day has passed. */
export interface NextStep {
  readonly who: 'you' | 'us' | 'rule' | 'outside' | 'nobody';
  readonly what: string;
  readonly by?: Instant;
  readonly late?: boolean;
  /** Our own downtime that moved it, in milliseconds and when. */
  readonly moved?: Pick<Deadline, 'movedMs' | 'because'>;
}

export interface Promises {
  /** Days within which each step should be done: acknowledge, assess, decide, pay. */
  readonly targetDays: Readonly<Record<string, number>>;
  readonly zone: string;
  /** When this portal was down since the oldest of the claims was filed: every clock here stands still in it. */
  readonly down: IntervalSet;
}

const at = (text: string | undefined): Instant | undefined => {
  const read = text === undefined ? undefined : parseInstant(text);
  return read?.ok === true ? read.value : undefined;
};

/** From when on our own downtime can matter to any of these claims. */
export const firstFiled = (claims: readonly Pick<ClaimView, 'submittedAt'>[], now: Instant): Instant =>
  Math.min(now, ...claims.flatMap(({ submittedAt }) => at(submittedAt) ?? [])) as Instant;

/** Derived from the claim's state and dates, the scheme's promised days and the clock of its offer; nothing of it is stored. */
export function nextStep(claim: Standing, promises: Promises, now: Instant): NextStep {
  const due = (who: NextStep['who'], what: string, from: Instant | undefined, days: number | undefined): NextStep => {
    if (from === undefined || days === undefined) return { who, what };
    const paused = who === 'us' ? normalise(claim.waiting?.spans ?? []) : [];
    const { at: by, because: stood } = extendedDeadline({ from, promisedAt: addLocalDays(from, promises.zone, days) }, [...promises.down, ...paused]);
    const because = subtract(stood, paused);
    const movedMs = durationMs(because);
    return { who, what, by, late: by < now, ...(movedMs === 0 ? {} : { moved: { movedMs, because } }) };
  };
  const { targetDays } = promises;
  if (claim.objection !== undefined) return claim.objection.outside ? { who: 'outside', what: 'objection_outside' } : due('us', 'objection', at(claim.objection.openedAt), targetDays['decide']);
  switch (claim.state) {
    case 'draft': return { who: 'you', what: 'finish' };
    case 'submitted': {
      const hour = at(claim.autoDecisionAt);
      return hour === undefined ? due('us', 'assess', at(claim.submittedAt), targetDays['assess']) : { who: 'rule', what: 'rule_decides', by: hour };
    }
    case 'in_review':
    case 'recommended': return due('us', 'decide', at(claim.submittedAt), targetDays['decide']);
    case 'info_requested': return { who: 'you', what: 'answer', ...answeredBy(claim.waiting?.by, now) };
    case 'offered': return offered(claim, now);
    case 'accepted': return moneyStep(claim.money) ?? due('us', 'pay', owedSince(claim), targetDays['pay']);
    case 'expired': return claim.granted === undefined ? { who: 'nobody', what: 'expired' } : { who: 'you', what: 'take_up_again' };
    case 'rejected': return claim.objectable === undefined ? { who: 'nobody', what: 'rejected' } : { who: 'nobody', what: 'rejected_open', ...openUntil(claim.objectable.until) };
    case 'withdrawn': return { who: 'nobody', what: claim.state };
  }
}

/** What is sent has nobody's next step any more, and no day on which we could be late. */
const PAID: Readonly<Partial<Record<PaymentStatus, NextStep>>> = { in_payment: { who: 'nobody', what: 'arriving' }, paid: { who: 'nobody', what: 'paid' } };

/** Who else than us has the next step with the money; undefined where we have it. */
const moneyStep = (money: MoneyStanding | undefined): NextStep | undefined =>
  (money?.account === undefined ? PAID[money?.status ?? 'none'] : { who: 'you', what: money.account });

const owedSince = ({ granted }: Standing): Instant | undefined => at(granted?.acceptedAt ?? granted?.grantedAt);

/** The last moment for an answer, which lies in its last day: what is shown is that day. */
const answeredBy = (deadline: Deadline | undefined, now: Instant): Partial<NextStep> => (deadline === undefined ? {} : {
  by: (deadline.at - 1) as Instant, late: deadline.at <= now, ...(deadline.movedMs === 0 ? {} : { moved: { movedMs: deadline.movedMs, because: deadline.because } }),
});

const openUntil = (until: Deadline | undefined): Partial<NextStep> => (until === undefined ? {} : { by: (until.at - 1) as Instant, late: false });

/** Who has the next step with an offer: nobody can answer one that is worth nothing before the fund is shared, or that something holds. */
function offered({ granted, isHeld, clock }: Standing, now: Instant): NextStep {
  if (granted === undefined) return { who: 'us', what: 'share' };
  return isHeld === true ? { who: 'us', what: 'held' } : answering(clock, now);
}

/** An offer ends at a midnight: its last instant lies on the day before. */
function answering(clock: Standing['clock'], now: Instant): NextStep {
  if (clock?.until === undefined) return { who: 'you', what: 'accept' };
  const by = (clock.until.at - 1) as Instant;
  return { who: 'you', what: 'accept', by, late: by < now, ...(clock.moved === undefined ? {} : { moved: clock.moved }) };
}
