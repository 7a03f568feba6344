import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { normalise, type Interval } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import {
  SalesQueries, SalesSets, TillUploads, typedFile, type IncomingFile, type SalesSetView, type TaxBasis, type TypedDays, type UploadOptions,
} from '../evidence/index.js';
import { ClaimsRepository } from './claims.repository.js';
import type { ClaimRow } from './views/claim-row.js';
import { SalesDoor } from './sales-door.service.js';

/** Sales records of a claim, as a whole: sent in one step or typed, confirmed, listed, given back. */
@Injectable()
export class ClaimSales {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly claims: ClaimsRepository,
    private readonly door: SalesDoor,
    private readonly uploads: TillUploads,
    private readonly sets: SalesSets,
    private readonly sales: SalesQueries,
  ) {}

  async upload(ctx: Context, id: string, file: IncomingFile, { statement, coverage }: UploadOptions): Promise<Result<SalesSetView>> {
    const way = await this.door.open(ctx, id);
    if (!way.ok) return way;
    return this.uploads.receiveAndRead(ctx, way.value.subject, file, { statement, ...(coverage === undefined ? {} : { coverage: normalise(coverage) }) }, way.value.permitting);
  }

  /** Whether sales of a claim that is still open to them count with or without tax; undefined where its policy does not say. */
  async countsIn(ctx: Context, id: string): Promise<TaxBasis | undefined> {
    const way = await this.door.open(ctx, id);
    return way.ok ? way.value.subject.countsIn : undefined;
  }

  /** Totals of days instead of a file; the days that were filled in are covered at once. */
  async type(ctx: Context, id: string, typed: TypedDays): Promise<Result<SalesSetView>> {
    const way = await this.door.open(ctx, id);
    if (!way.ok) return way;
    const { subject, permitting } = way.value;
    const file = typedFile(typed, subject.currency, subject.zone);
    if (!file.ok) return file;
    const { text, statement, coverage } = file.value;
    return this.uploads.receiveAndRead(ctx, subject, { stream: Readable.from([Buffer.from(text)]) }, { statement, coverage: normalise(coverage), source: 'typed' }, permitting);
  }

  confirmCoverage(ctx: Context, id: string, setId: string, intervals?: readonly Interval[]): Promise<Result<SalesSetView>> {
    return this.work.run(ctx, async (tx: Tx): Promise<Result<SalesSetView>> => {
      const claim = await this.door.mayChange(tx, ctx, await this.claims.lock(tx, id));
      return claim.ok ? this.sets.confirmCoverage(tx, ctx, { subjectId: id, setId, ...(intervals === undefined ? {} : { intervals }) }) : claim;
    });
  }

  async list(ctx: Context, asked: string | ClaimRow): Promise<Result<{ items: SalesSetView[] }>> {
    const claim = await this.door.visible(ctx, asked);
    return claim.ok ? ok({ items: await this.sales.list(this.database.reader, claim.value.id) }) : claim;
  }
}
