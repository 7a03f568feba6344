import type { INestApplicationContext } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import type { PolicyRunDetail } from '../modules/changes/index.js';
import type { Context } from '../platform/access/context.js';
import { Database } from '../platform/database/database.js';
import { BOOK_OUTAGE } from './generated-book.js';
import { BOOK_AUTHOR, BOOK_POLICY } from './load-book.js';
import { proposeAndRehearse } from './proposed-change.js';

/** Rehearses a policy over the generated book in this database, as a change that nobody has approved; undefined where there is none. */
export async function rehearseBook(app: INestApplicationContext, file: string, onProgress: (done: number) => void): Promise<PolicyRunDetail | undefined> {
  const { reader } = app.get(Database);
  const [author] = await reader.query<{ id: string }>('SELECT id FROM app_user WHERE email = $1', [BOOK_AUTHOR]);
  if (author === undefined) return undefined;
  const ctx: Context = { actor: { kind: 'user', userId: author.id, roles: ['policy_author'], memberships: [] }, requestId: 'book' };
  return proposeAndRehearse(app, ctx, BOOK_POLICY, { source: await readFile(file, 'utf8'), effectiveFrom: BOOK_OUTAGE.scope.from, decidedFrom: null, reach: 'undecided' }, onProgress);
}
