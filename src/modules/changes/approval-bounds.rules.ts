import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatMoney, money, type Money } from '../../core/money/index.js';

/** What has changed since a run, of what is in it, and how far its totals move by that; a currency that is left out has not moved. */
export interface Drift {
  readonly changed: number;
  readonly moved: readonly Money[];
}

export const movedIn = ({ moved }: Drift, { currency }: Money): bigint => moved.find((one) => one.currency === currency)?.minor ?? 0n;

const magnitude = (minor: bigint): bigint => (minor < 0n ? -minor : minor);

/** One bound for each currency of the run, and none besides. Code: `changes.currency_differs`. */
export function sameCurrencies(bounds: readonly Money[], currencies: readonly string[]): Result<void> {
  const named = bounds.map(({ currency }) => currency).sort().join(', ');
  return named === currencies.join(', ') ? ok(undefined) : refuse('changes.currency_differs', { currency: currencies.join(', ') }, { pointer: '/movesLessThan' });
}

/** Each total moves by less than its own bound. Edge: exactly the bound is too far; where nothing has changed, a bound of nought holds. Code: `changes.moved_too_far`, of the first that is passed. */
export function withinBounds(drift: Drift, bounds: readonly Money[]): Result<void> {
  const passed = bounds.find((bound) => magnitude(movedIn(drift, bound)) >= bound.minor);
  if (drift.changed === 0 || passed === undefined) return ok(undefined);
  const { currency } = passed;
  return refuse('changes.moved_too_far', { changed: drift.changed, moved: formatMoney(money(movedIn(drift, passed), currency)), currency, bound: formatMoney(passed) });
}
