import type { Permission } from '../../platform/access/permissions.js';

/** What may have to be looked at. */
export const TASK_KINDS = ['entitlement_fall', 'entitlement_rise', 'assessment_unclear', 'letter_returned', 'hold_review', 'sample_disagreement', 'payment_returned', 'proof_difference'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** What it takes to settle one, beside settling tasks at all: work on claims, or on money. */
export const SETTLED_BY: Readonly<Record<TaskKind, Permission>> = {
  entitlement_fall: 'claim.take', entitlement_rise: 'claim.take', assessment_unclear: 'claim.take', letter_returned: 'claim.take', hold_review: 'claim.take',
  sample_disagreement: 'claim.assign', proof_difference: 'payout.reconcile',
};

export type TaskSubjectType = 'claim' | 'paying_account';

export const TASK_STATES = ['open', 'done'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** Amounts are minor units as text; what is null came out without a figure. */
export interface TaskFigures {
  readonly currency: string;
  readonly grantedMinor: string;
  readonly assessedMinor: string | null;
  readonly outcome: string;
}
