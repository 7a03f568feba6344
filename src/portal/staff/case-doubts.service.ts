import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { ClaimQueries, type ClaimState } from '../../modules/claims/index.js';
import { MerchantFindings } from '../../modules/merchants/index.js';
import { PayeeFindings } from '../../modules/payees/index.js';

export interface CaseDoubt {
  readonly code: string;
  readonly merchants: readonly {
    readonly id: string;
    readonly legalName: string;
    readonly claims: readonly { readonly reference: string; readonly state: ClaimState }[];
  }[];
}

const CLAIMS = 50;

/** What a reviewer should know of the business behind a claim: others with its number or its account, and what they claim. It informs and stops nothing. */
@Injectable()
export class CaseDoubts {
  constructor(
    private readonly database: Database,
    private readonly merchants: MerchantFindings,
    private readonly payees: PayeeFindings,
    private readonly claims: ClaimQueries,
  ) {}

  async about(merchantId: string): Promise<CaseDoubt[]> {
    const { reader } = this.database;
    const found = [...await this.merchants.about(reader, merchantId) ?? [], ...await this.payees.about(reader, merchantId)];
    const others = [...new Set(found.flatMap(({ merchants }) => merchants.map(({ id }) => id)))];
    const claims = others.length === 0 ? [] : await this.claims.ofMerchants(reader, others, CLAIMS);
    return found.map(({ code, merchants }) => ({
      code, merchants: merchants.map(({ id, legalName }) => ({ id, legalName, claims: claims.filter((claim) => claim.merchantId === id).map(({ reference, state }) => ({ reference, state })) })),
    }));
  }
}
