import type { Role } from '../../platform/access/roles.js';

/** What a person may be to one thing: a claim, a change, a batch. */
export type Duty = 'filer' | 'helper' | 'interest' | 'recommender' | 'decider' | 'reconsiderer' | 'author' | 'approver'
  | 'payee_editor' | 'releaser' | 'reduction_proposer' | 'reduction_decider';

/** Pairs that one person may not hold on one thing. The database keeps the same table and a trigger that reads it. */
export const DUTY_CONFLICTS: readonly (readonly [Duty, Duty])[] = [
  ['filer', 'recommender'], ['filer', 'decider'], ['filer', 'reconsiderer'],
  ['helper', 'recommender'], ['helper', 'decider'], ['helper', 'reconsiderer'],
  ['interest', 'recommender'], ['interest', 'decider'], ['interest', 'reconsiderer'],
  ['recommender', 'decider'], ['recommender', 'reconsiderer'], ['decider', 'reconsiderer'],
  ['author', 'approver'],
  ['payee_editor', 'releaser'],
  ['filer', 'reduction_proposer'], ['helper', 'reduction_proposer'], ['interest', 'reduction_proposer'],
  ['filer', 'reduction_decider'], ['helper', 'reduction_decider'], ['interest', 'reduction_decider'],
  ['reduction_proposer', 'reduction_decider'],
];

/** Roles that one person may not hold at all, whatever the thing: who looks over shoulders does not act. */
const ROLE_CONFLICTS: readonly (readonly [Role, Role])[] = [
  ['auditor', 'reviewer'], ['auditor', 'approver'], ['auditor', 'finance_preparer'], ['auditor', 'finance_approver'], ['auditor', 'finance_releaser'],
  ['auditor', 'administrator'], ['administrator', 'approver'], ['administrator', 'finance_releaser'], ['finance_preparer', 'finance_releaser'],
];

/** The role already held that excludes the one to be granted. */
export const conflictingRole = (held: readonly Role[], granted: Role): Role | undefined =>
  held.find((role) => ROLE_CONFLICTS.some(([a, b]) => (a === role && b === granted) || (b === role && a === granted)));

/** The duty already held on a thing that excludes another. */
export const conflictingDuty = (held: readonly Duty[], wanted: Duty): Duty | undefined =>
  held.find((duty) => DUTY_CONFLICTS.some(([a, b]) => (a === duty && b === wanted) || (b === duty && a === wanted)));
