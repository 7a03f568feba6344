import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { granularityOf, looksLikeTotals, matchRefunds, proposedCoverage, totalsOf, type MatchedSales, type SalesRecord } from '../../core/sales/index.js';
import { contains, formatInstant, type Instant, type IntervalSet } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { salesUploaded } from './evidence.events.js';
import { readSalesCsv, type ParsedCsv } from './sales-csv.importer.js';
import { refusalOf } from './line-faults.rules.js';
import { checkCoverage } from './sales-coverage.rules.js';
import { SalesSetsRepository, type NewSalesSet } from './sales-sets.repository.js';
import type { UploadOptions } from './upload-options.rules.js';
import { salesSetView, type SalesSetView } from './views/sales-set-view.js';

export interface SalesUpload {
  /** What the file is evidence for; evidence does not know what that is. */
  readonly subjectId: string;
  readonly merchantId: string;
  readonly siteId: string;
  readonly fileName?: string;
  readonly stream: AsyncIterable<Uint8Array>;
  readonly options: UploadOptions;
}

/** Runs in the transaction that stores the set, before it: what the subject's owner has to check or note. */
export type Alongside = (tx: Tx) => Promise<Result<unknown>>;

/** Takes in a sales file: streamed, hashed, read line by line; no transaction is open while the bytes come in. */
@Injectable()
export class SalesImports {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly sets: SalesSetsRepository,
    private readonly audit: AuditTrail,
    private readonly events: EventLog,
  ) {}

  /**
   * Stores the file's records as a new set of its subject, which replaces the one before. A file with faults is kept as failed,
   * with what is wrong with it, and refused with all of it at once.
   */
  async importCsv(ctx: Context, upload: SalesUpload, alongside: Alongside = () => Promise.resolve(ok(undefined))): Promise<Result<SalesSetView>> {
    const now = this.clock.now();
    const { options } = upload;
    const parsed = await readSalesCsv(upload.stream, { ...options, now }, options.mapping);
    if (!parsed.ok) return parsed;
    const { lines, faults, lineCount } = parsed.value;
    if (options.period === undefined && options.mapping?.to === undefined && looksLikeTotals(lines)) {
      return refuse('evidence.period_needed', { lines: lineCount });
    }
    const records = matchRefunds(lines, (fault) => faults.add(refusalOf(fault)));
    if (faults.count > 0) return this.#fail(ctx, upload, parsed.value, now, alongside);
    const stated = options.coverage === undefined ? ok(undefined) : checkCoverage(options.coverage, now);
    if (!stated.ok) return stated;
    return this.#store(ctx, upload, { csv: parsed.value, records, proposed: proposedCoverage(lines), coverage: stated.value, now }, alongside);
  }

  async #store(ctx: Context, upload: SalesUpload, read: ReadFile, alongside: Alongside): Promise<Result<SalesSetView>> {
    const { csv, records, proposed, coverage, now } = read;
    // Before the transaction: a long file takes seconds to digest, and nobody should wait for a lock meanwhile.
    const understood = { recordsSha256: digestOf(records), granularityMs: granularityOf(records.lines), totals: totalsOf(records) };
    return this.work.run(ctx, async (tx): Promise<Result<SalesSetView>> => {
      const checked = await alongside(tx);
      if (!checked.ok) return checked;
      const set = await this.sets.add(tx, {
        ...this.#described(ctx, upload, csv, now),
        ...understood, state: 'parsed', faultCount: 0, faults: [], proposedCoverage: proposed, coverage,
      });
      await this.sets.addRecords(tx, set, records);
      const isWide = coverage === undefined || contains(coverage, proposed);
      const outside = isWide ? undefined : await this.sets.firstOutside(tx, set.id, coverage);
      if (outside !== undefined) return refuse('evidence.coverage_misses_records', { at: formatInstant(outside) });
      await this.#note(tx, ctx, upload, { setId: set.id, subjectId: set.subjectId, number: set.number });
      return ok(salesSetView(set));
    });
  }

  /** The answer is the refusal; the row says to staff what the merchant tried. */
  async #fail(ctx: Context, upload: SalesUpload, csv: ParsedCsv, now: Instant, alongside: Alongside): Promise<Result<never>> {
    const { pendingAnswer: _answer, ...withoutAnswer } = ctx;
    const faults: readonly Refusal[] = csv.faults.inOrder;
    const kept = await this.work.run(withoutAnswer, async (tx): Promise<Result<void>> => {
      const checked = await alongside(tx);
      if (!checked.ok) return checked;
      await this.sets.add(tx, {
        ...this.#described(ctx, upload, csv, now),
        state: 'failed', recordsSha256: digestOf([]), granularityMs: 0, faultCount: csv.faults.count, faults, totals: undefined,
        proposedCoverage: undefined, coverage: undefined,
      });
      return ok(undefined);
    });
    if (!kept.ok) return kept;
    return refuse('evidence.file_faulty', { count: csv.faults.count, lines: csv.lineCount }, { causes: faults });
  }

  #described(ctx: Context, upload: SalesUpload, csv: ParsedCsv, now: Instant): Pick<NewSalesSet,
    'subjectId' | 'merchantId' | 'siteId' | 'fileName' | 'fileBytes' | 'fileSha256' | 'reading' | 'currency' | 'basis' | 'lineCount' | 'uploadedBy' | 'uploadedAt'> {
    const { zone, period, currency, basis } = upload.options;
    return {
      subjectId: upload.subjectId, merchantId: upload.merchantId, siteId: upload.siteId, fileName: upload.fileName ?? null,
      fileBytes: csv.fileBytes, fileSha256: csv.fileSha256, reading: { mapping: csv.mapping, zone, period }, currency, basis,
      lineCount: csv.lineCount, uploadedBy: userIdOf(ctx.actor), uploadedAt: now,
    };
  }

  async #note(tx: Tx, ctx: Context, upload: SalesUpload, uploaded: { setId: string; subjectId: string; number: number }): Promise<void> {
    await this.audit.record(tx, ctx, { aggregate: { type: 'sales_set', id: uploaded.setId }, action: 'sales.uploaded', data: uploaded });
    await this.events.append(tx, ctx, salesUploaded(upload.merchantId, uploaded));
  }
}

interface ReadFile {
  readonly csv: ParsedCsv;
  readonly records: MatchedSales;
  readonly proposed: IntervalSet;
  readonly coverage: IntervalSet | undefined;
  readonly now: Instant;
}

/** SHA-256 over what was understood, line by line: two files that mean the same have the same. */
function digestOf(records: Iterable<SalesRecord>): string {
  const hash = createHash('sha256');
  let pending = '';
  for (const { kind, at, periodMs, amountMinor, id = '', refundOf = '' } of records) {
    pending += `${kind}|${at}|${periodMs}|${amountMinor}|${JSON.stringify([id, refundOf])}\n`;
    if (pending.length < 65_536) continue;
    hash.update(pending);
    pending = '';
  }
  return hash.update(pending).digest('hex');
}
