import type { Money } from '../../../core/money/index.js';
import type { Language } from '../../../core/policy/index.js';
import type { Interval } from '../../../core/time/index.js';

/** Where and for what a claim would be opened. */
export interface OpeningPlace {
  readonly siteId: string;
  readonly services: readonly string[];
  readonly window: Interval;
}

/** What a claim was worked out to come to: said to the merchant, decided by the rule. */
export interface CameTo {
  readonly amount: Money;
  /** What of it is withheld as tax, in words; nothing where nobody knows yet. */
  readonly tax: (language: Language) => string;
}

/** What keeps the operator from opening a claim for a site. */
export type OpeningObstacle = 'claimed_already' | 'taken_back' | 'draft_begun' | 'claimed_elsewhere';
