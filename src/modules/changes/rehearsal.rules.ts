import { inputHash, type AssessmentOutcome } from '../../core/assessment/index.js';
import type { PolicyFacts, WindowSum } from '../../core/policy/index.js';
import type { ReadSums, RunRequest, SettledRun } from '../assessments/index.js';
import { KnownSums, settleRuns } from '../assessments/index.js';
import type { AppliedPolicy } from '../policies/index.js';
import type { Stage } from './cause.rules.js';
import { placeboOf, type Placebo } from './placebo.rules.js';

/** A claim as it stands, with its facts under the standing version and under the candidate. */
export interface RehearsalInput {
  readonly claimId: string;
  readonly merchantId: string;
  readonly currency: string;
  readonly claimVersion: number;
  readonly state: string;
  readonly base: AppliedPolicy | undefined;
  readonly candidate: AppliedPolicy;
  /** What stands; undefined before the first assessment. */
  readonly stands: { readonly outcome: AssessmentOutcome; readonly minor: bigint } | undefined;
  /** What a decision has granted: it may rise and never falls. */
  readonly entitled: bigint | undefined;
  readonly known: readonly WindowSum[];
}

/** Before, after and cause of one claim; amounts are minor units of its currency. */
export interface RehearsedClaim {
  readonly claimId: string;
  readonly merchantId: string;
  readonly currency: string;
  readonly claimVersion: number;
  readonly state: string;
  readonly before: { readonly outcome: AssessmentOutcome | 'none'; readonly minor: bigint };
  /** `minor`: what the claim would get. `assessedMinor`: what the candidate alone gives; null when it gives no figure. */
  readonly after: { readonly outcome: AssessmentOutcome; readonly minor: bigint; readonly assessedMinor: bigint | null; readonly inputHash: string };
  /** Changed steps in document order; `facts`: what has changed since the standing assessment; `never_falls`: what a decision keeps. They add up to after less before. */
  readonly causes: readonly { readonly cause: string; readonly minor: bigint }[];
  /** The same claim in a week without any outage; null when there is none. */
  readonly placebo: { readonly weeks: number; readonly outcome: AssessmentOutcome; readonly minor: bigint } | null;
}

/** What a rehearsal keeps of a run. The run itself, with all that explains it, is let go at once: a page of them held together costs more to clear away than to make. */
interface Verdict {
  readonly outcome: AssessmentOutcome;
  /** What is paid; nought without a figure. */
  readonly minor: bigint;
  readonly hasFigure: boolean;
}

const verdictOf = ({ assessed }: SettledRun): Verdict => {
  if (assessed === undefined) throw new TypeError('a policy keeps asking for more sales');
  return { outcome: assessed.outcome, minor: BigInt(assessed.cashMinor ?? '0'), hasFigure: assessed.cashMinor !== null };
};

/** Verdicts of some runs of the batch, by the claim's place in it; undefined where nothing was to be run. */
type Under = (requests: readonly (AppliedPolicy | undefined)[]) => Promise<(Verdict | undefined)[]>;

/** Rehearses a batch: every claim under the candidate, the standing version, the stages between them, and without any outage. */
export async function rehearseBatch(inputs: readonly RehearsalInput[], stagesOf: (base: AppliedPolicy | undefined) => readonly Stage[], readSums: ReadSums, tryPlacebo: (facts: PolicyFacts) => Placebo | undefined = placeboOf): Promise<RehearsedClaim[]> {
  const known = inputs.map((input) => new KnownSums(input.known));
  const after = (await settleRuns(inputs.map(({ candidate }, index) => ({ ...candidate, known: known[index] as KnownSums })), readSums))
    .map((run): Standing => ({ ...verdictOf(run), inputHash: inputHash(run.facts) }));
  const under: Under = async (requests) => {
    const asked = requests.flatMap((request, index) => (request === undefined ? [] : [{ index, run: informed(request, known[index] as KnownSums) }]));
    const settled = await settleRuns(asked.map(({ run }) => run), readSums);
    const answers: (Verdict | undefined)[] = requests.map(() => undefined);
    asked.forEach(({ index }, at) => { answers[index] = verdictOf(settled[at] as SettledRun); });
    return answers;
  };
  const bases = await under(inputs.map(({ base }) => base));
  const chains = await stagedAmounts(inputs, { bases, after, stagesOf, under });
  const placebos = inputs.map(({ candidate }) => tryPlacebo(candidate.facts));
  const nothing = await under(inputs.map(({ candidate: { policy } }, index) => (placebos[index] === undefined ? undefined : { policy, facts: placebos[index].facts })));
  return inputs.map((input, index) => {
    const run = nothing[index];
    const placebo = run === undefined ? null : { weeks: placebos[index]?.weeks ?? 0, outcome: run.outcome, minor: run.minor };
    return { ...compared(input, after[index] as Standing, bases[index], chains[index] ?? []), placebo };
  });
}

