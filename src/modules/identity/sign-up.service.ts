import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Language } from '../../core/policy/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { tokenHash } from '../../platform/crypto/tokens.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { Outbox } from '../mail/index.js';
import { SessionOpening, type SessionView } from './session-opening.service.js';
import { PROVED_FOR_MS } from './sign-in-codes.service.js';
import { SignInCodesRepository } from './sign-in-codes.repository.js';
import { UsersRepository } from './users.repository.js';

export interface Newcomer {
  readonly name: string;
  readonly language: Language;
  readonly termsAccepted: boolean;
}

/** Becoming known: with an address that was proved, a name, a language and the terms. */
@Injectable()
export class SignUps {
  constructor(
    private readonly work: UnitOfWork, private readonly clock: Clock, private readonly codes: SignInCodesRepository, private readonly users: UsersRepository,
    private readonly opening: SessionOpening, private readonly audit: AuditTrail, private readonly outbox: Outbox,
  ) {}

  signUp(ctx: Context, holder: string, newcomer: Newcomer): Promise<Result<SessionView>> {
    const name = newcomer.name.trim();
    if (name === '') return Promise.resolve(refuse('identity.name_missing', {}, { pointer: '/name' }));
    if (!newcomer.termsAccepted) return Promise.resolve(refuse('identity.terms_not_accepted', {}, { pointer: '/terms' }));
    return this.work.run({ actor: ctx.actor, requestId: ctx.requestId }, async (tx) => {
      const now = this.clock.now();
      const proved = await this.codes.spend(tx, tokenHash(holder), now, (now - PROVED_FOR_MS) as Instant);
      if (proved === undefined || proved.userId !== null) return refuse('identity.code_ended');
      const { channel, address } = proved;
      const to = channel === 'mail' ? { email: address } : { phone: address };
      const id = await this.users.insertNewcomer(tx, { email: channel === 'mail' ? address : null, phone: channel === 'sms' ? address : null, name, language: newcomer.language, at: now });
      await this.audit.record(tx, ctx, { aggregate: { type: 'user', id }, action: 'user.signed_up', data: { channel, termsAccepted: true }, isNew: true });
      await this.outbox.post(tx, { template: 'sign-up.welcome', to, language: newcomer.language, data: { name }, about: { kind: 'user', id } });
      return ok(await this.opening.open(tx, { id, isStaff: false }, 'code'));
    });
  }
}
