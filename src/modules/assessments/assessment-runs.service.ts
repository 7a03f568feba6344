import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { assess, type Assessed, type AssessmentNeeds } from '../../core/assessment/index.js';
import type { PolicyFacts, WindowSum } from '../../core/policy/index.js';
import { WindowMap, type Interval } from '../../core/time/index.js';
import type { Reader } from '../../platform/database/tx.js';
import { SalesQueries } from '../evidence/index.js';
import type { AppliedPolicy } from '../policies/index.js';

/** More passes than any policy needs; the shipped ones take two or three. */
const MOST_PASSES = 8;

/** So many runs, then whoever else waits in this process has a turn. */
const RUNS_AT_A_TIME = 25;

/** Sums of one sales set that need not be read again; whoever runs over the set adds what was read for it. */
export class KnownSums {
  readonly #sums = new WindowMap<WindowSum>();

  constructor(sums: readonly WindowSum[] = []) {
    for (const sum of sums) this.add(sum);
  }

  add(sum: WindowSum): void {
    this.#sums.set(sum, sum);
  }

  of(window: Interval): WindowSum | undefined {
    return this.#sums.get(window);
  }

  all(): readonly WindowSum[] {
    return [...this.#sums.values()];
  }
}

/** One run to be made: facts under a version, and what is known of its sales set; runs over one set may share it. */
export interface RunRequest extends AppliedPolicy {
  readonly known?: KnownSums;
}

/** The facts with exactly the sums that were asked for, and what came out; undefined when the policy never stops asking. */
export interface SettledRun {
  readonly facts: PolicyFacts;
  readonly assessed: Assessed | undefined;
}

interface Open {
  readonly index: number;
  readonly known: KnownSums;
  facts: PolicyFacts;
  passes: number;
  needs: AssessmentNeeds;
}

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
  const settled = requests.map(({ facts }): SettledRun => ({ facts, assessed: undefined }));
  let open: Open[] = [];
  for (const [index, { facts, policy, known = new KnownSums() }] of requests.entries()) {
    if (index % RUNS_AT_A_TIME === RUNS_AT_A_TIME - 1) await breathe();
    const outcome = assess(facts, policy.resolved);
    if (outcome.kind === 'assessed') settled[index] = { facts, assessed: outcome };
    else open.push({ index, facts, known, passes: 1, needs: outcome });
  }
  for (;;) {
    open = open.filter((run) => {
      const assessed = goOn(run);
      if (assessed !== undefined) settled[run.index] = { facts: run.facts, assessed };
      return assessed === undefined && run.facts.sales !== undefined && run.passes < MOST_PASSES;
    });
    if (open.length === 0) return settled;
    await breathe();
    await learn(open, readSums);
  }
}

/** Goes on while every sum that is asked for is known. */
function goOn(run: Open): Assessed | undefined {
  const { sales } = run.facts;
  while (sales !== undefined && run.passes < MOST_PASSES) {
    const asked = run.needs.windows.flatMap((window) => run.known.of(window) ?? []);
    if (asked.length < run.needs.windows.length) return undefined;
    const sums = [...(run.facts.sales?.sums ?? []), ...asked].sort((a, b) => a.from - b.from || a.to - b.to);
    run.facts = { ...run.facts, sales: { ...sales, sums } };
    run.passes += 1;
    const outcome = run.needs.resume(run.facts);
    if (outcome.kind === 'assessed') return outcome;
    run.needs = outcome;
  }
  return undefined;
}

/** Reads the sums that are not known yet, for all runs in one statement. */
async function learn(open: readonly Open[], readSums: ReadSums): Promise<void> {
  const missing = new Map<string, Interval & { setId: string; known: KnownSums[] }>();
  for (const { facts: { sales }, known, needs } of open) {
    for (const window of needs.windows) {
      if (sales === undefined || known.of(window) !== undefined) continue;
      const key = `${sales.setId} ${window.from}/${window.to}`;
      const found = missing.get(key);
      if (found === undefined) missing.set(key, { setId: sales.setId, from: window.from, to: window.to, known: [known] });
      else found.known.push(known);
    }
  }
  const asked = [...missing.values()];
  const read = await readSums(asked.map(({ setId, from, to }) => ({ setId, from, to })));
  asked.forEach(({ known }, at) => known.forEach((one) => one.add(read[at] as WindowSum)));
}
