import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from './config.js';

const OUTSIDE_REVIEWER = 'Claims Panel <panel@example.org>';

describe('OUTSIDE_REVIEWER', () => {
  it('hears a second objection where there are three people', () => {
    expect(readConfig({ DUTY_PROFILE: 'small', OUTSIDE_REVIEWER }).outsideReviewer).toEqual({ name: 'Claims Panel', email: 'panel@example.org' });
    expect(readConfig({ DUTY_PROFILE: 'small' }).outsideReviewer).toBeUndefined();
  });

  it.each([['standard', { DUTY_PROFILE: 'standard' }], ['strict', { DUTY_PROFILE: 'strict' }], ['standard', {}]])('is refused where people here hear it: %s', (profile, given) => {
    expect(() => readConfig({ ...given, OUTSIDE_REVIEWER })).toThrow(ConfigError);
    expect(() => readConfig({ ...given, OUTSIDE_REVIEWER })).toThrow(`OUTSIDE_REVIEWER is for DUTY_PROFILE=small only: with "${profile}" people of the operator hear a second objection.`);
  });

  it('is a name and an address', () => {
    expect(() => readConfig({ DUTY_PROFILE: 'small', OUTSIDE_REVIEWER: 'panel@example.org' })).toThrow('OUTSIDE_REVIEWER must be a name and an address');
  });
});
