import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EvidenceFiles, EvidenceFiling, type EvidenceFileView, type EvidenceSubject } from '../evidence/index.js';
import { ClaimLifecycle } from './claim-lifecycle.service.js';
import { ClaimsRepository } from './claims.repository.js';
import { EvidenceKindsOfPolicy } from './evidence-kinds.service.js';
import type { ClaimRow } from './views/claim-row.js';

/** What somebody says about a file; nothing of it is trusted. */
export interface StatedFile {
  readonly fileName: string | undefined;
  readonly kind: string | undefined;
}

/** Evidence of a claim: the module below keeps it, the claim says whose it is and when it may still change. */
@Injectable()
export class ClaimEvidence {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly claims: ClaimsRepository,
    private readonly lifecycle: ClaimLifecycle,
    private readonly kinds: EvidenceKindsOfPolicy,
    private readonly files: EvidenceFiles,
    private readonly filing: EvidenceFiling,
  ) {}

  async add(ctx: Context, id: string, file: StatedFile, stream: AsyncIterable<Uint8Array>): Promise<Result<EvidenceFileView>> {
    const subject = await this.#subject(ctx, id, file);
    return subject.ok ? this.files.add(ctx, subject.value, stream, (tx) => this.#held(tx, ctx, id)) : subject;
  }

  /** Opens a resumable upload; `length` is what the client says its file has. */
  async begin(ctx: Context, id: string, file: StatedFile, length: string | undefined): Promise<Result<EvidenceFileView>> {
    const subject = await this.#subject(ctx, id, file);
    if (!subject.ok) return subject;
    if (length === undefined || !/^\d{1,15}$/.test(length)) return refuse('evidence.upload_size');
    return this.files.begin(ctx, { ...subject.value, sizeBytes: Number.parseInt(length, 10) }, (tx) => this.#held(tx, ctx, id));
  }

  /** An upload of the claim that has not ended; asked before every piece of it. */
  async arriving(ctx: Context, id: string, evidenceId: string): Promise<Result<{ readonly key: string; readonly sizeBytes: number }>> {
    const claim = await this.lifecycle.takesPapers(this.database.reader, ctx, await this.claims.find(this.database.reader, id));
    if (!claim.ok) return claim;
    const row = await this.filing.find(this.database.reader, id, evidenceId);
    return row?.state === 'receiving' ? ok({ key: row.id, sizeBytes: row.sizeBytes }) : refuse('upload.gone');
  }

  async finish(ctx: Context, id: string, evidenceId: string): Promise<Result<EvidenceFileView>> {
    return this.files.finish(ctx, evidenceId, (tx) => this.#held(tx, ctx, id));
  }

  remove(ctx: Context, id: string, evidenceId: string): Promise<Result<null>> {
    return this.work.run(ctx, async (tx): Promise<Result<null>> => {
      const claim = await this.#held(tx, ctx, id);
      return claim.ok ? this.filing.remove(tx, ctx, id, evidenceId) : claim;
    });
  }

  async #subject(ctx: Context, id: string, { fileName, kind }: StatedFile): Promise<Result<EvidenceSubject>> {
    const claim = await this.lifecycle.takesPapers(this.database.reader, ctx, await this.claims.find(this.database.reader, id));
    if (!claim.ok) return claim;
    const known = await this.kinds.known(this.database.reader, claim.value, kind);
    return known.ok ? ok({ subjectId: id, merchantId: claim.value.merchantId, kind: known.value, fileName }) : known;
  }

  /** The claim under its lock, so that it is not filed while its evidence changes; always before a lock on evidence. */
  async #held(tx: Tx, ctx: Context, id: string): Promise<Result<ClaimRow>> {
    return this.lifecycle.takesPapers(tx, ctx, await this.claims.lock(tx, id));
  }
}
