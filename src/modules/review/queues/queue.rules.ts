import { refuse, ok, type Result } from '../../../core/errors/index.js';
import { parseMoney } from '../../../core/money/index.js';
import { extendedDeadline, formatInstant, parseInstant, type Instant, type Interval } from '../../../core/time/index.js';
import { CLAIM_STATES, type ClaimState } from '../../claims/index.js';

/** States in which somebody, or the rule, still has to work on a claim. */
export const WORK_STATES = ['submitted', 'in_review', 'info_requested', 'recommended'] as const satisfies readonly ClaimState[];

/** Who works on it has it; nobody has it; a person has objected; it has neither a person nor a day. */
type Having = 'mine' | 'nobody' | 'objected' | 'adrift';

interface QueueDefinition {
  readonly states: readonly ClaimState[];
  readonly having?: Having;
}

/** Lists of claims by the name they have in an address. */
export const QUEUES = {
  review: { states: ['in_review'] },
  decision: { states: ['recommended'] },
  automatic: { states: ['submitted'] },
  waiting: { states: ['info_requested'] },
  objections: { states: ['offered', 'rejected', 'accepted'], having: 'objected' },
  mine: { states: WORK_STATES, having: 'mine' },
  unassigned: { states: ['in_review', 'recommended'], having: 'nobody' },
  adrift: { states: WORK_STATES, having: 'adrift' },
  all: { states: WORK_STATES },
  offered: { states: ['offered'] },
  accepted: { states: ['accepted'] },
  rejected: { states: ['rejected'] },
} as const satisfies Record<string, QueueDefinition>;
export type QueueName = keyof typeof QUEUES;
export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

/** What a list may be sorted by; a minus in front turns it round. Without one: filed first, least money in the first currency, soonest day, fewest doubts. */
export const SORT_KEYS = ['filed', 'money', 'deadline', 'risk'] as const;
export type SortKey = (typeof SORT_KEYS)[number];
export const SORTS = SORT_KEYS.flatMap((key) => [key, `-${key}` as const]);
export type Sort = (typeof SORTS)[number];

/** Columns of filters as they stand in an address, a body or a saved filter. */
export const FILTER_FIELDS = [
  'scheme', 'state', 'owner', 'olderThanDays', 'currency', 'amountFrom', 'amountTo', 'risk', 'dueBefore', 'reason', 'language', 'country',
] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];
export type FilterText = Readonly<Partial<Record<FilterField, string>>>;

