import { multiplyRatio, ONE, ZERO, type Ratio } from '../../money/index.js';
import { clipTimeline, constant, subtract, support, type Piece, type Timeline } from '../../time/index.js';
import { value, type Block, type Params } from '../block.js';
import { officialTimeline, recordedTimeline, type Recorded } from '../recorded.js';
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

/** From the register to time that the policy counts, before opening hours and waiting. Writes the lane *recorded*. */
export const outage: Block = {
  name: 'outage',
  version: 1,
  purpose: 'The recorded trouble of the claimed services inside the claim window, weighted by state.',
  inputs: { services: { types: ['list'], about: 'codes of leaf services' } },
  params: {
    window: { kind: 'choice', options: ['own', 'official'], about: 'the register\'s segments, or the operator\'s stated window for all' },
    mode: { kind: 'choice', options: ['gate', 'scale'], about: 'gate: the window opens in full; scale: time counts by its weight' },
    down: { kind: 'ratio', byDefault: '1', about: 'weight of down' },
    degraded: { kind: 'ratio', about: 'weight of degraded; with `scale` times the recorded level' },
    maintenance: { kind: 'ratio', byDefault: '0', about: 'weight of announced maintenance' },
    unknown: { kind: 'ratio', about: 'what time is worth that no source speaks for' },
  },
  output: () => 'time',
  evaluate(_inputs, params, { facts }) {
    const { window } = facts.claim;
    const recorded = params.text('window') === 'official' ? officialTimeline(facts, window) : recordedTimeline(facts, window);
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
