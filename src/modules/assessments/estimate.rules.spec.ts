import { describe, expect, it } from '@jest/globals';
import { sumOfRanges, type Range } from './estimate.rules.js';

const sum = (minor: string): Range => ({ kind: 'sum', minor });
const between = (fromMinor: string, toMinor?: string): Range => ({ kind: 'between', fromMinor, toMinor });
const nothing: Range = { kind: 'nothing' };
const unknown: Range = { kind: 'unknown' };

describe('the sum over several places', () => {
  it.each<[string, Range[], Range, number]>([
    ['of sums is their sum, to the last unit', [sum('9007199254740993'), sum('7')], sum('9007199254741000'), 0],
    ['of a sum and a range is a range', [sum('5340'), between('4500', '2500000')], between('9840', '2505340'), 0],
    ['has no upper end where one has none', [sum('5340'), between('0')], between('5340'), 0],
    ['counts a place that gets nothing as nought', [sum('5340'), nothing], sum('5340'), 0],
    ['is nothing where no place gets anything', [nothing, nothing], nothing, 0],
    ['leaves out what cannot be said yet, and says of how many', [sum('5340'), unknown, unknown], sum('5340'), 2],
    ['cannot be said where nothing can', [unknown, unknown], unknown, 2],
    ['of ranges that meet is one sum', [between('10', '10'), sum('5')], sum('15'), 0],
  ])('%s', (_what, ranges, range, open) => {
    expect(sumOfRanges(ranges)).toEqual({ range, open });
  });
});
