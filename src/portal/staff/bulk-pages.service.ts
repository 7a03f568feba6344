import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { People } from '../../modules/identity/index.js';
import { Assignments, BULK_KINDS, BulkActions, QueueLists, type BulkKind, type BulkItemView, type BulkView } from '../../modules/review/index.js';
import { ReasonWords } from '../changes/reason-words.service.js';
import { formText } from '../shared/form-fields.form.js';
import { PageRenderer } from '../shared/page-renderer.service.js';
import type { Visit } from '../shared/portal.page.js';
import { CaseReasons } from './case-reasons.service.js';
import { readAddress } from './queue-pages.service.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ON_A_PAGE = 100;
const MOST_TICKED = 200;

/** Claims that were ticked in a form. */
export function tickedIn(body: unknown): string[] {
  const value = typeof body === 'object' && body !== null && 'claim' in body ? body.claim : [];
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return [...new Set(all.filter((id): id is string => typeof id === 'string' && UUID.test(id)))].slice(0, MOST_TICKED);
}

/** What the pages of frozen lists show. */
@Injectable()
export class BulkPages {
  constructor(
    private readonly actions: BulkActions, private readonly lists: QueueLists, private readonly assignments: Assignments, private readonly people: People, private readonly reasonCodes: CaseReasons,
    private readonly reasons: ReasonWords, private readonly renderer: PageRenderer,
  ) {}

  /** What may be done to claims that were ticked, or to all of a list. */
  async choice({ ctx, language }: Visit, body: unknown): Promise<object> {
    const [address, ticked] = [readAddress(body, 'review'), tickedIn(body)];
    const all = formText(body, 'scope', 10) === 'all';
    const words = await this.reasons.inWords(language);
    const kinds = BULK_KINDS.filter((kind) => mayDo(ctx.actor, kind));
    return {
      ...address, ticked: all ? [] : ticked, isAll: all, total: all ? unwrap(await this.lists.count(ctx, address.queue, address.filter)) : { count: ticked.length, isMore: false }, kinds,
      reasonCodes: (await this.reasonCodes.ofMany()).map((code) => ({ code, text: words(code) })), workers: isAllowed(ctx.actor, 'claim.assign') ? await this.assignments.workers() : [],
      me: userIdOf(ctx.actor),
    };
  }

  async sheet({ ctx, language }: Visit, id: string, query: unknown): Promise<object> {
    const action = unwrap(await this.actions.get(id));
    const after = Number.parseInt(/^\d{1,5}$/.exec(formText(query, 'after', 5))?.[0] ?? '0', 10);
    const isSkippedOnly = formText(query, 'show', 10) === 'skipped';
    const [sample, page] = [
      unwrap(await this.actions.items(id, { sampledOnly: true, limit: 50 })),
      unwrap(await this.actions.items(id, { after, limit: ON_A_PAGE, ...(isSkippedOnly ? { state: 'skipped' as const } : {}) })),
    ];
    const names = await this.people.names([action.createdBy, ...(action.to === undefined ? [] : [action.to])]);
    const isMine = action.createdBy === userIdOf(ctx.actor);
    return {
      action, names, isMine, sample: sample.items, items: page.items.map((item) => ({ ...item, why: this.why(language, item) })), isSkippedOnly, isPaged: after > 0,
      next: page.nextCursor === undefined ? undefined : page.items.at(-1)?.n, isVerdict: action.kind === 'recommend' || action.kind === 'decide',
      mayDecide: action.kind === 'recommend' && action.state === 'done' && action.doneCount > 0 && !isMine && isAllowed(ctx.actor, 'claim.decide'),
      reasonText: await this.reasons.inWords(language),
    };
  }

  async overview(before: string | undefined): Promise<object> {
    const page = await this.actions.list({ limit: 50, ...(before === undefined ? {} : { before }) });
    return { page, names: await this.people.names(page.items.map(({ createdBy }) => createdBy)), isPaged: before !== undefined };
  }

  /** Why an item was skipped, in the reader's words. */
  why(language: Visit['language'], { refusal }: BulkItemView): string {
    // Nobody was looking at the page of this one.
    if (refusal?.code === 'http.stale') return this.renderer.words(language)('bulk.changed_since');
    return refusal === undefined ? '' : this.renderer.say(language, { code: refusal.code, params: refusal.params as Readonly<Record<string, string>> }).text;
  }

  *leftOutRows(language: Visit['language'], leftOut: readonly Refusal[]): Generator<readonly string[]> {
    const t = this.renderer.words(language);
    yield ['claim', 'reason'].map((column) => t(`bulk.columns.${column}`));
    for (const refusal of leftOut) yield [String(refusal.params['reference'] ?? ''), this.renderer.say(language, refusal).text];
  }

  async *rows(language: Visit['language'], action: BulkView): AsyncGenerator<readonly string[]> {
    const t = this.renderer.words(language);
    yield ['number', 'claim', 'amount', 'currency', 'opened', 'result', 'reason'].map((column) => t(`bulk.columns.${column}`));
    for await (const item of this.actions.everyItem(action.id)) {
      yield [item.n.toString(), item.reference, item.amount.amount, item.amount.currency, item.openedAt ?? '', t(`bulk.items.${item.state}`), this.why(language, item)];
    }
  }
}

const mayDo = (actor: Visit['ctx']['actor'], kind: BulkKind): boolean =>
  isAllowed(actor, ({ recommend: 'claim.recommend', decide: 'claim.decide', assign: 'claim.take', release: 'claim.take' } as const)[kind]);
