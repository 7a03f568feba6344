import type { MemberRole, Role } from './roles.js';

/** Who acts. Always taken from the credential, never from a request body. */
export type Actor = UserActor | SystemActor | AnonymousActor;

export interface UserActor {
  readonly kind: 'user';
  readonly userId: string;
  readonly roles: readonly Role[];
  readonly memberships: readonly { readonly merchantId: string; readonly role: MemberRole }[];
}

/** A rule, a job or the seeder; `name` appears in the audit trail. */
export interface SystemActor {
  readonly kind: 'system';
  readonly name: string;
}

export interface AnonymousActor {
  readonly kind: 'anonymous';
}

export const systemActor = (name: string): SystemActor => ({ kind: 'system', name });
