import type { Json } from '../audit/index.js';
import { toLocal, dateOf } from '../time/index.js';
import { selectionInstant, type CompiledPolicy, type PolicyFacts } from '../policy/index.js';
import { assess } from './assess.js';
import { inputDials, type Dial, type Scale, type Setting } from './dials.js';
import { coverageDial, FACT_DIALS, outageEndDial } from './fact-dials.js';
import type { AssessmentOutcome, AssessmentResult } from './result.js';

/** What a change must do to be told: end a refusal, end a referral, make nil positive, or give more. */
export type Goal = 'not_refused' | 'decided' | 'paid' | 'more';

export interface Standing {
  readonly outcome: AssessmentOutcome;
  readonly cashMinor: string | null;
}

/** One change that reaches the goal where the next smaller one does not. */
export interface Change {
  readonly path: string;
  readonly from: Json;
  readonly to: Json;
  readonly becomes: Standing;
  /** How many of the smallest steps away, with its direction; only where there are steps. */
  readonly steps?: string;
}

/** `needs_sales`: it would look at sales that the frozen input does not hold; `not_varied`: no single figure; `budget`: not tried. */
export interface Untried {
  readonly path: string;
  readonly why: 'needs_sales' | 'not_varied' | 'budget';
}

export interface Counterfactuals {
  readonly schema: 1;
  readonly goal: Goal;
  readonly now: Standing;
  /** What the merchant can change: answers, evidence, coverage. */
  readonly changeable: readonly Change[];
  /** What is as it is: size, trade, enrolment, filing, recorded time. */
  readonly given: readonly Change[];
  readonly untried: readonly Untried[];
  readonly runs: number;
}

/** Runs of a policy that one question may cost. */
export const MOST_RUNS = 3_000;

type Verdict = 'reached' | 'short' | 'needs_sales' | 'budget';

const standing = ({ outcome, cashMinor }: AssessmentResult): Standing => ({ outcome, cashMinor });

const GOALS: Readonly<Record<AssessmentOutcome, Goal>> = { ineligible: 'not_refused', refer: 'decided', nil: 'paid', eligible: 'more' };

/** Whether another result is what the goal asks for. Edge: a refusal that becomes a referral is no refusal any more. */
export function reaches(goal: Goal, now: Standing, then: Standing): boolean {
  switch (goal) {
    case 'not_refused': return then.outcome !== 'ineligible';
    case 'decided': return then.outcome === 'eligible' || then.outcome === 'nil';
    case 'paid': return then.outcome === 'eligible';
    case 'more': return then.outcome === 'eligible' && BigInt(then.cashMinor ?? '0') > BigInt(now.cashMinor ?? '0');
  }
}

class Search {
  runs = 0;

  constructor(private readonly policy: CompiledPolicy, private readonly goal: Goal, private readonly now: Standing) {}

  try({ facts }: Setting): { verdict: Verdict; becomes?: Standing } {
    if (this.runs >= MOST_RUNS) return { verdict: 'budget' };
    this.runs += 1;
    const run = assess(facts, this.policy);
    if (run.kind === 'needs') return { verdict: 'needs_sales' };
    const becomes = standing(run.result);
    return reaches(this.goal, this.now, becomes) ? { verdict: 'reached', becomes } : { verdict: 'short' };
  }

  of(dial: Dial): Change | Untried | undefined {
    return dial.moves.kind === 'scale' ? this.#onScale(dial, dial.moves) : this.#amongOptions(dial, dial.moves.all);
  }

  #amongOptions({ path, now }: Dial, all: readonly Setting[]): Change | Untried | undefined {
    let untried: Untried | undefined;
    for (const setting of all) {
      const { verdict, becomes } = this.try(setting);
      if (becomes !== undefined) return { path, from: now, to: setting.shown, becomes };
      if (verdict === 'needs_sales' || verdict === 'budget') untried ??= { path, why: verdict };
    }
    return untried;
  }

  /** The nearer of the first positions up and down; up when both are as near. */
  #onScale({ path, now }: Dial, scale: Scale): Change | Untried | undefined {
    const [up, down] = [this.#nearest(scale, 1n, scale.most), this.#nearest(scale, -1n, -scale.least)];
    const found = isReached(up) && isReached(down) ? (down.distance < up.distance ? down : up) : [up, down].find(isReached);
    if (found === undefined) {
      const why = [up, down].find((way) => typeof way === 'string');
      return why === undefined ? undefined : { path, why };
    }
    return { path, from: now, to: found.shown, becomes: found.becomes, steps: `${found === down ? '-' : ''}${found.distance}` };
  }

  /**
   * Goes half as far again until the goal is reached, then halves the gap until one step is left: the position reaches it, and the
   * one before does not. A stretch that reaches it and is shorter than half its distance may be stepped over. Where the way leads through results that cannot be known, it ends there and says why.
   */
  #nearest(scale: Scale, sign: 1n | -1n, furthest: bigint): Reached | Untried['why'] | undefined {
    let [short, next] = [0n, 1n];
    let reached: Reached | undefined;
    for (;;) {
      if (reached !== undefined && reached.distance - short === 1n) return reached;
      if (short >= furthest) return undefined;
      const distance = next > furthest ? furthest : next;
      const setting = scale.at(sign * distance);
      const { verdict, becomes } = this.try(setting);
      if (verdict === 'needs_sales' || verdict === 'budget') return verdict;
      if (becomes !== undefined) reached = { distance, shown: setting.shown, becomes };
      else short = distance;
      next = reached === undefined ? distance + (distance + 1n) / 2n : (short + reached.distance) / 2n;
    }
  }
}

