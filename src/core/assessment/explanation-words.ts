import type { Language } from '../policy/index.js';
import type { AssessmentResult } from './result.js';

export type Words = Readonly<Record<Language, string>>;

/** What each block's result is called in a working; `{figure}` is the output, the others come from params and working. */
export const STEP_WORDS: Readonly<Record<string, Words>> = {
  outage: { en: 'Recorded trouble in your window', ko: '신청 시간 중 기록된 장애', fr: 'Panne enregistrée pendant votre période' },
  clip: { en: 'Of it, time that can count ({to})', ko: '그중 산정 가능한 시간({to})', fr: 'Dont le temps pouvant compter ({to})' },
  wait: { en: 'After the waiting period of {length}', ko: '대기 시간 {length} 이후', fr: "Après le délai de carence de {length}" },
  measure: { en: 'Counted time in {unit}', ko: '산정 시간({unit})', fr: 'Temps pris en compte, en {unit}' },
  baseline: { en: 'Expected sales ({method} of {count} comparables, from {lowest} to {highest})', ko: '예상 매출({count}개 비교 기간의 {method}, {lowest}~{highest})', fr: 'Ventes attendues ({method} de {count} périodes comparables, de {lowest} à {highest})' },
  actual: { en: 'Actual sales in the same time', ko: '같은 시간의 실제 매출', fr: 'Ventes réelles sur la même période' },
  significance: { en: 'Shown by the records: actual sales lie below {below} of {of} comparables', ko: '기록으로 확인: 비교 기간 {of}개 중 {below}개보다 낮음', fr: 'Montré par les relevés : ventes inférieures à {below} périodes sur {of}' },
  shortfall: { en: 'Shortfall, expected less actual, floored once at nought', ko: '매출 감소액(예상−실제, 0 미만은 0)', fr: 'Manque à gagner, attendu moins réel, au minimum zéro' },
  margin: { en: 'Share of sales that is loss (margin)', ko: '손실로 보는 매출 비율(이익률)', fr: 'Part des ventes constituant la perte (marge)' },
  percent: { en: 'Shortfall times margin', ko: '매출 감소액 × 이익률', fr: 'Manque à gagner multiplié par la marge' },
  per_unit: { en: 'Published tariff, {rate} a unit', ko: '공시 정액(단위당 {rate})', fr: "Tarif publié, {rate} par unité" },
  combine: { en: 'Amount before bounds', ko: '한도 적용 전 금액', fr: 'Montant avant plafonds' },
  clamp: { en: 'After the cap of {cap}', ko: '상한 {cap} 적용 후', fr: 'Après le plafond de {cap}' },
  round: { en: 'Rounded to {unit} ({mode})', ko: '{unit} 단위 반올림({mode})', fr: 'Arrondi à {unit} ({mode})' },
  min_payable: { en: 'After the minimum of {minimum}', ko: '최소 지급액 {minimum} 적용 후', fr: 'Après le minimum de {minimum}' },
  band: { en: 'The sum of its band', ko: '해당 구간의 금액', fr: 'La somme de sa tranche' },
  eligible: { en: 'Conditions met', ko: '요건 충족', fr: 'Conditions remplies' },
};

export const OUTCOME_WORDS: Readonly<Record<AssessmentResult['outcome'], Words>> = {
  eligible: { en: 'The policy gives {figure}.', ko: '정책에 따른 금액은 {figure}입니다.', fr: 'La règle donne {figure}.' },
  nil: { en: 'You are eligible, and the policy gives nothing.', ko: '보상 대상이지만 금액은 0입니다.', fr: 'Vous êtes éligible, et la règle ne donne rien.' },
  ineligible: { en: 'The policy does not cover this claim.', ko: '정책상 보상 대상이 아닙니다.', fr: 'La règle ne couvre pas cette demande.' },
  refer: { en: 'A person will look at this claim.', ko: '담당자가 이 신청을 검토합니다.', fr: 'Une personne examinera cette demande.' },
};

export const COUNTED_WORDS: Words = {
  en: 'Your window of {window}: {notRecorded} not recorded, {excluded} excluded, {waiting} waiting, {compensated} already compensated, {counted} counted.',
  ko: '신청 시간 {window}: 기록 없음 {notRecorded}, 제외 {excluded}, 대기 {waiting}, 기보상 {compensated}, 산정 {counted}.',
  fr: 'Votre période de {window} : {notRecorded} non enregistré, {excluded} exclu, {waiting} carence, {compensated} déjà indemnisé, {counted} pris en compte.',
};

/** Words of the closed lists that parameters are chosen from, as they stand inside a sentence. */
export const TERM_WORDS: Readonly<Record<string, Words>> = {
  opening_hours: { en: 'your opening hours', ko: '영업 시간', fr: 'vos heures d’ouverture' },
  not_yet_compensated: { en: 'not compensated before', ko: '이전에 보상받지 않은 시간', fr: 'pas encore indemnisé' },
  hour: { en: 'hours', ko: '시간', fr: 'heures' },
  minute: { en: 'minutes', ko: '분', fr: 'minutes' },
  day: { en: 'days of 24 hours', ko: '일(24시간)', fr: 'jours de 24 heures' },
  median: { en: 'median', ko: '중앙값', fr: 'médiane' },
  mean: { en: 'mean', ko: '평균', fr: 'moyenne' },
  max: { en: 'highest', ko: '최댓값', fr: 'maximum' },
  half_up: { en: 'half up', ko: '반올림', fr: 'au plus proche, moitié vers le haut' },
  half_even: { en: 'half to even', ko: '짝수로 반올림', fr: 'au plus proche, moitié vers le pair' },
  up: { en: 'up', ko: '올림', fr: 'vers le haut' },
  down: { en: 'down', ko: '버림', fr: 'vers le bas' },
  ceiling: { en: 'up', ko: '올림', fr: 'vers le haut' },
  floor: { en: 'down', ko: '내림', fr: 'vers le bas' },
};