/** The candidate's verdict, and the digest of exactly what it rests on. */
interface Standing extends Verdict {
  readonly inputHash: string;
}

/** With every sum that is known of its sales set: a run of which only the verdict is kept need not ask for them one pass after another. */
const informed = ({ facts, policy }: AppliedPolicy, known: KnownSums): RunRequest =>
  ({ policy, known, facts: facts.sales === undefined ? facts : { ...facts, sales: { ...facts.sales, sums: known.all() } } });

interface Staging {
  readonly bases: readonly (Verdict | undefined)[];
  readonly after: readonly Verdict[];
  readonly stagesOf: (base: AppliedPolicy | undefined) => readonly Stage[];
  readonly under: Under;
}

/** What each stage gives, for the claims on which the versions differ; the last stage is the candidate, which has run already. */
async function stagedAmounts(inputs: readonly RehearsalInput[], { bases, after, stagesOf, under }: Staging): Promise<(readonly { cause: string; minor: bigint }[])[]> {
  const differs = inputs.map((_input, index) => {
    const [base, fresh] = [bases[index], after[index]];
    return base === undefined || fresh === undefined || base.minor !== fresh.minor;
  });
  const stages = inputs.map(({ base }, index) => (differs[index] === true ? stagesOf(base) : []));
  const amounts: { cause: string; minor: bigint }[][] = inputs.map(() => []);
  const longest = Math.max(0, ...stages.map(({ length }) => length));
  for (let depth = 0; depth < longest; depth += 1) {
    const between = await under(inputs.map(({ candidate }, index) => {
      const stage = depth < (stages[index]?.length ?? 0) - 1 ? stages[index]?.[depth] : undefined;
      return stage === undefined ? undefined : { facts: candidate.facts, policy: { ...candidate.policy, resolved: stage.policy } };
    }));
    stages.forEach((list, index) => {
      const stage = list[depth];
      const run = between[index] ?? after[index];
      if (stage !== undefined && run !== undefined) amounts[index]?.push({ cause: stage.cause, minor: run.minor });
    });
  }
  return amounts;
}

function compared(input: RehearsalInput, { outcome, minor: given, hasFigure, inputHash: hash }: Standing, base: Verdict | undefined, chain: readonly Reached[]): Omit<RehearsedClaim, 'placebo'> {
  const { claimId, merchantId, currency, claimVersion, state, entitled } = input;
  const before = beforeOf(input, base);
  const minor = entitled !== undefined && entitled > given ? entitled : given;
  const reached = [
    { cause: 'facts', minor: base?.minor ?? before.minor }, ...chain,
    ...(minor === given ? [] : [{ cause: 'never_falls', minor }]),
  ];
  return {
    claimId, merchantId, currency, claimVersion, state, before, causes: differences(before.minor, reached),
    after: { outcome, minor, assessedMinor: hasFigure ? given : null, inputHash: hash },
  };
}

interface Reached {
  readonly cause: string;
  readonly minor: bigint;
}

/** What a decision granted, else what the standing assessment says, else what the standing version would say. */
function beforeOf({ entitled, stands }: RehearsalInput, base: Verdict | undefined): RehearsedClaim['before'] {
  const assessed = stands ?? base;
  return { outcome: assessed?.outcome ?? 'none', minor: entitled ?? assessed?.minor ?? 0n };
}

/** From one amount to the next; what moves nothing is no cause. */
const differences = (from: bigint, reached: readonly Reached[]): Reached[] => reached.flatMap(({ cause, minor }, index) => {
  const difference = minor - (reached[index - 1]?.minor ?? from);
  return difference === 0n ? [] : [{ cause, minor: difference }];
});
