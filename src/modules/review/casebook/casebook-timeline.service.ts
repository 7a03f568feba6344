import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { mayFor } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { pageOf, type Page } from '../../../platform/database/paging.js';
import { AuditQueries } from '../../audit/index.js';
import { ClaimQueries, type ClaimAsked } from '../../claims/index.js';
import { People } from '../../identity/index.js';
import { inOrder, keyOf, type TimelineEntry } from './casebook-timeline.rules.js';
import { TimelineSources } from './timeline-sources.service.js';

const PERSON = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Everything that happened to a claim and who looked at it, in one list, newest first. For staff; a merchant has its own, simpler history. */
@Injectable()
export class CasebookTimeline {
  constructor(private readonly claims: ClaimQueries, private readonly sources: TimelineSources, private readonly people: People, private readonly audit: AuditQueries) {}

  /** `before`: the sort key of the last entry of the page before. Code: `claims.not_found`. */
  async page(ctx: Context, asked: ClaimAsked, wanted: { before?: string; limit: number }): Promise<Result<Page<TimelineEntry>>> {
    const claim = await this.claims.visible(ctx, asked);
    if (!claim.ok) return claim;
    // Nothing of it is for the claim's own business, even where somebody of the staff is a member of it.
    if (!mayFor(ctx.actor, 'queue.read', claim.value.merchantId)) return refuse('claims.not_found');
    const { before, limit } = wanted;
    const sources = await this.sources.of(ctx, claim.value);
    if (!sources.ok) return sources;
    const all = inOrder(sources.value).filter((entry) => before === undefined || keyOf(entry) < before);
    const page = pageOf(all, limit, (entry) => [keyOf(entry)]);
    return ok({ ...page, items: await this.#told(page.items) });
  }

  async #told(entries: readonly (TimelineEntry & { readonly actor?: string; readonly digest?: string })[]): Promise<TimelineEntry[]> {
    const names = await this.people.names(entries.flatMap(({ actor }) => (actor !== undefined && PERSON.test(actor) ? [actor] : [])));
    const texts = await this.audit.texts(entries.flatMap(({ digest }) => digest ?? []));
    return entries.map(({ actor, digest, ...entry }) => {
      const [by, text] = [names.get(actor ?? ''), texts.get(digest ?? '')];
      return { ...entry, ...(by === undefined ? {} : { by }), ...(text === undefined ? {} : { text }) };
    });
  }
}
