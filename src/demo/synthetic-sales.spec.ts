import { describe, expect, it } from '@jest/globals';
import { BEGAN, KAKAO_LEAVES, knownAt, OVER } from './kakao-outage.js';
import { dayBook, type Shares } from './synthetic-sales.js';

const TRADE = { name: 'a shop', best: 1_000_000n, loss: 300_001n, shares: [24, 0, 13, 14, 14, 16, 19] as Shares, lostOn: [5, 4, 2, 1, 1, 1, 0] as Shares };

/** Sums of the eight weeks from Saturday to Friday. */
function weeksOf(csv: string): bigint[] {
  const amounts = csv.trim().split('\n').slice(1).map((line) => BigInt(line.split(',')[1] ?? ''));
  return Array.from({ length: 8 }, (_, week) => amounts.slice(week * 7, week * 7 + 7).reduce((sum, amount) => sum + amount, 0n));
}

describe('a synthetic day book', () => {
  it('has the stated best week and the stated loss to the won', () => {
    const weeks = weeksOf(dayBook(TRADE).csv);
    expect(weeks.filter((_, week) => week !== 6).reduce((most, sum) => (sum > most ? sum : most))).toBe(1_000_000n);
    expect(weeks[6]).toBe(699_999n);
  });

  it('is the same whenever it is made, sells nothing on a closed day, and nothing below nought', () => {
    const { csv } = dayBook(TRADE);
    expect(dayBook(TRADE).csv).toBe(csv);
    const lines = csv.trim().split('\n').slice(1);
    expect(lines.filter((_, day) => day % 7 === 1).every((line) => line.endsWith(',0'))).toBe(true);
    expect(lines.some((line) => line.includes(',-'))).toBe(false);
  });
});

describe('what is known of the outage', () => {
  it.each(KAKAO_LEAVES)('%s is known without a gap from the official begin until it is back, by the official end at the latest', (service) => {
    const stretches = knownAt(5, service, OVER);
    expect(stretches.some(({ from }) => from === BEGAN)).toBe(true);
    stretches.slice(1).forEach(({ from }, index) => expect(stretches[index]?.to).toBe(from));
    expect(Math.max(...stretches.map(({ to }) => to ?? Number.POSITIVE_INFINITY))).toBeLessThanOrEqual(OVER);
    expect(stretches.every(({ source, evidence }) => source !== '' && evidence !== '')).toBe(true);
  });
});
