import type { Actor } from './actor.js';
import { MEMBER_PERMISSIONS, ROLE_PERMISSIONS, type Permission } from './permissions.js';

/**
 * "Yours": the one place that says whose things an actor may see or touch. Staff hold a permission for every merchant, members
 * for their own. Not yours is answered like not there.
 */
export function mayFor(actor: Actor, permission: Permission, merchantId: string): boolean {
  if (actor.kind !== 'user') return actor.kind === 'system';
  return actor.roles.some((role) => ROLE_PERMISSIONS[role].includes(permission))
    || actor.memberships.some((membership) => membership.merchantId === merchantId && MEMBER_PERMISSIONS[membership.role].includes(permission));
}

/** The merchants a list is limited to; undefined for staff, who see all. */
export function visibleMerchants(actor: Actor, permission: Permission): readonly string[] | undefined {
  if (actor.kind !== 'user') return actor.kind === 'system' ? undefined : [];
  if (actor.roles.some((role) => ROLE_PERMISSIONS[role].includes(permission))) return undefined;
  return actor.memberships.filter(({ role }) => MEMBER_PERMISSIONS[role].includes(permission)).map(({ merchantId }) => merchantId);
}

/** All that somebody may act by, to see whether they have lost any of it since. */
export const authorityOf = (actor: Actor): string[] =>
  (actor.kind === 'user' ? [...actor.roles, ...actor.memberships.map(({ merchantId, role }) => `${merchantId} ${role}`)] : []);

/** The acting person's id; the actor was checked to be one by the permission guard. */
export function userIdOf(actor: Actor): string {
  if (actor.kind !== 'user') throw new Error('only a person may do this');
  return actor.userId;
}

export const isStaff = (actor: Actor): boolean => actor.kind === 'user' && actor.roles.some((role) => role !== 'agent');
