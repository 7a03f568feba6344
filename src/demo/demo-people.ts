import type { Role } from '../platform/access/roles.js';

/** Everybody in the demo is invented, and so is every business. The password is printed at start: never run the demo in public. */
export const DEMO_PASSWORD = 'makegood demo 2026';

export interface DemoPerson {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

export const DEMO_PEOPLE = {
  owner: { email: 'owner@corner-cafe.example', name: 'Ada Owner (synthetic)', roles: [] },
  agent: { email: 'agent@quayside.example', name: 'Ines Agent (synthetic)', roles: ['agent'] },
  reviewer: { email: 'reviewer@makegood.example', name: 'Rhea Reviewer', roles: ['reviewer'] },
  approver: { email: 'approver@makegood.example', name: 'Amir Approver', roles: ['approver'] },
  supervisor: { email: 'supervisor@makegood.example', name: 'Suna Supervisor', roles: ['supervisor'] },
  registerEditor: { email: 'register@makegood.example', name: 'Reto Register', roles: ['register_editor'] },
  registerSecond: { email: 'register2@makegood.example', name: 'Rana Register', roles: ['register_editor'] },
  policyAuthor: { email: 'policy@makegood.example', name: 'Pia Policy', roles: ['policy_author'] },
  policyApprover: { email: 'policy2@makegood.example', name: 'Paz Policy', roles: ['policy_approver'] },
  finance: { email: 'finance@makegood.example', name: 'Finn Finance', roles: ['finance_preparer'] },
  administrator: { email: 'admin@makegood.example', name: 'Adi Administrator', roles: ['administrator'] },
  auditor: { email: 'auditor@makegood.example', name: 'Ona Auditor', roles: ['auditor'] },
} as const satisfies Record<string, DemoPerson>;

/** Those whom only the long story needs: cases are reviewed and decided by more than one pair. */
export const STORY_PEOPLE = {
  reviewer2: { email: 'reviewer2@makegood.example', name: 'Rumi Reviewer', roles: ['reviewer'] },
  approver2: { email: 'approver2@makegood.example', name: 'Anouk Approver', roles: ['approver'] },
  financeApprover: { email: 'finance2@makegood.example', name: 'Fola Finance', roles: ['finance_approver'] },
  financeReleaser: { email: 'finance3@makegood.example', name: 'Fritz Finance', roles: ['finance_releaser'] },
} as const satisfies Record<string, DemoPerson>;
