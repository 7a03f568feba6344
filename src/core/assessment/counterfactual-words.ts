import type { Json } from '../audit/index.js';
import { reasonText, type CompiledPolicy, type Language } from '../policy/index.js';
import type { Change, Counterfactuals, Goal, Untried } from './counterfactual.js';
import { figureText, PLAIN_STYLE, type FigureStyle } from './explanation.js';
import { FACT_WORDS, OUTCOME_WORDS, type Words } from './explanation-words.js';

/** A change as a sentence, beside what a machine reads. */
export interface SaidChange extends Change {
  readonly text: string;
}

export interface SaidCounterfactuals extends Omit<Counterfactuals, 'changeable' | 'given' | 'untried'> {
  readonly language: Language;
  readonly text: string;
  readonly changeable: readonly SaidChange[];
  readonly given: readonly SaidChange[];
  readonly untried: readonly (Untried & { readonly text: string })[];
}

const GOAL_WORDS: Readonly<Record<Goal, Words>> = {
  not_refused: { en: 'What would have ended the refusal, one thing at a time:', ko: '거절되지 않았을 조건(한 번에 하나씩):', fr: 'Ce qui aurait évité le refus, une chose à la fois :' },
  decided: { en: 'What would have let the policy decide by itself, one thing at a time:', ko: '정책만으로 결정되었을 조건(한 번에 하나씩):', fr: 'Ce qui aurait permis à la règle de trancher seule, une chose à la fois :' },
  paid: { en: 'What would have brought a sum, one thing at a time:', ko: '금액이 나왔을 조건(한 번에 하나씩):', fr: 'Ce qui aurait donné une somme, une chose à la fois :' },
  more: { en: 'What would have brought more, one thing at a time:', ko: '금액이 늘었을 조건(한 번에 하나씩):', fr: 'Ce qui aurait donné davantage, une chose à la fois :' },
};

const NONE: Words = {
  en: 'No single change that could be tried would alter this result.',
  ko: '하나만 달라져서 결과가 바뀌는 경우를 찾지 못했습니다.',
  fr: "Aucun changement isolé parmi ceux essayés ne modifierait ce résultat.",
};

const CHANGE: Words = {
  en: '{label}: {to} instead of {from}. {becomes}', ko: '{label}: {from} 대신 {to}. {becomes}', fr: '{label} : {to} au lieu de {from}. {becomes}',
};

const UNTRIED: Readonly<Record<Untried['why'], Words>> = {
  needs_sales: { en: '{label}: not tried, since it would need sales of a time that this assessment did not look at.', ko: '{label}: 이 산정에서 보지 않은 시간의 매출이 필요하여 시험하지 않았습니다.', fr: "{label} : non essayé, car il faudrait des ventes d'une période que ce calcul n'a pas examinée." },
  not_varied: { en: '{label}: not tried, since it is not one figure, date or choice.', ko: '{label}: 하나의 숫자, 날짜, 선택이 아니어서 시험하지 않았습니다.', fr: "{label} : non essayé, car ce n'est ni un chiffre, ni une date, ni un choix." },
  budget: { en: '{label}: not tried to the end, since the search is limited.', ko: '{label}: 탐색 한도에 이르러 끝까지 시험하지 않았습니다.', fr: '{label} : non essayé jusqu’au bout, la recherche étant limitée.' },
};

const YES: Words = { en: 'yes', ko: '예', fr: 'oui' };
const NO: Words = { en: 'no', ko: '아니요', fr: 'non' };
const NOTHING: Words = { en: 'nothing', ko: '없음', fr: 'rien' };

/** The label of an input as the form shows it, with row and field where it is a list; of a fact, its name in words. */
function labelOf(path: string, policy: CompiledPolicy, language: Language): string {
  const [scope = '', ...names] = path.slice(1).split('.');
  if (scope === 'facts') return FACT_WORDS[names.join('.')]?.[language] ?? names.join('.');
  const [input = '', row, field] = names;
  const label = policy.document.inputs[input]?.label[language] ?? input;
  return row === undefined ? `“${label}”` : `“${label}” (${Number.parseInt(row, 10) + 1}, ${field ?? ''})`;
}

/** Counterfactuals in words of one language; the machine's part stays beside each sentence. */
export function sayCounterfactuals(found: Counterfactuals, policy: CompiledPolicy, language: Language, style: FigureStyle = PLAIN_STYLE): SaidCounterfactuals {
  const { currency: code } = policy;
  const worded: FigureStyle = { ...style, truth: (is) => (is ? YES : NO)[language] };
  const figure = (value: Json): string => figureText(value, code, worded) ?? NOTHING[language];
  const say = (change: Change): SaidChange => {
    const { outcome, cashMinor } = change.becomes;
    const becomes = reasonText(OUTCOME_WORDS[outcome][language], { figure: cashMinor === null ? '' : style.amount(cashMinor, code) });
    return { ...change, text: reasonText(CHANGE[language], { label: labelOf(change.path, policy, language), from: figure(change.from), to: figure(change.to), becomes }) };
  };
  const { changeable, given, untried, ...rest } = found;
  return {
    ...rest, language,
    text: (changeable.length + given.length === 0 ? NONE : GOAL_WORDS[found.goal])[language],
    changeable: changeable.map(say), given: given.map(say),
    untried: untried.map((one) => ({ ...one, text: reasonText(UNTRIED[one.why][language], { label: labelOf(one.path, policy, language) }) })),
  };
}
