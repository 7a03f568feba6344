import type { INestApplicationContext } from '@nestjs/common';
import { unwrap } from '../platform/http/refusal-exception.js';
import type { Context } from '../platform/access/context.js';
import { Database } from '../platform/database/database.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { ChangeCommands, ChangeProposals, ChangeQueries, ChangeRehearsals, policyRunDetail, type PolicyRunDetail } from '../modules/changes/index.js';
import { PolicyDrafting } from '../modules/policies/index.js';
import { kst } from './kakao-outage.js';
import type { DemoPerson } from './demo-people.js';
import type { Cast } from './cast.js';
import { nextDefault } from './policy-drafts.js';

/** The next version of the default policy as somebody might propose it, rehearsed over the claims of the story: it waits for another person to approve. */
export async function proposeChange(app: INestApplicationContext, cast: Cast, author: DemoPerson, policyFolder: string): Promise<void> {
  const source = await nextDefault(policyFolder);
  await proposeAndRehearse(app, cast.as(author), 'default-krw', { source, effectiveFrom: kst('2022-10-01T00:00'), decidedFrom: null, reach: 'all' });
}

/** Writes a draft, hands it in, proposes it, and takes the steps of its rehearsal here, so that the report is there at once. */
export async function proposeAndRehearse(app: INestApplicationContext, ctx: Context, key: string, text: Parameters<PolicyDrafting['create']>[2], onProgress: (done: number) => void = () => undefined): Promise<PolicyRunDetail> {
  const [drafting, queries, rehearsals, { reader }] = [app.get(PolicyDrafting), app.get(ChangeQueries), app.get(ChangeRehearsals), app.get(Database)];
  const draft = unwrap(await drafting.create(ctx, key, text));
  unwrap(await drafting.submit(ctx, key, String(draft.number), draft.version));
  const change = unwrap(await app.get(ChangeProposals).propose(ctx, { kind: 'policy_version', policy: { key, number: draft.number } }));
  const { n } = unwrap(await app.get(ChangeCommands).startRun(ctx, change.id));
  const runId = unwrap(await queries.runId(reader, change.id, n));
  for (let done = false; !done;) {
    ({ done } = unwrap(await app.get(UnitOfWork).run(ctx, (tx) => rehearsals.step(tx, runId))));
    onProgress(unwrap(await queries.run(reader, change.id, n)).progress.done);
  }
  return policyRunDetail(unwrap(await queries.run(reader, change.id, n)));
}
