import { describe, expect, it } from '@jest/globals';
import { errorPageOf } from './error-page.rules.js';

describe('the page of a refusal', () => {
  it.each([
    [404, 'claims.not_found', 'missing', false],
    [404, 'agents.link_dead', 'link', true],
    [404, 'recoveries.papers_link_unknown', 'link', true],
    // The page says it already.
    [403, 'access.permission', 'forbidden', false],
    [403, 'policies.four_eyes', 'forbidden', true],
    [412, 'http.stale', 'changed', true],
    [422, 'http.validation', 'unreadable', true],
    [500, 'http.defect', 'defect', false],
    [503, 'http.unavailable', 'away', false],
  ])('of %i %s is "%s", with its reason: %s', (status, code, kind, why) => {
    expect(errorPageOf(status, code)).toEqual({ kind, why });
  });
});
