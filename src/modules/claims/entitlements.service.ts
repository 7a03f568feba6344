import { Injectable } from '@nestjs/common';
import { withheldOf, type AssessmentResult } from '../../core/assessment/index.js';
import type { Money } from '../../core/money/index.js';
import { currency, money } from '../../core/money/index.js';
import type { EarlierAward } from '../../core/policy/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { EntitlementsRepository, type DeterminationRow, type EntitlementRow, type NewDetermination } from './entitlements.repository.js';
import type { ClaimRow } from './views/claim-row.js';

export interface NewGrant {
  readonly claim: ClaimRow;
  readonly determinationId: string;
  readonly assessmentId: string;
  /** Of that assessment. */
  readonly result: Pick<AssessmentResult, 'cashMinor' | 'withheldMinor'>;
  readonly gross: Money;
}

export interface Grant {
  readonly n: number;
  readonly before: Money;
  readonly after: Money;
  readonly withheld: Money;
}

/** What decisions have granted. An entitlement is the total of its decision; it falls by a reduction of two people only. */
@Injectable()
export class Entitlements {
  constructor(private readonly repository: EntitlementsRepository, private readonly clock: Clock) {}

  async determine(tx: Tx, determination: Omit<NewDetermination, 'at'>): Promise<{ id: string; n: number }> {
    const [made] = await this.determineAll(tx, [determination]);
    return made as { id: string; n: number };
  }

  /** One of each of different claims, in the order given. */
  determineAll(tx: Tx, determinations: readonly Omit<NewDetermination, 'at'>[]): Promise<{ id: string; n: number }[]> {
    const at = this.clock.now();
    return this.repository.determine(tx, determinations.map((determination) => ({ ...determination, at })));
  }

  async grant(tx: Tx, grant: NewGrant): Promise<Grant> {
    const [granted] = await this.grantAll(tx, [grant]);
    return granted as Grant;
  }

  /** One of each of different claims, in the order given. */
  async grantAll(tx: Tx, grants: readonly NewGrant[]): Promise<Grant[]> {
    const latest = new Map((await this.repository.latestOf(tx, grants.map(({ claim }) => claim.id))).map((row) => [row.claimId, row]));
    const numbered = grants.map((grant) => {
      const { n, grossMinor, withheldMinor } = latest.get(grant.claim.id) ?? { n: 0, grossMinor: '0', withheldMinor: '0' };
      const before = { grossMinor: BigInt(grossMinor), withheldMinor: BigInt(withheldMinor) };
      return { ...grant, n: n + 1, before, withheldMinor: withheldOf(grant.gross.minor, before, grant.result) };
    });
    const at = this.clock.now();
    await this.repository.grant(tx, numbered.map(({ claim, n, determinationId, assessmentId, gross, withheldMinor }) => ({
      claimId: claim.id, merchantId: claim.merchantId, n, determinationId, assessmentId, grossMinor: gross.minor, withheldMinor, currency: gross.currency, at,
    })));
    return numbered.map(({ n, gross, before, withheldMinor }) => ({ n, before: money(before.grossMinor, gross.currency), after: gross, withheld: money(withheldMinor, gross.currency) }));
  }

  async latest(reader: Reader, claimId: string): Promise<(EntitlementRow & { gross: Money; withheld: Money }) | undefined> {
    const row = (await this.repository.entitlements(reader, claimId)).at(-1);
    return row === undefined ? undefined : {
      ...row, gross: money(BigInt(row.grossMinor), currency(row.currency)), withheld: money(BigInt(row.withheldMinor), currency(row.currency)),
    };
  }

  latestRecommendation(reader: Reader, claimId: string): Promise<DeterminationRow | undefined> {
    return this.latestOfStage(reader, claimId, 'recommendation');
  }

