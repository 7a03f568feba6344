import { amountOf, compareAmount, formatRatio, roundRatio } from '../money/index.js';
import { hull, type Interval } from '../time/index.js';
import { canonicalJson, sha256Hex } from '../audit/index.js';
import { runPolicy, setOf, type CompiledPolicy, type PolicyDocument, type PolicyFacts, type PolicyNeeds, type PolicyRun, type Reason } from '../policy/index.js';
import { findingsOf } from './findings.js';
import { lanesOf, timeOf, totalsOf } from './lanes.js';
import type { AssessmentOutcome, AssessmentResult, Finding } from './result.js';

/** Part of every frozen input: raised when the same input would come to another result. */
export const ENGINE = '1.1.0';

export interface Assessed {
  readonly kind: 'assessed';
  readonly result: AssessmentResult;
}

/**
 * One assessment: a pure function of frozen facts and a policy version.
 *
 * Runs the policy, then the findings, and builds the result; computes no time and no money of its own. Asks for sales windows
 * it was not given (`needs`): load their sums, put them into the facts and call again. Same facts, same bytes.
 * Edge: eligible for an amount of nought is `nil`, not `ineligible`. Source: docs/domain, "What an assessment is".
 */
export function assess(facts: PolicyFacts, policy: CompiledPolicy): Assessed | PolicyNeeds {
  const run = runPolicy(policy, facts);
  if (run.kind === 'needs') return run;
  const denials = [...straddled(facts, policy.document), ...run.denials];
  const { result: named } = policy.document;
  const time = timeOf(run, named.counted);
  const lanes = lanesOf(facts, time);
  const findings = findingsOf(facts, run, lanes, time, policy.document);
  const cash = wholeOf(run, named.cash);
  const reasons = denials.length > 0 ? denials : unclear(run, cash, findings);
  const shown = named.shown === undefined ? undefined : run.values.get(named.shown.slice(1));
  return {
    kind: 'assessed',
    result: {
      schema: 1,
      outcome: denials.length > 0 ? 'ineligible' : outcomeOf(cash, reasons),
      provisional: usedOutages(facts).some(({ final }) => !final),
      currency: policy.currency,
      ...(cash === undefined || reasons.length > 0 ? NOTHING : sumsOf(run, cash, named)),
      routes: run.routes,
      reasons,
      findings,
      lanes,
      totals: totalsOf(facts, lanes, time),
      occupied: occupied(facts.claim.window, time === undefined ? [] : setOf(time.pieces)),
      shownByRecords: shown?.type === 'boolean' ? shown.is : null,
      inputs: run.inputs,
      facts: run.facts,
      trace: run.trace,
    },
  };
}

type Sums = Pick<AssessmentResult, 'cashMinor' | 'withheldMinor' | 'receivableMinor' | 'benefits'>;

/** A claim that is refused, or that a person must look at, has no sums yet. */
const NOTHING: Sums = { cashMinor: null, withheldMinor: null, receivableMinor: null, benefits: [] };

const sumsOf = (run: PolicyRun, cash: bigint, named: PolicyDocument['result']): Sums => ({
  cashMinor: String(cash), withheldMinor: textOf(wholeOf(run, named.withheld)), receivableMinor: textOf(wholeOf(run, named.receivable)),
  benefits: benefitsOf(run, named.benefits ?? []),
});

const textOf = (minor: bigint | undefined): string | null => (minor === undefined ? null : String(minor));

const benefitsOf = (run: PolicyRun, steps: readonly string[]): AssessmentResult['benefits'] => steps.flatMap((step) => {
  const found = run.values.get(step.slice(1));
  return found?.type === 'benefit' ? [{ kind: found.kind, quantity: formatRatio(found.quantity), unit: found.unit }] : [];
});

/** Whole minor units of the step the result names; undefined when it yielded nothing or a fraction nobody rounded. */
function wholeOf(run: PolicyRun, step: string | undefined): bigint | undefined {
  const found = step === undefined ? undefined : run.values.get(step.slice(1));
  if (found?.type !== 'money') return undefined;
  const whole = roundRatio(found.amount.minor, 'down');
  return compareAmount(found.amount, amountOf({ minor: whole, currency: found.amount.currency })) === 0 ? whole : undefined;
}

/** No claim across a change of the rule, where the policy says so. */
const straddled = ({ policy: { straddles } }: PolicyFacts, { process }: PolicyDocument): Reason[] =>
  (straddles === undefined || process.straddle !== 'refuse' ? [] : [{ code: 'window_must_not_straddle', params: { versions: straddles.join(', ') } }]);

function unclear(run: PolicyRun, cash: bigint | undefined, findings: readonly Finding[]): readonly Reason[] {
  const referred = findings.filter(({ effect }) => effect !== 'informs').map(({ code, params }) => ({ code, params }));
  const open = [...run.reviews, ...referred];
  return open.length === 0 && cash === undefined ? [{ code: 'amount_not_computable', params: {} }] : open;
}

function outcomeOf(cash: bigint | undefined, reasons: readonly Reason[]): AssessmentOutcome {
  if (reasons.length > 0 || cash === undefined) return 'refer';
  return cash > 0n ? 'eligible' : 'nil';
}

const usedOutages = ({ outages, claim }: PolicyFacts): PolicyFacts['outages'] =>
  outages.filter(({ scopes }) => scopes.some(({ service, from, to }) =>
    claim.services.includes(service) && from < claim.window.to && to > claim.window.from));

const occupied = (window: Interval, counted: readonly Interval[]): Interval => hull([window, ...counted]) ?? window;

/** The bytes an assessment is stored and recomputed by. */
export const frozenText = (facts: PolicyFacts): string => canonicalJson(facts);

/** SHA-256 of the frozen input: an assessment is unique on it. */
export const inputHash = (facts: PolicyFacts): string => sha256Hex(frozenText(facts));
