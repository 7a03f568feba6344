import { PassThrough, type Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ZipFile } from 'yazl';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { reportDefect } from '../../platform/logging/logger.js';
import { AuditTrail } from '../audit/index.js';
import { ClaimEvidenceQueries, ClaimQueries, type ClaimDetail, type EvidenceSheet } from '../claims/index.js';
import { ArchiveParts, type ArchivePart } from './archive-parts.service.js';

const GIVEN_OUT = ['clean', 'unscanned', 'checking'];

/** Everything a merchant gave and got for one claim, as one ZIP archive: written while it is sent, so nothing of it lies anywhere. */
@Injectable()
export class ClaimArchives {
  constructor(
    private readonly work: UnitOfWork,
    private readonly claims: ClaimQueries,
    private readonly evidence: ClaimEvidenceQueries,
    private readonly parts: ArchiveParts,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  async of(ctx: Context, id: string): Promise<Result<{ readonly stream: Readable; readonly fileName: string }>> {
    const claim = await this.claims.get(ctx, id);
    if (!claim.ok) return claim;
    if (!mayFor(ctx.actor, 'evidence.read', claim.value.merchantId)) return refuse('claims.not_found');
    const parts = await this.parts.of(ctx, claim.value);
    if (!parts.ok) return parts;
    const sheet = await this.evidence.sheet(ctx, id);
    if (!sheet.ok) return sheet;
    const noted = await this.work.run(ctx, async (tx) => {
      await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id }, action: 'claim.archive_given', data: { evidence: sheet.value.items.length } });
      return ok(undefined);
    });
    return noted.ok ? ok({ stream: this.#zip(ctx, claim.value, parts.value, sheet.value), fileName: `${claim.value.reference}.zip` }) : noted;
  }

  #zip(ctx: Context, claim: ClaimDetail, parts: readonly ArchivePart[], { items }: EvidenceSheet): Readable {
    const zip = new ZipFile();
    const out = new PassThrough();
    const mtime = new Date(this.clock.now());
    // An error half-way ends the answer without its end: whoever saves it sees that it is not whole.
    zip.on('error', (error) => out.destroy(error as Error));
    for (const { name, text } of parts) zip.addBuffer(Buffer.from(text), name, { mtime });
    const files = items.filter(({ state }) => GIVEN_OUT.includes(state));
    for (const [index, file] of files.entries()) {
      const name = `evidence/${String(index + 1).padStart(2, '0')}-${file.fileName}`;
      // Opened when its turn comes: twenty files are not open at once. Photos and PDFs are packed already.
      zip.addReadStreamLazy(name, { mtime, compress: false, size: file.sizeBytes }, (give) => {
        this.evidence.open(ctx, claim.id, file.id).then((opened) => {
          if (opened.ok) give(null, opened.value.stream);
          else give(new Error(opened.refusal.code), undefined as never);
        }, (error: unknown) => {
          reportDefect(ctx.requestId, error);
          give(error, undefined as never);
        });
      });
    }
    zip.end();
    zip.outputStream.pipe(out);
    return out;
  }
}
