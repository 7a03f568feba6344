import { canonicalJson } from '../../../core/audit/index.js';
import type { FrozenClaim } from '../../claims/index.js';

/** Where an entry comes from; at one instant, the order in which they are told. */
export const TIMELINE_KINDS = ['sight', 'task', 'letter', 'assessment', 'version', 'event'] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** Actions of the record that a working tells itself. */
export const SAID_ELSEWHERE: readonly string[] = ['claim.assessed'];

/** One thing that happened to a claim, or somebody's look at it. */
export interface TimelineEntry {
  /** Unique within the claim, and the same whenever it is asked for. */
  readonly key: string;
  readonly at: string;
  readonly kind: TimelineKind;
  /** What happened, as a code: an audit action, an outcome, a letter's template. */
  readonly what: string;
  /** The person's name; left out for a rule or a job. */
  readonly by?: string;
  /** What was written beside it, if it was not erased. */
  readonly text?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What differs between two filings: `before` or `after` is left out where there was nothing. */
export interface VersionChange {
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const same = (one: unknown, other: unknown): boolean => canonicalJson(one ?? null) === canonicalJson(other ?? null);

const flat = ({ services, window, declaredMinor, answers, salesSetId, evidence }: FrozenClaim): Readonly<Record<string, unknown>> => ({
  services, window, declaredMinor: declaredMinor ?? undefined, salesSetId: salesSetId ?? undefined, evidence: evidence?.map(({ id }) => id),
  ...Object.fromEntries(Object.entries(answers).map(([name, answer]) => [`answers.${name}`, answer])),
});

/** What a merchant changed between two filings, field by field, answers by their names. Pure. Edge: an answer that was taken out has no `after`. */
export function changesBetween(before: FrozenClaim, after: FrozenClaim): VersionChange[] {
  const [was, is] = [flat(before), flat(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((field) => !same(was[field], is[field])).map((field) => ({
    field, ...(was[field] === undefined ? {} : { before: was[field] }), ...(is[field] === undefined ? {} : { after: is[field] }),
  }));
}

/** Newest first; at one instant by kind, then by key, so that a page never repeats or skips an entry. */
export const inOrder = (entries: readonly TimelineEntry[]): TimelineEntry[] => [...entries].sort((a, b) => compare(keyOf(b), keyOf(a)));

const rank = (kind: TimelineKind): string => String(TIMELINE_KINDS.indexOf(kind));

/** Sort key of an entry, and its place in a cursor. */
export const keyOf = ({ at, kind, key }: Pick<TimelineEntry, 'at' | 'kind' | 'key'>): string => `${at} ${rank(kind)} ${key}`;

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
