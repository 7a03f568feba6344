import { isAllowed, type Permission } from '../../platform/access/permissions.js';
import type { Role } from '../../platform/access/roles.js';
import { DUTY_PROFILES, type DutyProfile } from '../../platform/config/config.js';

/** What a person may be to one thing: a claim, a change, a batch. */
export type Duty = 'filer' | 'helper' | 'interest' | 'recommender' | 'decider' | 'reconsiderer' | 'author' | 'approver'
  | 'second_reader' | 'payee_editor' | 'locker' | 'batch_approver' | 'releaser' | 'reduction_proposer' | 'reduction_decider' | 'write_off_proposer' | 'write_off_decider';

/** Two that one person may not be, and the least profile that says so: it holds there and in every stricter one. */
export interface Conflict<Part> {
  readonly pair: readonly [Part, Part];
  readonly from: DutyProfile;
}

const inEvery = <Part>(...pairs: readonly (readonly [Part, Part])[]): Conflict<Part>[] => pairs.map((pair) => ({ pair, from: 'small' }));
const since = <Part>(from: DutyProfile, ...pairs: readonly (readonly [Part, Part])[]): Conflict<Part>[] => pairs.map((pair) => ({ pair, from }));

/**
 * Duties that one person may not hold on one thing. The database keeps the same table and a trigger that reads it. What is held in
 * every profile is never relaxed; where there are three people, whoever helped with a claim may recommend it, as another decides.
 */
export const DUTY_TABLE: readonly Conflict<Duty>[] = [
  ...inEvery<Duty>(
    ['filer', 'recommender'], ['filer', 'decider'], ['filer', 'reconsiderer'],
    ['helper', 'decider'], ['helper', 'reconsiderer'],
    ['interest', 'recommender'], ['interest', 'decider'], ['interest', 'reconsiderer'],
    ['recommender', 'decider'], ['recommender', 'reconsiderer'], ['decider', 'reconsiderer'],
    ['filer', 'second_reader'], ['helper', 'second_reader'], ['interest', 'second_reader'],
    ['recommender', 'second_reader'], ['decider', 'second_reader'], ['reconsiderer', 'second_reader'],
    ['author', 'approver'],
    ['payee_editor', 'releaser'],
    ['locker', 'batch_approver'], ['locker', 'releaser'], ['batch_approver', 'releaser'],
    ['write_off_proposer', 'write_off_decider'],
    ['filer', 'reduction_proposer'], ['helper', 'reduction_proposer'], ['interest', 'reduction_proposer'],
    ['filer', 'reduction_decider'], ['helper', 'reduction_decider'], ['interest', 'reduction_decider'],
    ['reduction_proposer', 'reduction_decider'], ['reduction_proposer', 'reconsiderer'], ['reduction_decider', 'reconsiderer'],
  ),
  ...since<Duty>('standard', ['helper', 'recommender']),
];

/** Every pair of the strictest profile. */
export const DUTY_CONFLICTS: readonly (readonly [Duty, Duty])[] = DUTY_TABLE.map(({ pair }) => pair);

/** Roles that one person may not hold at all, whatever the thing: who looks over shoulders does not act, and in a strict profile nobody stands on both sides of one desk. */
export const ROLE_TABLE: readonly Conflict<Role>[] = [
  ...inEvery<Role>(
    ['auditor', 'reviewer'], ['auditor', 'approver'], ['auditor', 'finance_preparer'], ['auditor', 'finance_approver'], ['auditor', 'finance_releaser'],
    ['auditor', 'administrator'], ['administrator', 'approver'], ['administrator', 'finance_releaser'], ['finance_preparer', 'finance_releaser'],
  ),
  ...since<Role>('strict',
    ['reviewer', 'approver'], ['supervisor', 'approver'], ['policy_author', 'policy_approver'], ['register_editor', 'register_approver'],
    ['finance_preparer', 'finance_approver'], ['finance_approver', 'finance_releaser'], ['approver', 'finance_releaser'], ['administrator', 'supervisor']),
];

const holdsIn = <Part>({ from }: Conflict<Part>, profile: DutyProfile): boolean => DUTY_PROFILES.indexOf(from) <= DUTY_PROFILES.indexOf(profile);

const against = <Part>(table: readonly Conflict<Part>[], profile: DutyProfile, held: readonly Part[], wanted: Part): Part | undefined =>
  held.find((one) => table.some((conflict) => holdsIn(conflict, profile) && conflict.pair.includes(one) && conflict.pair.includes(wanted) && one !== wanted));

/** The role already held that excludes the one to be granted. */
export const conflictingRole = (held: readonly Role[], granted: Role, profile: DutyProfile): Role | undefined => against(ROLE_TABLE, profile, held, granted);

/** The duty already held on a thing that excludes another. */
export const conflictingDuty = (held: readonly Duty[], wanted: Duty, profile: DutyProfile): Duty | undefined => against(DUTY_TABLE, profile, held, wanted);

/** Two roles somebody holds that exclude each other: granted before the profile was as strict as it is. */
export function clashingRoles(held: readonly Role[], profile: DutyProfile): readonly [Role, Role] | undefined {
  for (const role of held) {
    const other = conflictingRole(held, role, profile);
    if (other !== undefined) return [role, other];
  }
  return undefined;
}

/** Whether roles, as they stand now, still hold a permission. */
export const rolesAllow = (roles: readonly Role[], permission: Permission): boolean =>
  isAllowed({ kind: 'user', userId: '', roles, memberships: [] }, permission);
