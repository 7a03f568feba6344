import type { Actor } from './actor.js';
import type { Capacity, MemberRole, Role } from './roles.js';

/** Everything a handler may ask for, `noun.verb`. A handler declares exactly one, or is public. */
export const PERMISSIONS = [
  'session.read', 'user.manage', 'merchant.read', 'merchant.create', 'merchant.edit', 'merchant.verify', 'member.manage', 'invitation.accept',
  'service.edit', 'outage.edit', 'outage.confirm', 'outage.amend', 'outage.read_drafts', 'policy.import', 'policy.test', 'policy.read_drafts', 'policy.edit', 'policy.review', 'scheme.edit',
  'change.read', 'change.propose', 'change.approve',
  'claim.read', 'claim.file', 'evidence.read', 'claim.pull', 'claim.take', 'claim.assign', 'claim.recommend', 'claim.decide', 'claim.reduce', 'claim.reopen', 'hold.place', 'hold.release', 'objection.decide', 'offer.accept', 'queue.read', 'assessment.rerun',
  'payee.read', 'payee.edit', 'payee.oversee', 'payee.verify', 'payee.reveal', 'payee.hold', 'payee.release_hold',
  'recovery.read', 'recovery.recommend', 'recovery.decide', 'task.read', 'task.settle',
  'fund.read', 'fund.edit', 'fund.book', 'payout.read', 'payout.prepare', 'payout.approve', 'payout.release', 'payout.reconcile', 'payout.write_off', 'audit.read', 'event.read', 'job.read', 'sampling.commit', 'sampling.look', 'report.read',
  'agent.manage', 'agency.work', 'mandate.read', 'mandate.assert', 'mandate.confirm', 'mandate.revoke',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Machines name other actors beside permissions: the system, and whoever holds a link. */
export const isPermission = (actor: string): actor is Permission => (PERMISSIONS as readonly string[]).includes(actor);

const STAFF: readonly Permission[] = ['session.read', 'merchant.read', 'claim.read', 'queue.read', 'outage.read_drafts', 'policy.read_drafts', 'task.read', 'report.read'];

/** Roles to permissions: the one table. What it does not list is refused. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  agent: ['session.read', 'agency.work', 'mandate.read', 'mandate.assert', 'mandate.revoke'],
  reviewer: [...STAFF, 'evidence.read', 'hold.place', 'hold.release', 'claim.pull', 'claim.take', 'claim.recommend', 'claim.reduce', 'sampling.look', 'assessment.rerun', 'merchant.verify', 'policy.test', 'recovery.read', 'recovery.recommend', 'task.settle', 'outage.amend', 'change.read', 'change.propose'],
  approver: [...STAFF, 'evidence.read', 'hold.place', 'hold.release', 'claim.take', 'claim.decide', 'claim.reduce', 'objection.decide', 'sampling.look', 'policy.test', 'recovery.read', 'recovery.decide', 'task.settle'],
  supervisor: [...STAFF, 'evidence.read', 'hold.place', 'hold.release', 'claim.pull', 'claim.take', 'claim.assign', 'claim.reopen', 'objection.decide', 'sampling.commit', 'sampling.look', 'assessment.rerun', 'job.read', 'change.read', 'recovery.read', 'task.settle'],
  register_editor: [...STAFF, 'service.edit', 'outage.edit', 'outage.confirm', 'outage.amend', 'change.read', 'change.propose', 'change.approve'],
  register_approver: [...STAFF, 'outage.confirm', 'change.read', 'change.approve'],
  policy_author: [...STAFF, 'policy.import', 'policy.test', 'policy.edit', 'policy.review', 'scheme.edit', 'change.read', 'change.propose'],
  policy_approver: [...STAFF, 'policy.test', 'policy.review', 'change.read', 'change.approve'],
  finance_preparer: [...STAFF, 'change.read', 'change.propose', 'hold.place', 'hold.release', 'task.settle', 'fund.read', 'fund.edit', 'payout.read', 'payout.prepare', 'payout.reconcile', 'task.settle', 'payee.read', 'payee.oversee', 'payee.verify', 'payee.reveal', 'payee.hold'],
  finance_approver: [...STAFF, 'change.read', 'change.approve', 'hold.place', 'hold.release', 'task.settle', 'fund.read', 'fund.book', 'payout.read', 'payout.approve', 'payout.reconcile', 'payout.write_off', 'task.settle', 'payee.read', 'payee.oversee', 'payee.reveal', 'payee.hold', 'payee.release_hold'],
  finance_releaser: [...STAFF, 'fund.read', 'payout.read', 'payout.release', 'payee.read', 'payee.oversee', 'payee.reveal', 'payee.hold'],
  administrator: [...STAFF, 'user.manage', 'merchant.verify', 'scheme.edit', 'service.edit', 'fund.edit', 'fund.read', 'job.read', 'agent.manage'],
  auditor: [...STAFF, 'evidence.read', 'audit.read', 'event.read', 'fund.read', 'payout.read', 'payee.read', 'payee.oversee', 'job.read', 'change.read', 'recovery.read'],
};

/** What membership of a merchant allows, for that merchant only; the owner is the signatory. */
export const MEMBER_PERMISSIONS: Readonly<Record<MemberRole, readonly Permission[]>> = {
  owner: ['session.read', 'merchant.read', 'merchant.create', 'merchant.edit', 'member.manage', 'claim.read', 'claim.file', 'evidence.read', 'offer.accept', 'payee.read', 'payee.edit', 'mandate.read', 'mandate.confirm', 'mandate.revoke'],
  member: ['session.read', 'merchant.read', 'claim.read', 'claim.file', 'evidence.read', 'mandate.read'],
};

/** As above, with an agent who acts under the merchant's mandate: it files and reads, and never accepts, confirms or is paid. */
export const CAPACITY_PERMISSIONS: Readonly<Record<Capacity, readonly Permission[]>> = {
  ...MEMBER_PERMISSIONS,
  agent: ['session.read', 'merchant.read', 'claim.read', 'claim.file'],
};

/** Every signed-in person: to see who they are, to set up a business of their own, and to join one that invited them. */
const EVERYBODY: readonly Permission[] = ['session.read', 'merchant.create', 'invitation.accept'];

/** Whether the actor holds the permission in any capacity; for whom is decided by ownership. */
export function isAllowed(actor: Actor, permission: Permission): boolean {
  if (actor.kind !== 'user') return actor.kind === 'system';
  return EVERYBODY.includes(permission)
    || actor.roles.some((role) => ROLE_PERMISSIONS[role].includes(permission))
    || actor.memberships.some(({ role }) => CAPACITY_PERMISSIONS[role].includes(permission));
}

/** The roles that hold a permission, for the API document; `signed_in` when everybody does who is. */
export const rolesWith = (permission: Permission): string[] => (EVERYBODY.includes(permission) ? ['signed_in'] : [
  ...Object.entries(ROLE_PERMISSIONS).filter(([, held]) => held.includes(permission)).map(([role]) => role),
  ...Object.entries(CAPACITY_PERMISSIONS).filter(([, held]) => held.includes(permission)).map(([role]) => `merchant_${role}`),
]);
