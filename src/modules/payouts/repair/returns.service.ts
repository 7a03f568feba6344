import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import type { Tx } from '../../../platform/database/tx.js';
import { ClaimHolds, ClaimLifecycle, type ClaimRow } from '../../claims/index.js';
import { TaskBook } from '../../tasks/index.js';
import { OverpaymentOpenings } from '../overpayments/overpayment-openings.service.js';
import type { PaymentLineEntity } from '../payment-line.entity.js';
import { PaymentLinesRepository } from '../payment-lines.repository.js';
import { PaymentLetters } from './payment-letters.service.js';
import { LineRecordsRepository } from './line-records.repository.js';
import { isToldOf, remedyOf } from './returns.rules.js';

interface Returned {
  readonly line: PaymentLineEntity;
  readonly claim: ClaimRow;
}

/**
 * Payments that came back. Where the business can put it right, its claim is held for its account and it is told what to correct; where we or
 * the bank must act, the claim is held for the bank and finance has a task. Who waits for a credit or a benefit is told that too: nobody else writes to them. A file that was refused whole concerns nobody outside.
 */
@Injectable()
export class Returns {
  constructor(
    private readonly lines: PaymentLinesRepository, private readonly lifecycle: ClaimLifecycle, private readonly holds: ClaimHolds, private readonly tasks: TaskBook,
    private readonly letters: PaymentLetters, private readonly openings: OverpaymentOpenings, private readonly records: LineRecordsRepository,
  ) {}

  /**
   * Each payment that came back is dealt with, and its business told, once: also where another of its claim came back before. Said again, or once somebody has dealt with a line, it changes nothing but what
   * its claim owes: that may be less, whoever paid the line again. One of which nothing is due any more waits for nobody.
   */
  async cameBack(tx: Tx, ctx: Context, lineIds: readonly string[]): Promise<Result<void>> {
    const claims = await this.lifecycle.lockedAll(tx, (await this.lines.lockBack(tx, lineIds)).map(({ claimId }) => claimId));
    if (!claims.ok) return claims;
    await this.openings.net(tx, ctx, await this.lines.claimsOf(tx, lineIds));
    const waiting = await this.lines.lockBack(tx, lineIds);
    const news = await this.records.heard(tx, waiting.map(({ id }) => id));
    const returned = waiting.filter(({ id }) => news.has(id)).map((line): Returned => ({ line, claim: claims.value.get(line.claimId) as ClaimRow }));
    for (const one of returned) await this.#stop(tx, ctx, one);
    await this.letters.returned(tx, returned.filter(({ line: { reason, method } }) => isToldOf(reason, method)));
    return ok(undefined);
  }

  async #stop(tx: Tx, ctx: Context, { line, claim }: Returned): Promise<void> {
    switch (remedyOf(line.reason, line.method)) {
      case 'again': return;
      case 'account': await this.holds.place(tx, ctx, claim, { kind: 'payee' }); return;
      case 'desk': {
        await this.holds.place(tx, ctx, claim, { kind: 'bank' });
        await this.tasks.open(tx, ctx, { kind: 'payment_returned', subject: { type: 'claim', id: claim.id }, cause: { type: 'payment_line', id: line.id }, reasons: [line.reason ?? 'not_said'] });
      }
    }
  }
}