/** Which claims are asked for. Instants are exclusive ends; amounts are inclusive minor units of `currency`. */
export interface QueueFilter {
  readonly states: readonly ClaimState[];
  readonly having?: Having;
  readonly userId: string;
  readonly scheme?: string;
  /** Nobody's, or one person's. */
  readonly owner?: 'none' | { readonly id: string };
  readonly filedBefore?: Instant;
  readonly currency?: string;
  readonly amountFromMinor?: bigint;
  readonly amountToMinor?: bigint;
  readonly hasRisk?: boolean;
  readonly dueBefore?: Instant;
  readonly reason?: string;
  readonly language?: string;
  readonly country?: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DAY_MS = 86_400_000;
const SHAPES: Readonly<Partial<Record<FilterField, RegExp>>> = {
  scheme: UUID, olderThanDays: /^\d{1,4}$/, currency: /^[A-Z]{3}$/, risk: /^(true|false)$/, reason: /^[a-z0-9_.-]{1,80}$/, language: /^[a-z]{2}$/, country: /^[A-Z]{2}$/,
};

const wrong = (field: FilterField): Result<never> => refuse('queues.filter_malformed', { field }, { pointer: `/${field}` });

/** Reads filters in words. Codes: `queues.filter_malformed`, `queues.currency_missing`. Empty fields are none. */
export function readFilter(queue: QueueName, text: FilterText, who: { readonly userId: string; readonly now: Instant }): Result<QueueFilter> {
  const given = Object.fromEntries(Object.entries(text).filter(([, value]) => value !== '')) as FilterText;
  const bad = FILTER_FIELDS.find((field) => given[field] !== undefined && SHAPES[field]?.test(given[field]) === false);
  if (bad !== undefined) return wrong(bad);
  const [states, owner, amounts, due] = [statesIn(queue, given.state), ownerIn(given.owner, who.userId), amountsIn(given), dueIn(given.dueBefore)];
  if (!states.ok) return states;
  if (!owner.ok) return owner;
  if (!amounts.ok) return amounts;
  if (!due.ok) return due;
  const definition: QueueDefinition = QUEUES[queue];
  const { scheme, currency, reason, language, country, olderThanDays, risk } = given;
  return ok({
    ...present({ having: definition.having, scheme, currency, reason, language, country, owner: owner.value, dueBefore: due.value }), ...amounts.value,
    states: states.value, userId: who.userId,
    ...(olderThanDays === undefined ? {} : { filedBefore: (who.now - Number.parseInt(olderThanDays, 10) * DAY_MS) as Instant }),
    ...(risk === undefined ? {} : { hasRisk: risk === 'true' }),
  });
}

const present = <T extends object>(fields: T): { [Key in keyof T]?: NonNullable<T[Key]> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [Key in keyof T]?: NonNullable<T[Key]> };

/** A state that is not of the queue leaves nothing, rather than everything. */
function statesIn(queue: QueueName, state: string | undefined): Result<readonly ClaimState[]> {
  const states: readonly ClaimState[] = QUEUES[queue].states;
  if (state === undefined) return ok(states);
  return CLAIM_STATES.some((known) => known === state) ? ok(states.filter((one) => one === state)) : wrong('state');
}

function ownerIn(owner: string | undefined, me: string): Result<QueueFilter['owner']> {
  if (owner === undefined || owner === 'none') return ok(owner);
  if (owner === 'me') return ok({ id: me });
  return UUID.test(owner) ? ok({ id: owner }) : wrong('owner');
}

function dueIn(text: string | undefined): Result<Instant | undefined> {
  if (text === undefined) return ok(undefined);
  // A bare day, as a form sends it, ends with the day before it.
  const parsed = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  return parsed.ok ? parsed : wrong('dueBefore');
}

function amountsIn({ currency, amountFrom, amountTo }: FilterText): Result<Pick<QueueFilter, 'amountFromMinor' | 'amountToMinor'>> {
  if (amountFrom === undefined && amountTo === undefined) return ok({});
  if (currency === undefined) return refuse('queues.currency_missing', {}, { pointer: '/currency' });
  const [from, to] = [amountFrom, amountTo].map((amount) => (amount === undefined ? undefined : parseMoney(amount, currency)));
  if (from?.ok === false) return wrong('amountFrom');
  if (to?.ok === false) return wrong('amountTo');
  return ok({ ...(from === undefined ? {} : { amountFromMinor: from.value.minor }), ...(to === undefined ? {} : { amountToMinor: to.value.minor }) });
}

/**
 * The day of a promise as it is shown: it stands still while this portal was down and while the claim waited for its merchant, as on the
 * claim's own page. Lists are sorted by the promise itself, whose order is an index.
 */
export const dueAt = (filedAt: Instant, promisedAt: Instant, still: readonly Interval[]): Instant => extendedDeadline({ from: filedAt, promisedAt }, still).at;

/** Where a page goes on: the sort key of the last claim, column by column, and its id. */
export interface QueuePlace {
  readonly key: readonly string[];
  readonly id: string;
}

const LATEST_MS = 253_402_300_799_999;

/** The columns of a sort key as a cursor writes them; undefined for what no list wrote. */
function keyIn(sort: Sort, key: string): readonly string[] | undefined {
  if (sort.endsWith('money')) return /^[A-Z]{3} \d{1,16}$/.test(key) ? key.split(' ') : undefined;
  const figure = /^\d{1,16}$/.test(key) ? Number.parseInt(key, 10) : Number.NaN;
  if (sort.endsWith('risk')) return figure < 2 ** 31 ? [key] : undefined;
  return figure <= LATEST_MS ? [formatInstant(figure as Instant)] : undefined;
}

/** The place inside a cursor's parts, as the database reads its key. Code: `http.cursor_malformed`. */
export function placeIn(sort: Sort, parts: readonly string[] | undefined): Result<QueuePlace | undefined> {
  if (parts === undefined) return ok(undefined);
  const [of = '', key = '', id = ''] = parts;
  // A cursor of another sort would go on from nowhere in particular.
  const at = of === sort && UUID.test(id) ? keyIn(sort, key) : undefined;
  return at === undefined ? refuse('http.cursor_malformed') : ok({ key: at, id });
}
