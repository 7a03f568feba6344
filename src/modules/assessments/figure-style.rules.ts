import type { FigureStyle } from '../../core/assessment/index.js';
import type { Formatting } from '../../platform/i18n/formatting.js';

/** The few words that figures need. */
export interface FigureWords {
  readonly yes: string;
  readonly no: string;
  readonly ofItAt: (length: string, weight: string) => string;
}

/** Figures of a working as people read them. Time is given as its length: where it lies is shown beside it, or does not matter. */
export const figureStyle = (f: Formatting, words: FigureWords): FigureStyle => ({
  amount: (minor, code) => f.minor(minor, code),
  duration: (ms) => f.duration(ms),
  pieces: (time) => {
    const weights = [...new Set(time.map(({ weight }) => weight))];
    const length = (weight?: string): number => time.reduce((sum, piece) => (weight === undefined || piece.weight === weight ? sum + (piece.to - piece.from) : sum), 0);
    const parts = weights.filter((weight) => weight !== '1').map((weight) => words.ofItAt(f.duration(length(weight)), f.ratio(weight)));
    return parts.length === 0 ? f.duration(length()) : `${f.duration(length())} (${parts.join(', ')})`;
  },
  share: (ratio) => f.share(ratio),
  count: (ratio) => f.ratio(ratio),
  truth: (is) => (is ? words.yes : words.no),
});
