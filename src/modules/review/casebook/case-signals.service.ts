import { Injectable } from '@nestjs/common';
import type { AssessmentResult } from '../../../core/assessment/index.js';
import type { Reader } from '../../../platform/database/tx.js';
import { ClaimQueries, type ClaimRow } from '../../claims/index.js';
import { EvidenceDates, SharedEvidence, type SharedSales } from '../../evidence/index.js';
import { MerchantFindings } from '../../merchants/index.js';
import { PayeeFindings } from '../../payees/index.js';
import { DuplicateVerdictsRepository, type VerdictRow } from './duplicate-verdicts.repository.js';
import { effectOf, figureSignals, lastDayOf, paperSignals, PAIR_SIGNALS, type PairSignalCode, type Signal } from './signals.rules.js';

/** Another claim that this one may be a duplicate of, with what they have in common and what was said of the two. */
export interface Candidate {
  readonly claim: ClaimRow;
  readonly codes: readonly PairSignalCode[];
  readonly verdict: VerdictRow | undefined;
}

export interface CaseSignalSheet {
  readonly signals: readonly Signal[];
  readonly candidates: readonly Candidate[];
}

const MOST_SHOWN = 20;

/**
 * What is odd about a claim, found by comparing it with all others: worked out whenever it is asked for, from indexes, and stored nowhere.
 * For staff only. A signal sends a claim to a person and refuses none; "not a duplicate" about a pair settles it for good.
 */
@Injectable()
export class CaseSignals {
  constructor(
    private readonly claims: ClaimQueries,
    private readonly shared: SharedEvidence,
    private readonly dates: EvidenceDates,
    private readonly merchants: MerchantFindings,
    private readonly payees: PayeeFindings,
    private readonly verdicts: DuplicateVerdictsRepository,
  ) {}

  async of(reader: Reader, claim: ClaimRow, result: AssessmentResult | undefined): Promise<CaseSignalSheet> {
    const found = await this.#pairs(reader, claim);
    const verdicts = new Map((await this.verdicts.standing(reader, claim.id)).map((row) => [row.otherClaimId, row]));
    const ids = [...new Set([...found.values()].flatMap((others) => [...others]).concat([...verdicts.keys()]))];
    // A business may take a claim back and send the same again.
    const isTakenBack = ({ state, merchantId }: ClaimRow): boolean => state === 'withdrawn' && merchantId === claim.merchantId;
    const claims = (await this.claims.rowsOf(reader, ids)).filter((other) => other.state !== 'draft' && !isTakenBack(other)).slice(0, MOST_SHOWN);
    const candidates = claims.map((other): Candidate => ({
      claim: other, codes: PAIR_SIGNALS.filter((code) => found.get(code)?.has(other.id) === true), verdict: verdicts.get(other.id),
    }));
    const pairs = PAIR_SIGNALS.flatMap((code): Signal[] => {
      const open = candidates.filter(({ codes, verdict }) => codes.includes(code) && verdict?.verdict !== 'not_duplicate').map((one) => one.claim.id);
      return open.length === 0 ? [] : [{ code, effect: effectOf(code), params: {}, claimIds: open }];
    });
    const papers = paperSignals(await this.dates.newerThan(reader, claim.id, lastDayOf(claim.window)), claim.window);
    return { signals: [...pairs, ...papers, ...(result === undefined ? [] : figureSignals(result, claim.declaredMinor))], candidates };
  }

  /** Whether a person has to look before any rule decides. */
  async refers(reader: Reader, claim: ClaimRow, result: AssessmentResult): Promise<boolean> {
    return (await this.of(reader, claim, result)).signals.some(({ effect }) => effect === 'refers');
  }

  /** Other claims by what they have in common with this one; drafts may be among them. */
  async #pairs(reader: Reader, claim: ClaimRow): Promise<ReadonlyMap<PairSignalCode, ReadonlySet<string>>> {
    const twins = merchantsIn(await this.merchants.about(reader, claim.merchantId) ?? []);
    const sharers = merchantsIn(await this.payees.about(reader, claim.merchantId));
    const near = await this.claims.near(reader, claim, [...new Set([...twins, ...sharers])]);
    const sales = await this.shared.sales(reader, claim.id, claim.window, [...new Set([claim.merchantId, ...twins, ...sharers])]);
    const of = (merchants: readonly string[]): ReadonlySet<string> => new Set(near.filter(({ merchantId }) => merchants.includes(merchantId)).map(({ id }) => id));
    return new Map<PairSignalCode, ReadonlySet<string>>([
      ['shared_document', new Set((await this.shared.files(reader, claim.id)).map(({ subjectId }) => subjectId))],
      ['shared_sales', new Set(sales.map(({ subjectId }: SharedSales) => subjectId))],
      ['shared_account', of(sharers)], ['same_number', of(twins)],
      ['same_place', new Set(near.filter(({ siteId }) => siteId === claim.siteId).map(({ id }) => id))],
    ]);
  }
}

const merchantsIn = (findings: readonly { readonly merchants: readonly { readonly id: string }[] }[]): string[] => findings.flatMap(({ merchants }) => merchants.map(({ id }) => id));
