import type { CurrencyCode } from '../../core/money/index.js';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import type { InputDefinition } from '../../core/policy/index.js';
import { OUTCOMES, type Answering, type Reply } from '../../modules/review/index.js';
import { readTyped, typedIn } from '../intake/answer.form.js';
import type { AskingGround, Typed } from '../intake/controls.rules.js';
import { formText } from '../shared/form-fields.form.js';
import type { AskedRequest, AskedThing } from '../shared/request-sheet.rules.js';

/** What stands in the fields of one item. */
export interface TypedReply {
  readonly outcome: string;
  readonly text: string;
  readonly why: string;
  /** Of an answer of the policy: what was typed for it. */
  readonly answer: Typed;
}

export interface AnswerGround extends AskingGround {
  readonly currency: CurrencyCode;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
}

const LONGEST = 2_000;

export const prefixOf = (n: number): string => `item${n}`;

/** Everything that was typed, by the number of its item: kept for the page that comes again. */
export const typedReplies = (body: unknown, { items }: Pick<AskedRequest, 'items'>, { inputs }: Pick<AnswerGround, 'inputs'>): ReadonlyMap<number, TypedReply> =>
  new Map(items.map(({ n, kind, subject = '' }): [number, TypedReply] => {
    const input = inputs[subject];
    return [n, {
      outcome: OUTCOMES.find((one) => one === formText(body, `outcome-${n}`, 10)) ?? '', text: formText(body, `text-${n}`, LONGEST), why: formText(body, `why-${n}`, LONGEST),
      answer: kind === 'answer' && input !== undefined ? typedIn(body, prefixOf(n), input) : {},
    }];
  }));

/** What was typed as an answer to a request; every field that cannot be read in one pass. What is missing is for the service to say. */
export function readReplies(typed: ReadonlyMap<number, TypedReply>, { items }: Pick<AskedRequest, 'items'>, ground: AnswerGround): Result<Answering> {
  const causes: Refusal[] = [];
  const answers: Record<string, unknown> = {};
  const replies = items.flatMap((item): Reply[] => {
    const said = typed.get(item.n);
    const outcome = OUTCOMES.find((one) => one === said?.outcome);
    if (said === undefined || outcome === undefined) return [];
    if (outcome === 'cannot') return [{ n: item.n, outcome, text: said.why }];
    if (item.kind === 'answer') causes.push(...readAnswer(item, said, ground, answers));
    return [{ n: item.n, outcome, ...(item.kind === 'explanation' ? { text: said.text } : {}) }];
  });
  return causes.length === 0 ? ok({ replies, answers }) : refuse('requests.incomplete', { count: causes.length }, { causes });
}

function readAnswer({ n, subject = '' }: AskedThing, said: TypedReply, ground: AnswerGround, answers: Record<string, unknown>): readonly Refusal[] {
  const input = ground.inputs[subject];
  if (input === undefined) return [];
  const read = readTyped(said.answer, input, ground);
  if (read.ok) answers[subject] = read.value;
  return read.ok ? [] : (read.refusal.causes ?? [read.refusal]).map((cause) => ({ ...cause, pointer: `/${prefixOf(n)}-${(cause.pointer ?? '/value').slice(1)}` }));
}

/** The service names an answer by its input; on the page it belongs to an item. */
export const onThePage = (refusal: Refusal, { items }: Pick<AskedRequest, 'items'>): Refusal => {
  const placed = (one: Refusal): Refusal => {
    const item = items.find(({ kind, subject }) => kind === 'answer' && one.pointer === `/answers/${subject ?? ''}`);
    return item === undefined ? one : { ...one, pointer: `/items/${item.n}` };
  };
  return { ...placed(refusal), ...(refusal.causes === undefined ? {} : { causes: refusal.causes.map(placed) }) };
};
