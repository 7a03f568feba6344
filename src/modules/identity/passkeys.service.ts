import { Injectable } from '@nestjs/common';
import { generateRegistrationOptions, verifyRegistrationResponse, type PublicKeyCredentialCreationOptionsJSON, type RegistrationResponseJSON } from '@simplewebauthn/server';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { Accounts } from './accounts.service.js';
import { PasskeyCeremonies, type Ceremony } from './passkey-ceremonies.service.js';
import { PasskeysRepository, type PasskeyRow } from './passkeys.repository.js';
import { requireProof } from './proof.rules.js';

export type PasskeyLine = Pick<PasskeyRow, 'id' | 'name' | 'createdAt' | 'lastUsedAt'>;

const MOST_KEYS = 20;

/** The passkeys of a person: added and removed shortly after they showed who they are, and never unnoticed. */
@Injectable()
export class Passkeys {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly clock: Clock, private readonly keys: PasskeysRepository,
    private readonly accounts: Accounts, private readonly audit: AuditTrail, private readonly ceremonies: PasskeyCeremonies,
  ) {}

  async list(userId: string): Promise<PasskeyLine[]> {
    return (await this.keys.of(this.database.reader, userId)).map(({ id, name, createdAt, lastUsedAt }) => ({ id, name, createdAt, lastUsedAt }));
  }

  async beginAdding(ctx: Context): Promise<Result<Ceremony<PublicKeyCredentialCreationOptionsJSON>>> {
    const proved = requireProof(ctx.actor, this.clock.now());
    if (!proved.ok) return proved;
    const account = await this.accounts.mine(ctx);
    const known = await this.keys.of(this.database.reader, account.id);
    const options = await generateRegistrationOptions({
      rpName: 'Makegood', rpID: this.ceremonies.site.hostname, userName: account.email ?? account.phone ?? account.name, userDisplayName: account.name,
      userID: new Uint8Array(Buffer.from(account.id)), attestationType: 'none',
      excludeCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, transports: [...transports] })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    return this.ceremonies.begin(ctx, options, account.id);
  }

  async add(ctx: Context, answer: { readonly holder: string; readonly response: string; readonly name: string }): Promise<Result<null>> {
    const proved = requireProof(ctx.actor, this.clock.now());
    if (!proved.ok) return proved;
    const userId = userIdOf(ctx.actor);
    const asked = await this.ceremonies.answered<RegistrationResponseJSON>(answer.holder, answer.response);
    if (asked?.userId !== userId) return refuse('identity.passkey_refused');
    const verified = await verifyRegistrationResponse({
      response: asked.response, expectedChallenge: asked.challenge, expectedOrigin: this.ceremonies.site.origin, expectedRPID: this.ceremonies.site.hostname, requireUserVerification: true,
    }).catch(() => undefined);
    if (verified?.verified !== true) return refuse('identity.passkey_refused');
    const { id: credentialId, publicKey, counter, transports } = verified.registrationInfo.credential;
    return this.work.run({ actor: ctx.actor, requestId: ctx.requestId }, async (tx) => {
      if ((await this.keys.of(tx, userId)).length >= MOST_KEYS) return refuse('identity.passkey_refused');
      await this.keys.insert(tx, { userId, credentialId, publicKey: Buffer.from(publicKey), counter, transports: transports ?? [], name: answer.name, at: this.clock.now() });
      await this.audit.record(tx, ctx, { aggregate: { type: 'user', id: userId }, action: 'user.passkey_added', data: {} });
      await this.accounts.notify(tx, userId, 'account.passkey-added');
      return ok(null);
    });
  }

  remove(ctx: Context, id: string): Promise<Result<null>> {
    const proved = requireProof(ctx.actor, this.clock.now());
    if (!proved.ok) return Promise.resolve(proved);
    const userId = userIdOf(ctx.actor);
    return this.work.run(ctx, async (tx) => {
      if (await this.keys.remove(tx, userId, id)) {
        await this.audit.record(tx, ctx, { aggregate: { type: 'user', id: userId }, action: 'user.passkey_removed', data: { passkeyId: id } });
      }
      return ok(null);
    });
  }

}
