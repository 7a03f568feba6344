import type { Result } from '../../src/core/errors/index.js';
import { Amendments, AmendmentRehearsals, ChangeCommands, ChangeQueries, type AmendmentReport, type RunDetail } from '../../src/modules/changes/index.js';
import type { RevisionContent } from '../../src/modules/outages/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { asSystem, at } from './lower-floors.js';
import { value, type KtWorld } from './kt-world.js';

export const EVENT = '2018-11-24T02:00Z';
export const REGIONS = ['r1', 'r3', 'r7'] as const;
export type Region = (typeof REGIONS)[number];

/** What the register of the small world says: the days without service by region, from the moment of the fire. */
export const said = (days: Readonly<Record<Region, number>>): RevisionContent => ({
  complete: true, officialWindows: [],
  scope: REGIONS.map((region) => ({ service: 'kt', region, from: at('2018-11-01T00:00Z'), to: at('2019-01-01T00:00Z'), entry: 0 })),
  segments: REGIONS.flatMap((region) => (days[region] === 0 ? [] : [{
    service: 'kt', region, from: at(EVENT), to: at(new Date(Date.parse(EVENT) + days[region] * 86_400_000).toISOString()), state: 'down' as const, source: 'test',
  }])),
});

export const VOID: RevisionContent = { complete: true, officialWindows: [], scope: [], segments: [] };

export type AmendmentRun = Omit<RunDetail, 'report'> & { readonly report?: AmendmentReport };

/** Amendments in the small world. */
export class Amending {
  constructor(readonly world: KtWorld) {}

  get #reader() {
    return this.world.app.get(Database).reader;
  }

  async outage(): Promise<{ id: string; version: number }> {
    const [row] = await this.#reader.query<{ id: string; version: number }>(`SELECT id, version FROM outage WHERE code = 'ahyeon'`);
    return row as { id: string; version: number };
  }

  async propose(content: RevisionContent, by: Context = this.world.author, reason = 'the probe log says so'): Promise<Result<{ id: string; version: number }>> {
    const { id, version } = await this.outage();
    return this.world.app.get(Amendments).propose(by, { outageId: id, version, reason, content });
  }

  /** The code of a refusal to rehearse; undefined when there is a run. */
  async tryStart(changeId: string): Promise<string | undefined> {
    const run = await this.world.app.get(ChangeCommands).startRun(this.world.author, changeId);
    return run.ok ? undefined : run.refusal.code;
  }

  async withdraw(changeId: string, version: number): Promise<void> {
    value(await this.world.app.get(ChangeCommands).withdraw(this.world.author, changeId, version));
  }

  async start(changeId: string): Promise<{ runId: string; n: number }> {
    const { n } = value(await this.world.app.get(ChangeCommands).startRun(this.world.author, changeId));
    const [row] = await this.#reader.query<{ id: string }>('SELECT id FROM change_run WHERE change_id = $1 AND n = $2', [changeId, n]);
    return { runId: row?.id ?? '', n };
  }

  async rehearse(changeId: string): Promise<AmendmentRun> {
    const { runId, n } = await this.start(changeId);
    while (!value(await this.world.app.get(UnitOfWork).run(asSystem, (tx) => this.world.app.get(AmendmentRehearsals).step(tx, runId))).done);
    return value(await this.world.app.get(ChangeQueries).run(this.#reader, changeId, n)) as AmendmentRun;
  }

  async approve(changeId: string, run: AmendmentRun, by: Context = this.world.approver, bound = 1n, currencies = ['KRW']): Promise<Result<unknown>> {
    const { version } = value(await this.world.app.get(ChangeQueries).get(this.#reader, changeId));
    return this.world.app.get(ChangeCommands).approve(by, changeId, version, run.n, { digest: run.digest ?? '', movesLessThan: currencies.map((currency) => ({ minor: bound, currency: currency as never })) });
  }

  /** Proposed, rehearsed, approved and applied. */
  async amend(content: RevisionContent): Promise<{ changeId: string; run: AmendmentRun }> {
    const { id: changeId } = value(await this.propose(content));
    const run = await this.rehearse(changeId);
    value(await this.approve(changeId, run));
    await this.world.applyAll(changeId);
    return { changeId, run };
  }
}
