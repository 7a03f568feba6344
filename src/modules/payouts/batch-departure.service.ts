import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import type { Tx } from '../../platform/database/tx.js';
import { Duties } from '../identity/index.js';
import { BatchLifecycle } from './batch-lifecycle.service.js';
import { LineMoves } from './line-moves.service.js';
import { DepartureFiles, type ReadyBatch } from './departure-files.service.js';
import { PaymentLinesRepository } from './payment-lines.repository.js';
import type { PayoutBatchEntity } from './payout-batch.entity.js';
import { PayoutBatchesRepository } from './payout-batches.repository.js';
import type { WrittenPayoutFile } from './payout-file-writer.service.js';
import { PayoutReleasesRepository, type ReleaseRow } from './payout-releases.repository.js';

const SECONDS = 180;
const LINES_A_STEP = 1_000;

type Written = WrittenPayoutFile & { readonly refused?: never };

/** The steps of a release: what something stops is taken out, the file is written, and all of it leaves at once. */
@Injectable()
export class BatchDeparture {
  constructor(
    private readonly batches: PayoutBatchesRepository, private readonly lines: PaymentLinesRepository, private readonly releases: PayoutReleasesRepository, private readonly lifecycle: BatchLifecycle,
    private readonly files: DepartureFiles, private readonly moves: LineMoves, private readonly duties: Duties,
  ) {}

  /** Undefined when the release is over. Codes: `payouts.batch_empty`, `payouts.not_in_state`, `payouts.paying_account_missing`, `payouts.day_over`. */
  async makeReady(tx: Tx, ctx: Context, releaseId: string): Promise<Result<ReadyBatch | undefined>> {
    const release = await this.releases.lock(tx, releaseId);
    if (release?.state !== 'running') return ok(undefined);
    await tx.allow(SECONDS);
    const batch = await this.#standing(tx, release);
    if (!batch.ok) return batch;
    await this.#dropBlocked(tx, ctx, batch.value);
    return this.files.ready(tx, batch.value, release.askedAt.getTime() as Instant);
  }

  /** Codes: `payouts.day_over`, `payouts.paying_account_missing`. */
  inTime(tx: Tx, batch: PayoutBatchEntity): Promise<Result<void>> {
    return this.files.inTime(tx, batch);
  }

  write(ready: ReadyBatch, onProgress: (count: number) => void): Promise<WrittenPayoutFile> {
    return this.files.write(ready, onProgress);
  }

  /** False when something fell on one of the lines meanwhile: the file has to be written anew. Codes as `makeReady`, `access.permission`. */
  async depart(tx: Tx, ctx: Context, releaseId: string, written: Written): Promise<Result<boolean>> {
    const { file, count, sumMinor } = written;
    const release = await this.releases.lock(tx, releaseId);
    if (release?.state !== 'running') return ok(true);
    await tx.allow(SECONDS);
    const batch = await this.#standing(tx, release);
    if (!batch.ok) return batch;
    if (await this.#dropBlocked(tx, ctx, batch.value) > 0) return ok(false);
    const totals = await this.lines.totals(tx, batch.value.id);
    if (totals.count !== count || BigInt(totals.netMinor) !== sumMinor) return ok(false);
    const may = await this.duties.stillMay(tx, release.askedBy, 'payout.release');
    if (!may.ok) return may;
    await this.files.keep(tx, batch.value.id, written);
    await this.#release(tx, ctx, batch.value.id);
    const after = await this.batches.release(tx, batch.value.id, { by: release.askedBy, at: this.files.now(), count, sumMinor });
    await this.lifecycle.record(tx, ctx, batch.value, after, { event: 'release', data: { releasedBy: release.askedBy, count, totalMinor: String(sumMinor), sha256: file.sha256, schemaCheck: file.schemaCheck } });
    await this.releases.finish(tx, releaseId, { state: 'done', count: 0, faults: [], at: this.files.now() });
    return ok(true);
  }

  async #standing(tx: Tx, { batchId }: ReleaseRow): Promise<Result<PayoutBatchEntity>> {
    const batch = await this.lifecycle.locked(tx, batchId);
    if (!batch.ok) return batch;
    const decided = this.lifecycle.decide(batch.value, 'release');
    return decided.ok ? batch : decided;
  }

  async #release(tx: Tx, ctx: Context, batchId: string): Promise<void> {
    let after = '';
    for (;;) {
      const page = await this.lines.idsOf(tx, batchId, { after, limit: LINES_A_STEP });
      await this.moves.move(tx, ctx, 'release', page.map(({ lineId }) => ({ lineId })));
      after = page.at(-1)?.endToEndId ?? '';
      if (page.length < LINES_A_STEP) return;
    }
  }

  async #dropBlocked(tx: Tx, ctx: Context, { id, method }: PayoutBatchEntity): Promise<number> {
    const blocked = (await this.lines.blocked(tx, id, method)).map(({ lineId, reasons }) => ({ lineId, reason: reasons[0] ?? 'held' }));
    if (blocked.length === 0) return 0;
    await this.lines.putBack(tx, { batchId: id, lines: blocked, at: this.files.now(), by: 'system:release' });
    await this.lines.noteDropped(tx, id, blocked, this.files.now());
    await this.lifecycle.note(tx, ctx, id, 'payout_batch.lines_dropped', { lines: blocked.length });
    return blocked.length;
  }
}
