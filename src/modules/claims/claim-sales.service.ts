import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { SalesImports, SalesQueries, SalesSets, type SalesSetView, type UploadOptions } from '../evidence/index.js';
import { ClaimLifecycle } from './claim-lifecycle.service.js';
import { ClaimsRepository } from './claims.repository.js';
import type { ClaimRow } from './views/claim-row.js';

export interface SalesFile {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly fileName?: string;
}

/** Sales records of a claim: evidence keeps them, the claim says whose they are and when they may still change. */
@Injectable()
export class ClaimSales {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly claims: ClaimsRepository,
    private readonly lifecycle: ClaimLifecycle,
    private readonly imports: SalesImports,
    private readonly sets: SalesSets,
    private readonly sales: SalesQueries,
  ) {}

  async upload(ctx: Context, id: string, file: SalesFile, options: UploadOptions): Promise<Result<SalesSetView>> {
    const claim = await this.claims.find(this.database.reader, id);
    const open = this.#mayChange(ctx, claim);
    if (!open.ok) return open;
    const { merchantId, siteId } = open.value;
    return this.imports.importCsv(ctx, { subjectId: id, merchantId, siteId, options, ...file }, async (tx) => this.#mayChange(ctx, await this.claims.lock(tx, id)));
  }

  confirmCoverage(ctx: Context, id: string, setId: string): Promise<Result<SalesSetView>> {
    return this.work.run(ctx, async (tx: Tx): Promise<Result<SalesSetView>> => {
      const claim = this.#mayChange(ctx, await this.claims.lock(tx, id));
      return claim.ok ? this.sets.confirmCoverage(tx, ctx, { subjectId: id, setId }) : claim;
    });
  }

  async list(ctx: Context, id: string): Promise<Result<{ items: SalesSetView[] }>> {
    const claim = await this.claims.find(this.database.reader, id);
    if (claim === undefined || !mayFor(ctx.actor, 'claim.read', claim.merchantId)) return refuse('claims.not_found');
    return ok({ items: await this.sales.list(this.database.reader, id) });
  }

  #mayChange(ctx: Context, claim: ClaimRow | undefined): Result<ClaimRow> {
    if (claim === undefined || !mayFor(ctx.actor, 'claim.file', claim.merchantId)) return refuse('claims.not_found');
    const amendable = claim.state === 'submitted' && this.lifecycle.decide(claim, { event: 'amend' }).ok;
    return claim.state === 'draft' || amendable ? ok(claim) : refuse('claims.not_draft', { state: claim.state });
  }
}
