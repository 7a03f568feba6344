// Pays everything that is due from some funds and hears what the practice bank says of it, from wherever each of them stands: a process to be
// killed. It ends when nothing is left to do.
//   { "funds": [ids], "people": { preparer, approver, releaser }, "kill": { "fund": id, "statement": 17, "when": "before" | "after" } }
// The kill is its own, with SIGKILL, at the n-th statement it sends while it pays that fund: before the server has it, or when the server is done with it.
import 'reflect-metadata';
import { join } from 'node:path';
import pg from 'pg';

const { funds, people: { preparer, approver, releaser }, kill } = JSON.parse(process.argv[2]);
const SYSTEM = { actor: { kind: 'system', name: 'payer' }, requestId: 'payer' };
const of = (path) => import(join(process.cwd(), 'dist', 'src', path));

const counting = { isOn: false, count: 0 };
const { query } = pg.Client.prototype;
pg.Client.prototype.query = function counted(...args) {
  if (!counting.isOn) return query.apply(this, args);
  counting.count += 1;
  const isIt = counting.count === kill?.statement;
  if (isIt && kill.when === 'before') process.kill(process.pid, 'SIGKILL');
  if (isIt) this.connection.once('readyForQuery', () => process.kill(process.pid, 'SIGKILL'));
  return query.apply(this, args);
};

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
  for (;;) {
    const [batch] = await reader.query(`SELECT id, state, version, digest, paying_account_id FROM payout_batch WHERE fund_id = $1 AND state IN ('open', 'locked', 'approved', 'released', 'acknowledged') ORDER BY id LIMIT 1`, [fundId]);
    if (batch !== undefined) {
      await STEPS[batch.state](batch);
      continue;
    }
    const opened = await preparation.open(preparer, { fundId });
    if (opened.ok) continue;
    if (opened.refusal.code === 'payouts.batch_empty') return;
    value(opened);
  }
}

for (const fundId of funds) {
  counting.isOn = fundId === kill?.fund;
  if (counting.isOn) process.stdout.write('paying\n');
  await pay(fundId);
}
counting.isOn = false;
process.stdout.write(`paid with ${counting.count} statements\n`);
// Not closed in an orderly way: that is the other test's.
process.exit(0);
