import type { AssessmentResult } from '../../core/assessment/index.js';
import type { Interval } from '../../core/time/index.js';
import type { Formatting } from '../../platform/i18n/formatting.js';
import type { Translate } from '../../platform/i18n/translations.js';
import { layOut, type Lane, type LanePiece, type Strip } from './strip.rules.js';

const as = (kind: string) => (pieces: readonly Interval[]): LanePiece[] => pieces.map(({ from, to }) => ({ from, to, kind }));

/** What became of every minute of a claim, drawn from the same pieces that were summed. A lane without pieces is left out. */
export function claimStrip({ lanes }: Pick<AssessmentResult, 'lanes'>, window: Interval, zone: string, f: Formatting, t: Translate): Strip {
  const all: Lane[] = [
    { label: t('strip.recorded'), pieces: lanes.recorded.map(({ from, to, state, level }) => ({ from, to, kind: state, ...(level === undefined ? {} : { note: `(${level})` }) })) },
    { label: t('strip.open'), pieces: as('open')(lanes.open) },
    { label: t('strip.left_out'), pieces: [
      ...as('not_recorded')(lanes.notRecorded), ...lanes.excluded.map(({ from, to, why }) => ({ from, to, kind: `excluded_${why}` })),
      ...as('waiting')(lanes.waiting), ...as('compensated')(lanes.alreadyCompensated),
    ].sort((a, b) => a.from - b.from) },
    { label: t('strip.counted'), pieces: lanes.counted.map(({ from, to, weight }) => ({ from, to, kind: 'counted', ...(weight === '1' ? {} : { note: `× ${weight}` }) })) },
  ];
  const shown = lanes.usedForAmount ? all : all.slice(0, 2);
  return layOut(window, zone, shown.filter(({ pieces }) => pieces.length > 0), f, (kind) => t(`strip.kinds.${kind}`));
}
