import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { AuditTrail } from '../audit/index.js';
import { Duties } from '../identity/index.js';
import { SalesQueries, SalesSets } from '../evidence/index.js';
import { ClaimsRepository } from './claims.repository.js';
import type { ClaimRow } from './views/claim-row.js';

/** Sales that came after a claim was decided, with an objection: no part of it until whoever decides the objection takes them. */
@Injectable()
export class LaterSales {
  constructor(
    private readonly claims: ClaimsRepository, private readonly sales: SalesQueries, private readonly sets: SalesSets, private readonly duties: Duties, private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** The set that counts once they are taken; undefined where nothing came, or nobody has said yet which time it speaks for. */
  async of(reader: Reader, { id, claimVersion }: ClaimRow): Promise<string | undefined> {
    const [newest, filed] = [await this.sales.header(reader, id), await this.claims.filedVersion(reader, id, claimVersion)];
    return newest?.coverageConfirmed === true && newest.setId !== filed?.frozen.salesSetId ? newest.setId : undefined;
  }

  /** The claim, locked by the caller, at a version with these sales, where there are some, filed by whoever brought them; all else of it is as it was. */
  async take(tx: Tx, ctx: Context, claim: ClaimRow): Promise<Result<ClaimRow>> {
    const salesSetId = await this.of(tx, claim);
    if (salesSetId === undefined) return ok(claim);
    const frozen = await this.sets.freeze(tx, ctx, salesSetId);
    if (!frozen.ok) return frozen;
    const taken = await this.claims.refileWithSales(tx, claim, { salesSetId, by: frozen.value.uploadedBy, at: this.clock.now() });
    await this.duties.note(tx, claim.id, frozen.value.uploadedBy, 'filer');
    await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claim.id }, action: 'claim.sales_taken', data: { salesSetId, claimVersion: taken.claimVersion } });
    return ok(taken);
  }
}