  /** By claim, the newest recommendation of each. */
  async recommendations(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, { readonly outcome: string; readonly userId: string | null }>> {
    return new Map((await this.repository.recommendations(reader, claimIds)).map(({ claimId, ...recommended }) => [claimId, recommended]));
  }

  async latestOfStage(reader: Reader, claimId: string, wanted: DeterminationRow['stage']): Promise<DeterminationRow | undefined> {
    return (await this.repository.determinations(reader, claimId)).findLast(({ stage }) => stage === wanted);
  }

  /** All there is about a claim, oldest first; for whoever was let see the claim. */
  determinations(reader: Reader, claimId: string): Promise<DeterminationRow[]> {
    return this.repository.determinations(reader, claimId);
  }

  /** What a determination granted; undefined when it granted nothing. */
  async grantedBy(reader: Reader, claimId: string, determinationId: string): Promise<EntitlementRow | undefined> {
    return (await this.repository.entitlements(reader, claimId)).find((row) => row.determinationId === determinationId);
  }

  /** What stood at an instant, that instant included; undefined where nothing was granted by then. */
  async grantedUntil(reader: Reader, claimId: string, at: Date): Promise<EntitlementRow | undefined> {
    return (await this.repository.entitlements(reader, claimId)).findLast((row) => row.grantedAt <= at);
  }

  accept(tx: Tx, claim: ClaimRow, entitlementNo: number, acceptance: { kind: 'in_full' | 'on_account'; termsHash: string; releaseHash: string | undefined; by: string }): Promise<void> {
    return this.repository.accept(tx, { claimId: claim.id, merchantId: claim.merchantId, entitlementNo, at: this.clock.now(), ...acceptance });
  }

  /** Whether the matter was settled by an acceptance; not where it was taken on account, nobody was asked, or what was accepted is less by now. */
  isAcceptedInFull(reader: Reader, claimId: string): Promise<boolean> {
    return this.repository.isAcceptedInFull(reader, claimId);
  }

  /** Of accepted claims that rise or are reduced: entitlement n counts as accepted. Edge: where no acceptance was asked for there is none to carry. */
  carryAcceptances(tx: Tx, kind: 'raised' | 'reduced', carried: readonly { readonly claimId: string; readonly n: number }[]): Promise<void> {
    return this.repository.carry(tx, carried, { kind, at: this.clock.now() });
  }

  /** Whether no claim of a scheme waits for anybody any more: all are rejected, withdrawn, expired or accepted, and no objection is open. */
  isSettled(reader: Reader, schemeId: string): Promise<boolean> {
    return this.repository.isSettled(reader, schemeId);
  }

  /** What rules have granted of each merchant's claims and stands, in minor units by claim; a merchant of which nothing does is left out. Until the commit nobody else adds to it. */
  async automatic(tx: Tx, merchantIds: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<string, bigint>>> {
    const found = new Map<string, Map<string, bigint>>();
    for (const { merchantId, claimId, grossMinor } of await this.repository.automatic(tx, [...new Set(merchantIds)])) {
      const claims = found.get(merchantId) ?? new Map<string, bigint>();
      found.set(merchantId, claims.set(claimId, BigInt(grossMinor)));
    }
    return found;
  }

  /** When the latest entitlement was granted and accepted, by claim; for claims that the viewer was shown. */
  async datesOf(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, { grantedAt: string; acceptedAt?: string }>> {
    return new Map((await this.repository.datesOf(reader, claimIds)).map(({ claimId, grantedAt, acceptedAt }) =>
      [claimId, { grantedAt: grantedAt.toISOString(), ...(acceptedAt === null ? {} : { acceptedAt: acceptedAt.toISOString() }) }]));
  }

  /** Minor units of the latest entitlement, by claim, for many at once. */
  async latestOf(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    return new Map((await this.repository.latestOf(reader, claimIds)).map(({ claimId, grossMinor }) => [claimId, BigInt(grossMinor)]));
  }

  /** Minor units that the latest entitlement withholds as tax, by claim. */
  async withheldOf(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    return new Map((await this.repository.latestOf(reader, claimIds)).map(({ claimId, withheldMinor }) => [claimId, BigInt(withheldMinor)]));
  }

  /** What other claims of the same site were awarded, by the claim that asks. */
  async earlier(reader: Reader, claims: readonly { id: string; siteId: string }[]): Promise<ReadonlyMap<string, readonly EarlierAward[]>> {
    const found = new Map<string, EarlierAward[]>();
    for (const { askedFor, claimId, head, from, to, grossMinor, currency: code } of await this.repository.earlierAwards(reader, claims)) {
      const award = { claimId, head, intervals: [{ from, to }], gross: { minor: grossMinor, currency: code } };
      found.set(askedFor, [...(found.get(askedFor) ?? []), award]);
    }
    return found;
  }
}
