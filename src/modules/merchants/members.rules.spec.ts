import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../core/time/index.js';
import { keepsAnOwner, maskedEmail, openInvitation } from './members.rules.js';

const open = { expiresAt: 1_000 as Instant, isAccepted: false, isWithdrawn: false };

describe('an invitation', () => {
  it('works until its last millisecond', () => {
    expect(openInvitation(open, 999 as Instant)).toEqual({ ok: true, value: null });
    expect(openInvitation(open, 1_000 as Instant)).toMatchObject({ refusal: { code: 'merchants.invitation_expired' } });
  });

  it('works once, and not when it was withdrawn, whatever else it is', () => {
    expect(openInvitation({ ...open, isAccepted: true }, 2_000 as Instant)).toMatchObject({ refusal: { code: 'merchants.invitation_used' } });
    expect(openInvitation({ ...open, isWithdrawn: true }, 0 as Instant)).toMatchObject({ refusal: { code: 'merchants.invitation_not_found' } });
  });

  it('shows of its address only enough to know it again', () => {
    expect(maskedEmail('anna@example.com')).toBe('a***@example.com');
  });
});

describe('a business', () => {
  it('keeps somebody who can sign', () => {
    const members = [{ userId: 'a', role: 'owner' as const }, { userId: 'b', role: 'member' as const }];
    expect(keepsAnOwner(members, 'a')).toBe(false);
    expect(keepsAnOwner(members, 'b')).toBe(true);
    expect(keepsAnOwner([...members, { userId: 'c', role: 'owner' }], 'a')).toBe(true);
  });
});
