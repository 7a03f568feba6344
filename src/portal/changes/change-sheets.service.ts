import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Actor } from '../../platform/access/actor.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import {
  ChangeQueries, mayApprove, mayPropose, type AppliedClaimView, type ChangeDetail, type ChangeState, type ChangeView, type ItemsWanted, type LatestRun, type OpenedClaimView, type Pinned, type PrecomputedSiteView, type RehearsedClaimView, type SitesWanted, type SiteVerdict, type RunDetail, type Verdict,
} from '../../modules/changes/index.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { People } from '../../modules/identity/index.js';
import { MerchantQueries, type SiteName } from '../../modules/merchants/index.js';
import { SchemeQueries, type SchemeView } from '../../modules/schemes/index.js';
import type { Visit } from '../shared/portal.page.js';
import { ChangeSubjects, type ChangeSubject } from './change-subjects.service.js';

type Titles = Readonly<Record<string, string>>;

export interface ListedChange {
  readonly change: ChangeView;
  readonly proposer: string;
  readonly run: LatestRun | undefined;
  /** What a pre-computation's scheme, or an amended outage, is called. */
  readonly scheme: Titles | undefined;
}

/** A change as its own page and those of its runs show it. */
export interface ChangeSheet extends ChangeSubject {
  readonly change: ChangeDetail;
  readonly names: ReadonlyMap<string, string>;
  readonly may: { readonly rewrite: boolean; readonly run: boolean; readonly withdraw: boolean; readonly approve: boolean };
}

/** A claim of a run by the reference people see. */
export type ReferencedClaim<Claim> = Claim & { readonly reference: string };

/** A site of a run by its name; once its claim is open, by the reference of that. */
export type NamedSite<Row> = Row & { readonly site: SiteName | undefined; readonly reference: string | undefined };

/** Whether this person may approve the run, and if not why: the first thing that stands in the way. */
export type Approvable = { readonly may: true } | { readonly may: false; readonly why: 'no_permission' | 'closed' | 'not_finished' | 'own' | 'stale'; readonly changedSince: readonly Pinned[] };

interface Wanted { readonly state?: ChangeState; readonly policyKey?: string; readonly before?: string; readonly limit: number }

const MOST_SCHEMES = 100;

/** What this person may do to the change as it stands. */
function mayDo(actor: Actor, { kind, state, runs, allowedEvents }: ChangeDetail): ChangeSheet['may'] {
  const proposes = isAllowed(actor, 'change.propose') && mayPropose(actor, kind).ok;
  return {
    run: proposes && state === 'open' && runs[0]?.state !== 'running', withdraw: proposes && allowedEvents.includes('withdraw'),
    approve: isAllowed(actor, 'change.approve') && mayApprove(actor, kind).ok && allowedEvents.includes('approve'), rewrite: proposes && kind === 'amendment' && state === 'open',
  };
}

/** What the pages of changes show: read through the front doors, a few reads a page however many rows it has. */
@Injectable()
export class ChangeSheets {
  constructor(
    private readonly database: Database,
    private readonly changes: ChangeQueries,
    private readonly people: People,
    private readonly claims: ClaimQueries,
    private readonly schemes: SchemeQueries,
    private readonly merchants: MerchantQueries,
    private readonly subjects: ChangeSubjects,
  ) {}

  async page(wanted: Wanted): Promise<Page<ListedChange>> {
    const { reader } = this.database;
    const page = pageOf(await this.changes.page(reader, { ...wanted, limit: wanted.limit + 1 }), wanted.limit, ({ id }) => [id]);
    const [runs, titles, names] = await Promise.all([
      this.changes.latestRuns(reader, page.items.map(({ id }) => id)), this.subjects.titles(reader, page.items), this.people.names([...new Set(page.items.map(({ createdBy }) => createdBy))]),
    ]);
    return { ...page, items: page.items.map((change) => ({ change, proposer: names.get(change.createdBy) ?? '', run: runs.get(change.id), scheme: titles.get(change.id) })) };
  }

  /** Schemes that take claims now, the newest first: claims can be opened for their sites. */
  async openSchemes(): Promise<SchemeView[]> {
    return (await this.schemes.page(this.database.reader, { limit: MOST_SCHEMES })).filter(({ status }) => status === 'open');
  }

  async of({ ctx }: Visit, id: string): Promise<Result<ChangeSheet>> {
    const { reader } = this.database;
    const change = await this.changes.get(reader, id);
    if (!change.ok) return change;
    const { runs, createdBy, approval } = change.value;
    const subject = await this.subjects.of(reader, change.value);
    if (!subject.ok) return subject;
    const names = await this.people.names([...new Set([createdBy, ...runs.map(({ startedBy }) => startedBy), ...(approval === undefined ? [] : [approval.approvedBy])])]);
    return ok({ change: change.value, ...subject.value, names, may: mayDo(ctx.actor, change.value) });
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

  async rehearsed(id: string, n: number, wanted: ItemsWanted): Promise<Result<Page<ReferencedClaim<RehearsedClaimView>>>> {
    const items = await this.changes.claims(this.database.reader, id, n, { ...wanted, limit: wanted.limit + 1 });
    return items.ok ? ok(await this.#referenced(items.value, wanted.limit)) : items;
  }

  async applied(id: string, wanted: { verdict?: Verdict; after?: string; limit: number }): Promise<Result<Page<ReferencedClaim<AppliedClaimView>>>> {
    const items = await this.changes.applied(this.database.reader, id, { ...wanted, limit: wanted.limit + 1 });
    return items.ok ? ok(await this.#referenced(items.value, wanted.limit)) : items;
  }

  /** Sites of a run by the names people gave them. */
  async sites(id: string, n: number, wanted: SitesWanted): Promise<Result<Page<NamedSite<PrecomputedSiteView>>>> {
    const items = await this.changes.sites(this.database.reader, id, n, { ...wanted, limit: wanted.limit + 1 });
    return items.ok ? ok(await this.#named(items.value, wanted.limit)) : items;
  }

  /** What became of each, with the reference of its claim. */
  async opened(id: string, wanted: { verdict?: SiteVerdict; after?: string; limit: number }): Promise<Result<Page<NamedSite<OpenedClaimView>>>> {
    const items = await this.changes.opened(this.database.reader, id, { ...wanted, limit: wanted.limit + 1 });
    if (!items.ok) return items;
    const page = await this.#named(items.value, wanted.limit);
    const references = await this.claims.references(this.database.reader, page.items.flatMap(({ claimId }) => claimId ?? []));
    return ok({ ...page, items: page.items.map((one) => ({ ...one, reference: references.get(one.claimId ?? '') })) });
  }

  async #named<Row extends { readonly siteId: string }>(rows: readonly Row[], limit: number): Promise<Page<NamedSite<Row>>> {
    const page = pageOf(rows, limit, ({ siteId }) => [siteId]);
    const names = await this.merchants.siteNames(this.database.reader, page.items.map(({ siteId }) => siteId));
    return { ...page, items: page.items.map((row) => ({ ...row, site: names.get(row.siteId), reference: undefined })) };
  }

  async #referenced<Claim extends { readonly claimId: string }>(claims: readonly Claim[], limit: number): Promise<Page<ReferencedClaim<Claim>>> {
    const page = pageOf(claims, limit, ({ claimId }) => [claimId]);
    const references = await this.claims.references(this.database.reader, page.items.map(({ claimId }) => claimId));
    return { ...page, items: page.items.map((claim) => ({ ...claim, reference: references.get(claim.claimId) ?? claim.claimId })) };
  }
}
