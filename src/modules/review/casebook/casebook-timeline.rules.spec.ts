import { describe, expect, it } from '@jest/globals';
import { changesBetween, inOrder, keyOf } from './casebook-timeline.rules.js';

const filed = (change: object) => ({ services: ['card'], window: { from: 0, to: 10 }, declaredMinor: null, currency: 'GBP', answers: { seats: 4 }, salesSetId: null, ...change }) as never;

describe('what changed between two filings', () => {
  it('is told field by field, with what was taken out and what came in', () => {
    expect(changesBetween(filed({ answers: { seats: 4, note: 'a' }, declaredMinor: '100' }), filed({ answers: { seats: 5 }, window: { from: 0, to: 20 } }))).toEqual([
      { field: 'window', before: { from: 0, to: 10 }, after: { from: 0, to: 20 } }, { field: 'declaredMinor', before: '100' },
      { field: 'answers.seats', before: 4, after: 5 }, { field: 'answers.note', before: 'a' },
    ]);
  });

  it('is nothing where only the order of fields differs', () => {
    expect(changesBetween(filed({ answers: { a: 1, b: 2 } }), filed({ answers: { b: 2, a: 1 } }))).toEqual([]);
  });
});

it('entries of one instant keep one order, whatever order they came in', () => {
  const [sight, event, other] = [['sight', 'x'], ['event', '2'], ['event', '10']].map(([kind, key]) => ({ kind, key, at: '2026-11-28T00:00:00.000Z', what: '', data: {} })) as never[];
  const told = inOrder([sight, event, other] as never);
  expect(told).toEqual(inOrder([other, sight, event] as never));
  expect(new Set(told.map(keyOf)).size).toBe(3);
});
