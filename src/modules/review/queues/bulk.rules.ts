import { canonicalJson, hmacSha256Hex, sha256Hex } from '../../../core/audit/index.js';

export const BULK_KINDS = ['recommend', 'decide', 'assign', 'release'] as const;
export type BulkKind = (typeof BULK_KINDS)[number];

/** Frozen: shown, its sample not opened yet or not sent. Running: a job works through it. */
export const BULK_STATES = ['frozen', 'running', 'done'] as const;
export type BulkState = (typeof BULK_STATES)[number];

export const ITEM_STATES = ['pending', 'done', 'skipped'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

export const MOST_ITEMS = 10_000;

/** One claim as it stood when the list was frozen; amounts are minor units. */
export interface FrozenItem {
  readonly claimId: string;
  readonly merchantId: string;
  readonly version: number;
  readonly assessmentId: string | null;
  readonly amountMinor: string;
  readonly currency: string;
  readonly why: readonly string[];
}

const LEAST_SAMPLE = 5;
const MOST_SAMPLE = 50;

/** One in a hundred, rounded up; five at least, fifty at most, and never more than there are. */
export const sampleSize = (count: number): number => Math.min(count, MOST_SAMPLE, Math.max(LEAST_SAMPLE, Math.ceil(count / 100)));

/** Which claims are opened one by one: those with the lowest codes under a seed drawn after the list was read, so that nobody could steer it. */
export function sampleOf(claimIds: readonly string[], seed: string): ReadonlySet<string> {
  const key = Buffer.from(seed, 'hex');
  const ranked = claimIds.map((id) => ({ id, code: hmacSha256Hex(key, id) })).sort((a, b) => (a.code < b.code ? -1 : 1));
  return new Set(ranked.slice(0, sampleSize(claimIds.length)).map(({ id }) => id));
}

/** SHA-256 over what is done to which claims, each at its version, on its assessment, for its amount, in the order of ids. */
export const digestOf = (what: { readonly kind: BulkKind; readonly outcome: string | null; readonly reasons: readonly string[] }, items: readonly FrozenItem[]): string =>
  sha256Hex(canonicalJson({ ...what, items: items.map(({ claimId, version, assessmentId, amountMinor, currency }) => [claimId, version, assessmentId, amountMinor, currency]) }));

/** Sum by currency and number by reason of referral, most frequent first. */
export function totalsOf(items: readonly FrozenItem[]): { sums: { currency: string; amountMinor: string }[]; why: { code: string; count: number }[] } {
  const [sums, why] = [new Map<string, bigint>(), new Map<string, number>()];
  for (const item of items) {
    sums.set(item.currency, (sums.get(item.currency) ?? 0n) + BigInt(item.amountMinor));
    for (const code of item.why) why.set(code, (why.get(code) ?? 0) + 1);
  }
  return {
    sums: [...sums].sort().map(([currency, minor]) => ({ currency, amountMinor: minor.toString() })),
    why: [...why].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
  };
}
