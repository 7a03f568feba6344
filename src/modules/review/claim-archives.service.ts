import { PassThrough, Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ZipFile } from 'yazl';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { reportDefect } from '../../platform/logging/logger.js';
import { AuditTrail } from '../audit/index.js';
import { ClaimEvidenceQueries, ClaimQueries, ClaimSalesFiles, type ClaimDetail } from '../claims/index.js';
import type { SalesSetView } from '../evidence/index.js';
import { ArchiveParts, type ArchiveContent } from './archive-parts.service.js';

const GIVEN_OUT = ['clean', 'unscanned', 'checking'];

/** Everything a merchant gave and got for one claim, as one ZIP archive: written while it is sent, so nothing of it lies anywhere. */
@Injectable()
export class ClaimArchives {
  constructor(
    private readonly work: UnitOfWork,
    private readonly claims: ClaimQueries,
    private readonly evidence: ClaimEvidenceQueries,
    private readonly sales: ClaimSalesFiles,
    private readonly parts: ArchiveParts,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  async of(ctx: Context, id: string): Promise<Result<{ readonly stream: Readable; readonly fileName: string }>> {
    const claim = await this.claims.get(ctx, id);
    if (!claim.ok) return claim;
    if (!mayFor(ctx.actor, 'evidence.read', claim.value.merchantId)) return refuse('claims.not_found');
    const content = await this.parts.of(ctx, claim.value);
    if (!content.ok) return content;
    const noted = await this.work.run(ctx, async (tx) => {
      await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id }, action: 'claim.archive_given', data: { evidence: content.value.evidence.length, salesFiles: content.value.sales.length } });
      return ok(undefined);
    });
    return noted.ok ? ok({ stream: this.#zip(ctx, claim.value, content.value), fileName: `${claim.value.reference}.zip` }) : noted;
  }

  #zip(ctx: Context, claim: ClaimDetail, { parts, sales, evidence }: ArchiveContent): Readable {
    const zip = new ZipFile();
    const out = new PassThrough();
    const mtime = new Date(this.clock.now());
    // An error half-way ends the answer without its end: whoever saves it sees that it is not whole.
    zip.on('error', (error) => out.destroy(error as Error));
    for (const { name, text } of parts) zip.addBuffer(Buffer.from(text), name, { mtime });
    // Opened when its turn comes: twenty files are not open at once.
    const add = (name: string, open: () => Promise<Readable>, options: { compress: boolean; size?: number }): void => {
      zip.addReadStreamLazy(name, { mtime, ...options }, (give) => {
        open().then((stream) => give(null, stream), (error: unknown) => {
          reportDefect(ctx.requestId, error);
          give(error, undefined as never);
        });
      });
    };
    for (const [index, set] of sales.entries()) add(`sales/${numbered(index)}-${fileNameOf(set)}`, () => this.#salesFile(ctx, claim.id, set), { compress: true });
    // Photos and PDFs are packed already.
    for (const [index, file] of evidence.filter(({ state }) => GIVEN_OUT.includes(state)).entries()) {
      add(`evidence/${numbered(index)}-${file.fileName}`, () => this.#evidenceFile(ctx, claim.id, file.id), { compress: false, size: file.sizeBytes });
    }
    zip.end();
    zip.outputStream.pipe(out);
    return out;
  }

  /** One that is not kept any more says so in its place; what it held stands in the list by its hash. */
  async #salesFile(ctx: Context, claimId: string, set: SalesSetView): Promise<Readable> {
    const opened = await this.sales.original(ctx, claimId, set.id);
    if (opened.ok) return opened.value.stream;
    if (opened.refusal.code !== 'evidence.file_gone') throw new Error(opened.refusal.code);
    return Readable.from([Buffer.from(`This file is not kept any more. SHA-256 ${set.fileSha256}\n`)]);
  }

  async #evidenceFile(ctx: Context, claimId: string, fileId: string): Promise<Readable> {
    const opened = await this.evidence.open(ctx, claimId, fileId);
    if (!opened.ok) throw new Error(opened.refusal.code);
    return opened.value.stream;
  }
}

const numbered = (index: number): string => String(index + 1).padStart(2, '0');

/** Names of sales files are as they came: nothing of them may lead out of the archive's folder. */
const fileNameOf = ({ fileName, number }: SalesSetView): string => (fileName ?? `sales-${number}.csv`).replace(/[^\p{L}\p{N}._ -]/gu, '_').slice(-120);
