import { diffArrays } from 'diff';
import type { PolicyDocument } from '../../core/policy/index.js';

/** One value inside a part, such as the value of a parameter or a bound of a step; undefined on the side where there is none. */
export interface FieldChange {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** A parameter, a step, a message: anything of a document that has a name. */
export interface PartChange {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  readonly name: string;
  /** Of a parameter: the unit its values are in, as it is afterwards. */
  readonly unit?: string;
  readonly fields: readonly FieldChange[];
}

/** Everything of a document, in the order in which somebody reads a change: figures first. */
export const PARTS = ['params', 'steps', 'result', 'process', 'fund', 'messages', 'inputs', 'about', 'says', 'examples'] as const;
export type Part = (typeof PARTS)[number];
export type PolicyDifference = Readonly<Record<Part, readonly PartChange[]>>;

type Tree = unknown;
type Named = Readonly<Record<string, Tree>>;

const isRecord = (tree: Tree): tree is Named => typeof tree === 'object' && tree !== null && !Array.isArray(tree);
const textOf = (leaf: Tree): string | undefined => (typeof leaf === 'string' ? leaf : typeof leaf === 'boolean' ? String(leaf) : undefined);

/** Keys whose value tells one member of a list from its neighbours. */
const NAMING = ['id', 'from', 'code'] as const;

/** Members of a list by name; where a name is missing or taken, by place. */
function namedMembers(list: readonly Tree[]): [string, Tree][] {
  const taken = new Set<string>();
  return list.map((member, index): [string, Tree] => {
    const key = isRecord(member) ? NAMING.find((naming) => typeof member[naming] === 'string' && !taken.has(member[naming])) : undefined;
    if (key === undefined) return [String(index + 1), member];
    const { [key]: name, ...rest } = member as Named;
    taken.add(name as string);
    return [name as string, rest];
  });
}

/** Every value of a tree by its path. A list of plain texts is one value: its order means something. */
function leaves(tree: Tree, path: readonly string[] = []): [string, string][] {
  const text = textOf(tree);
  if (text !== undefined) return [[path.join(' › '), text]];
  if (Array.isArray(tree)) {
    const texts = tree.flatMap((member) => textOf(member) ?? []);
    if (texts.length === tree.length) return tree.length === 0 ? [] : [[path.join(' › '), texts.join(', ')]];
    return namedMembers(tree).flatMap(([name, member]) => leaves(member, [...path, name]));
  }
  return isRecord(tree) ? Object.entries(tree).flatMap(([name, member]) => leaves(member, [...path, name])) : [];
}

function fieldsOf(before: Tree, after: Tree): FieldChange[] {
  const [old, now] = [new Map(leaves(before)), new Map(leaves(after))];
  return [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path)).map((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    return { path, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) };
  });
}

/** Parts by name: those that went, those that came, and those that say something else, in the order of the later document. */
function changes(before: Named, after: Named, unitOf: (name: string) => string | undefined = () => undefined): PartChange[] {
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].flatMap((name): PartChange[] => {
    const [was, is] = [Object.hasOwn(before, name), Object.hasOwn(after, name)];
    const fields = fieldsOf(before[name], after[name]);
    if (was && is && fields.length === 0) return [];
    const unit = unitOf(name);
    return [{ kind: was && is ? 'changed' : is ? 'added' : 'removed', name, ...(unit === undefined ? {} : { unit }), fields }];
  });
}

const examplesOf = ({ examples }: PolicyDocument): Named => Object.fromEntries(examples.map(({ name, ...example }) => [name, example]));
const stepsOf = ({ steps }: PolicyDocument): Named => Object.fromEntries(steps.map(({ id, ...step }) => [id, step]));

/** Steps that stand elsewhere among those that both have; a step that also says something else is listed as changed. */
function moved(before: readonly string[], after: readonly string[]): string[] {
  const common = (ids: readonly string[], others: readonly string[]): string[] => ids.filter((id) => others.includes(id));
  return diffArrays(common(before, after), common(after, before)).flatMap(({ added, value }) => (added ? value : []));
}

function stepChanges(before: PolicyDocument, after: PolicyDocument): PartChange[] {
  const changed = changes(stepsOf(before), stepsOf(after));
  const elsewhere = moved(before.steps.map(({ id }) => id), after.steps.map(({ id }) => id)).filter((id) => changed.every(({ name }) => name !== id));
  return [...changed, ...elsewhere.map((name): PartChange => ({ kind: 'moved', name, fields: [] }))];
}

const aboutOf = ({ use, title, sources, currency, head, selectBy }: PolicyDocument): Named => ({ use, title, sources, currency, head, selectBy });

/**
 * What one document says that another does not, by meaning: spelling, order of keys and comments of the YAML do not matter. Both
 * are compared with their blocks resolved, so a newer block version is a change of its step.
 * Edge: a document against itself has no changes; the other way round every `before` is an `after`.
 */
export function policyDifference(before: PolicyDocument, after: PolicyDocument): PolicyDifference {
  return {
    params: changes(before.params, after.params, (name) => (after.params[name] ?? before.params[name])?.unit),
    steps: stepChanges(before, after),
    result: changes({ ...before.result }, { ...after.result }),
    process: changes({ ...before.process }, { ...after.process }),
    fund: changes({ ...before.fund }, { ...after.fund }),
    messages: changes(before.reasons, after.reasons),
    inputs: changes(before.inputs, after.inputs),
    about: changes(aboutOf(before), aboutOf(after)),
    says: changes(before.says, after.says),
    examples: changes(examplesOf(before), examplesOf(after)),
  };
}

/** Whether two documents mean the same. */
export const isEmpty = (difference: PolicyDifference): boolean => PARTS.every((part) => difference[part].length === 0);
