import type { Instant, Interval } from '../../core/time/index.js';
import { LANE_HEIGHT } from '../shared/strip.rules.js';

/** One typed segment on the drawing: where its lane lies, and its edges with the fields that say them. */
export interface EdgeRow {
  readonly number: number;
  readonly top: number;
  readonly edges: readonly { readonly side: 'from' | 'to'; readonly field: string; readonly at: Instant }[];
}

/** What a script needs to let somebody move edges on the drawing; whatever it does ends in the fields. */
export interface EdgeBoard extends Interval {
  readonly zone: string;
  readonly height: number;
  readonly rows: readonly EdgeRow[];
}

interface Drawn {
  readonly span: Interval;
  readonly height: number;
  /** The lane a segment is drawn on first; below nought where it is not drawn. */
  readonly laneOf: (segment: { readonly service: string; readonly region: string }) => number;
}

type Edged = { readonly service: string; readonly region: string; readonly from: Instant; readonly to?: Instant };

/** The edges of the segments that are drawn; `rows`: the row of the form each was typed in. Edge: an open segment has one. */
export function edgeBoard({ span, height, laneOf }: Drawn, zone: string, segments: readonly Edged[], rows: readonly number[]): EdgeBoard {
  return {
    ...span, zone, height,
    rows: segments.flatMap((segment, index): EdgeRow[] => {
      const [row = index, lane] = [rows[index], laneOf(segment)];
      const to = segment.to === undefined ? [] : [{ side: 'to' as const, field: `s${row}-to`, at: segment.to }];
      return lane < 0 ? [] : [{ number: row + 1, top: lane * LANE_HEIGHT, edges: [{ side: 'from', field: `s${row}-from`, at: segment.from }, ...to] }];
    }),
  };
}
