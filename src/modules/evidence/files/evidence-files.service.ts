import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import type { Context } from '../../../platform/access/context.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { evidenceFileView, type EvidenceFileRow, type EvidenceFileView } from '../views/evidence-file-view.js';
import { EvidenceBytes } from './evidence-bytes.service.js';
import { EvidenceFilesRepository } from './evidence-files.repository.js';
import { EvidenceIntake, type Examined } from './evidence-intake.service.js';
import { EVIDENCE_LIMITS } from './evidence-limits.rules.js';
import { safeName } from './evidence-name.rules.js';
import { EvidenceSettling } from './evidence-settling.service.js';

/** What a file is evidence for; evidence does not know what that is. */
export interface EvidenceSubject {
  readonly subjectId: string;
  readonly merchantId: string;
  readonly kind: string;
  readonly fileName: string | undefined;
}

/** Runs in the transaction that changes something, before it: the subject is locked there, so that nobody files it meanwhile. */
export type WithSubject = (tx: Tx) => Promise<Result<unknown>>;

/** Takes files in, whole or in pieces. Bytes come and are looked at before any transaction is open. */
@Injectable()
export class EvidenceFiles {
  constructor(
    private readonly work: UnitOfWork,
    private readonly files: EvidenceFilesRepository,
    private readonly intake: EvidenceIntake,
    private readonly bytes: EvidenceBytes,
    private readonly settling: EvidenceSettling,
    private readonly clock: Clock,
  ) {}

  /** A whole file in one request; refused, nothing of it is kept. */
  async add(ctx: Context, subject: EvidenceSubject, stream: AsyncIterable<Uint8Array>, withSubject: WithSubject): Promise<Result<EvidenceFileView>> {
    const key = await this.intake.take(stream);
    if (!key.ok) return key;
    try {
      return await this.#keep(ctx, key.value, subject, (tx, examined) => this.#addRow(tx, ctx, subject, examined, withSubject));
    } finally {
      await this.intake.discard(key.value);
    }
  }

  async #addRow(tx: Tx, ctx: Context, subject: EvidenceSubject, examined: Examined, withSubject: WithSubject): Promise<Result<EvidenceFileRow>> {
    const fits = await this.#fits(tx, subject.subjectId, examined.sizeBytes, withSubject);
    if (!fits.ok) return fits;
    const row = await this.settling.begin(tx, ctx, this.#newRow(ctx, randomUUID(), subject, examined.sizeBytes));
    return this.settling.store(tx, ctx, row, examined);
  }

