import { formatRatio, type CurrencyCode } from '../money/index.js';
import { hull, type Interval } from '../time/index.js';
import { canonicalJson, sha256Hex } from '../audit/index.js';
import { runPolicy, setOf, type CompiledPolicy, type PolicyFacts, type PolicyNeeds, type PolicyRun, type Reason } from '../policy/index.js';
import { findingsOf } from './findings.js';
import { lanesOf, timeOf, totalsOf } from './lanes.js';
import type { AssessmentOutcome, AssessmentResult, Finding } from './result.js';

/** Part of every frozen input: raised when the same input would come to another result. */
export const ENGINE = '1.2.0';

export interface Assessed {
  readonly kind: 'assessed';
  readonly result: AssessmentResult;
}

/**
 * One assessment: a pure function of frozen facts and a policy version.
 *
 * Runs the policy, then the findings, and builds the result; computes no time and no money of its own. Asks for sales windows
 * it was not given (`needs`): load their sums, put them into the facts and call again. Same facts, same bytes.
 * Edge: eligible for an amount of nought is `nil`, not `ineligible`; one below nought is nobody's to pay, and goes to a person. Source: docs/domain, "What an assessment is".
 */
export function assess(facts: PolicyFacts, policy: CompiledPolicy): Assessed | PolicyNeeds {
  const run = runPolicy(policy, facts);
  if (run.kind === 'needs') return run;
  const { result: named } = policy.document;
  const time = timeOf(run, named.counted);
  const lanes = lanesOf(facts, time);
  const findings = findingsOf(facts, run, lanes, time, policy.document);
  const sums = [named.cash, named.withheld, named.receivable].map((step) => payable(run, step, policy.currency));
  const cash = sums.includes('unpayable') ? undefined : (sums[0] as bigint | undefined);
  const reasons = reasonsOf(run, cash, findings);
  const shown = named.shown === undefined ? undefined : run.values.get(named.shown.slice(1));
  return {
    kind: 'assessed',
    result: {
      schema: 1,
      outcome: outcomeOf(run, cash, reasons),
      provisional: usedOutages(facts).some(({ final }) => !final),
      currency: policy.currency,
      ...(cash === undefined || run.denials.length > 0 || reasons.length > 0 ? NOTHING : { ...sumsOf(sums), benefits: benefitsOf(run, named.benefits ?? []) }),
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

const sumsOf = ([cash, withheld, receivable]: readonly Payable[]): Omit<Sums, 'benefits'> =>
  ({ cashMinor: textOf(cash), withheldMinor: textOf(withheld), receivableMinor: textOf(receivable) });

const textOf = (minor: Payable): string | null => (typeof minor === 'bigint' ? String(minor) : null);

const benefitsOf = (run: PolicyRun, steps: readonly string[]): AssessmentResult['benefits'] => steps.flatMap((step) => {
  const found = run.values.get(step.slice(1));
  return found?.type === 'benefit' ? [{ kind: found.kind, quantity: formatRatio(found.quantity), unit: found.unit }] : [];
});

/** Whole minor units; undefined when the step yielded nothing, `unpayable` when nobody can pay what it yielded. */
type Payable = bigint | 'unpayable' | undefined;

/** What a step named by the result comes to: a fraction nobody rounded, less than nought, or another currency cannot be paid. */
function payable(run: PolicyRun, step: string | undefined, currency: CurrencyCode): Payable {
  const found = step === undefined ? undefined : run.values.get(step.slice(1));
  if (found?.type !== 'money') return undefined;
  const { minor: { num, den }, currency: own } = found.amount;
  return den === 1n && num >= 0n && own === currency ? num : 'unpayable';
}

function reasonsOf(run: PolicyRun, cash: bigint | undefined, findings: readonly Finding[]): readonly Reason[] {
  if (run.denials.length > 0) return run.denials;
  const referred = findings.filter(({ effect }) => effect !== 'informs').map(({ code, params }) => ({ code, params }));
  const unclear = [...run.reviews, ...referred];
  return unclear.length === 0 && cash === undefined ? [{ code: 'amount_not_computable', params: {} }] : unclear;
}

function outcomeOf(run: PolicyRun, cash: bigint | undefined, reasons: readonly Reason[]): AssessmentOutcome {
  if (run.denials.length > 0) return 'ineligible';
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
