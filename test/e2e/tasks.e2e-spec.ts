import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ok } from '../../src/core/errors/index.js';
import { TaskBook, type TaskView } from '../../src/modules/tasks/index.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { call, startTestApp, type Answer, type TestApp } from '../support/app.js';
import { asSystem } from '../support/lower-floors.js';
import { signedIn } from '../support/signed-in.js';

interface Page { readonly items: readonly TaskView[]; readonly nextCursor?: string }
interface Problem { readonly code: string }

let app: TestApp;
let [reviewer, supervisor, editor] = ['', '', ''];

const get = <Body>(path: string, token = reviewer): Promise<Answer<Body>> => call<Body>(app.url, 'GET', path, { token });
const settle = <Body>(id: string, version: number | undefined, token = reviewer, note = 'The till was down all day'): Promise<Answer<Body>> =>
  call<Body>(app.url, 'POST', `/v1/tasks/${id}/settlements`, { token, body: { note }, ...(version === undefined ? {} : { headers: { 'if-match': `"${version}"` } }) });

/** Opens a task twice over: it is one. */
const open = (claimId: string): Promise<unknown> => app.app.get(UnitOfWork).run(asSystem, async (tx) => {
  const task = {
    kind: 'entitlement_fall', subject: { type: 'claim', id: claimId }, cause: { type: 'change', id: claimId }, reasons: ['hours'],
    figures: { currency: 'GBP', grantedMinor: '1200', assessedMinor: '800', outcome: 'eligible' },
  } as const;
  await app.app.get(TaskBook).open(tx, asSystem, task);
  await app.app.get(TaskBook).open(tx, asSystem, task);
  return ok(undefined);
});

beforeAll(async () => {
  app = await startTestApp();
  [reviewer, supervisor, editor] = [await signedIn(app, 'reviewer', 'reviewer'), await signedIn(app, 'supervisor', 'supervisor'), await signedIn(app, 'editor', 'register_editor')];
});

afterAll(() => app.close());

it('tasks are listed oldest first by cursor, each once, counted, and settled once with a note by whom may', async () => {
  const claims = Array.from({ length: 5 }, () => randomUUID());
  for (const id of claims) await open(id);
  const seen: TaskView[] = [];
  for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages += 1) {
    const { body } = await get<Page>(`/v1/tasks?limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`);
    seen.push(...body.items);
    cursor = body.nextCursor;
  }
  expect(seen.map(({ subjectId }) => subjectId)).toEqual(claims);
  expect((await get('/v1/tasks/counts')).body).toEqual({ open: 5, done: 0 });
  const [first, second] = seen as [TaskView, TaskView];
  expect((await get<TaskView>(first.self)).body).toEqual(first);

  expect((await settle<Problem>(first.id, first.version, editor)).status).toBe(403);
  expect((await settle<Problem>(first.id, undefined)).status).toBe(428);
  expect((await settle<Problem>(first.id, first.version, reviewer, '')).status).toBe(400);
  expect(await settle<Problem>(first.id, first.version + 1)).toMatchObject({ status: 412, body: { code: 'http.stale' } });
  expect(await settle<Problem>(randomUUID(), 1)).toMatchObject({ status: 404, body: { code: 'tasks.not_found' } });

  const both = await Promise.all([settle<TaskView & Problem>(first.id, first.version), settle<TaskView & Problem>(first.id, first.version, supervisor, 'Another reason')]);
  const won = both.filter(({ status }) => status === 201);
  const lost = both.filter(({ status }) => status !== 201);
  expect([won.length, lost.map(({ status, body }) => [status, body.code])]).toEqual([1, [[409, 'tasks.done_already']]]);
  expect((await get<TaskView>(first.self)).body).toMatchObject({ state: 'done', done: { note: won[0]?.body.done?.note } });
  expect((await get<Page>('/v1/tasks?state=done')).body.items.map(({ id }) => id)).toEqual([first.id]);
  expect([(await get<Page>('/v1/tasks')).body.items[0]?.id, (await get('/v1/tasks/counts')).body]).toEqual([second.id, { open: 4, done: 1 }]);

  // What was settled stays as it was; doing what opened it again opens nothing.
  await open(claims[0] ?? '');
  expect((await get('/v1/tasks/counts')).body).toEqual({ open: 4, done: 1 });
  await expect(app.app.get(Database).reader.query(`UPDATE task SET state = 'open', done_by = NULL, done_at = NULL, note_digest = NULL WHERE id = $1`, [first.id])).rejects.toThrow();
});
