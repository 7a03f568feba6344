// Pays everything that is due from some funds and hears what the practice bank says of it, from wherever each of them stands: a process to be
// killed, many funds at once, so that one kill meets each of them at another place. It ends when nothing is left to do.
//   { "first": [ids], "funds": [ids], "gates": { id: 17 }, "people": { preparer, approver, releaser } }
// `first` are paid to their end before any other. A fund with a gate goes no further than to its n-th step, which is a statement to the database or a change of a
// file, before it is sent; once every gate is reached, the process kills itself with SIGKILL. Without gates it says which steps each fund took, and waits to be killed.
import 'reflect-metadata';
import { AsyncLocalStorage } from 'node:async_hooks';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const { first = [], funds, gates = {}, people: { preparer, approver, releaser } } = JSON.parse(process.argv[2]);
const SYSTEM = { actor: { kind: 'system', name: 'payer' }, requestId: 'payer' };
/** So many funds are under way at once, each with a connection; the next begins when one is done. */
const AT_ONCE = 24;
/** A gate that is not reached within this never will be. */
const PATIENCE_MS = 60_000;
const WRITES = /^\s*(WITH|INSERT|UPDATE|DELETE|COMMIT)\b/;
const of = (path) => import(join(process.cwd(), 'dist', 'src', path));

/** Which fund a step is taken for: { id, count, steps }. */
const inHand = new AsyncLocalStorage();
let atGates = 0;

const forever = new Promise(() => undefined);

/** Whether a step may be taken; where the gate is, it never is. */
function isHeld(step) {
  const fund = inHand.getStore();
  if (fund === undefined) return false;
  if (fund.isHeld) return true;
  fund.count += 1;
  fund.steps += step;
  if (fund.count !== gates[fund.id]) return false;
  fund.isHeld = true;
  atGates += 1;
  if (atGates === Object.keys(gates).length) process.kill(process.pid, 'SIGKILL');
  return true;
}

const { query } = pg.Client.prototype;
pg.Client.prototype.query = function counted(...args) {
  const text = typeof args[0] === 'string' ? args[0] : args[0].text;
  if (!isHeld(WRITES.test(text) ? 'w' : 'r')) return query.apply(this, args);
  // Others are still on their way: until then the database is not to end what stands at its gate.
  void query.call(this, 'SET idle_in_transaction_session_timeout = 0').catch(() => undefined);
  return forever;
};

for (const name of ['open', 'link', 'copyFile', 'rename', 'rm', 'mkdir']) {
  const real = fs.promises[name];
  fs.promises[name] = (...args) => (isHeld(name === 'mkdir' ? 'r' : 'f') ? forever : real(...args));
}
syncBuiltinESMExports();

const value = (result) => {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
};

const [{ AppModule }, { boot }, { createApp }, { Jobs }, { Database }, payouts] = await Promise.all(
  ['app.module.js', 'boot.js', 'platform/http/create-app.js', 'platform/jobs/jobs.js', 'platform/database/database.js', 'modules/payouts/index.js'].map(of));
const app = await createApp(AppModule.with({ ...(await boot()).config, worker: 'off' }), { secure: false });
await app.get(Jobs).open();
const { reader } = app.get(Database);
const preparation = app.get(payouts.BatchPreparation);

/** A release that somebody asked for is taken up by the next worker; else it is asked for. */
async function release(batch) {
  const [running] = await reader.query(`SELECT id FROM payout_release WHERE batch_id = $1 AND state = 'running'`, [batch.id]);
  const proved = { ...releaser, actor: { ...releaser.actor, session: { id: releaser.userId, provedAt: Date.now() } } };
  const { id } = running ?? value(await app.get(payouts.BatchRelease).request(proved, batch.id, batch.version, batch.digest));
  await app.get(payouts.BatchRelease).perform(SYSTEM, id);
}

/** What the bank says is brought in and read; what was brought in before is the same message. */
async function hear({ id, paying_account_id: account }) {
  const { files } = value(await app.get(payouts.PracticeBank).answer({ batchId: id, mix: { accept: 100 }, seed: 1 }));
  for (const { name, format, bytes } of files.filter(({ name }) => !name.includes('statement'))) {
    const message = value(await app.get(payouts.BankMessages).receive(preparer, account, { stream: bytes(), fileName: name }, format));
    if (message.state === 'received') await app.get(payouts.BankReading).perform(SYSTEM, message.id);
  }
}

const STEPS = {
  open: (batch) => preparation.lock(preparer, batch.id, batch.version).then(value),
  locked: (batch) => app.get(payouts.BatchApprovals).approve(approver, batch.id, batch.version, batch.digest).then(value),
  approved: release,
  released: hear,
  acknowledged: hear,
};

async function pay(fundId) {
  for (let before; ;) {
    const [batch] = await reader.query(`SELECT id, state, version, digest, paying_account_id FROM payout_batch WHERE fund_id = $1 AND state IN ('open', 'locked', 'approved', 'released', 'acknowledged') ORDER BY id LIMIT 1`, [fundId]);
    if (batch !== undefined) {
      if (batch.state === before) throw new Error(`a batch of ${fundId} gets no further than ${before}`);
      before = batch.state;
      await STEPS[batch.state](batch);
      continue;
    }
    const opened = await preparation.open(preparer, { fundId });
    if (opened.ok) continue;
    if (opened.refusal.code === 'payouts.batch_empty') return;
    value(opened);
  }
}

/** Not all begin at once: each is somewhere else when the process is killed. */
async function payAll(ids, spreadMs) {
  const waiting = [...ids];
  await Promise.all(Array.from({ length: AT_ONCE }, async (_, n) => {
    await pause(n * spreadMs);
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const fund = { id, count: 0, steps: '', isHeld: false };
      await inHand.run(fund, () => pay(id));
      process.stdout.write(`paid ${fund.steps}\n`);
    }
  }));
}

await payAll(first, 25);
process.stdout.write('paying\n');
if (Object.keys(gates).length > 0) setTimeout(() => process.exit(3), PATIENCE_MS);
await payAll(funds, 25);
// Not closed in an orderly way: that is the other test's.
process.exit(0);
