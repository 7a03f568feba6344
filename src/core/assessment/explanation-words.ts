import type { Language } from '../policy/index.js';
import type { AssessmentResult } from './result.js';

export type Words = Readonly<Record<Language, string>>;

/** What a step is called whose block has no words below: only one that no engine knows any more. */
export const ANY_STEP_WORDS: Words = { en: 'Step “{step}” ({block})', ko: '단계 “{step}”({block})', fr: 'Étape « {step} » ({block})' };

/**
 * What each block's result is called in a working: the one place for the words of a new block. `{name}` is a parameter of the
 * block, something it noted in its working, or `{count}`, `{lowest}` and `{highest}` of its comparables.
 */
export const STEP_WORDS: Readonly<Record<string, Words>> = {
  outage: { en: 'Recorded trouble in your window', ko: '신청 시간 중 기록된 장애', fr: 'Panne enregistrée pendant votre période' },
  clip: { en: 'Of it, time that can count ({to})', ko: '그중 산정 가능한 시간({to})', fr: 'Dont le temps pouvant compter ({to})' },
  wait: { en: 'After the waiting period of {length}', ko: '대기 시간 {length} 이후', fr: "Après le délai de carence de {length}" },
  measure: { en: 'Counted time in {unit}', ko: '산정 시간({unit})', fr: 'Temps pris en compte, en {unit}' },
  baseline: { en: 'Expected sales ({method} of {count} comparables, from {lowest} to {highest})', ko: '예상 매출({count}개 비교 기간의 {method}, {lowest}~{highest})', fr: 'Ventes attendues ({method} de {count} périodes comparables, de {lowest} à {highest})' },
  actual: { en: 'Actual sales in the same time', ko: '같은 시간의 실제 매출', fr: 'Ventes réelles sur la même période' },
  condition: { en: 'Whether the condition holds', ko: '조건 충족 여부', fr: 'La condition est-elle remplie' },
  significance: { en: 'Shown by the records: actual sales lie below {below} of {of} comparables', ko: '기록으로 확인: 비교 기간 {of}개 중 {below}개보다 낮음', fr: 'Montré par les relevés : ventes inférieures à {below} périodes sur {of}' },
  shortfall: { en: 'Shortfall, expected less actual, not below nought', ko: '매출 감소액(예상−실제, 0 미만은 0)', fr: 'Manque à gagner, attendu moins réel, au minimum zéro' },
  margin: { en: 'Share of sales that is loss (margin)', ko: '손실로 보는 매출 비율(이익률)', fr: 'Part des ventes constituant la perte (marge)' },
  percent: { en: 'Times the rate that applies', ko: '적용 비율을 곱한 값', fr: 'Multiplié par le taux applicable' },
  per_unit: { en: 'Published tariff, {rate} a unit', ko: '공시 정액(단위당 {rate})', fr: "Tarif publié, {rate} par unité" },
  combine: { en: 'Amount before bounds', ko: '한도 적용 전 금액', fr: 'Montant avant plafonds' },
  clamp: { en: 'After the cap of {cap}', ko: '상한 {cap} 적용 후', fr: 'Après le plafond de {cap}' },
  round: { en: 'Rounded to {unit} ({mode})', ko: '{unit} 단위 반올림({mode})', fr: 'Arrondi à {unit} ({mode})' },
  min_payable: { en: 'After the minimum of {minimum}', ko: '최소 지급액 {minimum} 적용 후', fr: 'Après le minimum de {minimum}' },
  band: { en: 'The sum of its band', ko: '해당 구간의 금액', fr: 'La somme de sa tranche' },
  route: { en: 'Sent on as the policy says', ko: '정책에 따라 다음 단계로 보냄', fr: 'Transmis comme le prévoit la règle' },
  causation: { en: 'Sales fell and rose again as an outage makes them', ko: '장애에 따른 매출 감소와 회복 확인', fr: 'Ventes en baisse puis en reprise, comme lors d’une panne' },
  add_working_days: { en: 'Working days counted from the start date', ko: '기준일부터 영업일 기준 기한', fr: 'Échéance en jours ouvrés' },
  count_days: { en: 'Days that count', ko: '산정 일수', fr: 'Jours pris en compte' },
  trend: { en: 'Trend of your sales before the event', ko: '장애 전 매출 추세', fr: 'Tendance de vos ventes avant l’événement' },
  makeup: { en: 'Sales made up after restoration', ko: '복구 후 만회된 매출', fr: 'Ventes rattrapées après le rétablissement' },
  mitigation: { en: 'Extra cost you had to keep trading, as far as it avoided loss', ko: '영업 유지를 위한 추가 비용(손실을 줄인 범위)', fr: 'Frais supplémentaires engagés, dans la limite de la perte évitée' },
  lookup: { en: 'Read from the published table', ko: '공시된 표에 따른 값', fr: 'Selon le tableau publié' },
  lookup_dated: { en: 'Read from the published table, as of the date that counts', ko: '기준일의 공시 표에 따른 값', fr: 'Selon le tableau publié à la date retenue' },
  index: { en: 'Published sum after yearly uplifts', ko: '연도별 조정 후 공시 금액', fr: 'Montant publié après revalorisations annuelles' },
  slices: { en: 'Each part at its own rate', ko: '구간별 비율 적용', fr: 'Chaque tranche à son propre taux' },
  fee_time: { en: 'The part of your fee that belongs to the outage, times {multiplier}', ko: '장애 시간에 해당하는 요금 × {multiplier}', fr: 'Part de l’abonnement correspondant à la panne, multipliée par {multiplier}' },
  uptime: { en: 'Share of the time in which the service was up', ko: '가동률', fr: 'Part du temps où le service était disponible' },
  average: { en: 'In proportion to the cover', ko: '가입 비율에 따른 금액', fr: 'En proportion de la couverture' },
  deduct: { en: 'After the deductible of {amount}', ko: '공제액 {amount} 적용 후', fr: 'Après la franchise de {amount}' },
  sum: { en: 'Added together', ko: '합계', fr: 'Total' },
  divide: { en: 'Divided evenly', ko: '나눈 값', fr: 'Quotient' },
  each: { en: 'Worked out one by one and joined', ko: '항목별로 계산해 합산', fr: 'Calculé élément par élément, puis réuni' },
  limit: { en: 'What is left of the limit over several claims', ko: '여러 신청에 걸친 한도의 잔액', fr: 'Reste du plafond commun à plusieurs demandes' },
  offset: { en: 'Less what was paid before', ko: '기지급액 공제 후', fr: 'Moins ce qui a déjà été versé' },
  benefit: { en: 'Given beside money', ko: '현금 외 혜택', fr: 'Avantage hors argent' },
  withhold: { en: 'Tax withheld', ko: '원천징수액', fr: 'Impôt retenu' },
  eligible: { en: 'Conditions met', ko: '요건 충족', fr: 'Conditions remplies' },
};

