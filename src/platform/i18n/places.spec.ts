import { describe, expect, it } from '@jest/globals';
import { isZone } from '../../core/time/index.js';
import { countriesIn, zonesOf } from './places.js';

describe('places', () => {
  it('of a country are zones that are known, the usual one first', () => {
    expect(zonesOf('KR')).toEqual(['Asia/Seoul']);
    expect(zonesOf('US')[0]).toBe('America/New_York');
    expect(['US', 'AU', 'FR', 'BR', 'DE'].flatMap(zonesOf).filter((zone) => !isZone(zone))).toEqual([]);
    expect(zonesOf('nowhere')).toEqual([]);
  });

  it('are named and ordered in the language of the reader', () => {
    expect(countriesIn('ko', ['US', 'KR']).map(({ text }) => text)).toEqual(['대한민국', '미국']);
    expect(countriesIn('fr', ['US', 'KR', 'DE'])).toEqual([{ value: 'DE', text: 'Allemagne' }, { value: 'KR', text: 'Corée du Sud' }, { value: 'US', text: 'États-Unis' }]);
  });
});
