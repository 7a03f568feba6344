import { describe, expect, it } from '@jest/globals';
import { withParticles } from './particles.js';
import { Translations } from './translations.js';

describe('Korean particles', () => {
  it.each([
    ['사과을(를)', '사과를'], ['점검을(를)', '점검을'], ['카페은(는)', '카페는'], ['점검은(는)', '점검은'], ['회선이(가)', '회선이'], ['가게이(가)', '가게가'],
    ['서울(으)로', '서울로'], ['부산(으)로', '부산으로'], ['제주(으)로', '제주로'], ['학교와(과)', '학교와'], ['집과(와)', '집과'],
    ['“점검”은(는)', '“점검”은'], ['카페(본점)을(를)', '카페(본점)을'],
    ['MG-1은(는)', 'MG-1은(는)'], ['₩12,300을(를)', '₩12,300을(를)'], ['점검은 예고되었습니다.', '점검은 예고되었습니다.'],
  ])('%s → %s', (open, chosen) => {
    expect(withParticles(open)).toBe(chosen);
  });

  it('are chosen in sentences of the catalogue', () => {
    expect(new Translations('src/portal/locales').in('ko')('outage.answers.maintenance', { at: '10:00', service: '카드 결제' })).toContain('카드 결제는 예고된');
  });
});
