import type { Interval } from '../../../core/time/index.js';

/** Where and for what a claim would be opened. */
export interface OpeningPlace {
  readonly siteId: string;
  readonly services: readonly string[];
  readonly window: Interval;
}

/** What keeps the operator from opening a claim for a site. */
export type OpeningObstacle = 'claimed_already' | 'taken_back' | 'draft_begun' | 'claimed_elsewhere';