/** The words of a block whose sentence above names something that this step does not have, such as a significance without comparables. */
export const BARE_STEP_WORDS: Readonly<Record<string, Words>> = {
  clip: { en: 'Of it, time that can count', ko: '그중 산정 가능한 시간', fr: 'Dont le temps pouvant compter' },
  wait: { en: 'After the waiting period', ko: '대기 시간 이후', fr: 'Après le délai de carence' },
  measure: { en: 'Counted time', ko: '산정 시간', fr: 'Temps pris en compte' },
  baseline: { en: 'Expected sales', ko: '예상 매출', fr: 'Ventes attendues' },
  significance: { en: 'Shown by the records', ko: '기록으로 확인되는지 여부', fr: 'Montré par les relevés' },
  per_unit: { en: 'Published tariff', ko: '공시 정액', fr: 'Tarif publié' },
  clamp: { en: 'Within the bounds of the policy', ko: '정책의 상·하한 적용 후', fr: 'Dans les limites de la règle' },
  round: { en: 'Rounded', ko: '단위 처리 후', fr: 'Arrondi' },
  min_payable: { en: 'After the minimum', ko: '최소 지급액 적용 후', fr: 'Après le minimum' },
  fee_time: { en: 'The part of your fee that belongs to the outage', ko: '장애 시간에 해당하는 요금', fr: 'Part de l’abonnement correspondant à la panne' },
  deduct: { en: 'After the deductible', ko: '공제액 적용 후', fr: 'Après la franchise' },
};

