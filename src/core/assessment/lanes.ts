import { formatRatio, ONE, type Ratio } from '../money/index.js';
import { durationMs, normalise, openIntervals, type Interval, type IntervalSet, type Piece } from '../time/index.js';
import { recordedTimeline, weightedMs, type Fate, type PolicyFacts, type PolicyRun, type Recorded, type TimeValue } from '../policy/index.js';
import type { CountedPiece, LaneTotals, Lanes, RecordedPiece } from './result.js';

const removedAs = <F extends Fate>(time: TimeValue | undefined, ...fates: F[]): (Piece<F>)[] =>
  (time?.removed ?? []).filter((piece): piece is Piece<F> => (fates as Fate[]).includes(piece.value));

const bare = (pieces: readonly Interval[]): IntervalSet => normalise(pieces);

const recordedPiece = ({ from, to, value: { state, level } }: Piece<Recorded>): RecordedPiece =>
  state === 'degraded' && level.num !== ONE.num ? { from, to, state, level: formatRatio(level) } : { from, to, state };

const countedPiece = ({ from, to, value }: Piece<Ratio>): CountedPiece => ({ from, to, weight: formatRatio(value) });

/** The lanes of a run: `time` is the value of the step that the policy's result names as counted. */
export function lanesOf(facts: PolicyFacts, time: TimeValue | undefined): Lanes {
  const { window } = facts.claim;
  return {
    recorded: recordedTimeline(facts, window).map(recordedPiece),
    open: openIntervals(facts.site.openingHours, window),
    notRecorded: bare(removedAs(time, 'not_recorded')),
    excluded: removedAs(time, 'up', 'maintenance', 'closed', 'excluded').map(({ from, to, value }) => ({ from, to, why: value })),
    waiting: bare(removedAs(time, 'waiting')),
    alreadyCompensated: bare(removedAs(time, 'already_compensated')),
    counted: (time?.pieces ?? []).map(countedPiece),
    usedForAmount: time !== undefined,
  };
}

/** Lengths of the lanes; the five parts add up to the window when the policy has time blocks. */
export function totalsOf(facts: PolicyFacts, lanes: Lanes, time: TimeValue | undefined): LaneTotals {
  return {
    windowMs: durationMs([facts.claim.window]),
    notRecordedMs: durationMs(lanes.notRecorded),
    excludedMs: durationMs(lanes.excluded),
    waitingMs: durationMs(lanes.waiting),
    alreadyCompensatedMs: durationMs(lanes.alreadyCompensated),
    countedMs: durationMs(lanes.counted),
    weightedMs: time === undefined ? '0' : formatRatio(weightedMs(time)),
  };
}

/** The time value behind a step's name such as `$counted`. */
export function timeOf(run: PolicyRun, step: string | undefined): TimeValue | undefined {
  const found = step === undefined ? undefined : run.values.get(step.slice(1));
  return found?.type === 'time' ? found.time : undefined;
}
