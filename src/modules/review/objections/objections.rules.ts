import type { Instant } from '../../../core/time/index.js';
import type { ClaimClocks } from '../../claims/index.js';

/** What somebody may object to, as codes; their words are the portal's. In the order in which a form lists them. */
export const OBJECTION_GROUNDS = ['downtime', 'sales', 'comparison', 'margin', 'conditions', 'evidence', 'other'] as const;
export type ObjectionGround = (typeof OBJECTION_GROUNDS)[number];

/** Why an objection may be dismissed: codes of the shared catalogue, in the order in which a form lists them. */
export const DISMISSAL_REASONS = [
  'objection_figures_right', 'objection_record_right', 'objection_rule_applied', 'objection_not_shown', 'objection_met_already',
] as const;

export const HIGHEST_LEVEL = 2;

/** Whether a decision may still be objected to: a level is left, and its time is not over. Edge: while its letter is not known to have arrived, no time runs. */
export const mayBeObjected = ({ base, objection }: Pick<ClaimClocks, 'base' | 'objection'>, now: Instant): boolean =>
  base.objections < HIGHEST_LEVEL && (objection?.until === undefined || now < objection.until.at);
