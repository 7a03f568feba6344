import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { contains, formatInstant, type Instant, type IntervalSet } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EventLog } from '../../platform/events/event-log.js';
import { AuditTrail } from '../audit/index.js';
import { salesUploaded } from './evidence.events.js';
import { LineFaults } from './line-faults.rules.js';
import { checkCoverage } from './sales-coverage.rules.js';
import { SalesFiles, type KeptFile } from './sales-files.port.js';
import { SalesRecordsRepository } from './sales-records.repository.js';
import { MOST_SECONDS_A_STATEMENT, SalesSetsRepository, type NewSalesSet, type SalesSetRow, type SalesSource } from './sales-sets.repository.js';
import type { TillMapping } from './till/till-mapping.rules.js';
import { DIGEST_OF_NOTHING, understandTill, type Progress, type UnderstoodFile } from './till/till-understood.importer.js';
import { salesSetView, type SalesSetView } from './views/sales-set-view.js';

/** What a file is evidence for; evidence does not know what that is. */
export interface SalesSubject {
  readonly subjectId: string;
  readonly merchantId: string;
  readonly siteId: string;
}

export interface SalesFile extends SalesSubject {
  readonly file: KeptFile;
  readonly fileName?: string;
  readonly mapping: TillMapping;
  /** Confirms at once which time the file speaks for; left out, it is proposed. */
  readonly coverage?: IntervalSet;
  readonly source: SalesSource;
  readonly uploadedBy: string;
  readonly handoverId?: string;
}

/** Runs in the transaction that stores the set, after it: what the subject's owner has to check or note. */
export type Alongside = (tx: Tx, set: SalesSetRow) => Promise<Result<unknown>>;

const NOTHING: Alongside = () => Promise.resolve(ok(undefined));

