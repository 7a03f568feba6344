import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/http/page.js';
import { People } from '../../modules/identity/index.js';
import { PolicyDrafting, PolicyQueries, type EditionView, type ListedPolicy, type PolicyView, type Reach } from '../../modules/policies/index.js';
import type { Visit } from '../shared/portal.page.js';

const ON_A_PAGE = 50;
const DRAFTS_ON_A_PAGE = 20;
/** Numbers of one policy that can be compared; older ones by their address. */
const MOST_NUMBERS = 200;

/** A draft in a list, with who began it. */
export interface ListedDraft extends EditionView {
  readonly title: Readonly<Record<string, string>> | undefined;
  readonly owner: string | undefined;
}

export interface ListedVersion extends PolicyView {
  readonly reach: Reach | undefined;
}

export interface OnePolicy {
  readonly key: string;
  readonly title: Readonly<Record<string, string>>;
  /** Newest first. */
  readonly versions: readonly ListedVersion[];
  readonly drafts: readonly ListedDraft[];
  readonly nextDrafts: string | undefined;
  /** Every number with a text, newest first: what can be compared with what. */
  readonly numbers: readonly number[];
  readonly mayEdit: boolean;
}

/** All policies, and all versions and drafts of one. */
@Injectable()
export class PolicyLists {
  constructor(private readonly database: Database, private readonly queries: PolicyQueries, private readonly drafting: PolicyDrafting, private readonly people: People) {}

  async all({ ctx }: Visit, { after, before }: { after: string | undefined; before: string | undefined }): Promise<{ policies: Page<ListedPolicy>; drafts: Page<ListedDraft>; mayEdit: boolean }> {
    const listed = await this.queries.listed(this.database.reader, { limit: ON_A_PAGE + 1, ...(after === undefined ? {} : { after }) });
    return {
      policies: pageOf(listed, ON_A_PAGE, ({ key }) => [key]),
      drafts: await this.#drafts({ states: ['draft', 'in_review'], ...(before === undefined ? {} : { before }) }),
      mayEdit: isAllowed(ctx.actor, 'policy.edit'),
    };
  }

  async of({ ctx }: Visit, key: string, before: string | undefined): Promise<Result<OnePolicy>> {
    const versions = await this.queries.versions(this.database.reader, key);
    const editions = await this.drafting.list(this.database.reader, { key, limit: MOST_NUMBERS });
    if (!versions.ok && editions.length === 0) return versions;
    const published = versions.ok ? versions.value.toReversed() : [];
    const drafts = await this.#drafts({ key, states: ['draft', 'in_review', 'withdrawn'], ...(before === undefined ? {} : { before }) });
    const reach = new Map(editions.map((edition) => [edition.number, edition.reach]));
    return ok({
      key, title: published[0]?.title ?? { en: key }, drafts: drafts.items, nextDrafts: drafts.nextCursor ?? undefined, mayEdit: isAllowed(ctx.actor, 'policy.edit'),
      versions: published.map((version) => ({ ...version, reach: reach.get(version.version) })),
      numbers: [...new Set([...published.map(({ version }) => version), ...editions.map(({ number }) => number)])].sort((a, b) => b - a).slice(0, MOST_NUMBERS),
    });
  }

  async #drafts(wanted: Omit<Parameters<PolicyDrafting['list']>[1], 'limit'>): Promise<Page<ListedDraft>> {
    const { items, ...rest } = pageOf(await this.drafting.list(this.database.reader, { ...wanted, limit: DRAFTS_ON_A_PAGE + 1 }), DRAFTS_ON_A_PAGE, ({ id }) => [id]);
    const titles = await this.queries.titles(this.database.reader, items.map(({ key }) => key));
    const names = await this.people.names(items.map(({ createdBy }) => createdBy));
    return { ...rest, items: items.map((draft) => ({ ...draft, title: titles.get(draft.key), owner: names.get(draft.createdBy) })) };
  }
}
