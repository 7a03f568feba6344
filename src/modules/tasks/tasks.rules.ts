import type { Permission } from '../../platform/access/permissions.js';

/** What may have to be looked at. */
export const TASK_KINDS = ['entitlement_fall', 'entitlement_rise', 'assessment_unclear', 'letter_returned', 'hold_review', 'sample_disagreement', 'payment_returned'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** Kinds that not everybody who settles tasks settles, with what it takes. */
export const SETTLED_BY: Readonly<Partial<Record<TaskKind, Permission>>> = { sample_disagreement: 'claim.assign' };

export const TASK_STATES = ['open', 'done'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** Amounts are minor units as text; what is null came out without a figure. */
export interface TaskFigures {
  readonly currency: string;
  readonly grantedMinor: string;
  readonly assessedMinor: string | null;
  readonly outcome: string;
}
