import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { formatInstant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { newToken, tokenHash } from '../../platform/crypto/tokens.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { AuditTrail } from '../audit/index.js';
import { referenceOf } from '../claims/index.js';
import { Attempts } from '../identity/index.js';
import { RecoveryLetters } from './recovery-letters.service.js';
import { RecoveryLifecycle } from './recovery-lifecycle.service.js';
import { MATCH } from './recovery-matching.service.js';
import { dueAt, readRecovery, type TypedRecovery } from './recovery.rules.js';

export interface RecoveryReceipt {
  readonly reference: string;
  /** When whoever asked hears from us at the latest. */
  readonly answerBy: string;
}

/** Requests to one address in a quarter of an hour. */
const MOST_OF_AN_ADDRESS = 3;

/** Takes what somebody asks who cannot get in any more. The answer and the work for it are the same, whoever asks about whatever business. */
@Injectable()
export class RecoveryRequests {
  constructor(
    private readonly work: UnitOfWork, private readonly lifecycle: RecoveryLifecycle, private readonly letters: RecoveryLetters, private readonly attempts: Attempts,
    private readonly audit: AuditTrail, private readonly jobs: Jobs, private readonly clock: Clock,
  ) {}

  /** Codes: `recoveries.incomplete` with what is wrong, `rate.too_many`. */
  async ask(ctx: Context, typed: TypedRecovery): Promise<Result<RecoveryReceipt>> {
    const asked = readRecovery(typed);
    if (!asked.ok) return asked;
    const { contact, kind, name, business, told, language } = asked.value;
    const admitted = await this.attempts.admit(`recovery ${contact.address}`, MOST_OF_AN_ADDRESS);
    if (!admitted.ok) return admitted;
    return this.work.run(ctx, async (tx): Promise<Result<RecoveryReceipt>> => {
      const at = this.clock.now();
      const row = { reference: referenceOf(randomBytes(5), 'RQ'), kind, name, businessTyped: business, ...contact, language, toldDigest: await this.audit.keepText(tx, told) };
      const token = newToken();
      const id = await this.lifecycle.begin(tx, ctx, { ...row, documentsHash: tokenHash(token) });
      await this.letters.received(tx, { id, ...row }, at, token);
      await this.jobs.enqueue(tx, MATCH, { recoveryId: id });
      return ok({ reference: row.reference, answerBy: formatInstant(dueAt(at)) });
    });
  }
}
