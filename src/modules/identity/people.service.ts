import { Inject, Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { ROLE_PERMISSIONS, type Permission } from '../../platform/access/permissions.js';
import type { MemberRole, Role } from '../../platform/access/roles.js';
import { Clock } from '../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import type { Recipient } from '../mail/index.js';
import { reached } from './address.rules.js';
import { conflictingRole } from './duties.rules.js';
import { Passwords } from './passwords.service.js';
import { UsersRepository, type Owner } from './users.repository.js';

export interface PersonView {
  readonly id: string;
  /** One of the two at least. */
  readonly email: string | null;
  readonly phone: string | null;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly createdAt: string;
  readonly version: number;
}

export interface NewPerson {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

const LEAST_CHARACTERS = 15;

/** People and their roles. A conflict of roles is refused when it would arise, not when it does harm. */
@Injectable()
export class People {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  async create(ctx: Context, person: NewPerson): Promise<Result<PersonView>> {
    if (person.password.length < LEAST_CHARACTERS) return refuse('identity.password_weak', { least: LEAST_CHARACTERS }, { pointer: '/password' });
    const passwordHash = await this.passwords.hash(person.password);
    const createdAt = this.clock.now();
    const email = person.email.trim().toLowerCase();
    return this.work.run(ctx, async (tx) => {
      const id = await this.users.insert(tx, { email, name: person.name, passwordHash, createdAt });
      await this.audit.record(tx, ctx, { aggregate: { type: 'user', id }, action: 'user.created', data: {}, isNew: true });
      return ok({ id, email, phone: null, name: person.name, roles: [], createdAt: formatInstant(createdAt), version: 1 });
    });
  }

  grant(ctx: Context, userId: string, role: Role): Promise<Result<PersonView>> {
    return this.work.run(ctx, async (tx) => {
      if (await this.users.lock(tx, userId) === undefined) return refuse('identity.user_not_found');
      const held = await this.users.rolesOf(tx, userId);
      const conflict = conflictingRole(held, role, this.config.dutyProfile);
      if (conflict !== undefined) return refuse('identity.role_conflict', { held: conflict, granted: role });
      await this.users.grant(tx, { userId, role, grantedBy: ctx.actor.kind === 'user' ? ctx.actor.userId : null, at: this.clock.now() });
      await this.audit.record(tx, ctx, { aggregate: { type: 'user', id: userId }, action: 'user.role_granted', data: { role } });
      return ok(await this.#view(tx, userId));
    });
  }

  /**
   * What somebody may no longer do counts from the commit: an act that waits asks again (`Duties.take`). One administrator stays. With a
   * version, roles that changed since it was seen refuse it; twice is once. Codes: `http.stale`, `identity.last_administrator`.
   */
  revoke(ctx: Context, userId: string, role: Role, { version, reason }: { readonly version?: number; readonly reason?: string } = {}): Promise<Result<PersonView>> {
    return this.work.run(ctx, async (tx) => {
      if (role === 'administrator') await this.users.lockAdministrators(tx);
      const current = await this.users.lock(tx, userId);
      if (current === undefined) return refuse('identity.user_not_found');
      if (version !== undefined && version !== current) return refuse('http.stale', { seen: version, current });
      if (role === 'administrator' && (await this.users.isLastAdministrator(tx, userId))) return refuse('identity.last_administrator');
      if (await this.users.withdrawRole(tx, userId, role)) {
        await this.audit.record(tx, ctx, { aggregate: { type: 'user', id: userId }, action: 'user.role_revoked', data: { role, ...(reason === undefined ? {} : { reasonDigest: await this.audit.keepText(tx, reason) }) } });
      }
      return ok(await this.#view(tx, userId));
    });
  }

  /** Called by the module that keeps merchants, in its transaction. */
  addMember(tx: Tx, member: { userId: string; merchantId: string; role: MemberRole }): Promise<void> {
    return this.users.addMember(tx, member);
  }

  /**
   * The signatory of a business who has proved an address: known by it, or set up without a password. In the caller's transaction,
   * which has seen the proof.
   */
  async welcomeOwner(tx: Tx, ctx: Context, owner: { email: string; name: string; merchantId: string }): Promise<string> {
    const { id, isNew } = await this.users.invite(tx, { email: owner.email.trim().toLowerCase(), name: owner.name, createdAt: this.clock.now() });
    if (isNew) await this.audit.record(tx, ctx, { aggregate: { type: 'user', id }, action: 'user.invited', data: {}, isNew: true });
    await this.users.makeOwner(tx, id, owner.merchantId);
    return id;
  }

  /** Who signs for a business, the first one first. */
  async ownersOf(reader: Reader, merchantId: string): Promise<readonly Owner[]> {
    return (await this.ownersOfAll(reader, [merchantId])).get(merchantId) ?? [];
  }

  /** As `ownersOf`, by business; one without any is left out. */
  async ownersOfAll(reader: Reader, merchantIds: readonly string[]): Promise<ReadonlyMap<string, readonly Owner[]>> {
    const found = new Map<string, Owner[]>();
    for (const { merchantId, ...owner } of await this.users.ownersOf(reader, [...new Set(merchantIds)])) found.set(merchantId, [...(found.get(merchantId) ?? []), owner]);
    return found;
  }

  async get(userId: string): Promise<Result<PersonView>> {
    const user = await this.users.find(this.database.reader, userId);
    return user === null ? refuse('identity.user_not_found') : ok(await this.#view(this.database.reader, userId));
  }

  /** Where somebody is written to; undefined when there is no such person any more. */
  async addressOf(reader: Tx | Database['reader'], userId: string): Promise<Recipient | undefined> {
    const user = await this.users.find(reader, userId);
    return user === null ? undefined : reached(user);
  }

  /** What people are called, for a list of things they did. */
  async names(userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map((userIds.length === 0 ? [] : await this.users.names(this.database.reader, [...new Set(userIds)])).map(({ id, name }) => [id, name]));
  }

  /** Whoever a role of theirs lets do this, by name. */
  allowed(permission: Permission): Promise<{ id: string; name: string }[]> {
    return this.users.holding(this.database.reader, (Object.keys(ROLE_PERMISSIONS) as Role[]).filter((role) => ROLE_PERMISSIONS[role].includes(permission)));
  }

  async #view(reader: Tx | Database['reader'], userId: string): Promise<PersonView> {
    const user = await this.users.find(reader, userId);
    if (user === null) throw new Error(`user ${userId} is gone`);
    const roles = await this.users.rolesOf(reader, userId);
    return { id: user.id, email: user.email, phone: user.phone, name: user.name, roles, createdAt: user.createdAt.toISOString(), version: user.version };
  }
}
