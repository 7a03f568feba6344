import type { Instant } from '../../core/time/index.js';
import type { Capacity, Role } from './roles.js';

/** Who acts. Always taken from the credential, never from a request body. */
export type Actor = UserActor | SystemActor | LinkActor | AnonymousActor;

export interface UserActor {
  readonly kind: 'user';
  readonly userId: string;
  readonly roles: readonly Role[];
  readonly memberships: readonly Membership[];
  /** The session this is asked in, and when the person last showed who they are; not there when a job acts for them. */
  readonly session?: { readonly id: string; readonly provedAt: Instant };
}

export interface Membership {
  readonly merchantId: string;
  readonly role: Capacity;
  /** Of an agent: the mandate under which it acts for this merchant. */
  readonly mandateId?: string;
}

/** A rule, a job or the seeder; `name` appears in the audit trail. */
export interface SystemActor {
  readonly kind: 'system';
  readonly name: string;
}

/** Whoever holds a link that opens one case; `name` says what kind of link. They hold no permission. */
export interface LinkActor {
  readonly kind: 'link';
  readonly name: string;
}

export interface AnonymousActor {
  readonly kind: 'anonymous';
}

export const systemActor = (name: string): SystemActor => ({ kind: 'system', name });
