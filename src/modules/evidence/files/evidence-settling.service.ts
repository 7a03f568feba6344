import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import { formatInstant, HOUR, type Instant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import type { EvidenceFileRow } from '../views/evidence-file-view.js';
import { EvidenceFilesRepository, type NewEvidenceFile } from './evidence-files.repository.js';
import { EvidenceIntake, type Examined } from './evidence-intake.service.js';
import { EVIDENCE_LIMITS } from './evidence-limits.rules.js';
import { safeName } from './evidence-name.rules.js';
import { EvidenceRecords } from './evidence-records.service.js';
import { EvidenceScans } from './evidence-scans.service.js';

const EXPIRE = 'evidence.expire-upload';

/** The states of one file on its way in, each change with its audit entry; always in the caller's transaction. */
@Injectable()
export class EvidenceSettling {
  constructor(
    private readonly database: Database,
    private readonly files: EvidenceFilesRepository,
    private readonly intake: EvidenceIntake,
    private readonly scans: EvidenceScans,
    private readonly records: EvidenceRecords,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {
    jobs.define<{ evidenceId: string }>({ queue: EXPIRE, handle: (ctx, { evidenceId }, tx) => this.#expire(tx, ctx, evidenceId) });
  }

  find(id: string): Promise<EvidenceFileRow | undefined> {
    return this.files.find(this.database.reader, id);
  }

  async begin(tx: Tx, ctx: Context, file: NewEvidenceFile): Promise<EvidenceFileRow> {
    const row = await this.files.begin(tx, file);
    await this.records.begun(tx, ctx, row);
    return row;
  }

  /** An upload that nobody finishes within a day is thrown away, or it would keep its claim from being filed for ever. */
  async expireLater(tx: Tx, evidenceId: string): Promise<void> {
    await this.jobs.enqueue(tx, EXPIRE, { evidenceId }, { startAt: (this.clock.now() + EVIDENCE_LIMITS.unfinishedHours * HOUR) as Instant });
  }

  async store(tx: Tx, ctx: Context, row: EvidenceFileRow, { ending, mediaType, sha256, sizeBytes, statedOn }: Examined): Promise<Result<EvidenceFileRow>> {
    const twin = (await this.files.ofSubject(tx, row.subjectId)).find((file) => file.sha256 === sha256 && file.state !== 'infected' && file.state !== 'refused');
    if (twin !== undefined) return refuse('evidence.upload_twice', { name: twin.fileName, at: formatInstant(twin.begunAt) });
    const stored = await this.files.stored(tx, row.id, { state: this.scans.firstState, fileName: safeName(row.fileName, ending), mediaType, sha256, sizeBytes, statedOn, storedAt: this.clock.now() });
    await this.records.stored(tx, ctx, stored);
    await this.scans.request(tx, row.id);
    return ok(stored);
  }

  async refuse(tx: Tx, ctx: Context, id: string, refusal: Refusal): Promise<void> {
    const row = await this.files.lock(tx, id);
    if (row?.state !== 'receiving') return;
    await this.files.refused(tx, id, refusal);
    await this.records.noted(tx, ctx, id, 'evidence.refused', { code: refusal.code });
    tx.afterCommit(() => this.intake.discard(id));
  }

  async #expire(tx: Tx, ctx: Context, id: string): Promise<Result<void>> {
    const row = await this.files.lock(tx, id);
    if (row?.state !== 'receiving') return ok(undefined);
    await this.files.remove(tx, [id]);
    await this.records.noted(tx, ctx, id, 'evidence.expired');
    tx.afterCommit(() => this.intake.discard(id));
    return ok(undefined);
  }
}
