export const ROLES = [
  'agent', 'reviewer', 'approver', 'supervisor', 'register_editor', 'register_approver', 'policy_author', 'policy_approver',
  'finance_preparer', 'finance_approver', 'finance_releaser', 'administrator', 'auditor',
] as const;
export type Role = (typeof ROLES)[number];

/** Membership of one merchant; the owner is the signatory (accepts offers), a member files. */
export type MemberRole = 'owner' | 'member';

/** What somebody may be to one merchant: a member of it, or an agent under its mandate. */
export type Capacity = MemberRole | 'agent';
