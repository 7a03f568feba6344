/** What somebody may object to, as codes; their words are the portal's. In the order in which a form lists them. */
export const OBJECTION_GROUNDS = ['downtime', 'sales', 'comparison', 'margin', 'conditions', 'evidence', 'other'] as const;
export type ObjectionGround = (typeof OBJECTION_GROUNDS)[number];

/** Why an objection may be dismissed: codes of the shared catalogue, in the order in which a form lists them. */
export const DISMISSAL_REASONS = [
  'objection_figures_right', 'objection_record_right', 'objection_rule_applied', 'objection_not_shown', 'objection_met_already',
] as const;

export const HIGHEST_LEVEL = 2;
