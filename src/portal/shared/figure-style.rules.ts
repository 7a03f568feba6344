import type { FigureStyle } from '../../core/assessment/index.js';
import { figureStyle } from '../../modules/assessments/index.js';
import type { Formatting } from '../../platform/i18n/formatting.js';
import type { Translate } from '../../platform/i18n/translations.js';

/** Figures of a working as a page writes them. Time is given as its length, since the strip above shows where it lies. */
export const pageStyle = (f: Formatting, t: Translate): FigureStyle =>
  figureStyle(f, { yes: t('claim.yes'), no: t('claim.no'), ofItAt: (length, weight) => t('claim.of_it_at', { length, weight }) });
