import type { INestApplicationContext } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { ChangeCommands, ChangeProposals, ChangeQueries, ChangeRehearsals, type RunDetail } from '../modules/changes/index.js';
import { PolicyDrafting } from '../modules/policies/index.js';
import type { Context } from '../platform/access/context.js';
import { Database } from '../platform/database/database.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { unwrap } from '../platform/http/refusal-exception.js';
import { BOOK_OUTAGE } from './generated-book.js';
import { BOOK_AUTHOR, BOOK_POLICY } from './load-book.js';

/** Rehearses a policy over the generated book in this database, as a change that nobody has approved; undefined where there is none. */
export async function rehearseBook(app: INestApplicationContext, file: string, onProgress: (done: number) => void): Promise<RunDetail | undefined> {
  const { reader } = app.get(Database);
  const [author] = await reader.query<{ id: string }>('SELECT id FROM app_user WHERE email = $1', [BOOK_AUTHOR]);
  if (author === undefined) return undefined;
  const ctx: Context = { actor: { kind: 'user', userId: author.id, roles: ['policy_author'], memberships: [] }, requestId: 'book' };
  const drafting = app.get(PolicyDrafting);
  const draft = unwrap(await drafting.create(ctx, BOOK_POLICY, { source: await readFile(file, 'utf8'), effectiveFrom: BOOK_OUTAGE.scope.from, decidedFrom: null, reach: 'undecided' }));
  unwrap(await drafting.submit(ctx, BOOK_POLICY, String(draft.number), draft.version));
  const change = unwrap(await app.get(ChangeProposals).propose(ctx, { kind: 'policy_version', policy: { key: BOOK_POLICY, number: draft.number } }));
  const { n } = unwrap(await app.get(ChangeCommands).startRun(ctx, change.id));
  const rehearsals = app.get(ChangeRehearsals);
  const runId = unwrap(await app.get(ChangeQueries).runId(reader, change.id, n));
  for (let done = false; !done;) {
    ({ done } = unwrap(await app.get(UnitOfWork).run(ctx, (tx) => rehearsals.step(tx, runId))));
    onProgress(unwrap(await app.get(ChangeQueries).run(reader, change.id, n)).progress.done);
  }
  return unwrap(await app.get(ChangeQueries).run(reader, change.id, n));
}