/** Turns a kept file into a set of records: read to its end before any transaction is open, then written whole in one. */
@Injectable()
export class SalesImports {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly files: SalesFiles,
    private readonly sets: SalesSetsRepository,
    private readonly records: SalesRecordsRepository,
    private readonly audit: AuditTrail,
    private readonly events: EventLog,
  ) {}

  /**
   * Stores the file's records as a new set of its subject, which replaces the one before. A file with faults is kept as failed,
   * with what is wrong with it, and refused with all of it at once.
   */
  async import(ctx: Context, sales: SalesFile, alongside = NOTHING, progress?: Progress): Promise<Result<SalesSetView>> {
    const now = this.clock.now();
    const coverage = sales.coverage === undefined ? ok(undefined) : checkCoverage(sales.coverage, now);
    if (!coverage.ok) return coverage;
    const source = await this.files.source(sales.file.sha256);
    if (source === undefined) return refuse('evidence.file_gone');
    return this.files.withFolder(async (folder): Promise<Result<SalesSetView>> => {
      const understood = await understandTill(source, sales.mapping, now, folder, progress);
      if (!understood.ok) return understood;
      const { summary, lineCount } = understood.value;
      if (lineCount === 0) return refuse('evidence.file_empty');
      const faults = new LineFaults();
      faults.addSome(summary.faultCount, summary.faults);
      const stored = faults.count > 0 ? undefined : await this.#store(ctx, sales, { file: understood.value, coverage: coverage.value, now, faults }, alongside);
      if (stored !== undefined && faults.count === 0) return stored;
      return this.#fail(ctx, sales, { lineCount, faults, now }, alongside);
    });
  }

  async #store(ctx: Context, sales: SalesFile, read: ReadFile, alongside: Alongside): Promise<Result<SalesSetView>> {
    const { file, coverage, now, faults } = read;
    return this.work.run(ctx, async (tx): Promise<Result<SalesSetView>> => {
      await tx.allow(MOST_SECONDS_A_STATEMENT);
      const set = await this.sets.add(tx, {
        ...described(sales, now), state: 'parsed', lineCount: file.lineCount, recordsSha256: file.recordsSha256, granularityMs: file.granularityMs,
        faultCount: 0, faults: [], proposedCoverage: file.summary.proposedCoverage, coverage,
      });
      faults.clear();
      const taken = await this.records.write(tx, set, file, faults);
      if (faults.count > 0) return refuse('evidence.file_faulty');
      const outside = coverage === undefined || contains(coverage, file.summary.proposedCoverage) ? undefined : await this.sets.firstOutside(tx, set.id, coverage);
      if (outside !== undefined) return refuse('evidence.coverage_misses_records', { at: formatInstant(outside) });
      const filled = await this.sets.fillIn(tx, set.id, totalsOf(file, taken));
      const checked = await alongside(tx, filled);
      if (!checked.ok) return checked;
      await this.#note(tx, ctx, sales, { setId: set.id, subjectId: set.subjectId, number: set.number });
      return ok(salesSetView(filled));
    });
  }

  /** The answer is the refusal; the row says to staff what the merchant tried. */
  async #fail(ctx: Context, sales: SalesFile, { lineCount, faults, now }: { lineCount: number; faults: LineFaults; now: Instant }, alongside: Alongside): Promise<Result<never>> {
    const { pendingAnswer: _answer, ...withoutAnswer } = ctx;
    const told: readonly Refusal[] = faults.inOrder;
    const kept = await this.work.run(withoutAnswer, async (tx): Promise<Result<unknown>> => alongside(tx, await this.sets.add(tx, {
      ...described(sales, now), state: 'failed', lineCount, recordsSha256: DIGEST_OF_NOTHING, granularityMs: 0, faultCount: faults.count, faults: told,
      proposedCoverage: undefined, coverage: undefined,
    })));
    if (!kept.ok) return kept;
    return refuse('evidence.file_faulty', { count: faults.count, lines: lineCount }, { causes: told });
  }

  async #note(tx: Tx, ctx: Context, { merchantId, handoverId }: SalesFile, uploaded: { setId: string; subjectId: string; number: number }): Promise<void> {
    const data = { ...uploaded, ...(handoverId === undefined ? {} : { handoverId }) };
    await this.audit.record(tx, ctx, { aggregate: { type: 'sales_set', id: uploaded.setId }, action: 'sales.uploaded', data });
    await this.events.append(tx, ctx, salesUploaded(merchantId, uploaded));
  }
}

interface ReadFile {
  readonly file: UnderstoodFile;
  readonly coverage: IntervalSet | undefined;
  readonly now: Instant;
  /** What turns out to be wrong between lines once they are beside each other. */
  readonly faults: LineFaults;
}

const described = ({ subjectId, merchantId, siteId, file, fileName, mapping, source, handoverId, uploadedBy }: SalesFile, now: Instant): Pick<NewSalesSet,
  'subjectId' | 'merchantId' | 'siteId' | 'fileName' | 'fileBytes' | 'fileSha256' | 'reading' | 'currency' | 'basis' | 'conversion' | 'source' | 'handoverId' | 'uploadedBy' | 'uploadedAt'> => ({
  subjectId, merchantId, siteId, fileName: fileName ?? null, fileBytes: file.bytes, fileSha256: file.sha256, reading: { mapping }, currency: mapping.currency, basis: mapping.conversion?.to ?? mapping.basis, conversion: mapping.conversion,
  source, handoverId: handoverId ?? null, uploadedBy, uploadedAt: now,
});

function totalsOf({ summary, negativeLines }: UnderstoodFile, { named, loose }: { named: bigint; loose: bigint }) {
  const { sale } = summary.totals;
  return {
    taxMinor: summary.taxMinor.toString(), sales: sale.count, grossMinor: sale.minor.toString(), namedMinor: named.toString(), looseMinor: loose.toString(), netMinor: (sale.minor - named).toString(),
    negativeLines, tipsMinor: summary.tipsMinor.toString(), dropped: summary.dropped,
  };
}
