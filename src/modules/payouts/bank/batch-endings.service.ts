import { Injectable } from '@nestjs/common';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { actorName } from '../../../platform/events/event-log.js';
import { BatchLifecycle } from '../batch-lifecycle.service.js';
import type { PayoutBatchEntity } from '../payout-batch.entity.js';
import type { BatchEvent } from '../payout-batch.machine.js';
import { PaymentLinesRepository, type LinePlace } from '../payment-lines.repository.js';
import { BatchStandingsRepository } from './batch-standings.repository.js';

const LINES_A_STEP = 1_000;

/** Moves a batch on by what became of its lines: the bank has it, refused all of it, or every line is final. */
@Injectable()
export class BatchEndings {
  constructor(
    private readonly lifecycle: BatchLifecycle, private readonly standings: BatchStandingsRepository, private readonly lines: PaymentLinesRepository, private readonly clock: Clock,
  ) {}

  /** `words` are what was said of the whole file. True when the whole was refused although money of it moved. */
  async stand(tx: Tx, ctx: Context, batchId: string, words: readonly ('acknowledge' | 'refuse' | undefined)[], isRefused = false): Promise<boolean> {
    const found = await this.lifecycle.locked(tx, batchId);
    if (!found.ok) return false;
    let batch = found.value;
    const standing = await this.standings.of(tx, batchId);
    const go = async (event: BatchEvent): Promise<void> => {
      const decided = this.lifecycle.decide(batch, event, { openLines: standing.openCount });
      if (decided.ok) batch = await this.lifecycle.move(tx, ctx, batch, decided.value, { event });
    };
    if (isRefused) await this.#payAgain(tx, ctx, batch);
    if (isRefused && standing.bookedCount === 0 && standing.openCount === 0) await go('refuse');
    if (words.includes('acknowledge') || standing.heardCount > 0) await go('acknowledge');
    if (standing.openCount === 0) await go('settle');
    return isRefused && standing.bookedCount > 0;
  }

  /** Nothing was wrong with lines that went down with their file: others of them follow at once, as far as they are still due. */
  async #payAgain(tx: Tx, ctx: Context, { id, fundId }: PayoutBatchEntity): Promise<void> {
    for (let after: LinePlace | undefined; ;) {
      const refused = await this.lines.ofRefusedFile(tx, id, { ...(after === undefined ? {} : { after }), limit: LINES_A_STEP });
      const back = await this.lines.lockBack(tx, refused.map(({ lineId }) => lineId));
      await this.lines.followUp(tx, fundId, back.map((line) => line.id), { at: this.clock.now(), by: actorName(ctx.actor) });
      if (refused.length < LINES_A_STEP) return;
      after = refused.at(-1);
    }
  }
}
