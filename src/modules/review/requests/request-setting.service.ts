import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import type { PolicyDocument } from '../../../core/policy/index.js';
import { contains, parseInstant, type Instant, type IntervalSet } from '../../../core/time/index.js';
import type { Reader } from '../../../platform/database/tx.js';
import { EvidenceFiling, SalesQueries, type SalesSetView } from '../../evidence/index.js';
import { MerchantQueries } from '../../merchants/index.js';
import { PolicyQueries } from '../../policies/index.js';
import { SchemeQueries } from '../../schemes/index.js';
import type { ClaimRow } from '../../claims/index.js';
import type { RequestItem } from './request-catalogue.rules.js';

const at = (text: string | undefined): Instant => {
  const read = parseInstant(text ?? '');
  return read.ok ? read.value : (0 as Instant);
};

/** The policy that a claim comes under, and the zone of its place. */
export interface ClaimGround {
  readonly document: PolicyDocument;
  readonly zone: string;
}

/** Where a request stands: the policy and the clock of its claim, and what has come since it was put. */
@Injectable()
export class RequestSetting {
  constructor(
    private readonly merchants: MerchantQueries, private readonly schemes: SchemeQueries, private readonly policies: PolicyQueries,
    private readonly sales: SalesQueries, private readonly evidence: EvidenceFiling,
  ) {}

  async of(reader: Reader, { siteId, schemeId, window }: Pick<ClaimRow, 'siteId' | 'schemeId' | 'window'>): Promise<Result<ClaimGround>> {
    const scheme = await this.schemes.get(reader, schemeId);
    if (!scheme.ok) return scheme;
    const policy = await this.policies.effective(reader, scheme.value.policyKey, window.from);
    if (!policy.ok) return policy;
    const site = await this.merchants.siteFacts(reader, siteId);
    return ok({ document: policy.value.resolved.document, zone: site?.site.zone ?? 'UTC' });
  }

  /** Which items are there by what has come since; the others are a matter of what the merchant says. */
  async arrived(reader: Reader, claimId: string, since: Instant): Promise<(item: RequestItem) => boolean> {
    const [sets, files] = [await this.sales.list(reader, claimId), await this.evidence.list(reader, claimId)];
    const current = sets.findLast(({ state }) => state === 'parsed');
    const speaksFor = current === undefined || at(current.uploadedAt) < since ? [] : coverageOf(current);
    const kinds = new Set(files.filter(({ state, storedAt }) => COUNTS.includes(state) && at(storedAt) >= since).map(({ kind }) => kind));
    return ({ kind, subject, period }) => {
      if (kind === 'sales_records') return period !== undefined && contains(speaksFor, [period]);
      return kind === 'evidence' ? kinds.has(subject ?? '') : kind === 'identity' && kinds.has('other');
    };
  }
}

const COUNTS = ['clean', 'unscanned', 'checking'];

/** Time that a file speaks for because its merchant said so. */
const coverageOf = ({ coverage, coverageConfirmed }: SalesSetView): IntervalSet =>
  (coverageConfirmed ? coverage.map(({ from, to }) => ({ from: at(from), to: at(to) })) : []);
