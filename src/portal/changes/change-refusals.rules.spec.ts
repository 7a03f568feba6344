import { describe, expect, it } from '@jest/globals';
import { Formatting } from '../../platform/i18n/formatting.js';
import { asPageSays } from './change-refusals.rules.js';

const f = new Formatting('en');

describe('a refusal of a change, on a page', () => {
  it('says amounts and counts as people read them, at the field they were typed into', () => {
    expect(asPageSays({ code: 'changes.moved_too_far', params: { changed: 1_200, moved: '-1234.50', currency: 'GBP', bound: '10.00' } }, f))
      .toEqual({ code: 'changes.moved_too_far', params: { changed: '1,200', moved: '-£1,234.50', bound: '£10.00' }, pointer: '/bound' });
    expect(asPageSays({ code: 'changes.claims_changed', params: { changed: 20, claims: 1_500 } }, f).params).toEqual({ changed: '20', claims: '1,500' });
  });

  it('speaks of the change where the machine speaks of anything, and leaves the rest alone', () => {
    expect(asPageSays({ code: 'machine.not_allowed', params: { state: 'applied' } }, f)).toEqual({ code: 'changes.transition_refused', params: {} });
    expect(asPageSays({ code: 'http.stale', params: { seen: 1, current: 2 }, pointer: '/x' }, f)).toEqual({ code: 'http.stale', params: { seen: 1, current: 2 }, pointer: '/x' });
  });
});
