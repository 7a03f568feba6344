import { describe, expect, it } from '@jest/globals';
import { readable, saidReasons } from './verdict-checks.service.js';

const WORDS = { plain: { en: 'No outage.', ko: '', fr: '' }, counted: { en: 'Only {count} weeks.', ko: '', fr: '' } };
const worked = { reasons: [{ code: 'counted', params: { count: '2' } }] };

describe('the reasons of a verdict', () => {
  it('say what the working says of the same reason', () => {
    expect(saidReasons(['plain', 'counted'], worked)).toEqual([{ code: 'plain', params: {} }, { code: 'counted', params: { count: '2' } }]);
  });

  it('are whole sentences of the catalogue, or no letter is written from them', () => {
    const check = (codes: string[], given: typeof worked) => readable(WORDS, saidReasons(codes, given));
    expect(check(['plain', 'counted'], worked)).toMatchObject({ ok: true });
    expect(check(['plain', 'counted'], { reasons: [] })).toMatchObject({ ok: false, refusal: { code: 'review.reason_open', params: { code: 'counted' } } });
    expect(check(['mood'], worked)).toMatchObject({ ok: false, refusal: { code: 'review.reason_unknown' } });
  });
});
