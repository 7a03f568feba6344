import { parseMoney, parseRatio } from '../../core/money/index.js';
import { refuse, ok, type Refusal, type Result } from '../../core/errors/index.js';
import type { InputDefinition, PolicyDocument } from '../../core/policy/index.js';

export type Answers = Readonly<Record<string, unknown>>;

const EXPECTED: Readonly<Record<InputDefinition['type'], string>> = {
  money: 'an amount as decimal text', ratio: 'a ratio as text, such as 0.62', number: 'a number as text', boolean: 'true or false', text: 'a text',
  choice: 'one of the listed choices', series: 'a list of { "from": "2022-09-17", "amount": "…" }',
};

function isUsable(value: unknown, definition: InputDefinition, currency: string): boolean {
  switch (definition.type) {
    case 'boolean': return typeof value === 'boolean';
    case 'text': return typeof value === 'string' && value.length <= 2_000;
    case 'choice': return typeof value === 'string' && (definition.options ?? []).includes(value);
    case 'money': return typeof value === 'string' && notNegative(value, currency);
    case 'ratio': case 'number': return typeof value === 'string' && parseRatio(value).ok;
    case 'series': return Array.isArray(value) && value.length > 0 && value.length <= 60 && value.every((entry: unknown) => isEntry(entry, currency));
  }
}

function notNegative(text: string, currency: string): boolean {
  const read = parseMoney(text, currency);
  return read.ok && read.value.minor >= 0n;
}

function isEntry(entry: unknown, currency: string): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { from, amount } = entry as { from?: unknown; amount?: unknown };
  return typeof from === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(from) && typeof amount === 'string' && notNegative(amount, currency);
}

/** Answers that were given are usable; what is still missing is not asked for yet. All faults in one pass. */
export function checkAnswers(answers: Answers, document: PolicyDocument): Result<void> {
  const causes = Object.entries(answers).flatMap(([input, value]): Refusal[] => {
    const pointer = `/answers/${input}`;
    const definition = document.inputs[input];
    if (definition === undefined) return [{ code: 'claims.answer_unknown', params: { input, known: Object.keys(document.inputs) }, pointer }];
    return isUsable(value, definition, document.currency) ? [] : [{ code: 'claims.answer_invalid', params: { input, expected: EXPECTED[definition.type] }, pointer }];
  });
  return causes.length === 0 ? ok(undefined) : refuse('claims.answers_incomplete', { count: causes.length }, { causes });
}

/** Everything the policy needs is there: asked inputs answered, and those derived from sales either covered by a file or answered. */
export function checkComplete(answers: Answers, document: PolicyDocument, hasSales: boolean): Result<void> {
  const causes = Object.entries(document.inputs).flatMap(([input, { required, source }]): Refusal[] => {
    const given = answers[input] !== undefined || !required || (source === 'sales' && hasSales);
    return given ? [] : [{ code: 'claims.answer_missing', params: { input }, pointer: `/answers/${input}` }];
  });
  return causes.length === 0 ? checkAnswers(answers, document) : refuse('claims.answers_incomplete', { count: causes.length }, { causes });
}
