import { multiplyRatio, ONE, ZERO, type Ratio } from '../../money/index.js';
import { clipTimeline, constant, subtract, support, type Piece, type Timeline } from '../../time/index.js';
import { value, type Block, type Params } from '../block.js';
import { longestTimeline, officialTimeline, recordedTimeline, type Recorded } from '../recorded.js';
import type { Fate } from '../value.js';

function weightOf({ state, level }: Recorded, params: Params): Ratio {
  switch (state) {
    case 'down': return params.ratio('down');
    case 'degraded': return params.text('mode') === 'scale' ? multiplyRatio(params.ratio('degraded'), level) : params.ratio('degraded');
    case 'maintenance': return params.ratio('maintenance');
    case 'unknown': return params.ratio('unknown');
    case 'up': case 'presumed_up': return ZERO;
  }
}

/** A gate opens in full; only what is not known keeps its share. Scaling keeps every weight. */
const applied = (weight: Ratio, { state }: Recorded, params: Params): Ratio =>
  params.text('mode') === 'gate' && state !== 'unknown' && weight.num > 0n ? ONE : weight;

const TIMELINES = { own: recordedTimeline, official: officialTimeline, longest: longestTimeline } as const;

/** From the register to time that the policy counts, before opening hours and waiting. Writes the lane *recorded*. */
export const outage: Block = {
  name: 'outage',
  version: 1,
  group: 'time',
  rounding: 'none; time is exact to the millisecond',
  example: 'down 10:00–12:00 and unknown 12:00–12:30 at a half: 2 h counts whole and 30 min counts as 15',
  source: 'S3 and cyber cover (weights); Kakao 2022 (official window for all); KT 2021 (longest outage for all)',
  purpose: 'The recorded trouble of the claimed services inside the claim window, weighted by state.',
  inputs: { services: { types: ['list'], about: 'codes of leaf services' } },
  params: {
    window: { kind: 'choice', options: ['own', 'official', 'longest'], about: 'the register\'s segments; the operator\'s stated window for all; or the longest recorded downtime of any region, for all' },
    mode: { kind: 'choice', options: ['gate', 'scale'], about: 'gate: the window opens in full; scale: time counts by its weight' },
    down: { kind: 'ratio', byDefault: '1', about: 'weight of down' },
    degraded: { kind: 'ratio', about: 'weight of degraded; with `scale` times the recorded level' },
    maintenance: { kind: 'ratio', byDefault: '0', about: 'weight of announced maintenance' },
    unknown: { kind: 'ratio', about: 'what time is worth that no source speaks for' },
  },
  output: () => 'time',
  evaluate(_inputs, params, { facts }) {
    const { window } = facts.claim;
    const recorded = TIMELINES[params.text('window') as keyof typeof TIMELINES](facts, window);
    const pieces: Piece<Ratio>[] = [];
    const removed: Piece<Fate>[] = [...constant(subtract([window], support(recorded)), 'not_recorded' as const)];
    for (const { from, to, value: state } of recorded) {
      const weight = applied(weightOf(state, params), state, params);
      if (weight.num > 0n) pieces.push({ from, to, value: weight });
      else removed.push({ from, to, value: state.state === 'maintenance' ? 'maintenance' : 'up' });
    }
    return value({ type: 'time', time: { window, pieces: clipTimeline(pieces, [window]), removed: sorted(removed) } });
  },
};

const sorted = <T>(pieces: Piece<T>[]): Timeline<T> => pieces.sort((a, b) => a.from - b.from);
