import { currency, exponentOf, formatMoney, money, parseRatio, roundRatio } from '../money/index.js';
import { formatInstant, type Instant } from '../time/index.js';
import type { Json } from '../audit/index.js';
import { reasonText, type CompiledPolicy, type Language, type ReasonCatalogue, type TraceNode } from '../policy/index.js';
import type { AssessmentResult } from './result.js';

/** One line of a working: what it says, the step behind it, and its figure on its own. */
export interface ExplanationLine {
  readonly step?: string;
  readonly text: string;
  readonly figure?: string;
}

type Words = Readonly<Record<Language, string>>;

/** What each block's result is called in a working; `{figure}` is the output, the others come from params and working. */
const STEP_WORDS: Readonly<Record<string, Words>> = {
  outage: { en: 'Recorded trouble in your window', ko: '신청 시간 중 기록된 장애', fr: 'Panne enregistrée pendant votre période' },
  clip: { en: 'Of it, time that can count ({to})', ko: '그중 산정 가능한 시간({to})', fr: 'Dont le temps pouvant compter ({to})' },
  wait: { en: 'After the waiting period of {length}', ko: '대기 시간 {length} 이후', fr: "Après le délai de carence de {length}" },
  measure: { en: 'Counted time in units', ko: '산정 시간(단위)', fr: 'Temps pris en compte, en unités' },
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

const OUTCOME_WORDS: Readonly<Record<AssessmentResult['outcome'], Words>> = {
  eligible: { en: 'The policy gives {figure}.', ko: '정책에 따른 금액은 {figure}입니다.', fr: 'La règle donne {figure}.' },
  nil: { en: 'You are eligible, and the policy gives nothing.', ko: '보상 대상이지만 금액은 0입니다.', fr: 'Vous êtes éligible, et la règle ne donne rien.' },
  ineligible: { en: 'The policy does not cover this claim.', ko: '정책상 보상 대상이 아닙니다.', fr: 'La règle ne couvre pas cette demande.' },
  refer: { en: 'A person will look at this claim.', ko: '담당자가 이 신청을 검토합니다.', fr: 'Une personne examinera cette demande.' },
};

const COUNTED_WORDS: Words = {
  en: 'Your window of {window}: {notRecorded} not recorded, {excluded} excluded, {waiting} waiting, {compensated} already compensated, {counted} counted.',
  ko: '신청 시간 {window}: 기록 없음 {notRecorded}, 제외 {excluded}, 대기 {waiting}, 기보상 {compensated}, 산정 {counted}.',
  fr: 'Votre période de {window} : {notRecorded} non enregistré, {excluded} exclu, {waiting} carence, {compensated} déjà indemnisé, {counted} pris en compte.',
};

/** Hours, minutes, seconds and milliseconds, as far as they are not nought; exact. Edge: 0 is `0 min`. */
export function durationText(ms: number): string {
  const parts = [[3_600_000, 'h'], [60_000, 'min'], [1_000, 's'], [1, 'ms']] as const;
  let left = ms;
  const said = parts.flatMap(([size, unit]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? [] : [`${count} ${unit}`];
  });
  return said.length === 0 ? '0 min' : said.join(' ');
}

/** Exact decimal text where the fraction has one, else the fraction of the smallest unit; never a rounded figure that looks exact. */
function amountText(minor: string, code: string): string {
  const read = parseRatio(minor);
  if (!read.ok) return minor;
  const unit = currency(code);
  const { num, den } = read.value;
  if (den === 1n) return `${formatMoney(money(num, unit))} ${code}`;
  const digits = decimalDigits(den);
  if (digits === undefined) return `${formatMoney(money(roundRatio(read.value, 'down'), unit))} ${code} + ${num % den}/${den} of its smallest unit`;
  const all = (num * 10n ** BigInt(digits)) / den;
  const shift = digits + exponentOf(unit);
  const text = (all < 0n ? -all : all).toString().padStart(shift + 1, '0');
  return `${all < 0n ? '-' : ''}${text.slice(0, -shift)}.${text.slice(-shift)} ${code}`;
}

/** How many decimals write 1/den exactly; undefined when none do (or more than twelve). */
function decimalDigits(den: bigint): number | undefined {
  for (let digits = 1; digits <= 12; digits += 1) if (10n ** BigInt(digits) % den === 0n) return digits;
  return undefined;
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function figureText(value: Json | undefined, code: string): string | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return durationsOf(value as readonly { from: number; to: number; weight?: string }[]);
  if (!isObject(value)) return undefined;
  if (typeof value['minor'] === 'string') return amountText(value['minor'], code);
  if (typeof value['ms'] === 'string') return durationText(Number.parseInt(value['ms'], 10));
  const plain = value['ratio'] ?? value['number'];
  return typeof plain === 'string' ? plain : undefined;
}

function durationsOf(pieces: readonly { from: number; to: number; weight?: string }[]): string {
  if (pieces.length === 0) return durationText(0);
  return pieces.map(({ from, to, weight }) =>
    `${formatInstant(from as Instant)} – ${formatInstant(to as Instant)} (${durationText(to - from)}${weight === undefined || weight === '1' ? '' : ` × ${weight}`})`).join('; ');
}

/** Everything a step's sentence may name: its parameters, what it noted while working, and its comparables. */
function namesOf(node: TraceNode, code: string): Record<string, string> {
  const params = Object.entries(node.params).map(([name, { value }]) => [name, figureText(value, code) ?? ''] as const);
  const working = isObject(node.working) ? node.working : {};
  const spread = isObject(working['spread']) ? working['spread'] : {};
  const samples = isObject(node.output) && Array.isArray(node.output['samples']) ? node.output['samples'].length : 0;
  return {
    ...Object.fromEntries(params), count: String(samples),
    ...Object.fromEntries(Object.entries(working).flatMap(([name, value]) => (typeof value === 'number' || typeof value === 'string' ? [[name, String(value)]] : []))),
    ...Object.fromEntries(Object.entries(spread).flatMap(([name, value]) => (typeof value === 'string' ? [[name, amountText(value, code)]] : []))),
  };
}

/** Where a figure came from: the block's version, and each parameter with its published source. */
function sourceText(node: TraceNode): string {
  const stated = Object.entries(node.params).flatMap(([name, { ref, source }]) => (ref === undefined ? [] : [`${name} = ${ref}${source === undefined ? '' : ` (${source})`}`]));
  return [node.block, ...stated].join('; ');
}

function stepLine(node: TraceNode, code: string, language: Language): ExplanationLine | undefined {
  const words = STEP_WORDS[node.block.split('@')[0] ?? ''];
  const figure = figureText(node.output, code);
  if (words === undefined || node.skipped !== undefined || figure === undefined) return undefined;
  return { step: node.id, text: `${reasonText(words[language], namesOf(node, code))} [${sourceText(node)}]`, figure };
}

/**
 * The working of an assessment in plain words: outcome, reasons, what became of the claimed time, and every step that ran, each
 * with its figure, block version, parameters and their source. Amounts that are not whole are given exactly, never rounded.
 * Edge: a refused claim has its reasons and its time, and no amounts.
 */
export function explain(result: AssessmentResult, policy: CompiledPolicy, reasons: ReasonCatalogue, language: Language): ExplanationLine[] {
  const code = result.currency;
  const cash = result.cashMinor === null ? undefined : amountText(result.cashMinor, code);
  const sentence = (reason: { code: string; params: Readonly<Record<string, string>> }): string =>
    reasonText((policy.document.reasons[reason.code] ?? reasons[reason.code])?.[language] ?? reason.code, reason.params);
  const { totals } = result;
  const time = reasonText(COUNTED_WORDS[language], {
    window: durationText(totals.windowMs), notRecorded: durationText(totals.notRecordedMs), excluded: durationText(totals.excludedMs),
    waiting: durationText(totals.waitingMs), compensated: durationText(totals.alreadyCompensatedMs), counted: durationText(totals.countedMs),
  });
  return [
    { text: reasonText(OUTCOME_WORDS[result.outcome][language], { figure: cash ?? '' }), ...(cash === undefined ? {} : { figure: cash }) },
    ...result.reasons.map((reason) => ({ text: sentence(reason) })),
    ...result.findings.filter(({ effect }) => effect === 'informs').map((finding) => ({ text: sentence(finding) })),
    ...(result.lanes.usedForAmount ? [{ text: time }] : []),
    ...result.trace.flatMap((node) => stepLine(node, code, language) ?? []),
  ];
}
