// A batch of many payments through the real services, PostgreSQL and all: `node bench/payouts.mjs [lines] [folder of schemas]`.
// Opened, locked, approved and released, and what the practice bank answers read in, in a process of its own; prints seconds, processor time and the most memory that process held, beside
// the bare work in the same database: the same rows inserted and moved as often in copies of their tables, without a trigger or a foreign key.
import 'reflect-metadata';
import { fork } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import pg from 'pg';
import { build, root, underCarriedNode } from '../scripts/build.mjs';
import { register } from '../test/support/swc-loader.mjs';

underCarriedNode(import.meta.filename);

/** For what is locked, approved, released, written and checked. */
const LIMIT_SECONDS = 60;
const LIMIT_MEGABYTES = 300;
/**
 * Heaps in megabytes, of the process that pays and of the one that reads what the bank answers. With room, V8 lets garbage lie, and what a process holds says
 * nothing of what it needs. The second has the practice bank in it, which keeps what it made up for every payment.
 */
const HEAPS = { pay: 150, read: 220 };
const SYSTEM = { actor: { kind: 'system', name: 'bench' }, requestId: 'bench' };
const of = (path) => import(join(root, 'dist/src', path));
const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

const value = (result) => {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
};

async function connected(connectionString) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

/** A process that is measured: the application without a server, as a worker has it. */
async function work(name, settings) {
  const [{ AppModule }, { boot }, { createApp }, { Jobs }, payouts] = await Promise.all(['app.module.js', 'boot.js', 'platform/http/create-app.js', 'platform/jobs/jobs.js', 'modules/payouts/index.js'].map(of));
  const app = await createApp(AppModule.with({ ...(await boot()).config, worker: 'off' }), { secure: false });
  await app.get(Jobs).open();
  let peak = process.memoryUsage.rss();
  console.log(`started                      ${mb(peak)}`);
  const watch = setInterval(() => { peak = Math.max(peak, process.memoryUsage.rss()); }, 20);
  const measured = {};
  const step = async (title, doing) => {
    peak = process.memoryUsage.rss();
    const [began, before] = [performance.now(), process.cpuUsage()];
    const result = await doing();
    const { user, system } = process.cpuUsage(before);
    measured[title] = { seconds: (performance.now() - began) / 1_000, peak };
    console.log(`${title.padEnd(28)} ${measured[title].seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of processor time, at most ${mb(peak)}`);
    return result;
  };
  measured.batchId = await { pay, read }[name]({ app, payouts, step }, settings);
  clearInterval(watch);
  process.send(measured);
  await app.close();
}

async function pay({ app, payouts, step }, { fundId, people: { preparer, approver, releaser } }) {
  const preparation = app.get(payouts.BatchPreparation);
  const opened = await step('open', async () => value(await preparation.open(preparer, { fundId })));
  const locked = await step('lock', async () => value(await preparation.lock(preparer, opened.id, opened.version)));
  const approved = await step('approve', async () => value(await app.get(payouts.BatchApprovals).approve(approver, opened.id, locked.version, locked.digest)));
  await step('release', async () => {
    const proved = { ...releaser, actor: { ...releaser.actor, session: { id: releaser.userId, provedAt: Date.now() } } };
    const { id } = value(await app.get(payouts.BatchRelease).request(proved, opened.id, approved.version, approved.digest));
    await app.get(payouts.BatchRelease).perform(SYSTEM, id);
  });
  const { state, totals } = value(await app.get(payouts.PayoutQueries).get(opened.id));
  const file = value(await app.get(payouts.PayoutFiles).about(opened.id));
  console.log(`${state}: ${totals.count} lines, ${totals.net.amount} ${totals.net.currency}, ${mb(file.byteCount)} of file (schema: ${file.schemaCheck})`);
  return opened.id;
}

/** What the practice bank answers: nine of ten are booked one by one, some are rejected, some come back, some in one sum. */
async function read({ app, payouts, step }, { batchId, people: { preparer } }) {
  const { payingAccountId, files } = value(await app.get(payouts.PracticeBank).answer({ batchId, mix: { accept: 90, reject: 3, return: 3, lump: 4 }, seed: 1 }));
  for (const { name, format, bytes } of files) {
    await step(`read in ${name.slice(15)}`, async () => {
      const { id } = value(await app.get(payouts.BankMessages).receive(preparer, payingAccountId, { stream: bytes(), fileName: name }, format));
      await app.get(payouts.BankReading).perform(SYSTEM, id);
    });
  }
  return batchId;
}

