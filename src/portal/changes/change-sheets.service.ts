import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Instant } from '../../core/time/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import {
  ChangeQueries, type AppliedClaimView, type ChangeDetail, type ChangeState, type ChangeView, type ItemOrder, type LatestRun, type Pinned, type RehearsedClaimView, type RunDetail, type Verdict,
} from '../../modules/changes/index.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { People } from '../../modules/identity/index.js';
import { PolicyDrafting, type Reach } from '../../modules/policies/index.js';
import type { Visit } from '../shared/portal.page.js';

export interface ListedChange {
  readonly change: ChangeView;
  readonly proposer: string;
  readonly run: LatestRun | undefined;
}

/** A change as its own page and those of its runs show it. */
export interface ChangeSheet {
  readonly change: ChangeDetail;
  /** Period, decided-from and reach, which belong to the draft. */
  readonly edition: { readonly effectiveFrom: Instant | null; readonly decidedFrom: Instant | null; readonly reach: Reach };
  readonly names: ReadonlyMap<string, string>;
  readonly may: { readonly run: boolean; readonly withdraw: boolean; readonly approve: boolean };
}

/** A claim of a run by the reference people see. */
export type ReferencedClaim<Claim> = Claim & { readonly reference: string };

/** Whether this person may approve the run, and if not why: the first thing that stands in the way. */
export type Approvable = { readonly may: true } | { readonly may: false; readonly why: 'no_permission' | 'closed' | 'not_finished' | 'own' | 'stale'; readonly changedSince: readonly Pinned[] };

interface Wanted { readonly state?: ChangeState; readonly policyKey?: string; readonly before?: string; readonly limit: number }

/** What the pages of changes show: read through the front doors, a few reads a page however many rows it has. */
@Injectable()
export class ChangeSheets {
  constructor(
    private readonly database: Database,
    private readonly changes: ChangeQueries,
    private readonly people: People,
    private readonly drafting: PolicyDrafting,
    private readonly claims: ClaimQueries,
  ) {}

  async page(wanted: Wanted): Promise<Page<ListedChange>> {
    const { reader } = this.database;
    const page = pageOf(await this.changes.page(reader, { ...wanted, limit: wanted.limit + 1 }), wanted.limit, ({ id }) => [id]);
    const [runs, names] = await Promise.all([
      this.changes.latestRuns(reader, page.items.map(({ id }) => id)), this.people.names([...new Set(page.items.map(({ createdBy }) => createdBy))]),
    ]);
    return { ...page, items: page.items.map((change) => ({ change, proposer: names.get(change.createdBy) ?? '', run: runs.get(change.id) })) };
  }

  async of({ ctx }: Visit, id: string): Promise<Result<ChangeSheet>> {
    const { reader } = this.database;
    const change = await this.changes.get(reader, id);
    if (!change.ok) return change;
    const { policy, runs, createdBy, approval, allowedEvents } = change.value;
    const edition = await this.drafting.find(reader, policy.key, String(policy.number));
    if (!edition.ok) return edition;
    const names = await this.people.names([...new Set([createdBy, ...runs.map(({ startedBy }) => startedBy), ...(approval === undefined ? [] : [approval.approvedBy])])]);
    const proposes = isAllowed(ctx.actor, 'change.propose');
    return ok({
      change: change.value, edition: edition.value, names,
      may: {
        run: proposes && change.value.state === 'open' && runs[0]?.state !== 'running', withdraw: proposes && allowedEvents.includes('withdraw'),
        approve: isAllowed(ctx.actor, 'change.approve') && allowedEvents.includes('approve'),
      },
    });
  }

  /** A run, and whether this person may approve it. */
  async run(visit: Visit, { change, may }: ChangeSheet, n: number): Promise<Result<{ run: RunDetail; approvable: Approvable }>> {
    const { reader } = this.database;
    const run = await this.changes.run(reader, change.id, n);
    if (!run.ok) return run;
    const refused = (why: Extract<Approvable, { may: false }>['why'], changedSince: readonly Pinned[] = []) => ok({ run: run.value, approvable: { may: false, why, changedSince } as const });
    if (change.state !== 'open') return refused('closed');
    if (run.value.state !== 'finished') return refused('not_finished');
    const outlook = await this.changes.outlook(reader, visit.ctx, change.id, n);
    if (!outlook.ok) return outlook;
    const { isAuthor, changedSince } = outlook.value;
    if (changedSince.length > 0) return refused('stale', changedSince);
    if (isAuthor) return refused('own');
    return may.approve ? ok({ run: run.value, approvable: { may: true } }) : refused('no_permission');
  }

  async rehearsed(id: string, n: number, wanted: { order: ItemOrder; after?: string; limit: number }): Promise<Result<Page<ReferencedClaim<RehearsedClaimView>>>> {
    const items = await this.changes.claims(this.database.reader, id, n, { ...wanted, limit: wanted.limit + 1 });
    return items.ok ? ok(await this.#referenced(items.value, wanted.limit)) : items;
  }

  async applied(id: string, wanted: { verdict?: Verdict; after?: string; limit: number }): Promise<Result<Page<ReferencedClaim<AppliedClaimView>>>> {
    const items = await this.changes.applied(this.database.reader, id, { ...wanted, limit: wanted.limit + 1 });
    return items.ok ? ok(await this.#referenced(items.value, wanted.limit)) : items;
  }

  async #referenced<Claim extends { readonly claimId: string }>(claims: readonly Claim[], limit: number): Promise<Page<ReferencedClaim<Claim>>> {
    const page = pageOf(claims, limit, ({ claimId }) => [claimId]);
    const references = await this.claims.references(this.database.reader, page.items.map(({ claimId }) => claimId));
    return { ...page, items: page.items.map((claim) => ({ ...claim, reference: references.get(claim.claimId) ?? claim.claimId })) };
  }
}
