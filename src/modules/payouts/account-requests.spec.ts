import { describe, expect, it } from '@jest/globals';
import { HOUR, type Instant } from '../../core/time/index.js';
import { nextAsking } from './account-requests.rules.js';

describe('asking for an account', () => {
  it('begins a day after money is due, is repeated after a week and a month, and then is nothing for letters', () => {
    const day = 24 * HOUR;
    const now = Date.UTC(2026, 10, 28) as Instant;
    expect([0, 1, 2, 3, 4].map((asked) => nextAsking(asked, now))).toEqual([now + day, now + 7 * day, now + 30 * day, undefined, undefined]);
  });
});