  /** Opens an upload that comes in pieces and may be interrupted. */
  async begin(ctx: Context, subject: EvidenceSubject & { readonly sizeBytes: number }, withSubject: WithSubject): Promise<Result<EvidenceFileView>> {
    if (subject.sizeBytes === 0) return refuse('evidence.upload_empty');
    if (subject.sizeBytes > EVIDENCE_LIMITS.fileBytes) return refuse('evidence.upload_large', { limitMegabytes: EVIDENCE_LIMITS.fileBytes / 1_048_576 });
    const id = randomUUID();
    // First, so that there is no row without its place in the inbox.
    const opened = await this.intake.begin(id);
    if (!opened.ok) return opened;
    const begun = await this.work.run(ctx, async (tx): Promise<Result<EvidenceFileView>> => {
      const fits = await this.#fits(tx, subject.subjectId, subject.sizeBytes, withSubject);
      if (!fits.ok) return fits;
      const row = await this.settling.begin(tx, ctx, this.#newRow(ctx, id, subject, subject.sizeBytes));
      await this.settling.expireLater(tx, id);
      const view = evidenceFileView(row);
      return ok({ ...view, self: view.uploadAt ?? view.self });
    });
    if (!begun.ok) await this.intake.discard(id);
    return begun;
  }

  /** All of it has arrived. A refusal is kept with the file, so that its sender finds it whenever they look. Repeating it changes nothing. */
  async finish(ctx: Context, id: string, withSubject: WithSubject): Promise<Result<EvidenceFileView>> {
    const before = await this.settling.find(id);
    if (before === undefined) return refuse('evidence.upload_not_found');
    if (before.state !== 'receiving') return before.refusal === null ? ok(evidenceFileView(before)) : { ok: false, refusal: before.refusal };
    const kept = await this.#keep(ctx, id, before, async (tx, examined) => {
      const subject = await withSubject(tx);
      if (!subject.ok) return subject;
      const row = await this.files.lock(tx, id);
      if (row === undefined) return refuse('evidence.upload_not_found');
      return row.state === 'receiving' ? this.settling.store(tx, ctx, row, examined) : ok(row);
    });
    // Only now: until its row is written, a try that failed can be made again from the inbox.
    if (kept.ok) await this.intake.discard(id);
    if (kept.ok || !isAboutTheFile(kept.refusal)) return kept;
    await this.work.run(bare(ctx), async (tx) => ok(await this.settling.refuse(tx, ctx, id, kept.refusal)));
    return kept;
  }

  /** Looks at what arrived, keeps its bytes, then names them in one transaction; bytes that no row names are dropped again. */
  async #keep(ctx: Context, key: string, subject: EvidenceSubject, name: (tx: Tx, examined: Examined) => Promise<Result<EvidenceFileRow>>): Promise<Result<EvidenceFileView>> {
    const examined = await this.intake.examine(key, subject.fileName);
    if (!examined.ok) return examined;
    const { merchantId } = subject;
    const { sha256 } = examined.value;
    const kept = await this.intake.keep(merchantId, sha256, key);
    if (!kept.ok) return kept;
    const named = await this.work.run(ctx, async (tx): Promise<Result<EvidenceFileView>> => {
      const secured = await this.bytes.secure(tx, { merchantId, sha256 });
      if (!secured.ok) return secured;
      const row = await name(tx, examined.value);
      return row.ok ? ok(evidenceFileView(row.value)) : row;
    });
    if (!named.ok) await this.bytes.dropUnnamed(ctx, { merchantId, sha256 });
    return named;
  }

  /** Whether one more fits beside what the subject has; the subject is locked, so two cannot both be the last that does. */
  async #fits(tx: Tx, subjectId: string, sizeBytes: number, withSubject: WithSubject): Promise<Result<void>> {
    const subject = await withSubject(tx);
    if (!subject.ok) return subject;
    const present = (await this.files.ofSubject(tx, subjectId)).filter(({ state }) => state !== 'refused');
    if (present.length >= EVIDENCE_LIMITS.files) return refuse('evidence.upload_many', { limit: EVIDENCE_LIMITS.files });
    const inAll = present.reduce((sum, file) => sum + file.sizeBytes, sizeBytes);
    return inAll > EVIDENCE_LIMITS.allBytes ? refuse('evidence.upload_much', { limitMegabytes: EVIDENCE_LIMITS.allBytes / 1_048_576 }) : ok(undefined);
  }

  #newRow(ctx: Context, id: string, { subjectId, merchantId, kind, fileName }: EvidenceSubject, sizeBytes: number) {
    return { id, subjectId, merchantId, kind, sizeBytes, fileName: safeName(fileName, endingOf(fileName)), uploadedBy: userIdOf(ctx.actor), begunAt: this.clock.now() };
  }
}

/** Until the bytes are known the name keeps the ending it came with. */
const endingOf = (name: string | undefined): string => /\.([A-Za-z0-9]{1,8})$/.exec(name ?? '')?.[1]?.toLowerCase() ?? '';

/** A refusal that another try cannot mend: it is about the bytes, or about the claim, not about the moment. */
const isAboutTheFile = ({ code }: Refusal): boolean => /^(evidence|claims)\./.test(code);

function bare({ actor, requestId }: Context): Context {
  return { actor, requestId };
}
