import { Injectable } from '@nestjs/common';
import type { AssessmentResult } from '../../../core/assessment/index.js';
import type { Reader } from '../../../platform/database/tx.js';
import { ClaimQueries, type ClaimRow } from '../../claims/index.js';
import { EvidenceDates, SharedEvidence } from '../../evidence/index.js';
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

/** A claim, and what came out of it; nothing before it was assessed. */
export interface AskedClaim {
  readonly claim: ClaimRow;
  readonly result: AssessmentResult | undefined;
}

type Near = Pick<ClaimRow, 'id' | 'siteId' | 'merchantId'>;

const MOST_SHOWN = 20;
const NONE: ReadonlySet<string> = new Set();

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
    return (await this.#sheets(reader, [{ claim, result }])).get(claim.id) ?? { signals: [], candidates: [] };
  }

  /** Claims that a person has to look at before any rule decides. */
  async referring(reader: Reader, asked: readonly AskedClaim[]): Promise<ReadonlySet<string>> {
    const sheets = await this.#sheets(reader, asked);
    return new Set([...sheets].flatMap(([id, { signals }]) => (signals.some(({ effect }) => effect === 'refers') ? [id] : [])));
  }

  async #sheets(reader: Reader, asked: readonly AskedClaim[]): Promise<ReadonlyMap<string, CaseSignalSheet>> {
    const found = await this.#pairs(reader, asked.map(({ claim }) => claim));
    const verdicts = await this.verdicts.standingOf(reader, asked.map(({ claim }) => claim.id));
    const others = ({ id }: ClaimRow): string[] => [...new Set([...(found.get(id)?.values() ?? [])].flatMap((ids) => [...ids]).concat([...(verdicts.get(id)?.keys() ?? [])]))];
    const rows = new Map((await this.claims.rowsOf(reader, [...new Set(asked.flatMap(({ claim }) => others(claim)))])).map((row) => [row.id, row]));
    const papers = await this.dates.newerThan(reader, asked.map(({ claim }) => ({ subjectId: claim.id, day: lastDayOf(claim.window) })));
    return new Map(asked.map(({ claim, result }) => {
      // A business may take a claim back and send the same again. The newest first, as ids go.
      const isTakenBack = ({ state, merchantId }: ClaimRow): boolean => state === 'withdrawn' && merchantId === claim.merchantId;
      const claims = others(claim).sort().reverse().flatMap((id) => rows.get(id) ?? []).filter((other) => other.state !== 'draft' && !isTakenBack(other)).slice(0, MOST_SHOWN);
      const candidates = claims.map((other): Candidate => ({
        claim: other, codes: PAIR_SIGNALS.filter((code) => found.get(claim.id)?.get(code)?.has(other.id) === true), verdict: verdicts.get(claim.id)?.get(other.id),
      }));
      const pairs = PAIR_SIGNALS.flatMap((code): Signal[] => {
        const open = candidates.filter(({ codes, verdict }) => codes.includes(code) && verdict?.verdict !== 'not_duplicate').map((one) => one.claim.id);
        return open.length === 0 ? [] : [{ code, effect: effectOf(code), params: {}, claimIds: open }];
      });
      return [claim.id, { signals: [...pairs, ...paperSignals(papers.get(claim.id) ?? [], claim.window), ...(result === undefined ? [] : figureSignals(result, claim.declaredMinor))], candidates }];
    }));
  }

  /** By claim, other claims by what they have in common with it; drafts may be among them. */
  async #pairs(reader: Reader, claims: readonly ClaimRow[]): Promise<ReadonlyMap<string, ReadonlyMap<PairSignalCode, ReadonlySet<string>>>> {
    const [ids, merchantIds] = [claims.map(({ id }) => id), claims.map(({ merchantId }) => merchantId)];
    const twins = await this.merchants.twinsOf(reader, merchantIds);
    const sharers = await this.payees.sharersOf(reader, merchantIds);
    const alike = ({ merchantId }: ClaimRow): string[] => [...new Set([...(twins.get(merchantId) ?? []), ...(sharers.get(merchantId) ?? [])])];
    const near = new Map<string, Near[]>();
    for (const { of, ...other } of await this.claims.near(reader, claims.map((claim) => ({ claim, merchantIds: alike(claim) })))) near.set(of, [...(near.get(of) ?? []), other]);
    const files = await this.shared.files(reader, ids);
    const sales = await this.shared.sales(reader, claims.map((claim) => ({ subjectId: claim.id, window: claim.window, merchantIds: [...new Set([claim.merchantId, ...alike(claim)])] })));
    return new Map(claims.map((claim) => {
      const others = near.get(claim.id) ?? [];
      const of = (merchants: readonly string[] = []): ReadonlySet<string> => new Set(others.filter(({ merchantId }) => merchants.includes(merchantId)).map(({ id }) => id));
      return [claim.id, new Map<PairSignalCode, ReadonlySet<string>>([
        ['shared_document', files.get(claim.id) ?? NONE], ['shared_sales', sales.get(claim.id) ?? NONE],
        ['shared_account', of(sharers.get(claim.merchantId))], ['same_number', of(twins.get(claim.merchantId))],
        ['same_place', new Set(others.filter(({ siteId }) => siteId === claim.siteId).map(({ id }) => id))],
      ])];
    }));
  }
}
