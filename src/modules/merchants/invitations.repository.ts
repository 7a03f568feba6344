import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { MemberRole } from '../../platform/access/roles.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

export interface InvitationRow {
  readonly id: string;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly email: string;
  readonly role: MemberRole;
  readonly expiresAt: Date;
  readonly acceptedAt: Date | null;
  readonly withdrawnAt: Date | null;
  readonly version: number;
}

const SELECT = `SELECT i.id, i.merchant_id AS "merchantId", m.legal_name AS "merchantName", i.email, i.role, i.expires_at AS "expiresAt",
  i.accepted_at AS "acceptedAt", i.withdrawn_at AS "withdrawnAt", i.version FROM member_invitation i JOIN merchant m ON m.id = i.merchant_id`;

/** Invitations by a link of which only the hash is kept. */
@Injectable()
export class InvitationsRepository {
  async insert(tx: Tx, row: { merchantId: string; email: string; role: MemberRole; tokenHash: Buffer; by: string; at: Instant; expiresAt: Instant }): Promise<string> {
    const [stored] = await tx.query<{ id: string }>(`
      INSERT INTO member_invitation (merchant_id, email, role, token_hash, invited_by, invited_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
    [row.merchantId, row.email, row.role, row.tokenHash, row.by, formatInstant(row.at), formatInstant(row.expiresAt)]);
    if (stored === undefined) throw new Error('the invitation was not stored');
    return stored.id;
  }

  /** Neither accepted nor withdrawn; those that are over stay listed, so that somebody can invite again. */
  unanswered(reader: Reader, merchantId: string): Promise<InvitationRow[]> {
    return reader.query<InvitationRow>(`${SELECT} WHERE i.merchant_id = $1 AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL ORDER BY i.id LIMIT 200`, [merchantId]);
  }

  async byToken(reader: Reader, tokenHash: Buffer): Promise<InvitationRow | undefined> {
    const [row] = await reader.query<InvitationRow>(`${SELECT} WHERE i.token_hash = $1`, [tokenHash]);
    return row;
  }

  async withdraw(tx: Tx, id: string, merchantId: string, at: Instant): Promise<boolean> {
    return await tx.execute(`
      UPDATE member_invitation SET withdrawn_at = $3, version = version + 1
      WHERE id = $1 AND merchant_id = $2 AND accepted_at IS NULL AND withdrawn_at IS NULL`, [id, merchantId, formatInstant(at)]) === 1;
  }

  /** False when somebody was quicker. */
  async accept(tx: Tx, id: string, by: string, at: Instant): Promise<boolean> {
    return await tx.execute(`
      UPDATE member_invitation SET accepted_by = $2, accepted_at = $3, version = version + 1
      WHERE id = $1 AND accepted_at IS NULL AND withdrawn_at IS NULL`, [id, by, formatInstant(at)]) === 1;
  }
}
