import type { Actor } from './actor.js';
import { CAPACITY_PERMISSIONS, ROLE_PERMISSIONS, type Permission } from './permissions.js';

/**
 * "Yours": the one place that says whose things an actor may see or touch. Staff hold a permission for every merchant, members
 * for their own. Not yours is answered like not there.
 */
export function mayFor(actor: Actor, permission: Permission, merchantId: string): boolean {
  if (actor.kind !== 'user') return actor.kind === 'system';
  return actor.roles.some((role) => ROLE_PERMISSIONS[role].includes(permission))
    || actor.memberships.some((membership) => membership.merchantId === merchantId && CAPACITY_PERMISSIONS[membership.role].includes(permission));
}

/** The merchants a list is limited to; undefined for staff, who see all. */
export function visibleMerchants(actor: Actor, permission: Permission): readonly string[] | undefined {
  if (actor.kind !== 'user') return actor.kind === 'system' ? undefined : [];
  if (actor.roles.some((role) => ROLE_PERMISSIONS[role].includes(permission))) return undefined;
  return actor.memberships.filter(({ role }) => CAPACITY_PERMISSIONS[role].includes(permission)).map(({ merchantId }) => merchantId);
}

/** Whether somebody may as a member of the merchant, whatever roles they hold besides: for what both sides of a mandate may do. */
export const mayAsMember = (actor: Actor, permission: Permission, merchantId: string): boolean => actor.kind === 'user'
  && actor.memberships.some((membership) => membership.merchantId === merchantId && CAPACITY_PERMISSIONS[membership.role].includes(permission));

/** The mandate under which the actor acts for a merchant; undefined for its members and for staff. */
export const mandateOf = (actor: Actor, merchantId: string): string | undefined =>
  (actor.kind === 'user' ? actor.memberships.find((membership) => membership.merchantId === merchantId)?.mandateId : undefined);

/** All that somebody may act by, to see whether they have lost any of it since. */
export const authorityOf = (actor: Actor): string[] =>
  (actor.kind === 'user' ? [...actor.roles, ...actor.memberships.map(({ merchantId, role }) => `${merchantId} ${role}`)] : []);

/** The acting person's id; the actor was checked to be one by the permission guard. */
export function userIdOf(actor: Actor): string {
  if (actor.kind !== 'user') throw new Error('only a person may do this');
  return actor.userId;
}

export const isStaff = (actor: Actor): boolean => actor.kind === 'user' && actor.roles.some((role) => role !== 'agent');
