import { assess, explain, type ExplanationLine, type FigureStyle } from '../../core/assessment/index.js';
import { exampleFacts, exampleGiven, runExamples, type CompiledPolicy, type ExampleOutcome, type Language, type ReasonCatalogue } from '../../core/policy/index.js';

/** A worked example of a policy, run now. */
export interface ExampleRun extends ExampleOutcome {
  readonly holds: boolean;
  /** Every step in words with its figure, for the one example whose working was asked for; empty when it could not be run. */
  readonly working: readonly ExplanationLine[];
}

export interface Telling {
  readonly reasons: ReasonCatalogue;
  readonly language: Language;
  readonly style: FigureStyle;
  /** Place of the example whose working is told, from 1; a page with all of them would be too long to load. */
  readonly working: number | undefined;
}

function told(policy: CompiledPolicy, index: number, { reasons, language, style }: Telling): Pick<ExampleRun, 'working'> {
  const run = assess(exampleFacts(policy.document, exampleGiven(policy.document.examples, index)), policy);
  if (run.kind === 'needs') return { working: [] };
  return { working: explain(run.result, policy, reasons, language, style) };
}

/** Every example of a policy: what it expects, what came out, and of one how. An example that cannot be run says why in its differences. */
export function exampleRuns(policy: CompiledPolicy, telling: Telling): ExampleRun[] {
  return runExamples(policy).map((outcome, index) => {
    const couldRun = outcome.figures.length > 0;
    return { ...outcome, holds: outcome.differences.length === 0, ...(couldRun && index + 1 === telling.working ? told(policy, index, telling) : { working: [] }) };
  });
}
