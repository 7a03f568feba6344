import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { systemActor } from '../../platform/access/actor.js';
import type { Context } from '../../platform/access/context.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { LongJobs, type LongJobView } from '../../platform/jobs/long-jobs.js';
import { mayFor } from '../../platform/access/ownership.js';
import { TillUploads, type IncomingFile, type SalesSetView, type TillLook, type TillUploadRow } from '../evidence/index.js';
import { SalesDoor, type SalesDelegate, type SalesWay } from './sales-door.service.js';

const QUEUE = 'claims.read-sales';
/** Read while the sender waits; what is longer goes on without them. */
const MOST_BYTES_AT_ONCE = 4 * 1_024 * 1_024;
const LONGEST_SECONDS = 1_800;

interface ReadSales {
  readonly claimId: string;
  readonly uploadId: string;
  readonly delegate: SalesDelegate;
}

/** The reading of a file: over, with the set it became, or going on. */
export type Reading = LongJobView & { readonly set?: SalesSetView };

/** A till export step by step: sent, looked at, asked about, read. */
@Injectable()
export class ClaimTill implements OnModuleInit {
  constructor(
    private readonly work: UnitOfWork,
    private readonly jobs: Jobs,
    private readonly longJobs: LongJobs,
    private readonly door: SalesDoor,
    private readonly uploads: TillUploads,
  ) {}

  onModuleInit(): void {
    this.jobs.define<ReadSales>({ queue: QUEUE, expireInSeconds: LONGEST_SECONDS, perform: (ctx, data) => this.#readBegun(ctx, data) });
    this.longJobs.show((ctx, id) => this.#job(ctx, id));
  }

  async receive(ctx: Context, claimId: string, file: IncomingFile, delegate?: SalesDelegate): Promise<Result<TillLook>> {
    const way = await this.door.open(ctx, claimId, delegate);
    return way.ok ? this.uploads.receive(ctx, way.value.subject, file, way.value.permitting) : way;
  }

  async look(ctx: Context, claimId: string, uploadId: string, delegate?: SalesDelegate): Promise<Result<TillLook>> {
    const way = await this.door.open(ctx, claimId, delegate);
    return way.ok ? this.uploads.look(way.value.subject, uploadId) : way;
  }

  async say(ctx: Context, claimId: string, uploadId: string, statement: Parameters<TillUploads['say']>[3], delegate?: SalesDelegate): Promise<Result<TillLook>> {
    const way = await this.door.open(ctx, claimId, delegate);
    return way.ok ? this.uploads.say(ctx, way.value.subject, uploadId, statement, way.value.permitting) : way;
  }

  /** Reads a file at once, or hands it to a job when it is long. */
  async read(ctx: Context, claimId: string, uploadId: string, delegate?: SalesDelegate): Promise<Result<Reading>> {
    const way = await this.door.open(ctx, claimId, delegate);
    if (!way.ok) return way;
    const upload = await this.uploads.find(claimId, uploadId);
    if (!upload.ok) return upload;
    if (upload.value.fileBytes > MOST_BYTES_AT_ONCE) return this.#begin(ctx, way.value, uploadId);
    const set = await this.uploads.read(ctx, way.value.subject, uploadId, way.value.permitting);
    return set.ok ? ok({ ...jobOf({ ...upload.value, state: 'imported', setId: set.value.id }), set: set.value }) : set;
  }

  /** Files that were begun and left, newest first; none where sales may not change any more. */
  async unfinished(ctx: Context, claimId: string): Promise<TillUploadRow[]> {
    const way = await this.door.open(ctx, claimId);
    return way.ok ? this.uploads.unfinished(claimId) : [];
  }

  async throwAway(ctx: Context, claimId: string, uploadId: string): Promise<Result<void>> {
    const way = await this.door.open(ctx, claimId);
    return way.ok ? this.uploads.throwAway(ctx, way.value.subject, uploadId, way.value.permitting) : way;
  }

  async #begin(ctx: Context, { subject, permitting }: SalesWay, uploadId: string): Promise<Result<Reading>> {
    const look = await this.uploads.look(subject, uploadId);
    if (!look.ok) return look;
    // What is open is asked before, not by a job an hour later.
    if (!look.value.isReady) return { ok: false, refusal: look.value.refusal ?? { code: 'evidence.till_unanswered', params: { about: look.value.questions.map(({ about }) => about) } } };
    const { uploadedBy, handoverId } = subject;
    return this.work.run(ctx, async (tx): Promise<Result<Reading>> => {
      const begun = await this.uploads.begin(tx, subject, uploadId, permitting);
      if (!begun.ok) return begun;
      const delegate = { uploadedBy, ...(handoverId === undefined ? {} : { handoverId }) };
      await this.jobs.enqueue(tx, QUEUE, { claimId: subject.subjectId, uploadId, delegate } satisfies ReadSales);
      return ok(jobOf({ ...begun.value, state: 'reading', doneBytes: 0 }));
    });
  }

  async #readBegun(ctx: Context, { claimId, uploadId, delegate }: ReadSales): Promise<void> {
    const way = await this.door.open({ ...ctx, actor: systemActor(QUEUE) }, claimId, delegate);
    // Filed meanwhile, or whoever sent the file may no longer bring it. Of a claim that was discarded nothing is left to note.
    if (!way.ok) return this.uploads.giveUp(ctx, uploadId, way.refusal);
    const read = await this.uploads.readBegun(ctx, way.value.subject, uploadId, way.value.permitting);
    if (!read.ok) throw new Error(`${QUEUE}: ${read.refusal.code}`);
  }

  async #job(ctx: Context, uploadId: string): Promise<LongJobView | undefined> {
    const upload = await this.uploads.any(uploadId);
    if (upload === undefined || !mayFor(ctx.actor, 'claim.read', upload.merchantId)) return undefined;
    return upload.state === 'open' ? undefined : jobOf(upload);
  }
}

function jobOf({ id, state, doneBytes, fileBytes, refusal, setId, subjectId }: TillUploadRow): LongJobView {
  const stands = state === 'imported' ? ({ state: 'done', doneCount: fileBytes } as const) : ({ state: state === 'reading' ? 'running' : 'failed', doneCount: doneBytes } as const);
  return {
    self: `/v1/jobs/${id}`, id, kind: QUEUE, totalCount: fileBytes, ...stands,
    ...(setId === null ? {} : { result: `/v1/claims/${subjectId}/sales-records/${setId}` }), ...(refusal === null ? {} : { refusal }),
  };
}
