import { Injectable } from '@nestjs/common';
import { formatInstant, HOUR, type Instant } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { newToken, tokenHash } from '../../platform/crypto/tokens.js';
import type { Tx } from '../../platform/database/tx.js';
import { UsersRepository } from './users.repository.js';

export interface SessionView {
  /** Shown once; only its hash is kept. */
  readonly token: string;
  readonly expiresAt: string;
}

export type SignInMethod = 'password' | 'code' | 'passkey';

const STAFF = { idleSeconds: 15 * 60, lastsMs: 8 * HOUR };
const MERCHANT = { idleSeconds: 30 * 60, lastsMs: 12 * HOUR };

/** Opens sessions, however somebody showed who they are: always a token nobody has seen before. */
@Injectable()
export class SessionOpening {
  constructor(private readonly users: UsersRepository, private readonly clock: Clock) {}

  async open(tx: Tx, person: { readonly id: string; readonly isStaff: boolean }, method: SignInMethod): Promise<SessionView> {
    const now = this.clock.now();
    const { idleSeconds, lastsMs } = person.isStaff ? STAFF : MERCHANT;
    const token = newToken();
    const expiresAt = (now + lastsMs) as Instant;
    await this.users.openSession(tx, { tokenHash: tokenHash(token), userId: person.id, at: now, expiresAt, idleSeconds, method });
    return { token, expiresAt: formatInstant(expiresAt) };
  }
}
