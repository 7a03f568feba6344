import { Injectable } from '@nestjs/common';
import { ENGINE, receiptFacts, receiptOf, signedText, verifyReceipt, type AssessmentResult, type Receipt, type ReceiptFault } from '../../core/assessment/index.js';
import { canonicalJson, sha256Hex } from '../../core/audit/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { verifiesWith } from '../../platform/crypto/signing-key.js';
import { Database } from '../../platform/database/database.js';
import { ClaimQueries } from '../claims/index.js';
import { AssessmentQueries } from './assessment-queries.service.js';
import { AssessmentsRepository } from './assessments.repository.js';
import { ReceiptKeys } from './receipt-keys.service.js';

export interface WrittenReceipt {
  readonly reference: string;
  /** Canonical JSON: the bytes matter. */
  readonly text: string;
}

/** Writes the signed receipt of a stored assessment, and checks one that somebody brings. */
@Injectable()
export class Receipts {
  constructor(
    private readonly queries: AssessmentQueries,
    private readonly assessments: AssessmentsRepository,
    private readonly claims: ClaimQueries,
    private readonly keys: ReceiptKeys,
    private readonly database: Database,
  ) {}

  async of(ctx: Context, claimId: string, n: number): Promise<Result<WrittenReceipt>> {
    const claim = await this.claims.visible(ctx, claimId);
    if (!claim.ok) return claim;
    const row = await this.queries.row(ctx, claimId, n);
    if (!row.ok) return row;
    const { facts, resolved } = await this.queries.frozen(row.value);
    if (facts.engine !== ENGINE) return refuse('assessments.other_engine', { engine: facts.engine, current: ENGINE });
    const key = await this.keys.signing();
    if (!key.ok) return key;
    const { inputHash, resultHash, assessedAt } = row.value;
    const body = receiptOf({
      reference: claim.value.reference, n, assessedAt: assessedAt.getTime() as Instant, facts, inputHash, result: JSON.parse(row.value.result) as AssessmentResult, resultHash,
    }, resolved);
    const receipt: Receipt = { ...body, signature: { alg: 'EdDSA', kid: key.value.kid, value: key.value.sign(signedText(body)) } };
    return ok({ reference: claim.value.reference, text: canonicalJson(receipt) });
  }

  /**
   * Against every key this installation ever signed with, and then against what is stored: the facts of the receipt must be those
   * of the assessment it names, with what points to a person left out. No fault: it is whole.
   */
  async verify(text: string): Promise<Result<readonly ReceiptFault[]>> {
    const published = await this.keys.published();
    if (!published.ok) return published;
    const faults = verifyReceipt(text, (kid, signed, signature) => verifiesWith(published.value.keys, kid, signed, signature));
    return ok(faults.length > 0 ? faults : await this.#storedFaults(JSON.parse(text) as Receipt));
  }

  async #storedFaults({ claim, assessment, input }: Receipt): Promise<ReceiptFault[]> {
    const stored = await this.assessments.byHashes(this.database.reader, assessment.inputHash, assessment.resultHash);
    if (stored === undefined) return [{ part: 'assessment', detail: 'no assessment with these hashes is stored here' }];
    const { facts, resolved } = await this.queries.frozen(stored);
    const again = sha256Hex(canonicalJson(receiptFacts(facts, resolved.document, claim.reference)));
    return again === input.hash ? [] : [{ part: 'assessment', detail: 'the facts of the receipt are not those of the stored assessment' }];
  }
}
