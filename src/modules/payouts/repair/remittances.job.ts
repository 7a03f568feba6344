import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { ClaimQueries } from '../../claims/index.js';
import { PaymentLetters } from './payment-letters.service.js';
import { RemittancesRepository } from './remittances.repository.js';

export const REMITTANCES = 'payouts.remittances';
/** Letters of one step: a batch of 100,000 is told in some hundreds of statements, and nobody else waits for its letters. */
const A_STEP = 1_000;

/** Tells owners that a payment was booked, once each, some at a time. */
@Injectable()
export class Remittances implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs, private readonly remittances: RemittancesRepository, private readonly claims: ClaimQueries, private readonly letters: PaymentLetters, private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.defineSweep({ queue: REMITTANCES, step: (_ctx: Context, tx) => this.step(tx) });
  }

  async step(tx: Tx): Promise<Result<{ done: boolean }>> {
    const lines = await this.remittances.take(tx, A_STEP, this.clock.now());
    const claims = new Map((await this.claims.rowsOf(tx, lines.map(({ claimId }) => claimId))).map((claim) => [claim.id, claim]));
    await this.letters.paid(tx, lines.flatMap((line) => { const claim = claims.get(line.claimId); return claim === undefined ? [] : [{ line, claim }]; }));
    return ok({ done: !await this.remittances.isAnyDue(tx) });
  }
}
