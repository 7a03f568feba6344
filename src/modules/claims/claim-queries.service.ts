import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import { mayFor, visibleMerchants } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { ClaimState } from './claim.machine.js';
import type { OpeningObstacle, OpeningPlace } from './views/opening.js';
import { reachedFrom } from './claim-facts.service.js';
import { ClaimsRepository, type FiledWanted } from './claims.repository.js';
import type { ClaimRow, FiledClaim, FiledVersion } from './views/claim-row.js';
import { EntitlementsRepository } from './entitlements.repository.js';
import { ClaimNotices, type ClaimClocks } from './claim-notices.service.js';
import { Objections } from './objections.service.js';
import { objectionView } from './views/objection-view.js';
import { ClaimPointsRepository } from './claim-points.repository.js';
import { claimView, clockView, determinationView, entitlementView, pointsView, type ClaimDetail, type ClaimView } from './views/claim-view.js';

/** A claim by its id, or as it was read for the same request before: then it is not read again, but whether the reader may see it is asked all the same. */
export type ClaimAsked = string | ClaimRow;

/** Reads claims. Not yours is answered like not there, and lists are limited by the same rule. */
@Injectable()
export class ClaimQueries {
  constructor(
    private readonly database: Database, private readonly claims: ClaimsRepository, private readonly entitlements: EntitlementsRepository, private readonly notices: ClaimNotices,
    private readonly objections: Objections, private readonly points: ClaimPointsRepository,
  ) {}

  async visible(ctx: Context, asked: ClaimAsked): Promise<Result<ClaimRow>> {
    const claim = typeof asked === 'string' ? await this.claims.find(this.database.reader, asked) : asked;
    return claim === undefined || !mayFor(ctx.actor, 'claim.read', claim.merchantId) ? refuse('claims.not_found') : ok(claim);
  }

  async get(ctx: Context, asked: ClaimAsked): Promise<Result<ClaimDetail>> {
    const told = await this.told(ctx, asked);
    return told.ok ? ok(told.value.detail) : told;
  }

  /** As `get`, with where its clocks stand. */
  async told(ctx: Context, asked: ClaimAsked): Promise<Result<{ detail: ClaimDetail; clocks: ClaimClocks }>> {
    const claim = await this.visible(ctx, asked);
    if (!claim.ok) return claim;
    const { id, currency } = claim.value;
    const { reader } = this.database;
    const [determinations, entitlements, objections, clocks, [points]] = await Promise.all([
      this.entitlements.determinations(reader, id), this.entitlements.entitlements(reader, id), this.objections.of(reader, id), this.notices.clocksOf(reader, id), this.points.latestOf(reader, [id]),
    ]);
    const seen = mayFor(ctx.actor, 'queue.read', claim.value.merchantId) ? determinations : determinations.filter(({ stage }) => stage !== 'recommendation');
    const detail = {
      ...claimView(claim.value), determinations: seen.map((row) => determinationView(row, currency)), entitlements: entitlements.map(entitlementView), ...pointsView(points),
      ...clockView(claim.value, clocks, entitlements.at(-1)), objections: objections.map(objectionView),
    };
    return ok({ detail, clocks });
  }

  /** As `get`, by the reference people see. */
  async byReference(ctx: Context, reference: string): Promise<Result<ClaimDetail>> {
    const claim = await this.named(ctx, reference);
    return claim.ok ? this.get(ctx, claim.value) : claim;
  }

  /** As `visible`, by the reference people see. */
  async named(ctx: Context, reference: string): Promise<Result<ClaimRow>> {
    const claim = /^[0-9A-Z-]{4,40}$/.test(reference) ? await this.claims.findNamed(this.database.reader, reference) : undefined;
    return claim === undefined ? refuse('claims.not_found') : this.visible(ctx, claim);
  }

  /** What was filed as version `n`, and when; nothing of it changes any more. */
  async filedVersion(ctx: Context, asked: ClaimAsked, n: number): Promise<Result<FiledVersion>> {
    const claim = await this.visible(ctx, asked);
    if (!claim.ok) return claim;
    const row = Number.isInteger(n) ? await this.claims.filedVersion(this.database.reader, claim.value.id, n) : undefined;
    return row === undefined ? refuse('claims.version_not_found') : ok({ claim: claim.value, n, ...row });
  }

