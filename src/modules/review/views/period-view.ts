import { MILLION } from '../../../core/sampling/index.js';
import { formatInstant } from '../../../core/time/index.js';
import type { LookCounts, PeriodRow } from '../sampling/sampling.repository.js';

/** A period as anybody may see it. */
export interface PeriodView {
  readonly self: string;
  readonly id: string;
  /** Claims filed from here on, */
  readonly from: string;
  /** and before this, are drawn from. */
  readonly to: string;
  /** The part that is drawn, as decimal text: `0.02` is two in a hundred. */
  readonly rate: string;
  /** SHA-256 of the seed, published before the period began. */
  readonly commitment: string;
  readonly committedAt: string;
  /** The seed in hex, when the period is over and it was revealed. */
  readonly seed?: string;
  readonly revealedAt?: string;
  /** What second looks at decisions of drawn claims found so far. */
  readonly secondLooks: LookCounts;
  readonly version: number;
}

/** Exact decimal text of a whole number of millionths, without noughts at its end. */
export const rateText = (perMillion: number): string => {
  const [whole, part] = [Math.floor(perMillion / MILLION), String(perMillion % MILLION).padStart(6, '0').replace(/0+$/, '')];
  return part === '' ? String(whole) : `${whole}.${part}`;
};

export const periodView = ({ id, span, ratePerMillion, commitment, committedAt, seed, revealedAt, version }: PeriodRow, secondLooks: LookCounts = { agree: 0, disagree: 0 }): PeriodView => ({
  self: `/v1/sampling-periods/${id}`, id, from: formatInstant(span.from), to: formatInstant(span.to), rate: rateText(ratePerMillion), commitment,
  committedAt: formatInstant(committedAt), ...(seed === null || revealedAt === null ? {} : { seed: seed.toString('hex'), revealedAt: formatInstant(revealedAt) }), secondLooks, version,
});
