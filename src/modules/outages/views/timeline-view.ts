import { formatRatio } from '../../../core/money/index.js';
import type { Recorded, RecordedState } from '../../../core/policy/index.js';
import { durationMs, formatInstant, subtract, support, type Interval, type Timeline } from '../../../core/time/index.js';

export interface TimelinePiece {
  readonly from: string;
  readonly to: string;
  readonly state: RecordedState;
  /** Share of the service that was lost; with `degraded` only. */
  readonly level?: string;
}

/** What the register knew about one service, as of one register version. The same question always has the same answer. */
export interface TimelineView {
  readonly service: string;
  readonly region?: string;
  readonly from: string;
  readonly to: string;
  readonly registerVersion: number;
  readonly pieces: readonly TimelinePiece[];
  /** Outside every scope: nobody looked, and it is worth nothing. */
  readonly notRecorded: readonly { readonly from: string; readonly to: string }[];
  /** Milliseconds by state; together with `notRecorded` they are the whole span. */
  readonly totalsMs: Readonly<Record<RecordedState | 'notRecorded', number>>;
}

export interface TimelineQuestion {
  readonly service: string;
  readonly region?: string;
  readonly window: Interval;
  readonly registerVersion: number;
}

const intervalView = ({ from, to }: Interval): { from: string; to: string } => ({ from: formatInstant(from), to: formatInstant(to) });

export function timelineView(question: TimelineQuestion, recorded: Timeline<Recorded>): TimelineView {
  const { service, region, window, registerVersion } = question;
  const silent = subtract([window], support(recorded));
  const totals: Record<RecordedState | 'notRecorded', number> = {
    down: 0, degraded: 0, unknown: 0, maintenance: 0, up: 0, presumed_up: 0, notRecorded: durationMs(silent),
  };
  for (const piece of recorded) totals[piece.value.state] += durationMs([piece]);
  return {
    service,
    ...(region === undefined ? {} : { region }),
    ...intervalView(window),
    registerVersion,
    pieces: recorded.map((piece) => ({
      ...intervalView(piece),
      state: piece.value.state,
      ...(piece.value.state === 'degraded' ? { level: formatRatio(piece.value.level) } : {}),
    })),
    notRecorded: silent.map(intervalView),
    totalsMs: totals,
  };
}

/**
 * RFC 4180, one row per piece and per stretch that is not recorded, in the order of time; each names the register version of the
 * answer. Nothing in it was typed by people, so nothing in it can be a formula.
 */
export function timelineCsv({ pieces, notRecorded, registerVersion }: TimelineView): string {
  const rows = [...pieces, ...notRecorded.map((gap): Omit<TimelinePiece, 'state'> & { state: string } => ({ ...gap, state: 'not_recorded' }))]
    .sort((a, b) => (a.from < b.from ? -1 : 1))
    .map(({ from, to, state, level }) => [from, to, state, level ?? '', registerVersion].join(','));
  return ['from,to,state,level,registerVersion', ...rows, ''].join('\r\n');
}