interface Reached {
  readonly distance: bigint;
  readonly shown: Json;
  readonly becomes: Standing;
}

const isReached = (way: Reached | string | undefined): way is Reached => typeof way === 'object';

/**
 * What would have had to be different for another result: one thing at a time, each with the smallest change that does it.
 *
 * Pure and deterministic, at most `MOST_RUNS` runs. Amounts go by the smallest unit, shares by a ten-thousandth, counts by one,
 * dates by the day, times by the minute; booleans are flipped, choices tried in the order the policy lists them. A change that
 * would need sales which the frozen input lacks is named under `untried`, not guessed.
 * Edge: where several things would have to be different at once, both lists are empty.
 */
export function counterfactuals(facts: PolicyFacts, policy: CompiledPolicy): Counterfactuals {
  const base = assess(facts, policy);
  if (base.kind === 'needs') throw new TypeError('counterfactuals of an assessment that has not settled');
  const now = standing(base.result);
  const goal = GOALS[now.outcome];
  const search = new Search(policy, goal, now);
  const { dials, untried } = dialsOf(facts, policy);
  const found = dials.map((dial) => ({ dial, outcome: search.of(dial) }));
  const changes = (changeable: boolean): Change[] =>
    found.flatMap(({ dial, outcome }) => (dial.changeable === changeable && outcome !== undefined && 'to' in outcome ? [outcome] : []));
  return {
    schema: 1, goal, now, changeable: changes(true), given: changes(false),
    untried: [...found.flatMap(({ outcome }) => (outcome !== undefined && 'why' in outcome ? [outcome] : [])), ...untried],
    runs: search.runs,
  };
}

/** Every dial that the policy reads, answers first, in the order of the document. */
export function dialsOf(facts: PolicyFacts, policy: CompiledPolicy): { dials: Dial[]; untried: Untried[] } {
  const { document } = policy;
  const names = [...new Set([...textsIn(document.steps), `$${document.selectBy}`])];
  const blocks = new Set(policy.steps.map(({ block }) => block.name));
  const year = Number.parseInt(dateOf(toLocal(selectionInstant(facts, document.selectBy), facts.site.zone)).slice(0, 4), 10);
  const readsSales = ['actual', 'baseline', 'makeup', 'trend'].some((name) => blocks.has(name));
  const found = Object.entries(document.inputs).filter(([name]) => names.includes(`$inputs.${name}`)).map(([name, definition]) =>
    ({ path: `$inputs.${name}`, dials: inputDials(name, definition, facts, policy) }));
  const coverage = readsSales ? coverageDial(facts) : undefined;
  if (coverage !== undefined) found.push({ path: coverage.path, dials: [coverage] });
  for (const path of names.filter((name) => name.startsWith('$facts.') && name !== coverage?.path)) {
    const dial = FACT_DIALS[path.slice(7)]?.(facts, policy, year);
    found.push({ path, dials: dial === undefined ? [] : [dial] });
  }
  const ending = blocks.has('outage') || names.some((name) => name.startsWith('$facts.outage.')) ? outageEndDial(facts) : undefined;
  const noSales: Untried[] = readsSales && facts.sales === undefined ? [{ path: '$facts.sales.covered', why: 'needs_sales' }] : [];
  return {
    dials: [...found.flatMap(({ dials }) => dials), ...(ending === undefined ? [] : [ending])],
    untried: [...found.filter(({ dials }) => dials.length === 0).map(({ path }): Untried => ({ path, why: 'not_varied' })), ...noSales],
  };
}

function textsIn(tree: unknown): string[] {
  if (typeof tree === 'string') return [tree];
  return typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(textsIn) : [];
}
