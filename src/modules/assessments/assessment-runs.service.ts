import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { assess, type AssessmentResult } from '../../core/assessment/index.js';
import type { PolicyFacts, WindowSum } from '../../core/policy/index.js';
import type { Interval } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { SalesQueries } from '../evidence/index.js';
import type { AppliedPolicy } from '../policies/index.js';

/** More passes than any policy needs; the shipped ones take two or three. */
const MOST_PASSES = 8;

/** So many runs, then whoever else waits in this process has a turn. */
const RUNS_AT_A_TIME = 25;

/** One run to be made: facts under a version, and sums of its sales set that are known already. */
export interface RunRequest extends AppliedPolicy {
  readonly known?: readonly WindowSum[];
}

/** The facts with exactly the sums that were asked for, and what came out; undefined when the policy never stops asking. */
export interface SettledRun {
  readonly facts: PolicyFacts;
  readonly result: AssessmentResult | undefined;
}

interface Open {
  readonly index: number;
  readonly request: RunRequest;
  facts: PolicyFacts;
  windows: readonly Interval[];
}

const keyOf = ({ from, to }: Interval): string => `${from}/${to}`;

/** Answers what was sold in windows of sales sets, in the order asked. */
export type ReadSums = (windows: readonly (Interval & { readonly setId: string })[]) => Promise<WindowSum[]>;

/** Runs policies over facts, for one claim or for hundreds: the sums that all of them ask for are read in one statement a pass. */
@Injectable()
export class AssessmentRuns {
  constructor(private readonly sales: SalesQueries) {}

  settle(reader: Reader, requests: readonly RunRequest[]): Promise<SettledRun[]> {
    return settleRuns(requests, (windows) => this.sales.sumsOf(reader, windows));
  }
}

/** As the service, with the records wherever they are. */
export async function settleRuns(requests: readonly RunRequest[], readSums: ReadSums): Promise<SettledRun[]> {
  const settled = requests.map(({ facts }): SettledRun => ({ facts, result: undefined }));
  let open = requests.map((request, index): Open => ({ index, request, facts: request.facts, windows: [] }));
  for (let pass = 1; pass <= MOST_PASSES && open.length > 0; pass += 1) {
    const asking: Open[] = [];
    for (const [count, run] of open.entries()) {
      if (count % RUNS_AT_A_TIME === RUNS_AT_A_TIME - 1) await breathe();
      const outcome = assess(run.facts, run.request.policy.resolved);
      if (outcome.kind === 'assessed') settled[run.index] = { facts: run.facts, result: outcome.result };
      else asking.push({ ...run, windows: outcome.windows });
    }
    open = await withSums(asking, readSums);
  }
  return settled;
}

/** Gives each run the sums it asked for: those it knows, the others from the records. */
async function withSums(asking: readonly Open[], readSums: ReadSums): Promise<Open[]> {
  const known = asking.map(({ request }) => new Map((request.known ?? []).map((sum) => [keyOf(sum), sum])));
  const missing = asking.flatMap(({ facts: { sales }, windows }, index) => (sales === undefined ? [] : windows
    .filter((window) => known[index]?.has(keyOf(window)) !== true).map(({ from, to }) => ({ index, setId: sales.setId, from, to }))));
  const read = missing.length === 0 ? [] : await readSums(missing);
  missing.forEach(({ index }, at) => {
    const sum = read[at] as WindowSum;
    known[index]?.set(keyOf(sum), sum);
  });
  return asking.map((run, index): Open => {
    if (run.facts.sales === undefined) return run;
    const asked = run.windows.flatMap((window) => known[index]?.get(keyOf(window)) ?? []);
    const sums = [...run.facts.sales.sums, ...asked].sort((a, b) => a.from - b.from || a.to - b.to);
    return { ...run, facts: { ...run.facts, sales: { ...run.facts.sales, sums } } };
  });
}
