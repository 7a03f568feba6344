import { Injectable } from '@nestjs/common';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { ClaimState } from './claim.machine.js';

export interface FilingRow {
  readonly claimId: string;
  readonly filingId: string;
  readonly policyVersionId: string;
}

export interface SiteClaimRow {
  readonly id: string;
  readonly reference: string;
  readonly siteId: string;
  readonly state: ClaimState;
}

/** Claims that are filled in together. */
@Injectable()
export class ClaimFilingsRepository {
  async insert(tx: Tx, row: FilingRow & { readonly merchantId: string }): Promise<void> {
    await tx.named('claim_filing_insert', 'INSERT INTO claim_filing (claim_id, merchant_id, filing_id, policy_version_id) VALUES ($1, $2, $3, $4)',
      [row.claimId, row.merchantId, row.filingId, row.policyVersionId]);
  }

  /** All that are filled in together with a claim, itself among them, in the order they were begun. */
  together(reader: Reader, claimId: string): Promise<FilingRow[]> {
    return reader.named<FilingRow>('claim_filing_together', `
      SELECT f.claim_id AS "claimId", f.filing_id AS "filingId", f.policy_version_id AS "policyVersionId"
      FROM claim_filing own JOIN claim_filing f ON f.filing_id = own.filing_id WHERE own.claim_id = $1 ORDER BY f.claim_id`, [claimId]);
  }

  async saw(tx: Tx, filingId: string, policyVersionId: string): Promise<void> {
    await tx.execute('UPDATE claim_filing SET policy_version_id = $2 WHERE filing_id = $1', [filingId, policyVersionId]);
  }

  /** One at a time begins for a site under a scheme: a second click finds what the first one made. */
  async holdSite(tx: Tx, schemeId: string, siteId: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 1920))', [`${schemeId} ${siteId}`]);
  }

  /** Claims of sites under a scheme that are not withdrawn, newest first. */
  ofSites(reader: Reader, schemeId: string, siteIds: readonly string[]): Promise<SiteClaimRow[]> {
    return reader.query<SiteClaimRow>(`
      SELECT id, reference, site_id AS "siteId", state FROM claim
      WHERE scheme_id = $1 AND site_id = ANY ($2::uuid[]) AND state <> 'withdrawn' ORDER BY id DESC`, [schemeId, siteIds]);
  }
}
