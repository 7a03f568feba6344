import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { RefusalException, unwrap } from '../../platform/http/refusal-exception.js';
import { Assignments, FILTER_FIELDS, QueueLists, QUEUES, SavedFilters, SORTS, type FilterText, type QueueName, type Sort } from '../../modules/review/index.js';
import { formText } from '../shared/form-fields.form.js';
import type { Visit } from '../shared/portal.page.js';
import { View } from '../shared/view.page.js';
import { QueueChoices } from './queue-choices.service.js';
import { QueueNames } from './queue-names.service.js';

/** A list as an address asks for it. */
export interface QueueAddress {
  readonly queue: QueueName;
  readonly sort: Sort;
  readonly filter: FilterText;
}

const ON_A_PAGE = 50;
/** Columns that can be sorted by, with the order a first click asks for. */
const HEADS: readonly (readonly [head: string, first: Sort])[] = [['filed', 'filed'], ['deadline', 'deadline'], ['money', '-money'], ['risk', '-risk']];

/** What a page's address or form says about a list; what it does not know is left out. */
export function readAddress(query: unknown, fallback: QueueName): QueueAddress {
  const asked = formText(query, 'queue', 20) || fallback;
  if (!Object.hasOwn(QUEUES, asked)) throw new RefusalException({ code: 'http.not_found', params: {} });
  const sort = SORTS.find((one) => one === formText(query, 'sort', 20)) ?? 'filed';
  const filter: FilterText = Object.fromEntries(FILTER_FIELDS.map((field): [string, string] => [field, formText(query, field, 80).trim()]).filter(([, text]) => text !== ''));
  return { queue: asked as QueueName, sort, filter };
}

export const queryOf = ({ queue, sort, filter }: QueueAddress, change: Readonly<Record<string, string>> = {}): string =>
  new URLSearchParams(Object.entries({ queue, sort, ...filter, ...change }).filter(([, text]) => text !== '')).toString();

/** The page of a list: its claims, what may be asked of it, and what a person keeps for themselves. */
@Injectable()
export class QueuePages {
  constructor(
    private readonly lists: QueueLists, private readonly saved: SavedFilters, private readonly assignments: Assignments,
    private readonly names: QueueNames, private readonly choices: QueueChoices,
  ) {}

  async view(visit: Visit, query: unknown, extra: { readonly done?: string; readonly fault?: Refusal; readonly status?: number } = {}): Promise<View> {
    const { ctx, language } = visit;
    const address = readAddress(query, isAllowed(ctx.actor, 'claim.decide') ? 'decision' : 'review');
    const cursor = formText(query, 'cursor', 400);
    const page = await this.lists.page(ctx, { ...address, limit: ON_A_PAGE, ...(cursor === '' ? {} : { cursor }) });
    if (!page.ok && page.refusal.code === 'http.cursor_malformed') return unwrap(page);
    const faults = [extra.fault, page.ok ? undefined : page.refusal].filter((fault) => fault !== undefined);
    return new View('staff/queue.njk', {
      ...address, ...this.#links(language, address, page.ok ? page.value.nextCursor : undefined), isPaged: cursor !== '', done: extra.done,
      page: { items: page.ok ? await this.names.of(page.value.items) : [] }, total: page.ok ? unwrap(await this.lists.count(ctx, address.queue, address.filter)) : NONE,
      queues: unwrap(await this.lists.counts(ctx)).filter(({ name, count }) => count.count > 0 || name === address.queue || ALWAYS.includes(name)),
      saved: (await this.saved.list(ctx)).map((one) => ({ ...one, href: `/${language}/work?${queryOf({ queue: one.queue as QueueName, sort: one.sort as Sort, filter: one.filter })}` })),
      ...(await this.choices.all(language)), workers: await this.assignments.workers(), zone: 'UTC', mayTake: isAllowed(ctx.actor, 'claim.take'), maySupervise: isAllowed(ctx.actor, 'claim.assign'),
    }, faults, extra.status ?? (faults.length > 0 ? 422 : 200));
  }

  /** The same list turned round, with one filter less, from its beginning, and further on. */
  #links(language: Visit['language'], address: QueueAddress, cursor: string | undefined): object {
    const path = `/${language}/work`;
    const link = (change: Partial<QueueAddress>): string => `${path}?${queryOf({ ...address, ...change })}`;
    return {
      heads: HEADS.map(([head, first]) => headOf(head, first, address.sort, link)), first: link({}), next: cursor === undefined ? undefined : `${path}?${queryOf(address, { cursor })}`,
      kept: FILTER_FIELDS.flatMap((field) => (address.filter[field] === undefined ? [] : [{ field, text: address.filter[field], without: link({ filter: { ...address.filter, [field]: '' } }) }])),
    };
  }
}

const NONE = { count: 0, isMore: false };
const ALWAYS: readonly QueueName[] = ['review', 'decision', 'automatic', 'mine', 'unassigned', 'all'];

/** A heading that sorts: a link that turns the order round where it is the order already. */
function headOf(head: string, first: Sort, current: Sort, link: (change: Partial<QueueAddress>) => string): object {
  const isCurrent = current.replace('-', '') === head;
  const other = (current.startsWith('-') ? current.slice(1) : `-${current}`) as Sort;
  return { head, href: link({ sort: isCurrent ? other : first }), sorted: isCurrent ? (current.startsWith('-') ? 'descending' : 'ascending') : 'none' };
}
