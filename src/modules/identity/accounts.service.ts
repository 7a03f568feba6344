import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Language } from '../../core/policy/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { Outbox } from '../mail/index.js';
import { reached } from './address.rules.js';
import { Passwords } from './passwords.service.js';
import { requireProof } from './proof.rules.js';
import { UsersRepository } from './users.repository.js';

export interface AccountView {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly language: string | null;
  readonly hasPassword: boolean;
}

const LEAST_CHARACTERS = 15;

/** What somebody may change about themselves. Ways to sign in only shortly after they showed who they are, and never unnoticed. */
@Injectable()
export class Accounts {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly users: UsersRepository, private readonly passwords: Passwords,
    private readonly audit: AuditTrail, private readonly outbox: Outbox, private readonly clock: Clock,
  ) {}

  async mine(ctx: Context): Promise<AccountView> {
    const id = userIdOf(ctx.actor);
    const [user, credentials] = await Promise.all([this.users.find(this.database.reader, id), this.users.credentialsOf(this.database.reader, id)]);
    if (user === null || credentials === undefined) throw new Error(`user ${id} is gone`);
    const { name, email, phone, language } = user;
    return { id, name, email, phone, language, hasPassword: credentials.passwordHash !== null };
  }

  /** Other sessions end with it: whoever set the old one may be in one of them. */
  async setPassword(ctx: Context, password: string): Promise<Result<null>> {
    const proved = requireProof(ctx.actor, this.clock.now());
    if (!proved.ok) return proved;
    if (password.length < LEAST_CHARACTERS) return refuse('identity.password_weak', { least: LEAST_CHARACTERS }, { pointer: '/password' });
    const id = userIdOf(ctx.actor);
    const session = ctx.actor.kind === 'user' ? ctx.actor.session : undefined;
    const hash = await this.passwords.hash(password);
    return this.work.run({ actor: ctx.actor, requestId: ctx.requestId }, async (tx) => {
      await this.users.setPassword(tx, id, hash);
      await this.users.revokeOthers(tx, id, session?.id ?? null, this.clock.now());
      await this.audit.record(tx, ctx, { aggregate: { type: 'user', id }, action: 'user.password_set', data: {} });
      await this.notify(tx, id, 'account.password-changed');
      return ok(null);
    });
  }

  setLanguage(ctx: Context, language: Language): Promise<Result<null>> {
    const id = userIdOf(ctx.actor);
    return this.work.run(ctx, async (tx) => {
      await this.users.setLanguage(tx, id, language);
      await this.audit.record(tx, ctx, { aggregate: { type: 'user', id }, action: 'user.language_set', data: { language } });
      return ok(null);
    });
  }

  /** Tells somebody what happened to their account, where they are reached, in the transaction that did it. */
  async notify(tx: Tx, userId: string, template: string): Promise<void> {
    const user = await this.users.find(tx, userId);
    if (user === null) throw new Error(`user ${userId} is gone`);
    await this.outbox.post(tx, { template, to: reached(user), language: (user.language ?? 'en') as Language, data: { name: user.name }, about: { kind: 'user', id: userId } });
  }
}
