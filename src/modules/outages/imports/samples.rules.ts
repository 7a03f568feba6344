import { refuse, type Refusal } from '../../../core/errors/index.js';
import { SECOND, type Instant } from '../../../core/time/index.js';
import type { FeedLine, FeedState } from './feed.rules.js';

export interface Sample {
  readonly at: Instant;
  readonly state: FeedState;
}

/** A sample speaks until the next one, and at most for one and a half distances: clocks of monitors jitter. */
const SLACK = { num: 3, den: 2 };

/** The usual distance of samples: the median, in milliseconds. A single sample speaks for nothing. */
export function usualStep(samples: readonly Sample[]): number | undefined {
  const steps = samples.slice(1).map(({ at }, index) => at - (samples[index]?.at ?? at)).sort((a, b) => a - b);
  return steps[Math.floor((steps.length - 1) / 2)];
}

/**
 * Samples of one series as stretches, the last one open only if it is trouble: nobody knows what comes after the last sample.
 * Where samples are missing the state is *unknown*, from one step after the last sample to the next: a silent monitor never says "up".
 * Edge: samples that alternate make stretches of one step each.
 */
export function sampledStretches(unsorted: readonly Sample[], stepMs?: number): Pick<FeedLine, 'from' | 'to' | 'state'>[] {
  const samples = [...unsorted].sort((a, b) => a.at - b.at).filter(({ at }, index, all) => at !== all[index - 1]?.at);
  const step = stepMs ?? usualStep(samples);
  if (step === undefined) return [];
  const found: { from: Instant; to: Instant; state: FeedState }[] = [];
  const add = (from: Instant, to: Instant, state: FeedState): void => {
    const last = found.at(-1);
    if (last?.state === state && last.to === from) last.to = to;
    else if (to > from) found.push({ from, to, state });
  };
  samples.forEach(({ at, state }, index) => {
    const next = samples[index + 1]?.at;
    if (next === undefined) return add(at, (at + step) as Instant, state);
    const missing = (next - at) * SLACK.den > step * SLACK.num;
    const end = missing ? ((at + step) as Instant) : next;
    add(at, end, state);
    if (missing) add(end, next, 'unknown');
  });
  const last = found.at(-1);
  return last?.state === 'down' ? [...found.slice(0, -1), { from: last.from, state: last.state }] : found;
}

/** Times on the grid of a whole step, to the millisecond: an answer of `query_range`, whose look-back fills gaps with old values. */
export function lookBackNote(samples: readonly Sample[]): Refusal | undefined {
  const step = usualStep(samples);
  if (step === undefined || step < SECOND || samples.length < 10) return undefined;
  const onGrid = samples.every(({ at }, index) => at % SECOND === 0 && (index === 0 || at - (samples[index - 1]?.at ?? at) === step));
  return onGrid ? refuse('imports.note_look_back').refusal : undefined;
}
