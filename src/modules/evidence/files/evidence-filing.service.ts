import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Reader, Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { evidenceFileView, isUsable, type EvidenceFileRow, type EvidenceFileView } from '../views/evidence-file-view.js';
import { SalesSets } from '../sales-sets.service.js';
import { EvidenceBytes } from './evidence-bytes.service.js';
import { EvidenceFilesRepository } from './evidence-files.repository.js';
import { EvidenceIntake } from './evidence-intake.service.js';
import { EvidenceRecords } from './evidence-records.service.js';

/** One file as a filed version names it. */
export interface FrozenEvidence {
  readonly id: string;
  readonly kind: string;
  readonly sha256: string;
}

export interface OpenedEvidence {
  readonly file: EvidenceFileView;
  readonly stream: Readable;
}

/** What happens to evidence once it is there: it is listed, opened, filed with its subject, or taken back. */
@Injectable()
export class EvidenceFiling {
  constructor(
    private readonly work: UnitOfWork,
    private readonly files: EvidenceFilesRepository,
    private readonly bytes: EvidenceBytes,
    private readonly intake: EvidenceIntake,
    private readonly records: EvidenceRecords,
    private readonly sales: SalesSets,
    private readonly clock: Clock,
  ) {}

  async list(reader: Reader, subjectId: string): Promise<EvidenceFileView[]> {
    return (await this.files.ofSubject(reader, subjectId)).map(evidenceFileView);
  }

  async find(reader: Reader, subjectId: string, id: string): Promise<EvidenceFileRow | undefined> {
    const row = await this.files.find(reader, id);
    return row?.subjectId === subjectId ? row : undefined;
  }

  /**
   * Freezes what is there as evidence of a version that is being filed, exactly; the caller holds the lock of the subject, so nothing
   * can be added meanwhile. Refused while something arrives or is being looked at for the first time, and while something infected is
   * among it. A file whose scanner is away is frozen as it is: the verdict comes later, and no rule decides before it.
   */
  async freeze(tx: Tx, ctx: Context, subjectId: string): Promise<Result<readonly FrozenEvidence[]>> {
    const rows = await this.files.lockSubject(tx, subjectId);
    const hindrance = rows.find((row) => hindranceOf(row) !== undefined);
    if (hindrance !== undefined) return refuse(hindranceOf(hindrance) ?? '', { name: hindrance.fileName });
    const usable = rows.filter(isUsable);
    const fresh = usable.filter(({ frozenAt }) => frozenAt === null).map(({ id }) => id);
    await this.files.freeze(tx, fresh, this.clock.now());
    for (const id of fresh) await this.records.noted(tx, ctx, id, 'evidence.frozen');
    return ok(usable.map(({ id, kind, sha256 }) => ({ id, kind, sha256: sha256 ?? '' })));
  }

  async remove(tx: Tx, ctx: Context, subjectId: string, id: string): Promise<Result<null>> {
    const row = await this.files.lock(tx, id);
    if (row?.subjectId !== subjectId) return refuse('evidence.upload_not_found');
    if (row.frozenAt !== null) return refuse('evidence.file_frozen');
    await this.#drop(tx, ctx, [row]);
    return ok(null);
  }

  /** All that was given for a subject that is thrown away, sales among it. */
  async discard(tx: Tx, ctx: Context, subjectId: string): Promise<void> {
    await this.sales.discard(tx, subjectId);
    await this.#drop(tx, ctx, await this.files.lockSubject(tx, subjectId));
  }

  /** Gives a file out, and notes in its chain who has had it. What is not whole or is infected is not given to anybody. */
  async open(ctx: Context, row: EvidenceFileRow): Promise<Result<OpenedEvidence>> {
    if (row.state === 'infected') return refuse('evidence.upload_infected', { name: row.fileName, signature: row.signature ?? '' });
    if (!isUsable(row) || row.sha256 === null) return refuse('evidence.upload_unfinished', { name: row.fileName });
    const stream = await this.bytes.open({ merchantId: row.merchantId, sha256: row.sha256 });
    if (stream === undefined) return refuse('upload.storage_away');
    const noted = await this.work.run(ctx, async (tx) => ok(await this.records.noted(tx, ctx, row.id, 'evidence.opened')));
    if (noted.ok) return ok({ file: evidenceFileView(row), stream });
    stream.destroy();
    return noted;
  }

  async #drop(tx: Tx, ctx: Context, rows: readonly EvidenceFileRow[]): Promise<void> {
    await this.files.remove(tx, rows.map(({ id }) => id));
    for (const { id, merchantId, sha256 } of rows) {
      await this.records.noted(tx, ctx, id, 'evidence.removed');
      if (sha256 === null) tx.afterCommit(() => this.intake.discard(id));
      else await this.bytes.release(tx, { merchantId, sha256 });
    }
  }
}

function hindranceOf({ state, scanTries, frozenAt }: EvidenceFileRow): string | undefined {
  if (state === 'receiving') return 'evidence.still_arriving';
  if (state === 'checking' && scanTries === 0) return 'evidence.still_checking';
  return state === 'infected' && frozenAt === null ? 'evidence.infected_blocks' : undefined;
}
