import { PolicyCompiler, type CompiledPolicy } from './compile.js';
import { readPolicy, type PolicyDocument, type PolicyFault, type SourceText, type Tree } from './document/index.js';
import { runExamples } from './examples.js';
import type { ReasonCatalogue } from './reasons.js';

export interface CheckedPolicy {
  /** Present when the policy can run; it may still have faults, such as a failing example. */
  readonly policy?: CompiledPolicy;
  /** Every fault found, in the order of the document. */
  readonly faults: readonly PolicyFault[];
}

const inOrder = (faults: readonly PolicyFault[]): PolicyFault[] =>
  [...faults].sort((a, b) => a.line - b.line || a.column - b.column);

/** Reads and compiles a policy; faults of shape and meaning, without running its examples. */
export function compilePolicy(yaml: string, reasons: ReasonCatalogue): CheckedPolicy & { readonly source?: SourceText } {
  const { document, source, faults } = readPolicy(yaml);
  if (document === undefined || source === undefined) return { faults };
  const compiler = new PolicyCompiler(document, source, reasons);
  const policy = compiler.compile();
  const all = inOrder([...faults, ...compiler.faults]);
  return all.length === 0 ? { policy, source, faults: [] } : { source, faults: all };
}

/**
 * Everything that is wrong with a policy, in one pass, each with line and column: shape, meaning, and (once it can run) the
 * examples that do not come out as written. Never throws, whatever the text.
 * Edge: a document without examples has a fault, since nothing shows what it means.
 */
export function checkPolicy(yaml: string, reasons: ReasonCatalogue): CheckedPolicy {
  const { policy, source, faults } = compilePolicy(yaml, reasons);
  if (policy === undefined || source === undefined) return { faults };
  if (policy.document.examples.length === 0) {
    return { policy, faults: [{ code: 'policy.missing', path: '/examples', ...source.positionOf('/examples'), message: 'a policy needs at least one worked example' }] };
  }
  const failed = runExamples(policy).flatMap((outcome, index): PolicyFault[] => {
    const path = `/examples/${index}`;
    return outcome.differences.map((message) => ({ code: 'policy.example_failed', path, ...source.positionOf(path), message: `example "${outcome.name}": ${message}` }));
  });
  return { policy, faults: failed };
}

/**
 * A published document, ready to run again. It was checked when it was published, so a fault now is a defect and throws.
 */
export function recompile(document: PolicyDocument, reasons: ReasonCatalogue): CompiledPolicy {
  const compiler = new PolicyCompiler(document, { tree: document as unknown as Tree, positionOf: () => ({ line: 0, column: 0 }) }, reasons);
  const policy = compiler.compile();
  const [first] = compiler.faults;
  if (first !== undefined) throw new TypeError(`published policy ${document.policy} no longer compiles: ${first.message}`);
  return policy;
}

