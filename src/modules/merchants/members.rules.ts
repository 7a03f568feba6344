import { refuse, ok, type Result } from '../../core/errors/index.js';
import { HOUR, type Instant } from '../../core/time/index.js';
import type { MemberRole } from '../../platform/access/roles.js';

export const INVITATION_LASTS_MS = 72 * HOUR;
export const MOST_INVITATIONS = 20;

export interface Invitation {
  readonly expiresAt: Instant;
  readonly isAccepted: boolean;
  readonly isWithdrawn: boolean;
}

export type InvitationFault = 'merchants.invitation_not_found' | 'merchants.invitation_used' | 'merchants.invitation_expired';

/** Whether an invitation still works. Edge: at its 72nd hour it no longer does. */
export function openInvitation({ expiresAt, isAccepted, isWithdrawn }: Invitation, now: Instant): Result<null, InvitationFault> {
  if (isWithdrawn) return refuse('merchants.invitation_not_found');
  if (isAccepted) return refuse('merchants.invitation_used');
  return now < expiresAt ? ok(null) : refuse('merchants.invitation_expired');
}

/** Whether somebody may stop signing: only while another one can. */
export const keepsAnOwner = (members: readonly { readonly userId: string; readonly role: MemberRole }[], leaving: string): boolean =>
  members.some(({ userId, role }) => role === 'owner' && userId !== leaving);

/** `anna@example.com` as `a***@example.com`: enough to know which of one's addresses it was. */
export const maskedEmail = (email: string): string => email.replace(/^(.)[^@]*/, '$1***');
