import type { Actor } from './actor.js';
import type { MemberRole, Role } from './roles.js';

/** Everything a handler may ask for, `noun.verb`. A handler declares exactly one, or is public. */
export const PERMISSIONS = [
  'session.read', 'user.manage', 'merchant.read', 'merchant.create', 'merchant.edit', 'merchant.verify',
  'service.edit', 'outage.edit', 'outage.confirm', 'outage.read_drafts', 'policy.import', 'policy.test', 'policy.read_drafts', 'policy.edit', 'policy.review', 'scheme.edit',
  'change.read', 'change.propose', 'change.approve',
  'claim.read', 'claim.file', 'claim.pull', 'claim.recommend', 'claim.decide', 'offer.accept', 'queue.read', 'assessment.rerun',
  'fund.read', 'fund.edit', 'audit.read', 'event.read', 'job.read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const STAFF: readonly Permission[] = ['session.read', 'merchant.read', 'claim.read', 'queue.read', 'outage.read_drafts', 'policy.read_drafts'];

/** Roles to permissions: the one table. What it does not list is refused. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  agent: ['session.read'],
  reviewer: [...STAFF, 'claim.pull', 'claim.recommend', 'assessment.rerun', 'merchant.verify', 'policy.test'],
  approver: [...STAFF, 'claim.decide', 'policy.test'],
  supervisor: [...STAFF, 'claim.pull', 'assessment.rerun', 'job.read', 'change.read'],
  register_editor: [...STAFF, 'service.edit', 'outage.edit', 'outage.confirm'],
  register_approver: [...STAFF, 'outage.confirm'],
  policy_author: [...STAFF, 'policy.import', 'policy.test', 'policy.edit', 'policy.review', 'scheme.edit', 'change.read', 'change.propose'],
  policy_approver: [...STAFF, 'policy.test', 'policy.review', 'change.read', 'change.approve'],
  finance_preparer: [...STAFF, 'fund.read', 'fund.edit'],
  finance_approver: [...STAFF, 'fund.read'],
  finance_releaser: [...STAFF, 'fund.read'],
  administrator: [...STAFF, 'user.manage', 'merchant.verify', 'scheme.edit', 'service.edit', 'fund.edit', 'fund.read', 'job.read'],
  auditor: [...STAFF, 'audit.read', 'event.read', 'fund.read', 'job.read', 'change.read'],
};

/** What membership of a merchant allows, for that merchant only; the owner is the signatory. */
export const MEMBER_PERMISSIONS: Readonly<Record<MemberRole, readonly Permission[]>> = {
  owner: ['session.read', 'merchant.read', 'merchant.create', 'merchant.edit', 'claim.read', 'claim.file', 'offer.accept'],
  member: ['session.read', 'merchant.read', 'claim.read', 'claim.file'],
};

/** Every signed-in person: to see who they are, and to set up a business of their own. */
const EVERYBODY: readonly Permission[] = ['session.read', 'merchant.create'];

/** Whether the actor holds the permission in any capacity; for whom is decided by ownership. */
export function isAllowed(actor: Actor, permission: Permission): boolean {
  if (actor.kind !== 'user') return actor.kind === 'system';
  return EVERYBODY.includes(permission)
    || actor.roles.some((role) => ROLE_PERMISSIONS[role].includes(permission))
    || actor.memberships.some(({ role }) => MEMBER_PERMISSIONS[role].includes(permission));
}

/** The roles that hold a permission, for the API document; `signed_in` when everybody does who is. */
export const rolesWith = (permission: Permission): string[] => (EVERYBODY.includes(permission) ? ['signed_in'] : [
  ...Object.entries(ROLE_PERMISSIONS).filter(([, held]) => held.includes(permission)).map(([role]) => role),
  ...Object.entries(MEMBER_PERMISSIONS).filter(([, held]) => held.includes(permission)).map(([role]) => `merchant_${role}`),
]);
