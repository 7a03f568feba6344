import { Injectable } from '@nestjs/common';
import type { MemberRole, Role } from '../../platform/access/roles.js';
import type { UserActor } from '../../platform/access/actor.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Address } from './address.rules.js';
import { UserEntity } from './user.entity.js';

export interface Owner {
  readonly userId: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly name: string;
}

export interface Credentials {
  readonly id: string;
  readonly passwordHash: string | null;
  readonly active: boolean;
  readonly isStaff: boolean;
}

export interface MemberRow {
  readonly userId: string;
  readonly name: string;
  /** One of the two at least. */
  readonly email: string | null;
  readonly phone: string | null;
  readonly role: MemberRole;
  readonly version: number;
}

export interface SessionLine {
  readonly id: string;
  readonly method: 'password' | 'code' | 'passkey';
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
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

  /** Somebody without a password yet, who proves the address by a code or a link; who is known already stays as they are. */
  async invite(tx: Tx, user: { email: string; name: string; createdAt: Instant }): Promise<{ id: string; isNew: boolean }> {
    const [made] = await tx.query<{ id: string }>(
      'INSERT INTO app_user (email, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING RETURNING id', [user.email, user.name, formatInstant(user.createdAt)]);
    if (made !== undefined) return { id: made.id, isNew: true };
    const [known] = await tx.query<{ id: string }>('SELECT id FROM app_user WHERE email = $1', [user.email]);
    if (known === undefined) throw new Error('the user is neither new nor known');
    return { id: known.id, isNew: false };
  }

  ownersOf(reader: Reader, merchantIds: readonly string[]): Promise<(Owner & { merchantId: string })[]> {
    return reader.named('owners_of', `
      SELECT m.merchant_id AS "merchantId", u.id AS "userId", u.email, u.phone, u.name FROM membership m JOIN app_user u ON u.id = m.user_id
      WHERE m.merchant_id = ANY ($1::uuid[]) AND m.role = 'owner' AND u.active ORDER BY u.created_at, u.id`, [merchantIds]);
  }

  async makeOwner(tx: Tx, userId: string, merchantId: string): Promise<void> {
    await tx.execute(`
      INSERT INTO membership (user_id, merchant_id, role) VALUES ($1, $2, 'owner') ON CONFLICT (user_id, merchant_id) DO UPDATE SET role = 'owner'`, [userId, merchantId]);
  }

  /** Somebody who signed up by a code: no password, and the terms accepted now. */
  async insertNewcomer(tx: Tx, user: { email: string | null; phone: string | null; name: string; language: string; at: Instant }): Promise<string> {
    const [row] = await tx.query<{ id: string }>(
      'INSERT INTO app_user (email, phone, name, language, terms_at, created_at) VALUES ($1, $2, $3, $4, $5, $5) RETURNING id',
      [user.email, user.phone, user.name, user.language, formatInstant(user.at)]);
    if (row === undefined) throw new Error('the user was not stored');
    return row.id;
  }

  find(reader: Reader, id: string): Promise<UserEntity | null> {
    return reader.manager.getRepository(UserEntity).findOneBy({ id });
  }

  /** Held until the commit, so that two grants to one person see each other. */
  /** The version of a person, held until the commit; undefined when there is none. */
  async lock(tx: Tx, id: string): Promise<number | undefined> {
    const [row] = await tx.query<{ version: number }>('SELECT version FROM app_user WHERE id = $1 FOR NO KEY UPDATE', [id]);
    return row?.version;
  }

  credentials(reader: Reader, email: string): Promise<Credentials | undefined> {
    return this.#credentials(reader, 'email', email.trim().toLowerCase());
  }

  credentialsAt(reader: Reader, { channel, address }: Address): Promise<Credentials | undefined> {
    return this.#credentials(reader, channel === 'mail' ? 'email' : 'phone', address);
  }

  credentialsOf(reader: Reader, id: string): Promise<Credentials | undefined> {
    return this.#credentials(reader, 'id', id);
  }

