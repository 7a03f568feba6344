import { compareRatio, parseRatio, ratio, roundRatio, ZERO, type Ratio } from '../money/index.js';
import type { Json } from '../audit/index.js';
import type { TraceNode } from '../policy/index.js';

/** What an award takes of a cap that several claims share. */
export interface CapUse {
  readonly key: string;
  /** Minor units, whole. */
  readonly usedMinor: bigint;
  /** Minor units, whole; what all claims may come to together. */
  readonly capMinor: bigint;
}

const member = (json: Json | undefined, name: string): Json | undefined =>
  (typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Readonly<Record<string, Json>>)[name] : undefined);

function minorOf(json: Json | undefined): Ratio {
  const text = member(json, 'minor');
  const read = typeof text === 'string' ? parseRatio(text) : undefined;
  return read?.ok === true ? read.value : ZERO;
}

/**
 * What the `limit` steps of a run take of each cap, in whole minor units: what comes out of the step, rounded up, and in all no more
 * than what is granted. Caps are rounded down. Sorted by key, so that whoever locks them does so in one order.
 * Edge: a step that came to nothing takes nothing; two steps of one name take from one cap. Source: docs/domain/holds.md.
 */
export function capUses(trace: readonly TraceNode[], grantedMinor: bigint): CapUse[] {
  const uses = new Map<string, CapUse>();
  for (const { block, working, params, output } of trace) {
    const key = block.startsWith('limit@') ? member(working, 'key') : undefined;
    if (typeof key !== 'string' || compareRatio(minorOf(output), ratio(0n)) <= 0) continue;
    const usedMinor = (uses.get(key)?.usedMinor ?? 0n) + roundRatio(minorOf(output), 'ceiling');
    uses.set(key, { key, usedMinor: usedMinor > grantedMinor ? grantedMinor : usedMinor, capMinor: roundRatio(minorOf(params['cap']?.value), 'floor') });
  }
  return [...uses.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
