import { figureText, stepSentence, type AssessmentResult, type ExplanationLine, type FigureStyle } from '../../core/assessment/index.js';
import type { CompiledPolicy, Language, TraceNode } from '../../core/policy/index.js';

/** What went into a step, with what it stood at where another step gave it. */
export interface TraceInput {
  readonly name: string;
  readonly ref: string;
  readonly value: string | undefined;
}

/** One step with the steps it rests on. */
export interface TraceBranch {
  readonly id: string;
  readonly block: string;
  readonly text: string;
  readonly figure: string | undefined;
  readonly skipped: TraceNode['skipped'] | undefined;
  readonly inputs: readonly TraceInput[];
  readonly params: readonly { readonly name: string; readonly value: string; readonly source: string | undefined }[];
  /** Left out where the step stands in the tree already. */
  readonly below: readonly TraceBranch[];
  readonly isRepeat: boolean;
}

const refsOf = ({ inputs }: TraceNode): { name: string; ref: string }[] => Object.entries(inputs).flatMap(([name, refs]) => refs.split(', ').map((ref) => ({ name, ref })));

const stepIn = (ref: string): string | undefined => (/^\$(?!inputs\.|facts\.|params\.|row\.)([A-Za-z][A-Za-z0-9_]*)/.exec(ref))?.[1];

/**
 * The working as a tree: the amount first, under each step those it rests on. Pure. A step that several rest on is written out where it is met
 * first, and only named afterwards; steps that the amount does not rest on follow as trees of their own.
 */
export function traceTree(
  { result, policy, lines }: { result: Pick<AssessmentResult, 'trace' | 'inputs' | 'currency'>; policy: CompiledPolicy; lines: readonly ExplanationLine[] }, language: Language, style: FigureStyle,
): TraceBranch[] {
  const nodes = new Map(result.trace.map((node) => [node.id, node]));
  // A line of the working says as well what a person put there; a step that came to nothing has none.
  const said = new Map(lines.flatMap(({ step, text }) => (step === undefined ? [] : [[step, text] as const])));
  const drawn = new Set<string>();
  const written = (value: TraceNode['output'] | undefined): string | undefined => figureText(value, result.currency, style);
  const valueOf = (ref: string): string | undefined => {
    const [input, step] = [/^\$inputs\.([A-Za-z][A-Za-z0-9_]*)$/.exec(ref)?.[1], stepIn(ref)];
    return written(input === undefined ? nodes.get(step ?? '')?.output : result.inputs[input]);
  };
  const branch = (node: TraceNode): TraceBranch => {
    const isRepeat = drawn.has(node.id);
    drawn.add(node.id);
    const refs = refsOf(node);
    const under = isRepeat ? [] : [...new Set(refs.flatMap(({ ref }) => stepIn(ref) ?? []))];
    return {
      id: node.id, block: node.block, text: said.get(node.id) ?? stepSentence(node, policy, language, style), figure: written(node.output), skipped: node.skipped, isRepeat,
      inputs: isRepeat ? [] : refs.map(({ name, ref }) => ({ name, ref, value: valueOf(ref) })),
      params: isRepeat ? [] : Object.entries(node.params).map(([name, { value, source }]) => ({ name, value: written(value) ?? '–', source })),
      below: under.flatMap((id) => {
        const found = nodes.get(id);
        return found === undefined ? [] : [branch(found)];
      }),
    };
  };
  const cash = nodes.get(policy.document.result.cash.slice(1));
  const first = cash === undefined ? [] : [branch(cash)];
  return [...first, ...[...result.trace].reverse().flatMap((node) => (drawn.has(node.id) ? [] : [branch(node)]))];
}
