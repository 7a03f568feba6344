import { Injectable } from '@nestjs/common';
import { generateAuthenticationOptions, type AuthenticationResponseJSON, type PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { tokenHash } from '../../platform/crypto/tokens.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { PasskeyCeremonies, type Ceremony } from './passkey-ceremonies.service.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { SessionOpening, type SessionView } from './session-opening.service.js';
import { UsersRepository } from './users.repository.js';

/** Showing in the middle of a session that it is still the same person, by one of their own passkeys; the device checks who holds it. */
@Injectable()
export class PasskeyProofs {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly clock: Clock, private readonly keys: PasskeysRepository,
    private readonly users: UsersRepository, private readonly opening: SessionOpening, private readonly ceremonies: PasskeyCeremonies,
  ) {}

  /** What the device is to sign, for five minutes and one answer. Code: `identity.passkey_none`. */
  async begin(ctx: Context): Promise<Result<Ceremony<PublicKeyCredentialRequestOptionsJSON>>> {
    const userId = userIdOf(ctx.actor);
    const known = await this.keys.of(this.database.reader, userId);
    if (known.length === 0) return refuse('identity.passkey_none');
    const allowCredentials = known.map(({ credentialId, transports }) => ({ id: credentialId, transports: [...transports] }));
    return this.ceremonies.begin(ctx, await generateAuthenticationOptions({ rpID: this.ceremonies.site.hostname, userVerification: 'required', allowCredentials }), userId);
  }

  /**
   * A new session in the place of the one with this token, proved just now. A question is answered once, right or wrong, and only by whom it
   * was asked: neither an answer of signing in nor another person's key will do. Code: `identity.passkey_refused`.
   */
  async prove(ctx: Context, token: string, holder: string, text: string): Promise<Result<SessionView>> {
    const userId = userIdOf(ctx.actor);
    const answered = await this.ceremonies.answered<AuthenticationResponseJSON>(holder, text);
    if (answered?.userId !== userId || typeof answered.response.id !== 'string') return refuse('identity.passkey_refused');
    const { challenge, response } = answered;
    return this.work.run({ actor: ctx.actor, requestId: ctx.requestId }, async (tx) => {
      const now = this.clock.now();
      const key = await this.keys.lock(tx, response.id);
      const counter = key?.userId === userId ? await this.ceremonies.counterOf(key, challenge, response) : undefined;
      const person = await this.users.credentialsOf(tx, userId);
      if (key === undefined || counter === undefined || person?.active !== true) return refuse('identity.passkey_refused');
      await this.keys.use(tx, key.id, counter, now);
      await this.users.revoke(tx, tokenHash(token), now);
      return ok(await this.opening.open(tx, person, 'passkey'));
    });
  }
}
