import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Language } from '../../core/policy/index.js';
import { HOUR, MINUTE, formatInstant, type Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { newToken, sameBytes, tokenHash } from '../../platform/crypto/tokens.js';
import { Database } from '../../platform/database/database.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Outbox } from '../mail/index.js';
import { readAddress, type Address } from './address.rules.js';
import { SessionOpening, type SessionView } from './session-opening.service.js';
import { SignInCodesRepository, type CodeRow } from './sign-in-codes.repository.js';
import { UsersRepository } from './users.repository.js';

export interface CodeView {
  /** Given to whoever asked, and to nobody else: the code is worth nothing without it. Only its hash is kept. */
  readonly holder: string;
  readonly expiresAt: string;
}

/** Let in; or the address is proved and nobody's yet, so that signing up may go on with the same holder. */
export type Proof = { readonly session: SessionView } | { readonly isNew: true };

const LIVES_MS = 10 * MINUTE;
const MOST_TRIES = 5;
const ASKS = [{ most: 5, windowMs: 15 * MINUTE }, { most: 20, windowMs: 24 * HOUR }] as const;
/** How long a proved address may wait for the rest of the sign-up. */
export const PROVED_FOR_MS = 30 * MINUTE;
const ABOUT = '00000000-0000-0000-0000-000000000000';

/** Six digits are few: hashed together with 256 bits that the database does not have, they cannot be found from what it has. */
const codeHash = (holder: string, code: string): Buffer => tokenHash(`${holder}:${code}`);

/**
 * One-time codes by mail or text message. Whoever asks gets the same answer after the same work, whether the address is known or not: only
 * who holds the code learns that.
 */
@Injectable()
export class SignInCodes {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly clock: Clock, private readonly codes: SignInCodesRepository,
    private readonly users: UsersRepository, private readonly outbox: Outbox, private readonly opening: SessionOpening,
  ) {}

  /** Sends a code to what somebody typed: an address of mail or a telephone number. */
  async ask(ctx: Context, typed: string, language: Language): Promise<Result<CodeView>> {
    const address = readAddress(typed, language);
    if (address === undefined) return refuse('identity.address_unreadable', {}, { pointer: '/address' });
    return this.#send(ctx, address, language, null);
  }

  /** Sends a code to somebody who is signed in, at the address they are known by. */
  async askAgain(ctx: Context, userId: string, language: Language): Promise<Result<CodeView>> {
    const user = await this.users.find(this.database.reader, userId);
    if (user === null) return refuse('identity.user_not_found');
    const address: Address = user.email === null ? { channel: 'sms', address: user.phone ?? '' } : { channel: 'mail', address: user.email };
    return this.#send(ctx, address, language, userId);
  }

  /** Codes: `identity.code_wrong` while there are tries left, `identity.code_ended` when there is nothing to try any more. */
  async prove(ctx: Context, holder: string, code: string): Promise<Result<Proof>> {
    const row = await this.#tried(holder, code);
    if (!row.ok) return row;
    if (row.value.userId !== null) return refuse('identity.code_ended');
    return this.work.run(bare(ctx), async (tx) => {
      const now = this.clock.now();
      if (!(await this.codes.prove(tx, tokenHash(holder), now))) return refuse('identity.code_ended');
      const known = await this.users.credentialsAt(tx, row.value);
      if (known === undefined) return ok<Proof>({ isNew: true });
      // A mailbox is not enough for those who decide about money.
      if (!known.active || known.isStaff) return refuse('identity.code_not_for_staff');
      await this.codes.spend(tx, tokenHash(holder), now, (now - 1) as Instant);
      return ok<Proof>({ session: await this.opening.open(tx, known, 'code') });
    });
  }

  /** Somebody signed in shows once more who they are: a new session in the place of the old one, proved just now. */
  async proveAgain(ctx: Context, userId: string, token: string, proof: { holder: string; code: string }): Promise<Result<SessionView>> {
    const row = await this.#tried(proof.holder, proof.code);
    if (!row.ok) return row;
    if (row.value.userId !== userId) return refuse('identity.code_ended');
    return this.work.run(bare(ctx), async (tx) => {
      const now = this.clock.now();
      if (!(await this.codes.prove(tx, tokenHash(proof.holder), now))) return refuse('identity.code_ended');
      const known = await this.users.credentialsOf(tx, userId);
      if (known?.active !== true) return refuse('identity.user_not_found');
      await this.users.revoke(tx, tokenHash(token), now);
      return ok(await this.opening.open(tx, known, 'code'));
    });
  }

  /** Whether this holder has proved an address that signing up may go on with. */
  isProved(holder: string): Promise<boolean> {
    return this.codes.isProved(this.database.reader, tokenHash(holder), (this.clock.now() - PROVED_FOR_MS) as Instant);
  }

  async #send(ctx: Context, address: Address, language: Language, userId: string | null): Promise<Result<CodeView>> {
    const now = this.clock.now();
    if (!this.outbox.reaches(address.channel)) return refuse('identity.channel_missing', {}, { pointer: '/address' });
    if (!(await this.outbox.hasRoom(address.channel))) return refuse('rate.too_many', { retryAfterSeconds: HOUR / 1_000 });
    const wait = await this.#tooMany(address, now);
    if (wait !== undefined) return refuse('rate.too_many', { retryAfterSeconds: wait });
    const [holder, code] = [newToken(), String(randomInt(1_000_000)).padStart(6, '0')];
    const expiresAt = (now + LIVES_MS) as Instant;
    // Outside the idempotency store on purpose: a stored answer would hold the holder's secret.
    return this.work.run(bare(ctx), async (tx) => {
      await this.codes.purge(tx, (now - HOUR) as Instant);
      await this.codes.insert(tx, { holderHash: tokenHash(holder), codeHash: codeHash(holder, code), ...address, userId, at: now, expiresAt });
      await this.#post(tx, address, language, code);
      return ok({ holder, expiresAt: formatInstant(expiresAt) });
    });
  }

  #post(tx: Tx, { channel, address }: Address, language: Language, code: string): Promise<string> {
    return this.outbox.post(tx, {
      template: 'sign-in.code', to: channel === 'mail' ? { email: address } : { phone: address }, language, data: { code, minutes: String(LIVES_MS / MINUTE) },
      // About nobody in particular: a letter that named the person would tell who is known.
      about: { kind: 'sign_in_code', id: ABOUT },
    });
  }

  async #tooMany({ address }: Address, now: Instant): Promise<number | undefined> {
    for (const { most, windowMs } of ASKS) {
      const windowStart = (now - (now % windowMs)) as Instant;
      const asked = await this.users.countAttempt(this.database.reader, `code ${windowMs / MINUTE} ${address}`, windowStart);
      if (asked > most) return Math.ceil((windowStart + windowMs - now) / 1_000);
    }
    return undefined;
  }

  async #tried(holder: string, code: string): Promise<Result<CodeRow>> {
    const row = await this.codes.countTry(this.database.reader, tokenHash(holder), this.clock.now(), MOST_TRIES);
    if (row === undefined) return refuse('identity.code_ended', {}, { pointer: '/code' });
    return sameBytes(row.codeHash, codeHash(holder, code.replaceAll(/\s/g, ''))) ? ok(row) : refuse('identity.code_wrong', {}, { pointer: '/code' });
  }
}

const bare = ({ actor, requestId }: Context): Context => ({ actor, requestId });
