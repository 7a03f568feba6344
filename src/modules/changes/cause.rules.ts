import { canonicalJson } from '../../core/audit/index.js';
import { recompile, type CompiledPolicy, type PolicyDocument, type ReasonCatalogue, type StepDefinition } from '../../core/policy/index.js';

/** A policy on the way from one version to the next, and which changed steps it has over the stage before. */
export interface Stage {
  readonly cause: string;
  readonly policy: CompiledPolicy;
}

type Params = PolicyDocument['params'];

/** One step that differs: added, removed, or written otherwise (its parameters included). */
interface Unit {
  readonly id: string;
  readonly before: StepDefinition | undefined;
  readonly after: StepDefinition | undefined;
}

const same = (a: unknown, b: unknown): boolean => a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b);

/**
 * The stages from one version to the next: its changed steps, one more at a time, in the order of the new document. Steps that
 * only make sense together are one stage. The last stage is the new version itself, so the differences between stages add up.
 *
 * A parameter that differs lives twice in a stage: unchanged steps read the old one, changed steps the new one.
 * Edge: versions that differ in no step (another date picks them, another result is named) are one stage called `rest`.
 */
export function stagesBetween(before: CompiledPolicy | undefined, after: CompiledPolicy, reasons: ReasonCatalogue): Stage[] {
  if (before === undefined) return [{ cause: 'rest', policy: after }];
  const renamed = new Set(Object.keys(after.document.params).filter((name) => before.document.params[name] !== undefined && !same(before.document.params[name], after.document.params[name])));
  const next = after.document.steps.map((step) => withNewParams(step, renamed) as StepDefinition);
  const all = merged(before.document.steps, next);
  const changed = all.filter(({ before: old, after: fresh }) => !same(old, fresh));
  const stages: Stage[] = [];
  let waiting: string[] = [];
  for (const [count, { id }] of changed.entries()) {
    waiting.push(id);
    const applied = new Set(changed.slice(0, count + 1).map((unit) => unit.id));
    const isLast = count === changed.length - 1;
    const policy = isLast ? after : compiled(mixed(before.document, after.document, all, applied, renamed), reasons);
    if (policy === undefined) continue;
    stages.push({ cause: waiting.join(' + '), policy });
    waiting = [];
  }
  return stages.length === 0 ? [{ cause: 'rest', policy: after }] : stages;
}

/** The new order, with each removed step where it stood in the old one. */
function merged(before: readonly StepDefinition[], after: readonly StepDefinition[]): Unit[] {
  const old = new Map(before.map((step) => [step.id, step]));
  const kept = new Set(after.map(({ id }) => id));
  const units = after.map((step): Unit => ({ id: step.id, before: old.get(step.id), after: step }));
  before.forEach((step, index) => {
    if (kept.has(step.id)) return;
    const follows = units.findIndex(({ id }) => id === before[index - 1]?.id);
    units.splice(follows + 1, 0, { id: step.id, before: step, after: undefined });
  });
  return units;
}

function mixed(before: PolicyDocument, after: PolicyDocument, all: readonly Unit[], applied: ReadonlySet<string>, renamed: ReadonlySet<string>): PolicyDocument {
  const added: Params = Object.fromEntries(Object.entries(after.params).map(([name, definition]) => [renamed.has(name) ? newName(name) : name, definition]));
  return {
    ...before,
    inputs: { ...before.inputs, ...after.inputs }, params: { ...before.params, ...added }, reasons: { ...before.reasons, ...after.reasons }, examples: [],
    steps: all.flatMap(({ id, before: old, after: fresh }) => (applied.has(id) ? fresh : old) ?? []),
  };
}

const newName = (name: string): string => `${name}__new`;

/** A step, or any part of one, reading the new parameters. */
function withNewParams(part: unknown, renamed: ReadonlySet<string>): unknown {
  if (typeof part === 'string') return part.startsWith('$params.') && renamed.has(part.slice(8)) ? `$params.${newName(part.slice(8))}` : part;
  if (Array.isArray(part)) return part.map((item) => withNewParams(item, renamed));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, withNewParams(member, renamed)]));
}

/** Undefined when the mixture refers to something it has not got yet: its steps wait for the next. */
function compiled(document: PolicyDocument, reasons: ReasonCatalogue): CompiledPolicy | undefined {
  try {
    return recompile(document, reasons);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
