import type { RunReport } from '../../modules/changes/index.js';
import type { Formatting } from '../../platform/i18n/formatting.js';

/** Whether the claims of a bin lose, gain, or lie on both sides of nought. */
export type BinKind = 'loss' | 'mixed' | 'gain';

type Anchor = 'start' | 'middle' | 'end';

/** Drawing and table of the same bins. Across in per cent of the width, down in pixels. */
export interface Histogram {
  readonly bars: readonly { readonly x: string; readonly y: number; readonly width: string; readonly height: number; readonly kind: BinKind; readonly title: string }[];
  readonly ticks: readonly { readonly x: string; readonly text: string; readonly anchor: Anchor; readonly lesser: boolean }[];
  readonly rows: readonly { readonly from: string; readonly below: string; readonly claims: string; readonly kind: BinKind }[];
  readonly kinds: readonly BinKind[];
  /** Where no difference is, when that lies inside. */
  readonly zero: { readonly x: string; readonly anchor: Anchor } | undefined;
  readonly most: string;
  readonly height: number;
}

export const TOP = 26;
export const PLOT = 150;
/** A bin of one claim among thousands is still seen. */
const LEAST_HEIGHT = 3;
const TICK_EVERY = 5;
const WHOLE = 100_000;

const percent = (share: number): string => `${Math.floor(share / 1_000)}.${String(share % 1_000).padStart(3, '0')}%`;

/** A text near an edge stays inside. */
const anchorAt = (share: number): Anchor => (share < 12_000 ? 'start' : share > 88_000 ? 'end' : 'middle');

function kindOf(from: bigint, below: bigint): BinKind {
  // Half-open: a bin that ends at the first minor unit holds nought and less, and nought is no difference.
  if (below <= 1n) return 'loss';
  return from >= 0n ? 'gain' : 'mixed';
}

/** Lays the bins of a report out: `edges[i] ≤ difference < edges[i + 1]`. Edge: a run in which no claim changes has none, undefined. */
export function layHistogram({ edgesMinor, counts }: RunReport['histogram'], currency: string, f: Formatting, claims: (count: number) => string): Histogram | undefined {
  const edges = edgesMinor.map(BigInt);
  const [first, last] = [edges[0], edges.at(-1)];
  const most = Math.max(...counts);
  if (first === undefined || last === undefined || most === 0) return undefined;
  const said = (at: bigint): string => f.difference(at.toString(), currency);
  const bins = counts.map((count, index) => {
    const [from, below] = [edges[index] ?? first, edges[index + 1] ?? last];
    return { count, from: said(from), below: said(below), kind: kindOf(from, below) };
  });
  const step = Math.floor(WHOLE / bins.length);
  const gap = Math.floor(step / 12);
  const shareOf = (at: bigint): number => Number.parseInt(String(((at - first) * BigInt(WHOLE)) / (last - first)), 10);
  return {
    height: TOP + PLOT + 24, most: claims(most), zero: first < 0n && last > 1n ? { x: percent(shareOf(0n)), anchor: anchorAt(shareOf(0n)) } : undefined,
    bars: bins.flatMap(({ count, from, below, kind }, index) => {
      if (count === 0) return [];
      const height = Math.max(Math.floor((count * PLOT) / most), LEAST_HEIGHT);
      return [{ x: percent(index * step + gap), width: percent(step - 2 * gap), y: TOP + PLOT - height, height, kind, title: `${from} … ${below}: ${claims(count)}` }];
    }),
    ticks: edges.flatMap((at, index) => (index % TICK_EVERY === 0 || index === bins.length
      ? [{ x: percent(index * step), text: said(at), anchor: anchorAt(index * step), lesser: index !== 0 && index !== bins.length }]
      : [])),
    rows: bins.map(({ count, ...bin }) => ({ from: bin.from, below: bin.below, claims: f.number(count), kind: bin.kind })),
    kinds: [...new Set(bins.filter(({ count }) => count > 0).map(({ kind }) => kind))],
  };
}
