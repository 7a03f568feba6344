import { formatRatio, type CurrencyCode } from '../money/index.js';
import { hull, type Interval } from '../time/index.js';
import { canonicalJson, sha256Hex } from '../audit/index.js';
import { runPolicy, setOf, type CompiledPolicy, type PolicyDocument, type PolicyFacts, type PolicyNeeds, type PolicyRun, type Reason, type TimeValue } from '../policy/index.js';
import { findingsOf, weighingFindings } from './findings.js';
import { lanesOf, timeOf, totalsOf } from './lanes.js';
import type { AssessmentOutcome, AssessmentResult, Finding } from './result.js';

/** Part of every frozen input: raised when the same input would come to another result. */
export const ENGINE = '1.2.0';

/** What a run came to. The verdict is there at once; the whole result is written when it is asked for: a rehearsal compares verdicts. */
export class Assessed {
  readonly kind = 'assessed';
  readonly outcome: AssessmentOutcome;
  readonly cashMinor: string | null;
  readonly #reasons: readonly Reason[];
  readonly #time: TimeValue | undefined;
  readonly #sums: readonly Payable[];
  #result: AssessmentResult | undefined;

  constructor(private readonly facts: PolicyFacts, private readonly policy: CompiledPolicy, private readonly run: PolicyRun) {
    const { result: named } = policy.document;
    this.#time = timeOf(run, named.counted);
    this.#sums = [named.cash, named.withheld, named.receivable].map((step) => payable(run, step, policy.currency));
    const cash = cashOf(this.#sums);
    const denials = [...straddled(facts, policy.document), ...run.denials];
    this.#reasons = denials.length > 0 ? denials : unclear(run, cash, weighingFindings({ facts, run, time: this.#time, document: policy.document }));
    this.outcome = denials.length > 0 ? 'ineligible' : outcomeOf(cash, this.#reasons);
    this.cashMinor = cash === undefined || this.#reasons.length > 0 ? null : String(cash);
  }

  get result(): AssessmentResult {
    this.#result ??= this.#written();
    return this.#result;
  }

  #written(): AssessmentResult {
    const { facts, policy, run } = this;
    const { result: named } = policy.document;
    const lanes = lanesOf(facts, this.#time);
    const shown = named.shown === undefined ? undefined : run.values.get(named.shown.slice(1));
    return {
      schema: 1,
      outcome: this.outcome,
      provisional: usedOutages(facts).some(({ final }) => !final),
      currency: policy.currency,
      ...(this.cashMinor === null ? NOTHING : { ...sumsOf(this.#sums), benefits: benefitsOf(run, named.benefits ?? []) }),
      routes: run.routes,
      reasons: this.#reasons,
      findings: findingsOf({ facts, run, time: this.#time, document: policy.document }, lanes),
      lanes,
      totals: totalsOf(facts, lanes, this.#time),
      occupied: occupied(facts.claim.window, this.#time === undefined ? [] : setOf(this.#time.pieces)),
      shownByRecords: shown?.type === 'boolean' ? shown.is : null,
      inputs: run.inputs,
      facts: run.facts,
      trace: run.trace,
    };
  }
}

/** As `PolicyNeeds`: load the sums of these windows and go on. */
export interface AssessmentNeeds {
  readonly kind: 'needs';
  readonly windows: readonly Interval[];
  resume(facts: PolicyFacts): Assessed | AssessmentNeeds;
}

/**
 * One assessment: a pure function of frozen facts and a policy version.
 *
 * Runs the policy, then the findings, and builds the result; computes no time and no money of its own. Asks for sales windows
 * it was not given (`needs`): load their sums, put them into the facts and call again. Same facts, same bytes.
 * Edge: eligible for an amount of nought is `nil`, not `ineligible`; one below nought is nobody's to pay, and goes to a person. Source: docs/domain, "What an assessment is".
 */
export const assess = (facts: PolicyFacts, policy: CompiledPolicy): Assessed | AssessmentNeeds => assessedBy(runPolicy(policy, facts), facts, policy);

const assessedBy = (run: PolicyRun | PolicyNeeds, facts: PolicyFacts, policy: CompiledPolicy): Assessed | AssessmentNeeds => (run.kind === 'ran'
  ? new Assessed(facts, policy, run)
  : { kind: 'needs', windows: run.windows, resume: (more) => assessedBy(run.resume(more), more, policy) });

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

/** Undefined when nobody can pay it: one of the sums cannot be, or nothing would be left of it once the tax is withheld. */
function cashOf([cash, withheld, receivable]: readonly Payable[]): bigint | undefined {
  if (cash === 'unpayable' || withheld === 'unpayable' || receivable === 'unpayable' || cash === undefined) return undefined;
  return withheld !== undefined && withheld > 0n && withheld >= cash ? undefined : cash;
}

/** No claim across a change of the rule, where the policy says so. */
const straddled = ({ policy: { straddles } }: PolicyFacts, { process }: PolicyDocument): Reason[] =>
  (straddles === undefined || process.straddle !== 'refuse' ? [] : [{ code: 'window_must_not_straddle', params: { versions: straddles.join(', ') } }]);

function unclear(run: PolicyRun, cash: bigint | undefined, findings: readonly Finding[]): readonly Reason[] {
  const open = [...run.reviews, ...findings.map(({ code, params }) => ({ code, params }))];
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