  /** References of claims, for a list of things that belong to them. */
  async references(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.claims.references(reader, ids)).map(({ id, reference }) => [id, reference]));
  }

  /** Claims as they stand, newest first; for staff, who see every claim. */
  rowsOf(reader: Reader, ids: readonly string[]): Promise<ClaimRow[]> {
    return ids.length === 0 ? Promise.resolve([]) : this.claims.rowsOf(reader, ids);
  }

  /** By claim, other filed claims over its time, of its place or of these other businesses; for staff. */
  near(reader: Reader, asked: Parameters<ClaimsRepository['near']>[1]): ReturnType<ClaimsRepository['near']> {
    return this.claims.near(reader, asked);
  }

  /** The newest claims of these businesses; for staff, who see every claim. */
  ofMerchants(reader: Reader, merchantIds: readonly string[], limit: number): Promise<ClaimRow[]> {
    return this.claims.page(reader, { merchantIds, limit });
  }

  /** Ids and instants of claims first filed within a span, in that order: what a sample is drawn from. */
  filedIn(reader: Reader, wanted: Parameters<ClaimsRepository['filedIn']>[1]): Promise<{ id: string; submittedAt: Instant }[]> {
    return this.claims.filedIn(reader, wanted);
  }

  /** How many wait in each state; for staff, who see every claim. */
  counts(reader: Reader, states: readonly ClaimState[]): Promise<ReadonlyMap<string, number>> {
    return this.claims.counts(reader, states);
  }

  async list(ctx: Context, wanted: { state?: string; before?: string; limit: number }): Promise<Page<ClaimView>> {
    const merchantIds = visibleMerchants(ctx.actor, 'claim.read');
    const rows = await this.claims.page(this.database.reader, { ...wanted, limit: wanted.limit + 1, ...(merchantIds === undefined ? {} : { merchantIds }) });
    const page = pageOf(rows, wanted.limit, ({ id }) => [id]);
    return { ...page, items: page.items.map(claimView) };
  }

  /** Claims begun under a mandate, for whoever was let see the mandate. */
  ofMandate(reader: Reader, wanted: Parameters<ClaimsRepository['ofMandate']>[1]): Promise<ClaimRow[]> {
    return this.claims.ofMandate(reader, wanted);
  }

  /** What happened to claims begun under mandates, for whoever holds the mandates. */
  movedUnder(reader: Reader, mandateIds: readonly string[], wanted: Parameters<ClaimsRepository['movedUnder']>[2]): ReturnType<ClaimsRepository['movedUnder']> {
    return this.claims.movedUnder(reader, mandateIds, wanted);
  }

  /** How many of them wait for an answer of the business, by state. */
  async waitingUnder(reader: Reader, mandateIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return new Map((await this.claims.waitingUnder(reader, mandateIds)).map(({ state, count }) => [state, count]));
  }

  find(reader: Reader, id: string): Promise<ClaimRow | undefined> {
    return this.claims.find(reader, id);
  }

  /** Filed claims with what was frozen, for many at once: named, or the next of those in some states under some schemes. */
  filed(reader: Reader, wanted: FiledWanted): Promise<FiledClaim[]> {
    return this.claims.filed(reader, wanted);
  }

  filedSince(reader: Reader, wanted: Parameters<ClaimsRepository['filedSince']>[1]): ReturnType<ClaimsRepository['filedSince']> {
    return this.claims.filedSince(reader, wanted);
  }

  countFiled(reader: Reader, wanted: Parameters<ClaimsRepository['countFiled']>[1]): Promise<number> {
    return this.claims.countFiled(reader, wanted);
  }

  /** Claims that an assessment would be told of trouble in one of these times: their own, and before it as far as comparables lie. */
  touched(reader: Reader, times: Parameters<ClaimsRepository['touched']>[1]): Promise<string[]> {
    return this.claims.touched(reader, times.map(({ service, ...time }) => ({ service, ...reachedFrom(time) })));
  }

  /** Schemes of claims, each once. */
  schemesOf(reader: Reader, ids: readonly string[]): Promise<{ schemeId: string; currency: string }[]> {
    return this.claims.schemesOf(reader, ids);
  }

  /** Filed version and state of many claims: whether they are still what somebody looked at. */
  heads(reader: Reader, ids: readonly string[]): ReturnType<ClaimsRepository['heads']> {
    return this.claims.heads(reader, ids);
  }

  /** What keeps the operator from opening claims at places, by site; none for those where it may. */
  async openingObstacles(reader: Reader, wanted: { schemeId: string; head: string }, places: readonly OpeningPlace[]): Promise<ReadonlyMap<string, OpeningObstacle>> {
    return new Map((await this.claims.openingObstacles(reader, wanted, places)).map(({ siteId, why }) => [siteId, why]));
  }

  /** Every filed version as it was frozen; oldest first. */
  async versions(ctx: Context, asked: ClaimAsked): Promise<Result<Awaited<ReturnType<ClaimsRepository['versions']>>>> {
    const claim = await this.visible(ctx, asked);
    return claim.ok ? ok(await this.claims.versions(this.database.reader, claim.value.id)) : claim;
  }

  async timeline(ctx: Context, id: string) {
    const claim = await this.visible(ctx, id);
    if (!claim.ok) return claim;
    const rows = await this.claims.timeline(this.database.reader, id);
    return ok({ items: rows.map(({ seq, at, topic, actor, payload }) => ({ seq, at: at.toISOString(), topic, actor, payload })) });
  }

  /** Called by the module that assesses, in its transaction. */
  pointAtAssessments(tx: Tx, points: readonly { readonly claimId: string; readonly assessmentId: string }[]): Promise<void> {
    return this.claims.pointAtAssessments(tx, points);
  }

  /** Something beside it was decided. */
  touch(tx: Tx, claimId: string): Promise<ClaimRow | undefined> {
    return this.claims.touch(tx, claimId);
  }

  setAutoDecision(tx: Tx, claimIds: readonly string[], at: Parameters<ClaimsRepository['setAutoDecision']>[2]): Promise<void> {
    return this.claims.setAutoDecision(tx, claimIds, at);
  }
}