/** What stands behind a step's words when a person has put its figure, or put aside a refusal; `{reason}` is a whole sentence. */
export const OVERRIDE_WORDS: Readonly<Record<'kept' | 'filled' | 'waived' | 'questioned', Words>> = {
  kept: { en: 'A person put this figure; the rule came to {computed}. {reason}', ko: '담당자가 정한 수치입니다. 규칙에 따른 값은 {computed}입니다. {reason}', fr: 'Montant fixé par une personne ; la règle donnait {computed}. {reason}' },
  filled: { en: 'A person put this figure; the rule came to none. {reason}', ko: '담당자가 정한 수치입니다. 규칙만으로는 값이 정해지지 않았습니다. {reason}', fr: 'Montant fixé par une personne ; la règle n’en donnait aucun. {reason}' },
  waived: { en: 'A person put aside: “{waived}” {reason}', ko: '담당자가 다음 사유를 적용하지 않았습니다: “{waived}” {reason}', fr: 'Une personne a écarté : « {waived} » {reason}' },
  questioned: { en: 'A person had put {stated} here; what it rested on has changed, so it is not used until a person has looked again.', ko: '담당자가 {stated}(으)로 정했으나 근거가 바뀌어, 다시 확인할 때까지 사용하지 않습니다.', fr: 'Une personne avait fixé {stated} ici ; ses fondements ont changé : ce montant ne sert plus tant qu’il n’est pas réexaminé.' },
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
  fr: 'Votre période de {window} : non enregistré {notRecorded}, exclu {excluded}, carence {waiting}, déjà indemnisé {compensated}, pris en compte {counted}.',
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
  enrolled: { en: 'while you used the service', ko: '서비스 이용 중인 시간', fr: 'pendant que vous utilisiez le service' },
  not_holidays: { en: 'without public holidays', ko: '공휴일 제외', fr: 'hors jours fériés' },
  given: { en: 'on the days stated', ko: '해당 일자', fr: 'aux jours indiqués' },
  not_given: { en: 'without the times left out', ko: '제외 시간 외', fr: 'hors périodes exclues' },
  week: { en: 'weeks', ko: '주', fr: 'semaines' },
  date: { en: 'calendar days', ko: '일(달력)', fr: 'jours calendaires' },
  min: { en: 'lowest', ko: '최솟값', fr: 'minimum' },
  half_up: { en: 'half up', ko: '반올림', fr: 'au plus proche, moitié vers le haut' },
  half_even: { en: 'half to even', ko: '짝수로 반올림', fr: 'au plus proche, moitié vers le pair' },
  up: { en: 'up', ko: '올림', fr: 'vers le haut' },
  down: { en: 'down', ko: '버림', fr: 'vers le bas' },
  ceiling: { en: 'up', ko: '올림', fr: 'vers le haut' },
  floor: { en: 'down', ko: '내림', fr: 'vers le bas' },
};

/** What a fact is called in a sentence: every one of the catalogue, and the end of the recorded trouble. */
export const FACT_WORDS: Readonly<Record<string, Words>> = {
  'merchant.turnover': { en: 'Turnover of the year before', ko: '직전 연도 매출액', fr: "Chiffre d'affaires de l'année précédente" },
  'merchant.employees': { en: 'People employed in the year before', ko: '직전 연도 종업원 수', fr: "Effectif de l'année précédente" },
  'merchant.sector': { en: 'Trade', ko: '업종', fr: "Secteur d'activité" },
  'site.online': { en: 'Online shop', ko: '온라인 매장 여부', fr: 'Boutique en ligne' },
  'claim.filedAt': { en: 'Day of filing', ko: '신청일', fr: 'Jour du dépôt' },
  'claim.filedOn': { en: 'Day of filing', ko: '신청일', fr: 'Jour du dépôt' },
  'enrolment.active': { en: 'Service in use when the claimed time began', ko: '신청 시간 시작 시 서비스 이용 여부', fr: 'Service utilisé au début de la période' },
  'outage.recorded': { en: 'Trouble recorded in the claimed time', ko: '신청 시간 중 장애 기록 여부', fr: 'Panne enregistrée pendant la période' },
  'outage.end': { en: 'End of the recorded trouble', ko: '기록된 장애의 종료 시각', fr: 'Fin de la panne enregistrée' },
  'sales.covered': { en: 'Sales records for all of the time that is compared', ko: '비교하는 모든 시간의 매출 기록', fr: 'Relevés de ventes pour toute la période comparée' },
  'claim.from': { en: 'Start of the claimed time', ko: '신청 시간의 시작', fr: 'Début de la période demandée' },
  'claim.to': { en: 'End of the claimed time', ko: '신청 시간의 끝', fr: 'Fin de la période demandée' },
  'claim.months': { en: 'Months of the claimed time', ko: '신청 시간이 속한 달', fr: 'Mois de la période demandée' },
  'claim.services': { en: 'Claimed services', ko: '신청한 서비스', fr: 'Services concernés' },
  'claim.declaredLoss': { en: 'Loss as declared', ko: '신고한 손실', fr: 'Perte déclarée' },
  'site.country': { en: 'Country of the site', ko: '사업장 소재 국가', fr: 'Pays du site' },
  'enrolment.fee': { en: 'Fee for the service', ko: '서비스 이용료', fr: "Prix de l'abonnement" },
  'enrolment.tier': { en: 'Tier of the service', ko: '서비스 등급', fr: "Formule de l'abonnement" },
  'outage.longestDowntime': { en: 'Longest recorded downtime', ko: '기록된 가장 긴 중단 시간', fr: "Plus longue interruption enregistrée" },
  'outage.officialDuration': { en: 'Length of the operator’s stated outage', ko: '사업자가 공표한 장애 시간', fr: "Durée de la panne annoncée par l'opérateur" },
  'outage.incidents': { en: 'Recorded incidents', ko: '기록된 장애 건', fr: 'Incidents enregistrés' },
  'entitlements.earlier': { en: 'What was granted before', ko: '이전에 지급 결정된 금액', fr: 'Ce qui a déjà été accordé' },
};