/** The same rows, in tables of the same shape with their indexes and checks, moved as often; nothing is judged, and nothing refers to anything. */
async function bare(owner) {
  const rows = { payment_line: '', payment_line_move: '', ledger_entry: `WHERE line_id IS NOT NULL`, ledger_posting: `WHERE entry_id IN (SELECT id FROM ledger_entry WHERE line_id IS NOT NULL)`, event_log: `WHERE topic LIKE 'payment_line.%'` };
  for (const table of Object.keys(rows)) await owner.query(`CREATE TABLE bare_${table} (LIKE ${table} INCLUDING ALL)`);
  const began = performance.now();
  for (const [table, which] of Object.entries(rows)) await owner.query(`INSERT INTO bare_${table} OVERRIDING SYSTEM VALUE SELECT * FROM ${table} ${which}`);
  for (let move = 0; move < 3; move += 1) await owner.query('UPDATE bare_payment_line SET version = version + 1, moved_at = now()');
  return (performance.now() - began) / 1_000;
}

async function main(count, schemas) {
  await build();
  await register();
  const [{ payableClaims, financePerson }, { Vault }, { SHIPPED_PROFILES }] = await Promise.all([
    import('../test/support/payables.ts'), import('../src/platform/crypto/vault.ts'), import('../src/core/payments/index.ts')]);
  const folder = mkdtempSync(join(tmpdir(), 'makegood-payouts-'));
  chmodSync(folder, 0o711);
  Object.assign(process.env, { MAKEGOOD_DATA_DIR: folder, LOG_LEVEL: 'error', DEMO: 'off', ...(schemas === undefined ? {} : { PAYMENT_SCHEMAS_DIR: schemas }) });
  const booted = await (await of('boot.js')).boot();
  // The book is written around the guards, which only the server's own superuser may.
  const owner = await connected(Object.assign(new URL(booted.config.databaseOwnerUrl), { username: 'makegood_admin', password: JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')).admin }).href);
  try {
    const amounts = Array.from({ length: count }, (_, n) => BigInt(1_000 + (n * 7_919) % 90_000));
    const { fundId } = await payableClaims(owner, { seed: 'bench', amounts, profile: SHIPPED_PROFILES.find(({ id }) => id === 'sepa-sct-09'), vault: new Vault(booted.config) });
    const people = Object.fromEntries(await Promise.all(['preparer', 'approver', 'releaser'].map(async (name) => [name, await financePerson(owner, name, `finance_${name}`)])));
    await owner.query('VACUUM ANALYZE');
    const inItsOwn = (name, settings) => new Promise((resolve, reject) => {
      const child = fork(import.meta.filename, ['--measured', name, JSON.stringify(settings)], {
        execArgv: [`--max-old-space-size=${HEAPS[name]}`, '--max-semi-space-size=4'], env: { ...process.env, DATABASE_URL: booted.config.databaseUrl, DATABASE_OWNER_URL: booted.config.databaseOwnerUrl },
      });
      let result;
      child.once('message', (message) => { result = message; }).once('exit', (code) => (result === undefined ? reject(new Error(`ended with ${code}`)) : resolve(result)));
    });
    const measured = await inItsOwn('pay', { fundId, people });
    const total = (steps) => steps.reduce((sum, name) => sum + measured[name].seconds, 0);
    const [leaving, all] = [['lock', 'approve', 'release'], ['open', 'lock', 'approve', 'release']];
    const limit = await bare(owner);
    console.log(`locked, approved and released in ${total(leaving).toFixed(1)} s (target ${LIMIT_SECONDS}), at most ${mb(Math.max(...all.map((name) => measured[name].peak)))} (target ${LIMIT_MEGABYTES}); opened and released in ${total(all).toFixed(1)} s, the bare rows in ${limit.toFixed(1)} s, ratio ${(limit / total(all)).toFixed(2)}`);
    await inItsOwn('read', { batchId: measured.batchId, people });
  } finally {
    await owner.end();
    await booted.stopDatabase();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === '--measured') await work(process.argv[3], JSON.parse(process.argv[4]));
else await main(Number.parseInt(process.argv[2] ?? '100000', 10), process.argv[3] ?? process.env.PAYMENT_SCHEMAS_DIR);
