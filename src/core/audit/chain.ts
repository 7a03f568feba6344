import { canonicalJson } from './canonical-json.js';
import { sha256Hex } from './digest.js';

/** What one link of an aggregate's chain says; everything in it is covered by its hash. */
export interface ChainEntry {
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** Position in the chain of the aggregate, from 1. */
  readonly n: number;
  /** UTC milliseconds. */
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly data: object;
}

export interface ChainLink extends ChainEntry {
  readonly prevHash: string;
  readonly hash: string;
}

/** What stands before the first entry. */
export const CHAIN_START = '0'.repeat(64);

/**
 * Hash of an entry on top of the one before it. SHA-256 over `prevHash` and the canonical JSON of the entry.
 * Edge: the first entry stands on `CHAIN_START`.
 */
export const chainHash = (prevHash: string, entry: ChainEntry): string => {
  const { aggregateType, aggregateId, n, at, actor, action, data } = entry;
  return sha256Hex(`${prevHash}\n${canonicalJson({ aggregateType, aggregateId, n, at, actor, action, data })}`);
};

export type ChainFault = { readonly n: number; readonly kind: 'edited' | 'missing' | 'out_of_order' | 'cut_tail' };

/**
 * Walks a chain in stored order against its head `{ count, hash }`, and names what was done to it.
 *
 * `edited`: an entry's hash is not that of its content; `missing` / `out_of_order`: a position is skipped or comes again, or an
 * entry does not stand on the one before; `cut_tail`: fewer entries than the head says. Empty result: the chain is whole.
 * Edge: an empty chain with count 0 is whole.
 */
export function verifyChain(links: readonly ChainLink[], head: { readonly count: number; readonly hash: string }): ChainFault[] {
  const faults: ChainFault[] = [];
  let expected = 1;
  let before = CHAIN_START;
  for (const link of links) {
    if (link.n > expected) faults.push({ n: expected, kind: 'missing' });
    else if (link.n < expected || link.prevHash !== before) faults.push({ n: link.n, kind: 'out_of_order' });
    if (chainHash(link.prevHash, link) !== link.hash) faults.push({ n: link.n, kind: 'edited' });
    expected = link.n + 1;
    before = link.hash;
  }
  if (faults.length === 0 && (expected - 1 < head.count || before !== (head.count === 0 ? CHAIN_START : head.hash))) {
    faults.push({ n: expected, kind: 'cut_tail' });
  }
  return faults;
}
