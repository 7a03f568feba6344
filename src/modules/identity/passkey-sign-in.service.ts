import { Injectable } from '@nestjs/common';
import { generateAuthenticationOptions, type AuthenticationResponseJSON, type PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { PasskeyCeremonies, type Ceremony } from './passkey-ceremonies.service.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { SessionOpening, type SessionView } from './session-opening.service.js';
import { UsersRepository } from './users.repository.js';

/** Signing in by a passkey. The device has to check who holds it, so that one is enough for staff as well. */
@Injectable()
export class PasskeySignIn {
  constructor(
    private readonly work: UnitOfWork, private readonly clock: Clock, private readonly keys: PasskeysRepository, private readonly users: UsersRepository,
    private readonly opening: SessionOpening, private readonly ceremonies: PasskeyCeremonies,
  ) {}

  /** Names nobody: the device offers what it has for this site, so a stranger learns nothing. */
  async begin(ctx: Context): Promise<Result<Ceremony<PublicKeyCredentialRequestOptionsJSON>>> {
    return this.ceremonies.begin(ctx, await generateAuthenticationOptions({ rpID: this.ceremonies.site.hostname, userVerification: 'required' }), null);
  }

  async signIn(ctx: Context, holder: string, text: string): Promise<Result<SessionView>> {
    const answered = await this.ceremonies.answered<AuthenticationResponseJSON>(holder, text);
    if (answered === undefined || answered.userId !== null || typeof answered.response.id !== 'string') return refuse('identity.passkey_refused');
    const { challenge, response } = answered;
    return this.work.run({ actor: ctx.actor, requestId: ctx.requestId }, async (tx) => {
      const key = await this.keys.lock(tx, response.id);
      const counter = key === undefined ? undefined : await this.ceremonies.counterOf(key, challenge, response);
      const person = key === undefined ? undefined : await this.users.credentialsOf(tx, key.userId);
      if (key === undefined || counter === undefined || person?.active !== true) return refuse('identity.passkey_refused');
      await this.keys.use(tx, key.id, counter, this.clock.now());
      return ok(await this.opening.open(tx, person, 'passkey'));
    });
  }
}
