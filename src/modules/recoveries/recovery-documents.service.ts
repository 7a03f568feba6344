import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { HOUR } from '../../core/time/index.js';
import { systemActor } from '../../platform/access/actor.js';
import type { Context } from '../../platform/access/context.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Clock } from '../../platform/clock/clock.js';
import { tokenHash } from '../../platform/crypto/tokens.js';
import { Database } from '../../platform/database/database.js';
import type { Reader } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { LooseFiles } from '../evidence/index.js';
import { RecoveriesRepository, type RecoveryRow } from './recoveries.repository.js';
import { RecoveryDocumentsRepository, type RecoveryDocumentRow } from './recovery-documents.repository.js';

/** What whoever has the link sees: which request it is, and what came with it so far. */
export interface RecoveryPapers {
  readonly reference: string;
  readonly documents: readonly { readonly fileName: string; readonly sizeBytes: number }[];
  readonly most: number;
}

const MOST = 5;
const LASTS_MS = 30 * 24 * HOUR;

/**
 * Papers that show who somebody is or that a business is theirs. They are sent by the link of the letter that confirmed the request, so only
 * by who has the address they gave, and while nobody has settled it.
 */
@Injectable()
export class RecoveryDocuments {
  constructor(
    private readonly work: UnitOfWork, private readonly database: Database, private readonly requests: RecoveriesRepository, private readonly documents: RecoveryDocumentsRepository,
    private readonly files: LooseFiles, private readonly audit: AuditTrail, private readonly clock: Clock,
  ) {}

  /** Codes: `recoveries.papers_link_unknown`, `recoveries.papers_closed`. */
  async look(token: string): Promise<Result<RecoveryPapers>> {
    const row = await this.#behind(this.database.reader, token);
    if (!row.ok) return row;
    const rows = await this.documents.of(this.database.reader, row.value.id);
    return ok({ reference: row.value.reference, most: MOST, documents: rows.map(({ fileName, sizeBytes }) => ({ fileName: fileName ?? '', sizeBytes })) });
  }

  /** The same bytes again are one document. Codes: as above, those of `LooseFiles.take`, `recoveries.papers_many`. */
  async add(requestId: string, token: string, fileName: string | undefined, stream: AsyncIterable<Uint8Array>): Promise<Result<null>> {
    const before = await this.#behind(this.database.reader, token);
    if (!before.ok) return before;
    const { id } = before.value;
    if ((await this.documents.of(this.database.reader, id)).length >= MOST) return refuse('recoveries.papers_many', { most: MOST });
    const file = await this.files.take(id, fileName, stream);
    if (!file.ok) return file;
    const ctx: Context = { actor: systemActor('recovery-link'), requestId };
    const named = await this.work.run(ctx, async (tx): Promise<Result<null>> => {
      // Under the lock of the request, so that two cannot both be the last there is room for, nor one come after it was settled.
      await this.requests.lock(tx, id);
      const row = await this.#behind(tx, token);
      if (!row.ok) return row;
      const present = await this.documents.of(tx, id);
      if (present.some(({ sha256 }) => sha256 === file.value.sha256)) return ok(null);
      if (present.length >= MOST) return refuse('recoveries.papers_many', { most: MOST });
      await this.documents.insert(tx, id, file.value, this.clock.now());
      const { sha256, sizeBytes, mediaType, scanned } = file.value;
      await this.audit.record(tx, ctx, { aggregate: { type: 'recovery', id }, action: 'recovery.document_added', data: { sha256, sizeBytes, mediaType, scanned } });
      return ok(null);
    });
    if (!named.ok && !(await this.documents.of(this.database.reader, id)).some(({ sha256 }) => sha256 === file.value.sha256)) await this.files.drop(id, file.value.sha256);
    return named;
  }

  /** For staff; who had it is recorded. Code: `recoveries.not_found`, also once the bytes were dropped. */
  async open(ctx: Context, recoveryId: string, documentId: string): Promise<Result<{ readonly document: RecoveryDocumentRow; readonly stream: Readable }>> {
    const rows = isAllowed(ctx.actor, 'recovery.read') ? await this.documents.of(this.database.reader, recoveryId) : [];
    const document = rows.find(({ id }) => id === documentId);
    const stream = document === undefined ? undefined : await this.files.open(recoveryId, document.sha256);
    if (document === undefined || stream === undefined) return refuse('recoveries.not_found');
    return this.work.run(ctx, async (tx) => {
      await this.audit.record(tx, ctx, { aggregate: { type: 'recovery', id: recoveryId }, action: 'recovery.document_opened', data: { documentId } });
      return ok({ document, stream });
    });
  }

  async #behind(reader: Reader, token: string): Promise<Result<RecoveryRow>> {
    const row = await this.requests.byDocumentsLink(reader, tokenHash(token));
    if (row === undefined || this.clock.now() > row.createdAt.getTime() + LASTS_MS) return refuse('recoveries.papers_link_unknown');
    return row.state === 'open' || row.state === 'recommended' ? ok(row) : refuse('recoveries.papers_closed', { reference: row.reference });
  }
}
