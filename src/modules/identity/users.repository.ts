import { Injectable } from '@nestjs/common';
import type { MemberRole, Role } from '../../platform/access/roles.js';
import type { UserActor } from '../../platform/access/actor.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import { UserEntity } from './user.entity.js';

export interface Credentials {
  readonly id: string;
  readonly passwordHash: string | null;
  readonly active: boolean;
  readonly isStaff: boolean;
}

@Injectable()
export class UsersRepository {
  names(reader: Reader, ids: readonly string[]): Promise<{ id: string; name: string }[]> {
    return reader.query('SELECT id, name FROM app_user WHERE id = ANY ($1::uuid[])', [ids]);
  }

  async insert(tx: Tx, user: { email: string; name: string; passwordHash: string; createdAt: Instant }): Promise<string> {
    const [row] = await tx.query<{ id: string }>(
      'INSERT INTO app_user (email, name, password_hash, created_at) VALUES ($1, $2, $3, $4) RETURNING id',
      [user.email, user.name, user.passwordHash, formatInstant(user.createdAt)]);
    if (row === undefined) throw new Error('the user was not stored');
    return row.id;
  }

  find(reader: Reader, id: string): Promise<UserEntity | null> {
    return reader.manager.getRepository(UserEntity).findOneBy({ id });
  }

  /** Held until the commit, so that two grants to one person see each other. */
  async lock(tx: Tx, id: string): Promise<boolean> {
    return (await tx.query('SELECT FROM app_user WHERE id = $1 FOR NO KEY UPDATE', [id])).length > 0;
  }

  async credentials(reader: Reader, email: string): Promise<Credentials | undefined> {
    const [row] = await reader.query<Credentials>(`
      SELECT u.id, u.password_hash AS "passwordHash", u.active,
             EXISTS (SELECT FROM user_role r WHERE r.user_id = u.id AND r.role <> 'agent') AS "isStaff"
      FROM app_user u WHERE u.email = $1`, [email.trim().toLowerCase()]);
    return row;
  }

  async rolesOf(reader: Reader, userId: string): Promise<Role[]> {
    return (await reader.query<{ role: Role }>('SELECT role FROM user_role WHERE user_id = $1 ORDER BY role', [userId])).map(({ role }) => role);
  }

  async grant(tx: Tx, grant: { userId: string; role: Role; grantedBy: string | null; at: Instant }): Promise<void> {
    await tx.execute(
      'INSERT INTO user_role (user_id, role, granted_by, granted_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [grant.userId, grant.role, grant.grantedBy, formatInstant(grant.at)]);
  }

  async addMember(tx: Tx, member: { userId: string; merchantId: string; role: MemberRole }): Promise<void> {
    await tx.execute('INSERT INTO membership (user_id, merchant_id, role) VALUES ($1, $2, $3)', [member.userId, member.merchantId, member.role]);
  }

  /** The person behind a living session, with roles and memberships, in one statement; touches the session at most once a minute. */
  async actorOf(reader: Reader, tokenHash: Buffer, now: Instant): Promise<UserActor | undefined> {
    const [row] = await reader.named<{ userId: string; roles: Role[]; memberships: UserActor['memberships']; stale: boolean }>('session_actor', `
      SELECT u.id AS "userId", s.last_seen_at < $2::timestamptz - interval '1 minute' AS stale,
             coalesce((SELECT json_agg(r.role) FROM user_role r WHERE r.user_id = u.id), '[]') AS roles,
             coalesce((SELECT json_agg(json_build_object('merchantId', m.merchant_id, 'role', m.role)) FROM membership m WHERE m.user_id = u.id), '[]') AS memberships
      FROM session s JOIN app_user u ON u.id = s.user_id AND u.active
      WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2
        AND s.last_seen_at > $2::timestamptz - make_interval(secs => s.idle_seconds)`, [tokenHash, formatInstant(now)]);
    if (row === undefined) return undefined;
    if (row.stale) await reader.query('UPDATE session SET last_seen_at = $2 WHERE token_hash = $1', [tokenHash, formatInstant(now)]);
    return { kind: 'user', userId: row.userId, roles: row.roles, memberships: row.memberships };
  }

  async openSession(tx: Tx, session: { tokenHash: Buffer; userId: string; at: Instant; expiresAt: Instant; idleSeconds: number }): Promise<void> {
    await tx.execute(
      'INSERT INTO session (token_hash, user_id, created_at, last_seen_at, expires_at, idle_seconds) VALUES ($1, $2, $3, $3, $4, $5)',
      [session.tokenHash, session.userId, formatInstant(session.at), formatInstant(session.expiresAt), session.idleSeconds]);
  }

  async revoke(tx: Tx, tokenHash: Buffer, at: Instant): Promise<void> {
    await tx.execute('UPDATE session SET revoked_at = $2 WHERE token_hash = $1 AND revoked_at IS NULL', [tokenHash, formatInstant(at)]);
  }

  /** Counts an attempt and answers how many there were in this quarter of an hour; kept in the database, so every process counts. */
  async countAttempt(reader: Reader, subject: string, windowStart: Instant): Promise<number> {
    const [row] = await reader.query<{ count: number }>(`
      INSERT INTO sign_in_attempt (subject, window_start, count) VALUES ($1, $2, 1)
      ON CONFLICT (subject, window_start) DO UPDATE SET count = sign_in_attempt.count + 1 RETURNING count`, [subject, formatInstant(windowStart)]);
    return row?.count ?? 0;
  }

  async holdDuty(tx: Tx, held: { subjectId: string; duty: string; userId: string; at: Instant }): Promise<void> {
    await tx.named('duty_hold',
      'INSERT INTO duty_held (subject_id, duty, user_id, held_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [held.subjectId, held.duty, held.userId, formatInstant(held.at)]);
  }

  async dutiesOf(reader: Reader, subjectId: string, userId: string): Promise<string[]> {
    return (await reader.query<{ duty: string }>('SELECT duty FROM duty_held WHERE subject_id = $1 AND user_id = $2', [subjectId, userId])).map(({ duty }) => duty);
  }
}
