import { Inject, Injectable } from '@nestjs/common';
import { verifyAuthenticationResponse, type AuthenticationResponseJSON } from '@simplewebauthn/server';
import { ok, type Result } from '../../core/errors/index.js';
import { MINUTE, type Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { newToken, tokenHash } from '../../platform/crypto/tokens.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { PasskeysRepository, type PasskeyRow } from './passkeys.repository.js';

export interface Ceremony<Options> {
  /** Given to the browser that is asked; its answer counts only together with it. */
  readonly holder: string;
  readonly options: Options;
}

const LIVES_MS = 5 * MINUTE;

/** What a browser was asked to sign, and the site it is asked for: the host of the public address. */
@Injectable()
export class PasskeyCeremonies {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly clock: Clock, private readonly keys: PasskeysRepository,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  get site(): URL {
    return new URL(this.config.publicUrl);
  }

  begin<Options extends { readonly challenge: string }>(ctx: Context, options: Options, userId: string | null): Promise<Result<Ceremony<Options>>> {
    const [holder, now] = [newToken(), this.clock.now()];
    return this.work.run({ actor: ctx.actor, requestId: ctx.requestId }, async (tx) => {
      await this.keys.keepChallenge(tx, { holderHash: tokenHash(holder), challenge: options.challenge, userId, at: now, expiresAt: (now + LIVES_MS) as Instant });
      return ok({ holder, options });
    });
  }

  /** What the holder was asked and what it answers; nothing when it was asked nothing, or too long ago. A challenge is asked about once. */
  async answered<Answer>(holder: string, text: string): Promise<{ challenge: string; userId: string | null; response: Answer } | undefined> {
    const asked = await this.keys.takeChallenge(this.database.reader, tokenHash(holder), this.clock.now());
    const response = readJson<Answer>(text);
    return asked === undefined || response === undefined ? undefined : { ...asked, response };
  }

  /** The device's new counter, when the answer is the key's; a counter that went back betrays a copy, and is refused by the library. */
  async counterOf(key: PasskeyRow, expectedChallenge: string, response: AuthenticationResponseJSON): Promise<number | undefined> {
    const verified = await verifyAuthenticationResponse({
      response, expectedChallenge, expectedOrigin: this.site.origin, expectedRPID: this.site.hostname, requireUserVerification: true,
      credential: { id: key.credentialId, publicKey: new Uint8Array(key.publicKey), counter: key.counter },
    }).catch(() => undefined);
    return verified?.verified === true ? verified.authenticationInfo.newCounter : undefined;
  }
}

function readJson<T>(text: string): T | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? read as T : undefined;
  } catch {
    return undefined;
  }
}
