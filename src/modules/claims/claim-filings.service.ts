import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Interval } from '../../core/time/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import type { Reader } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ClaimDrafting, type DraftChange } from './claim-drafting.service.js';
import { ClaimFilingsRepository, type SiteClaimRow } from './claim-filings.repository.js';
import { ClaimsRepository } from './claims.repository.js';
import type { ClaimRow } from './views/claim-row.js';
import { claimView, type ClaimView } from './views/claim-view.js';

export interface NewFiling {
  readonly schemeId: string;
  readonly siteIds: readonly string[];
  /** Left out: all services of the scheme. */
  readonly services?: readonly string[];
  readonly window: Interval;
}

/** Claims that are filled in together, and the version of the policy whose questions their merchant has seen. */
export interface Filing {
  readonly claims: readonly ClaimRow[];
  /** Undefined for a draft that an API client began before there were filings. */
  readonly seenPolicyId: string | undefined;
}

export interface DraftSave {
  readonly id: string;
  readonly version: number;
  readonly change: DraftChange;
}

const MOST_SITES = 50;

/** Claims for several sites, begun and filled in as one: answered once, one claim and one reference a site. */
@Injectable()
export class ClaimFilings {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly drafting: ClaimDrafting,
    private readonly filings: ClaimFilingsRepository,
    private readonly claims: ClaimsRepository,
  ) {}

  /** Begins a draft for each site; where one stands already, that one is gone on with. Answers with the claims in the order of the sites. */
  begin(ctx: Context, { schemeId, siteIds, services, window }: NewFiling): Promise<Result<ClaimView[]>> {
    const wanted = [...new Set(siteIds)].sort();
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView[]>> => {
      if (wanted.length === 0 || wanted.length > MOST_SITES) return refuse('claims.sites_out_of_range', { most: MOST_SITES }, { pointer: '/sites' });
      const filingId = randomUUID();
      const begun: ClaimView[] = [];
      for (const siteId of wanted) {
        await this.filings.holdSite(tx, schemeId, siteId);
        const standing = await this.#standing(tx, ctx, schemeId, siteId);
        const claim = standing === undefined
          ? await this.drafting.begin(tx, ctx, { schemeId, siteId, window, answers: {}, ...(services === undefined ? {} : { services }) }, filingId)
          : ok(standing);
        if (!claim.ok) return claim;
        begun.push(claimView(claim.value));
      }
      return ok(begun);
    });
  }

  async #standing(reader: Reader, ctx: Context, schemeId: string, siteId: string): Promise<ClaimRow | undefined> {
    const draft = (await this.filings.ofSites(reader, schemeId, [siteId])).find(({ state }) => state === 'draft');
    const row = draft === undefined ? undefined : await this.claims.find(reader, draft.id);
    return row !== undefined && mayFor(ctx.actor, 'claim.file', row.merchantId) ? row : undefined;
  }

  /** What the viewer may see of the claims that are filled in together with this one; itself first where it stands alone. */
  async of(ctx: Context, claimId: string): Promise<Result<Filing>> {
    const { reader } = this.database;
    const rows = await this.filings.together(reader, claimId);
    const ids = rows.length === 0 ? [claimId] : rows.map((row) => row.claimId);
    const claims = (await this.claims.findAll(reader, ids)).filter(({ merchantId }) => mayFor(ctx.actor, 'claim.read', merchantId));
    if (!claims.some(({ id }) => id === claimId)) return refuse('claims.not_found');
    return ok({ claims, seenPolicyId: rows.find((row) => row.claimId === claimId)?.policyVersionId });
  }

  /** Saves a part of several drafts: all of them, or none. */
  save(ctx: Context, saves: readonly DraftSave[]): Promise<Result<ClaimView[]>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView[]>> => {
      const saved: ClaimView[] = [];
      for (const { id, version, change } of [...saves].sort((a, b) => (a.id < b.id ? -1 : 1))) {
        const claim = await this.drafting.editIn(tx, ctx, id, version, change);
        if (!claim.ok) return claim;
        saved.push(claimView(claim.value));
      }
      return ok(saved);
    });
  }

  /** The merchant has read what a new version of the policy changes. */
  sawPolicy(ctx: Context, claimId: string, policyVersionId: string): Promise<Result<null>> {
    return this.work.run(ctx, async (tx): Promise<Result<null>> => {
      const claim = await this.claims.find(tx, claimId);
      if (claim === undefined || !mayFor(ctx.actor, 'claim.file', claim.merchantId)) return refuse('claims.not_found');
      const [own] = await this.filings.together(tx, claimId);
      if (own !== undefined) await this.filings.saw(tx, own.filingId, policyVersionId);
      return ok(null);
    });
  }

  /** Claims of sites under a scheme, for whoever may see the sites. */
  ofSites(reader: Reader, schemeId: string, siteIds: readonly string[]): Promise<SiteClaimRow[]> {
    return siteIds.length === 0 ? Promise.resolve([]) : this.filings.ofSites(reader, schemeId, siteIds);
  }
}
