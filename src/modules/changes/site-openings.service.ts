import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { currency, money } from '../../core/money/index.js';
import type { Language } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import { attempt } from '../../platform/database/attempt.js';
import type { Tx } from '../../platform/database/tx.js';
import { ClaimOpening } from '../claims/index.js';
import { taxOf } from '../review/index.js';
import { SchemeQueries } from '../schemes/index.js';
import type { PrecomputationRun } from './change-runs.repository.js';
import type { PrecomputedSite, SiteForecast } from './precomputation.rules.js';
import type { OpenedRow } from './precomputations.repository.js';
import { SiteForecasts } from './site-forecasts.service.js';

interface Approved {
  readonly run: PrecomputationRun;
  readonly schemeId: string;
  readonly filedBy: readonly string[];
}

/** Opens claims for sites that still come to what was approved. */
@Injectable()
export class SiteOpenings {
  constructor(private readonly schemes: SchemeQueries, private readonly forecasts: SiteForecasts, private readonly opening: ClaimOpening) {}

  async open(tx: Tx, ctx: Context, { run, schemeId, filedBy }: Approved, approved: readonly PrecomputedSite[]): Promise<Result<OpenedRow[]>> {
    const scheme = await this.schemes.get(tx, schemeId);
    if (!scheme.ok) return scheme;
    for (const { siteId } of approved) await this.opening.hold(tx, schemeId, siteId);
    const now = await this.forecasts.of(tx, scheme.value, run.head.candidate.lossHead, approved);
    if (!now.ok) return now;
    const opened: OpenedRow[] = [];
    for (const [index, site] of approved.entries()) {
      opened.push(await this.#one(tx, ctx, { site, now: now.value[index], schemeId, filedBy, currency: scheme.value.currency }));
    }
    return ok(opened);
  }

  async #one(tx: Tx, ctx: Context, wanted: { site: PrecomputedSite; now: SiteForecast | undefined; schemeId: string; filedBy: readonly string[]; currency: string }): Promise<OpenedRow> {
    const { site: { siteId, merchantId, services, window, answers, given }, now, schemeId, filedBy } = wanted;
    const code = currency(wanted.currency);
    const rehearsed = given.opens ? given.minor : 0n;
    const row = { siteId, merchantId, why: null, claimId: null, rehearsedMinor: String(rehearsed) };
    if (now?.given.opens === false) return { ...row, verdict: 'left_out', why: now.given.why };
    if (!given.opens || now?.given.basisHash !== given.basisHash) return { ...row, verdict: 'changed_since' };
    // One that is refused all the same leaves nothing behind and does not hold up the others.
    const [amount, { withheldMinor }] = [money(rehearsed, code), now];
    const tax = (language: Language): string => (withheldMinor === undefined ? '' : taxOf({ gross: amount, withheld: money(withheldMinor, code) }, language));
    const claim = await attempt(tx, (inner) => this.opening.open(inner, ctx, { schemeId, siteId, services, window, answers, cameTo: { amount, tax }, filedBy }));
    return claim.ok ? { ...row, verdict: 'opened', claimId: claim.value.id } : { ...row, verdict: 'left_out', why: 'not_fileable' };
  }
}
