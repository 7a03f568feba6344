import { describe, expect, it } from '@jest/globals';
import { currency, money, type Money } from '../../core/money/index.js';
import { sameCurrencies, withinBounds } from './approval-bounds.rules.js';

const eur = (minor: bigint): Money => money(minor, currency('EUR'));
const krw = (minor: bigint): Money => money(minor, currency('KRW'));

describe('the bounds of an approval', () => {
  it.each([
    ['each below its own', [eur(99n), krw(-4_999n)], undefined],
    ['exactly one of them', [eur(100n), krw(0n)], { moved: '1.00', currency: 'EUR', bound: '1.00' }],
    ['the second, downwards', [eur(0n), krw(-5_000n)], { moved: '-5000', currency: 'KRW', bound: '5000' }],
    ['opposite moves that a sum would hide', [eur(100n), krw(-100n)], { moved: '1.00', currency: 'EUR', bound: '1.00' }],
    ['a currency that has not moved', [krw(10n)], undefined],
  ])('hold every currency to its own: %s', (_what, moved, params) => {
    const within = withinBounds({ changed: 3, moved }, [eur(100n), krw(5_000n)]);
    expect(within.ok ? undefined : within.refusal).toEqual(params === undefined ? undefined : expect.objectContaining({ code: 'changes.moved_too_far', params: { changed: 3, ...params } }));
  });

  it('of nought hold where nothing has changed, and only there', () => {
    expect([withinBounds({ changed: 0, moved: [] }, [eur(0n)]).ok, withinBounds({ changed: 1, moved: [] }, [eur(0n)]).ok]).toEqual([true, false]);
  });

  it('are one a currency of the run, in whatever order they were named', () => {
    expect([[krw(1n), eur(1n)], [eur(1n)], [eur(1n), eur(2n)], []].map((bounds) => sameCurrencies(bounds, ['EUR', 'KRW']).ok)).toEqual([true, false, false, false]);
  });
});
