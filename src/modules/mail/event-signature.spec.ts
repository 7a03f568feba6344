import { describe, expect, it } from '@jest/globals';
import { MINUTE, type Instant } from '../../core/time/index.js';
import { isSigned, signatureOf } from './event-signature.rules.js';

const SECRET = 'a secret of thirty-two characters';
const NOW = 1_700_000_000_000 as Instant;
const BODY = Buffer.from('{"events":[]}');
const header = (t = '1700000000', body = BODY, secret = SECRET): string => `t=${t},v1=${signatureOf(secret, t, body)}`;

describe('a notice of delivery', () => {
  it('is believed when it is signed just now over this very body', () => {
    expect(isSigned(header(), BODY, SECRET, NOW)).toBe(true);
    expect(isSigned(header(), BODY, SECRET, (NOW + 5 * MINUTE) as Instant)).toBe(true);
  });

  it.each([
    ['another body', header(), Buffer.from('{"events":[1]}'), NOW], ['another secret', header('1700000000', BODY, 'another secret of many characters'), BODY, NOW],
    ['an old one', header(), BODY, (NOW + 5 * MINUTE + 1) as Instant], ['one from ahead', header('1700000301'), BODY, NOW], ['none', '', BODY, NOW],
    ['a time moved on', header().replace('t=1700000000', 't=1700000001'), BODY, NOW], ['half of one', 't=1700000000,v1=ab', BODY, NOW],
  ])('is not, by %s', (_why, given, body, now) => {
    expect(isSigned(given, body, SECRET, now)).toBe(false);
  });
});
