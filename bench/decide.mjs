// Many claims recommended by one person and decided by another, as a job does it: claims per second, and processor time of the process.
//   node bench/decide.mjs 2000      a generated book of its own, in a folder that is removed again (MAKEGOOD_DATA_DIR: in that one, which stays)
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, root, underCarriedNode } from '../scripts/build.mjs';

underCarriedNode(import.meta.filename);
await build();
const own = process.env.MAKEGOOD_DATA_DIR === undefined ? mkdtempSync(join(tmpdir(), 'makegood-bench-')) : undefined;
process.env.MAKEGOOD_DATA_DIR ??= own;
const of = (path) => import(join(root, 'dist/src', path));
const [{ AppModule }, { boot, PROJECT }, { createApp }, { Jobs }, { UnitOfWork }, { Database }] = await Promise.all(
  ['app.module.js', 'boot.js', 'platform/http/create-app.js', 'platform/jobs/jobs.js', 'platform/database/unit-of-work.js', 'platform/database/database.js'].map(of));
const [{ loadBook }, { People }, { BulkActions, BulkFreezing }, { BulkRuns }] = await Promise.all(
  ['demo/load-book.js', 'modules/identity/index.js', 'modules/review/index.js', 'modules/review/queues/bulk-runs.service.js'].map(of));

const count = Number.parseInt(process.argv[2] ?? '2000', 10);
const SYSTEM = { actor: { kind: 'system', name: 'bench' }, requestId: 'bench' };
const value = (result) => {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
};

const booted = await boot();
const app = await createApp(AppModule.with({ ...booted.config, worker: 'off' }), { secure: false });
await app.get(Jobs).open();

async function person(role) {
  const { id } = value(await app.get(People).create(SYSTEM, { email: `${role}-${Date.now()}@makegood.example`, name: role, password: 'a bench is no secret at all' }));
  value(await app.get(People).grant(SYSTEM, id, role));
  return { actor: { kind: 'user', userId: id, roles: [role], memberships: [] }, requestId: 'bench' };
}

/** As the pages do it: frozen, the sample opened, sent; then the steps of its job. */
async function worked(ctx, asked) {
  const { id } = value(await app.get(BulkFreezing).freeze(ctx, asked));
  const actions = app.get(BulkActions);
  for (const { claimId } of value(await actions.items(id, { sampledOnly: true, limit: 100 })).items) value(await actions.open(ctx, id, claimId));
  const { version, digest } = value(await actions.get(id));
  value(await actions.send(ctx, id, version, digest));
  const [began, used] = [performance.now(), process.cpuUsage()];
  while (!value(await app.get(UnitOfWork).run(SYSTEM, (tx) => app.get(BulkRuns).step(tx, SYSTEM, id))).done);
  const [ms, { user, system }, { doneCount, skippedCount }] = [performance.now() - began, process.cpuUsage(used), value(await actions.get(id))];
  console.log(`${asked.kind}: ${doneCount} done, ${skippedCount} skipped in ${(ms / 1_000).toFixed(2)} s, ${Math.floor((doneCount * 1_000) / ms)} a second, ${((user + system) / 1_000 / doneCount).toFixed(2)} ms of processor time each`);
  return id;
}

try {
  await loadBook(app, { claims: count, seed: 1, policyFolder: join(PROJECT, 'policies'), onProgress: () => undefined });
  const { reader } = app.get(Database);
  // Nobody pulled them one by one: that is not what is measured.
  const claims = await reader.query(`
    UPDATE claim c SET state = 'in_review', opened_by_staff = true, version = c.version + 1 FROM assessment a
    WHERE a.id = c.assessment_id AND a.outcome = 'eligible' AND c.state = 'submitted' RETURNING c.id`);
  const recommended = await worked(await person('reviewer'), { kind: 'recommend', claimIds: claims.map(({ id }) => id), outcome: 'award', reasons: [] });
  await worked(await person('approver'), { kind: 'decide', of: recommended, reasons: [] });
} finally {
  await app.close();
  await booted.stopDatabase();
  if (own !== undefined) rmSync(own, { recursive: true, force: true });
}
