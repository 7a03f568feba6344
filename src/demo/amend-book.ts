import type { INestApplicationContext } from '@nestjs/common';
import { unwrap } from '../platform/http/refusal-exception.js';
import { currency, money } from '../core/money/index.js';
import { AmendmentRehearsals, Amendments, ChangeApplication, ChangeCommands, ChangeQueries, currenciesOf, type AmendmentReport } from '../modules/changes/index.js';
import { EVERYWHERE, RegisterQueries } from '../modules/outages/index.js';
import { systemActor } from '../platform/access/actor.js';
import type { Context } from '../platform/access/context.js';
import { Database } from '../platform/database/database.js';
import type { Tx } from '../platform/database/tx.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Result } from '../core/errors/index.js';
import { BOOK_OUTAGE, BOOK_SERVICE } from './generated-book.js';
import { BOOK_AUTHOR } from './load-book.js';

const SYSTEM: Context = { actor: systemActor('book'), requestId: 'book' };

/** How long each part of an amendment took, in milliseconds, and what it came to. */
export interface AmendedBook {
  readonly report: AmendmentReport;
  readonly searchMs: number;
  readonly previewMs: number;
  readonly applyMs: number;
  readonly verdicts: Readonly<Record<string, number>>;
}

/** Amends the outage of the generated book in this database (it was down until the end), approves and applies it; undefined where there is none. */
export async function amendBook(app: INestApplicationContext): Promise<AmendedBook | undefined> {
  const { reader } = app.get(Database);
  const people = await reader.query<{ id: string }>(`SELECT id FROM app_user WHERE email IN ($1, 'book-second@makegood.example') ORDER BY email = $1 DESC`, [BOOK_AUTHOR]);
  const outageId = await app.get(RegisterQueries).idOf(reader, BOOK_OUTAGE.code);
  if (people.length < 2 || outageId === undefined) return undefined;
  const [author, second] = people.map(({ id }): Context => ({ actor: { kind: 'user', userId: id, roles: ['register_editor'], memberships: [] }, requestId: 'book' })) as [Context, Context];
  const { version } = unwrap(await app.get(RegisterQueries).outage(reader, author.actor, outageId));
  const line = { service: BOOK_SERVICE, region: EVERYWHERE };
  const [first, , , last] = BOOK_OUTAGE.segments;
  const change = unwrap(await app.get(Amendments).propose(author, { outageId, version, reason: 'The probe log shows no recovery before the end', content: {
    complete: true, scope: [{ ...line, ...BOOK_OUTAGE.scope, entry: 0 }], officialWindows: [{ service: BOOK_SERVICE, ...BOOK_OUTAGE.official }],
    segments: [{ ...line, from: first.from, to: last.to, state: 'down', source: 'generated' }],
  } }));
  const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    const began = performance.now();
    return [await work(), performance.now() - began];
  };
  const [run, searchMs] = await timed(async () => unwrap(await app.get(ChangeCommands).startRun(author, change.id)));
  const runId = unwrap(await app.get(ChangeQueries).runId(reader, change.id, run.n));
  const steps = async (step: (tx: Tx) => Promise<Result<{ done: boolean }>>): Promise<void> => {
    while (!unwrap(await app.get(UnitOfWork).run(SYSTEM, step)).done);
  };
  const [, previewMs] = await timed(() => steps((tx) => app.get(AmendmentRehearsals).step(tx, runId)));
  const { digest = '', report } = unwrap(await app.get(ChangeQueries).run(reader, change.id, run.n));
  if (report?.kind !== 'amendment') return undefined;
  unwrap(await app.get(ChangeCommands).approve(second, change.id, change.version, run.n, { digest, movesLessThan: currenciesOf(report).map((code) => money(1n, currency(code))) }));
  const [, applyMs] = await timed(() => steps((tx) => app.get(ChangeApplication).step(tx, SYSTEM, change.id)));
  const { application } = unwrap(await app.get(ChangeQueries).get(reader, change.id));
  return { report, searchMs, previewMs, applyMs, verdicts: application?.verdicts ?? {} };
}
