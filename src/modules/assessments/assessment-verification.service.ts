import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { PolicyQueries } from '../policies/index.js';
import { AssessmentsRepository, type StoredRun } from './assessments.repository.js';
import { runFaults, type RunFault } from './run-faults.rules.js';
import { VerificationsRepository, type VerificationRow } from './verifications.repository.js';

export const VERIFY = 'assessments.verify';

/** Frozen inputs are some ten kilobytes each: this many are in memory at once, however many there are. */
const PAGE = 250;
const NIL = '00000000-0000-0000-0000-000000000000';

export interface Recomputed {
  readonly checked: number;
  /** How many assessments come out otherwise than stored. */
  readonly faultCount: number;
  /** The ids of the first thousand of them. */
  readonly faults: readonly string[];
}

/** Recomputes every stored assessment from its frozen input, a page a transaction; one that was cut short goes on where it stood. */
@Injectable()
export class AssessmentVerification implements OnModuleInit {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly assessments: AssessmentsRepository,
    private readonly verifications: VerificationsRepository,
    private readonly policies: PolicyQueries,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ verificationId: string }>({ queue: VERIFY, step: async (_ctx, { verificationId }, tx) => {
      const row = await this.#step(tx, await this.verifications.lock(tx, verificationId));
      return ok({ done: row.isFinished });
    } });
  }

  /** Leaves it to the workers, together with one that was cut short. */
  leaveToWorkers(ctx: Context): Promise<Result<null>> {
    return this.work.run(ctx, async (tx) => {
      const { id } = await this.verifications.open(tx, this.clock.now());
      await this.jobs.enqueue(tx, VERIFY, { verificationId: id });
      return ok(null);
    });
  }

  /** How many there are to check. */
  count(): Promise<number> {
    return this.assessments.count(this.database.reader);
  }

  /** Does it here, from where the last one that was cut short stood. */
  async run(ctx: Context, onProgress: (checked: number) => void = () => undefined): Promise<Result<Recomputed>> {
    for (;;) {
      const stepped = await this.work.run(ctx, async (tx) => {
        const { id } = await this.verifications.open(tx, this.clock.now());
        return ok(await this.#step(tx, await this.verifications.lock(tx, id)));
      });
      if (!stepped.ok) return stepped;
      const { checkedCount, faultCount, faults, isFinished } = stepped.value;
      onProgress(checkedCount);
      if (isFinished) return ok({ checked: checkedCount, faultCount, faults });
    }
  }

  async #step(tx: Tx, row: VerificationRow): Promise<VerificationRow> {
    if (row.isFinished) return row;
    const page = await this.assessments.runsAfter(tx, row.cursor ?? NIL, PAGE);
    const last = page.at(-1);
    if (last === undefined) {
      await this.verifications.finish(tx, row.id, this.clock.now());
      return { ...row, isFinished: true };
    }
    const faults: string[] = [];
    for (const run of page) if ((await this.#faults(tx, run)).length > 0) faults.push(run.id);
    return this.verifications.advance(tx, row.id, { cursor: last.id, checked: page.length, faults });
  }

  /** What is wrong with an assessment, named; nothing when it comes out as stored. */
  async faultsOf(reader: Reader, id: string): Promise<readonly RunFault[]> {
    const run = await this.assessments.run(reader, id);
    return run === undefined ? ['gone'] : this.#faults(reader, run);
  }

  async #faults(reader: Reader, run: StoredRun): Promise<readonly RunFault[]> {
    return runFaults(run, (await this.policies.version(reader, run.policyVersionId)).resolved);
  }
}
