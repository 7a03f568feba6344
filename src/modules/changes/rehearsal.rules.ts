import { inputHash, type Assessed, type AssessmentOutcome } from '../../core/assessment/index.js';
import type { WindowSum } from '../../core/policy/index.js';
import type { ReadSums, SettledRun } from '../assessments/index.js';
import { KnownSums, settleRuns } from '../assessments/index.js';
import type { AppliedPolicy } from '../policies/index.js';
import type { Stage } from './cause.rules.js';
import { placeboOf } from './placebo.rules.js';

/** A claim as it stands, with its facts under the standing version and under the candidate. */
export interface RehearsalInput {
  readonly claimId: string;
  readonly merchantId: string;
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

/** Before, after and cause of one claim; amounts are minor units. */
export interface RehearsedClaim {
  readonly claimId: string;
  readonly merchantId: string;
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

const payable = ({ cashMinor }: Assessed): bigint => BigInt(cashMinor ?? '0');

const resultOf = ({ assessed }: SettledRun): Assessed => {
  if (assessed === undefined) throw new TypeError('a policy keeps asking for more sales');
  return assessed;
};

type Under = (requests: readonly (AppliedPolicy | undefined)[]) => Promise<(SettledRun | undefined)[]>;

/** Rehearses a batch: every claim under the standing version, the candidate, the stages between them, and without any outage. */
export async function rehearseBatch(inputs: readonly RehearsalInput[], stagesOf: (base: AppliedPolicy | undefined) => readonly Stage[], readSums: ReadSums): Promise<RehearsedClaim[]> {
  const known = inputs.map((input) => new KnownSums(input.known));
  const under: Under = async (requests) => {
    const asked = requests.flatMap((request, index) => (request === undefined ? [] : [{ index, request: { ...request, known: known[index % inputs.length] as KnownSums } }]));
    const settled = await settleRuns(asked.map(({ request }) => request), readSums);
    const answers: (SettledRun | undefined)[] = requests.map(() => undefined);
    asked.forEach(({ index }, at) => { answers[index] = settled[at]; });
    return answers;
  };
  const placebos = inputs.map(({ candidate }) => placeboOf(candidate.facts));
  const ran = await under([
    ...inputs.map(({ candidate }) => candidate), ...inputs.map(({ base }) => base),
    ...inputs.map(({ candidate: { policy } }, index) => (placebos[index] === undefined ? undefined : { policy, facts: placebos[index].facts })),
  ]);
  const [after, bases, nothing] = [0, 1, 2].map((part) => ran.slice(part * inputs.length, (part + 1) * inputs.length)) as [SettledRun[], typeof ran, typeof ran];
  const chains = await stagedAmounts(inputs, { bases, after, stagesOf, under });
  return inputs.map((input, index) => {
    const run = nothing[index];
    const placebo = run === undefined ? null : { weeks: placebos[index]?.weeks ?? 0, outcome: resultOf(run).outcome, minor: payable(resultOf(run)) };
    return { ...compared(input, after[index] as SettledRun, bases[index], chains[index] ?? []), placebo };
  });
}

interface Staging {
  readonly bases: readonly (SettledRun | undefined)[];
  readonly after: readonly SettledRun[];
  readonly stagesOf: (base: AppliedPolicy | undefined) => readonly Stage[];
  readonly under: Under;
}

/** What each stage gives, for the claims on which the versions differ; the last stage is the candidate, which has run already. */
async function stagedAmounts(inputs: readonly RehearsalInput[], { bases, after, stagesOf, under }: Staging): Promise<(readonly { cause: string; minor: bigint }[])[]> {
  const differs = inputs.map((_input, index) => {
    const [base, fresh] = [bases[index], after[index]];
    return base === undefined || fresh === undefined || payable(resultOf(base)) !== payable(resultOf(fresh));
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
      if (stage !== undefined && run !== undefined) amounts[index]?.push({ cause: stage.cause, minor: payable(resultOf(run)) });
    });
  }
  return amounts;
}

function compared(input: RehearsalInput, run: SettledRun, base: SettledRun | undefined, chain: readonly Reached[]): Omit<RehearsedClaim, 'placebo'> {
  const { claimId, merchantId, claimVersion, state, entitled } = input;
  const result = resultOf(run);
  const standing = base === undefined ? undefined : resultOf(base);
  const before = beforeOf(input, standing);
  const given = payable(result);
  const minor = entitled !== undefined && entitled > given ? entitled : given;
  const reached = [
    { cause: 'facts', minor: standing === undefined ? before.minor : payable(standing) }, ...chain,
    ...(minor === given ? [] : [{ cause: 'never_falls', minor }]),
  ];
  return {
    claimId, merchantId, claimVersion, state, before, causes: differences(before.minor, reached),
    after: { outcome: result.outcome, minor, assessedMinor: result.cashMinor === null ? null : given, inputHash: inputHash(run.facts) },
  };
}

interface Reached {
  readonly cause: string;
  readonly minor: bigint;
}

/** What a decision granted, else what the standing assessment says, else what the standing version would say. */
function beforeOf({ entitled, stands }: RehearsalInput, standing: Assessed | undefined): RehearsedClaim['before'] {
  const assessed = stands ?? (standing === undefined ? undefined : { outcome: standing.outcome, minor: payable(standing) });
  return { outcome: assessed?.outcome ?? 'none', minor: entitled ?? assessed?.minor ?? 0n };
}

/** From one amount to the next; what moves nothing is no cause. */
const differences = (from: bigint, reached: readonly Reached[]): Reached[] => reached.flatMap(({ cause, minor }, index) => {
  const difference = minor - (reached[index - 1]?.minor ?? from);
  return difference === 0n ? [] : [{ cause, minor: difference }];
});