  async #credentials(reader: Reader, column: 'id' | 'email' | 'phone', value: string): Promise<Credentials | undefined> {
    const [row] = await reader.query<Credentials>(`
      SELECT u.id, u.password_hash AS "passwordHash", u.active,
             EXISTS (SELECT FROM user_role r WHERE r.user_id = u.id AND r.role <> 'agent') AS "isStaff"
      FROM app_user u WHERE u.${column} = $1`, [value]);
    return row;
  }

  async setPassword(tx: Tx, id: string, passwordHash: string): Promise<void> {
    await tx.execute('UPDATE app_user SET password_hash = $2, version = version + 1 WHERE id = $1', [id, passwordHash]);
  }

  /** The one address somebody is known by from now on; no password. */
  async moveTo(tx: Tx, id: string, { channel, address }: Address): Promise<void> {
    await tx.execute('UPDATE app_user SET email = $2, phone = $3, password_hash = NULL, version = version + 1 WHERE id = $1',
      [id, channel === 'mail' ? address : null, channel === 'sms' ? address : null]);
  }

  /** Every address by which somebody is known who acts for a merchant. */
  async contactsOf(reader: Reader, merchantId: string): Promise<{ email: string | null; phone: string | null }[]> {
    return reader.query('SELECT u.email, u.phone FROM membership m JOIN app_user u ON u.id = m.user_id WHERE m.merchant_id = $1 ORDER BY u.id', [merchantId]);
  }

  async setLanguage(tx: Tx, id: string, language: string): Promise<void> {
    await tx.execute('UPDATE app_user SET language = $2, version = version + 1 WHERE id = $1', [id, language]);
  }

  /** Whoever holds one of the roles, by name. */
  holding(reader: Reader, roles: readonly Role[]): Promise<{ id: string; name: string }[]> {
    return reader.query('SELECT id, name FROM app_user u WHERE EXISTS (SELECT FROM user_role r WHERE r.user_id = u.id AND r.role = ANY ($1)) ORDER BY name, id LIMIT 500', [roles]);
  }

  async rolesOf(reader: Reader, userId: string): Promise<Role[]> {
    return (await reader.query<{ role: Role }>('SELECT role FROM user_role WHERE user_id = $1 ORDER BY role', [userId])).map(({ role }) => role);
  }

  async grant(tx: Tx, grant: { userId: string; role: Role; grantedBy: string | null; at: Instant }): Promise<void> {
    const isNew = await tx.execute(
      'INSERT INTO user_role (user_id, role, granted_by, granted_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [grant.userId, grant.role, grant.grantedBy, formatInstant(grant.at)]) === 1;
    if (isNew) await this.#changed(tx, grant.userId);
  }

  /** False when it was not held. */
  async withdrawRole(tx: Tx, userId: string, role: Role): Promise<boolean> {
    const wasHeld = (await tx.execute('DELETE FROM user_role WHERE user_id = $1 AND role = $2', [userId, role])) === 1;
    if (wasHeld) await this.#changed(tx, userId);
    return wasHeld;
  }

  /** Roles are part of what a version of a person shows. */
  async #changed(tx: Tx, userId: string): Promise<void> {
    await tx.execute('UPDATE app_user SET version = version + 1 WHERE id = $1', [userId]);
  }

  /** Two who take each other's role away at once see each other. */
  async lockAdministrators(tx: Tx): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended(\'administrators\', 14))');
  }

  async isLastAdministrator(tx: Tx, userId: string): Promise<boolean> {
    const [row] = await tx.query<{ is: boolean }>(`
      SELECT EXISTS (SELECT FROM user_role WHERE user_id = $1 AND role = 'administrator')
        AND NOT EXISTS (SELECT FROM user_role r JOIN app_user u ON u.id = r.user_id AND u.active WHERE r.role = 'administrator' AND r.user_id <> $1) AS is`, [userId]);
    return row?.is === true;
  }

  /** As they stand, and as they stay until the commit: taking one away waits. None of somebody who is no longer active. */
  async rolesKept(tx: Tx, userId: string): Promise<Role[]> {
    const [user] = await tx.query<{ active: boolean }>('SELECT active FROM app_user WHERE id = $1 FOR SHARE', [userId]);
    return user?.active === true ? this.rolesOf(tx, userId) : [];
  }

  /** Everybody active who has a role here. */
  staff(reader: Reader): Promise<{ id: string; name: string; version: number; roles: Role[] }[]> {
    return reader.query(`
      SELECT u.id, u.name, u.version, array_agg(r.role ORDER BY r.role) AS roles FROM app_user u JOIN user_role r ON r.user_id = u.id AND r.role <> 'agent'
      WHERE u.active GROUP BY u.id, u.name ORDER BY u.name, u.id`);
  }

  async addMember(tx: Tx, member: { userId: string; merchantId: string; role: MemberRole }): Promise<void> {
    await tx.execute('INSERT INTO membership (user_id, merchant_id, role) VALUES ($1, $2, $3)', [member.userId, member.merchantId, member.role]);
  }

  /** Those who act for a merchant, signatories first. */
  members(reader: Reader, merchantId: string): Promise<MemberRow[]> {
    return reader.query<MemberRow>(`
      SELECT m.user_id AS "userId", u.name, u.email, u.phone, m.role, m.version FROM membership m JOIN app_user u ON u.id = m.user_id
      WHERE m.merchant_id = $1 ORDER BY m.role DESC, u.name, m.user_id LIMIT 500`, [merchantId]);
  }

  /** False when the version seen is no longer current. */
  async changeMember(tx: Tx, member: { userId: string; merchantId: string; role: MemberRole }, version: number): Promise<boolean> {
    return await tx.execute('UPDATE membership SET role = $3, version = version + 1 WHERE user_id = $1 AND merchant_id = $2 AND version = $4',
      [member.userId, member.merchantId, member.role, version]) === 1;
  }

  async isMember(reader: Reader, { userId, merchantId }: { userId: string; merchantId: string }): Promise<boolean> {
    const [row] = await reader.query<{ found: boolean }>(
      'SELECT EXISTS (SELECT FROM membership m JOIN app_user u ON u.id = m.user_id AND u.active WHERE m.user_id = $1 AND m.merchant_id = $2) AS found', [userId, merchantId]);
    return row?.found === true;
  }

  async removeMember(tx: Tx, member: { userId: string; merchantId: string }, version: number): Promise<boolean> {
    return await tx.execute('DELETE FROM membership WHERE user_id = $1 AND merchant_id = $2 AND version = $3', [member.userId, member.merchantId, version]) === 1;
  }

  /** The person behind a living session, with roles and memberships, in one statement; touches the session at most once a minute. */
  async actorOf(reader: Reader, tokenHash: Buffer, now: Instant): Promise<UserActor | undefined> {
    const [row] = await reader.named<{ userId: string; roles: Role[]; memberships: UserActor['memberships']; stale: boolean; sessionId: string; provedAt: Date | null }>('session_actor', `
      SELECT u.id AS "userId", s.id AS "sessionId", s.proved_at AS "provedAt", s.last_seen_at < $2::timestamptz - interval '1 minute' AS stale,
             coalesce((SELECT json_agg(r.role) FROM user_role r WHERE r.user_id = u.id), '[]') AS roles,
             coalesce((SELECT json_agg(json_build_object('merchantId', m.merchant_id, 'role', m.role)) FROM membership m WHERE m.user_id = u.id), '[]') AS memberships
      FROM session s JOIN app_user u ON u.id = s.user_id AND u.active
      WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2
        AND s.last_seen_at > $2::timestamptz - make_interval(secs => s.idle_seconds)`, [tokenHash, formatInstant(now)]);
    if (row === undefined) return undefined;
    if (row.stale) await reader.query('UPDATE session SET last_seen_at = $2 WHERE token_hash = $1', [tokenHash, formatInstant(now)]);
    return { kind: 'user', userId: row.userId, roles: row.roles, memberships: row.memberships, session: { id: row.sessionId, provedAt: (row.provedAt?.getTime() ?? 0) as Instant } };
  }

  async openSession(tx: Tx, session: { tokenHash: Buffer; userId: string; at: Instant; expiresAt: Instant; idleSeconds: number; method: string }): Promise<void> {
    await tx.execute(
      'INSERT INTO session (token_hash, user_id, created_at, last_seen_at, proved_at, expires_at, idle_seconds, method) VALUES ($1, $2, $3, $3, $3, $4, $5, $6)',
      [session.tokenHash, session.userId, formatInstant(session.at), formatInstant(session.expiresAt), session.idleSeconds, session.method]);
  }

  sessionsOf(reader: Reader, userId: string, now: Instant): Promise<SessionLine[]> {
    return reader.query(`
      SELECT id, method, created_at AS "createdAt", last_seen_at AS "lastSeenAt" FROM session
      WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND last_seen_at > $2::timestamptz - make_interval(secs => idle_seconds)
      ORDER BY created_at DESC LIMIT 50`, [userId, formatInstant(now)]);
  }

  revokeOthers(tx: Tx, userId: string, exceptId: string | null, at: Instant): Promise<number> {
    return tx.execute('UPDATE session SET revoked_at = $3 WHERE user_id = $1 AND id IS DISTINCT FROM $2::uuid AND revoked_at IS NULL AND expires_at > $3',
      [userId, exceptId, formatInstant(at)]);
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

  async holdDuties(tx: Tx, held: { subjectIds: readonly string[]; duty: string; userId: string; at: Instant }): Promise<void> {
    await tx.named('duties_hold',
      'INSERT INTO duty_held (subject_id, duty, user_id, held_at) SELECT id, $2, $3, $4 FROM unnest($1::uuid[]) AS subject (id) ON CONFLICT DO NOTHING',
      [held.subjectIds, held.duty, held.userId, formatInstant(held.at)]);
  }

  dutiesOfAll(reader: Reader, asked: readonly { subjectId: string; userId: string }[]): Promise<{ subjectId: string; duty: string }[]> {
    return reader.named('duties_on_all', `
      SELECT asked.subject_id AS "subjectId", held.duty FROM unnest($1::uuid[], $2::uuid[]) AS asked (subject_id, user_id)
      CROSS JOIN LATERAL duties_on(asked.subject_id, asked.user_id) AS held (duty)`,
    [asked.map(({ subjectId }) => subjectId), asked.map(({ userId }) => userId)]);
  }

  /** The profile before; undefined when it was this one. */
  async changeProfile(tx: Tx, profile: string): Promise<string | undefined> {
    const [row] = await tx.query<{ profile: string }>('SELECT profile FROM duty_profile FOR UPDATE');
    if (row?.profile === profile) return undefined;
    await tx.execute('UPDATE duty_profile SET profile = $1', [profile]);
    return row?.profile;
  }

  /** What somebody is to a thing, also by belonging to its business or by an interest they declared. */
  async dutiesOf(reader: Reader, subjectId: string, userId: string): Promise<string[]> {
    return (await reader.query<{ duty: string }>('SELECT duty FROM duties_on($1, $2) held (duty)', [subjectId, userId])).map(({ duty }) => duty);
  }
}
