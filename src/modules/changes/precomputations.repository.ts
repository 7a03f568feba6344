import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { LeftOut, PrecomputedSite, SitesWanted, SiteVerdict } from './precomputation.rules.js';

interface StoredSite {
  readonly siteId: string;
  readonly merchantId: string;
  readonly services: readonly string[];
  readonly from: Instant;
  readonly to: Instant;
  readonly answers: PrecomputedSite['answers'];
  readonly amountMinor: string | null;
  readonly basisHash: string | null;
  readonly leftOut: LeftOut | null;
  readonly codes: readonly string[];
}

/** What became of one site of an approved run. */
export interface OpenedRow {
  readonly siteId: string;
  readonly merchantId: string;
  readonly verdict: SiteVerdict;
  /** Of a site that was left out. */
  readonly why: LeftOut | null;
  readonly claimId: string | null;
  readonly rehearsedMinor: string;
}

const SITE = `
  site_id AS "siteId", merchant_id AS "merchantId", services, (extract(epoch FROM lower(claim_window)) * 1000)::float8 AS "from",
  (extract(epoch FROM upper(claim_window)) * 1000)::float8 AS "to", answers, amount_minor::text AS "amountMinor", basis_hash AS "basisHash", left_out AS "leftOut", codes`;
const NIL = '00000000-0000-0000-0000-000000000000';
const PAGE = 5_000;

const siteOf = ({ siteId, merchantId, services, from, to, answers, amountMinor, basisHash, leftOut, codes }: StoredSite): PrecomputedSite => ({
  siteId, merchantId, services, window: { from, to }, answers,
  given: leftOut === null ? { opens: true, minor: BigInt(amountMinor ?? '0'), basisHash: basisHash ?? '', codes } : { opens: false, why: leftOut, codes },
});

/** What pre-computations worked out for each site, and what became of it. */
@Injectable()
export class PrecomputationsRepository {
  async keep(tx: Tx, runId: string, sites: readonly PrecomputedSite[]): Promise<void> {
    await tx.named('precomputed_sites_add', `
      INSERT INTO precomputed_site (run_id, site_id, merchant_id, services, claim_window, answers, amount_minor, basis_hash, left_out, codes)
      SELECT $1, u.site_id, u.merchant_id, string_to_array(u.services, ' '), tstzrange(u.begins, u.ends, '[)'), u.answers, u.amount, u.basis, u.left_out,
             string_to_array(u.codes, ' ')
      FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::bigint[], $9::text[], $10::text[], $11::text[])
        AS u (site_id, merchant_id, services, begins, ends, answers, amount, basis, left_out, codes)`,
    [runId, sites.map(({ siteId }) => siteId), sites.map(({ merchantId }) => merchantId), sites.map(({ services }) => services.join(' ')),
      sites.map(({ window }) => formatInstant(window.from)), sites.map(({ window }) => formatInstant(window.to)), sites.map(({ answers }) => JSON.stringify(answers)),
      sites.map(({ given }) => (given.opens ? String(given.minor) : null)), sites.map(({ given }) => (given.opens ? given.basisHash : null)),
      sites.map(({ given }) => (given.opens ? null : given.why)), sites.map(({ given }) => given.codes.join(' '))]);
  }

  /** In the order of their ids. */
  async page(reader: Reader, runId: string, { leftOut, opening, after, limit }: SitesWanted): Promise<PrecomputedSite[]> {
    const rows = await reader.query<StoredSite>(`
      SELECT ${SITE} FROM precomputed_site
      WHERE run_id = $1 AND site_id > $2 AND ($3::text IS NULL OR left_out = $3) AND ($4::boolean IS NULL OR (left_out IS NULL) = $4) ORDER BY site_id LIMIT $5`,
    [runId, after ?? NIL, leftOut ?? null, opening ?? null, limit]);
    return rows.map(siteOf);
  }

  /** Every site of a run, a page at a time. */
  async *all(reader: Reader, runId: string, wanted: Pick<SitesWanted, 'opening'> = {}): AsyncGenerator<PrecomputedSite> {
    for (let after = NIL; ;) {
      const page = await this.page(reader, runId, { ...wanted, after, limit: PAGE });
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.siteId;
    }
  }

  async opened(tx: Tx, changeId: string, rows: readonly OpenedRow[]): Promise<void> {
    await tx.execute(`
      INSERT INTO opened_claim (change_id, site_id, merchant_id, verdict, why, claim_id, rehearsed_minor)
      SELECT $1, u.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::bigint[]) AS u`,
    [changeId, rows.map(({ siteId }) => siteId), rows.map(({ merchantId }) => merchantId), rows.map(({ verdict }) => verdict), rows.map(({ why }) => why),
      rows.map(({ claimId }) => claimId), rows.map(({ rehearsedMinor }) => rehearsedMinor)]);
  }

  async verdicts(reader: Reader, changeId: string): Promise<ReadonlyMap<SiteVerdict, number>> {
    const rows = await reader.query<{ verdict: SiteVerdict; count: number }>('SELECT verdict, count(*)::int AS count FROM opened_claim WHERE change_id = $1 GROUP BY verdict', [changeId]);
    return new Map(rows.map(({ verdict, count }) => [verdict, count]));
  }

  openedPage(reader: Reader, changeId: string, wanted: { verdict?: SiteVerdict; after?: string; limit: number }): Promise<OpenedRow[]> {
    return reader.query<OpenedRow>(`
      SELECT site_id AS "siteId", merchant_id AS "merchantId", verdict, why, claim_id AS "claimId", rehearsed_minor::text AS "rehearsedMinor"
      FROM opened_claim WHERE change_id = $1 AND ($2::text IS NULL OR verdict = $2) AND site_id > $3 ORDER BY site_id LIMIT $4`,
    [changeId, wanted.verdict ?? null, wanted.after ?? NIL, wanted.limit]);
  }
}
