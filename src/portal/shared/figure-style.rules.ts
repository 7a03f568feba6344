import type { FigureStyle } from '../../core/assessment/index.js';
import type { Formatting } from '../../platform/i18n/formatting.js';
import type { Translate } from '../../platform/i18n/translations.js';

/** Figures of a working as a page writes them. Time is given as its length, since the strip above shows where it lies. */
export const pageStyle = (f: Formatting, t: Translate): FigureStyle => ({
  amount: (minor, code) => f.minor(minor, code),
  duration: (ms) => f.duration(ms),
  pieces: (time) => {
    const weights = [...new Set(time.map(({ weight }) => weight))];
    const length = (weight?: string): number => time.reduce((sum, piece) => (weight === undefined || piece.weight === weight ? sum + (piece.to - piece.from) : sum), 0);
    const parts = weights.filter((weight) => weight !== '1').map((weight) => t('claim.of_it_at', { length: f.duration(length(weight)), weight: f.ratio(weight) }));
    return parts.length === 0 ? f.duration(length()) : `${f.duration(length())} (${parts.join(', ')})`;
  },
  share: (ratio) => f.share(ratio),
  count: (ratio) => f.ratio(ratio),
  truth: (is) => t(is ? 'claim.yes' : 'claim.no'),
});
