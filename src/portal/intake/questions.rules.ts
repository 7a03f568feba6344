import type { InputDefinition, InputType, PolicyDocument } from '../../core/policy/index.js';

/** Parts of the task list that a policy's inputs fall into. */
export const GROUPS = ['business', 'site', 'sales'] as const;
export type Group = (typeof GROUPS)[number];

export interface Question {
  readonly name: string;
  readonly input: InputDefinition;
  readonly group: Group;
}

/** About the business, about the place, or what the sales records would say: told by scope and source, so that every policy has its task list. */
const groupOf = ({ source, scope }: InputDefinition): Group => (source === 'sales' ? 'sales' : scope === 'merchant' ? 'business' : 'site');

/** Everything a policy asks, in the order of its document within each part. */
export const questionsOf = ({ inputs }: Pick<PolicyDocument, 'inputs'>): Question[] =>
  GROUPS.flatMap((group) => Object.entries(inputs).flatMap(([name, input]) => (groupOf(input) === group ? [{ name, input, group }] : [])));

/** Types whose answer has several lines. */
export const hasRows = (type: InputType): boolean => type === 'list' || type === 'series' || type === 'intervals';

export type TaskState = 'done' | 'to_do' | 'optional' | 'not_needed';

/** Whether a question is answered, must be, or may stay open; with sales records those of the sales need no answer. */
export function stateOf({ name, input, group }: Question, answers: Readonly<Record<string, unknown>>, hasSales: boolean): TaskState {
  if (answers[name] !== undefined) return 'done';
  if (group === 'sales' && hasSales) return 'not_needed';
  return input.required ? 'to_do' : 'optional';
}

/** A part of the list is done when nothing in it must still be answered. */
export function groupState(states: readonly TaskState[]): TaskState {
  if (states.includes('to_do')) return 'to_do';
  return states.includes('done') ? 'done' : states.every((state) => state === 'not_needed') ? 'not_needed' : 'optional';
}

/** What a change of the policy means for answers that were given under an earlier version. */
export interface PolicyChange {
  readonly kept: readonly string[];
  readonly fresh: readonly string[];
  /** Asked differently now; the answer stays where it still can be one. */
  readonly reworded: readonly string[];
  readonly gone: readonly string[];
}

const shapeOf = ({ type, options, fields, period, range, scope, source }: InputDefinition): string => JSON.stringify([type, options, fields, period, range, scope, source]);

/** By meaning: an input is the same when it asks for the same kind of thing; other words for it are said, and cost nobody an answer. */
export function policyChange(before: Pick<PolicyDocument, 'inputs'>, after: Pick<PolicyDocument, 'inputs'>): PolicyChange {
  const [old, now] = [before.inputs, after.inputs];
  const both = Object.keys(now).filter((name) => old[name] !== undefined);
  const same = both.filter((name) => shapeOf(old[name] as InputDefinition) === shapeOf(now[name] as InputDefinition));
  return {
    kept: same,
    reworded: both.filter((name) => !same.includes(name)),
    fresh: Object.keys(now).filter((name) => old[name] === undefined),
    gone: Object.keys(old).filter((name) => now[name] === undefined),
  };
}
