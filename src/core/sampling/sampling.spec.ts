import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commitmentTo, drawOf, isDrawn, isSampled, MILLION, SEED_BYTES } from './index.js';

const seeds = fc.uint8Array({ minLength: SEED_BYTES, maxLength: SEED_BYTES });

describe('a sample', () => {
  it('is drawn by a keyed hash whose published test vector it meets', () => {
    // RFC 4231, test case 2.
    expect(drawOf(Buffer.from('Jefe'), 'what do ya want for nothing?')).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
    expect(commitmentTo(new Uint8Array())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('is what anybody works out from seed, id and rate with other tools', () => {
    fc.assert(fc.property(seeds, fc.uuid(), fc.integer({ min: 0, max: MILLION }), (seed, id, rate) => {
      const first = createHmac('sha256', seed).update(id).digest().readBigUInt64BE();
      expect(isSampled(seed, id.toUpperCase(), rate)).toBe(first * 1_000_000n < BigInt(rate) << 64n);
    }));
  });

  it('of a lower rate lies within that of a higher one; of none it is empty, of all it is all', () => {
    fc.assert(fc.property(seeds, fc.uuid(), fc.integer({ min: 0, max: MILLION }), fc.integer({ min: 0, max: MILLION }), (seed, id, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      if (isSampled(seed, id, low)) expect(isSampled(seed, id, high)).toBe(true);
      expect([isSampled(seed, id, 0), isSampled(seed, id, MILLION)]).toEqual([false, true]);
    }));
  });

  it('ends exactly at its rate', () => {
    expect([isDrawn('7fffffffffffffff', 500_000), isDrawn('8000000000000000', 500_000)]).toEqual([true, false]);
  });
});
