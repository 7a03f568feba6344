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
import { remedyOf } from './returns.rules.js';

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
    private readonly letters: PaymentLetters, private readonly openings: OverpaymentOpenings,
  ) {}

  /** Said again, or once somebody has dealt with a line, it changes nothing but what its claim owes: that may be less, whoever paid the line again. */
  async cameBack(tx: Tx, ctx: Context, lineIds: readonly string[]): Promise<Result<void>> {
    const lines = await this.lines.lockBack(tx, lineIds);
    const claims = await this.lifecycle.lockedAll(tx, lines.map(({ claimId }) => claimId));
    if (!claims.ok) return claims;
    const returned = lines.map((line): Returned => ({ line, claim: claims.value.get(line.claimId) as ClaimRow }));
    await this.openings.net(tx, ctx, await this.lines.claimsOf(tx, lineIds));
    const toTell: Returned[] = [];
    for (const one of returned) if (await this.#stop(tx, ctx, one)) toTell.push(one);
    await this.letters.returned(tx, toTell);
    return ok(undefined);
  }

  /** True when its business has to be told. */
  async #stop(tx: Tx, ctx: Context, { line, claim }: Returned): Promise<boolean> {
    switch (remedyOf(line.reason, line.method)) {
      case 'again': return false;
      case 'account': return this.holds.place(tx, ctx, claim, { kind: 'payee' });
      case 'desk': {
        const isNew = await this.holds.place(tx, ctx, claim, { kind: 'bank' });
        await this.tasks.open(tx, ctx, { kind: 'payment_returned', subject: { type: 'claim', id: claim.id }, cause: { type: 'payment_line', id: line.id }, reasons: [line.reason ?? 'not_said'] });
        return isNew && line.method !== 'bank';
      }
    }
  }
}
