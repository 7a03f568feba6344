// Measures, prints ratios next to their targets, and adds a line to the history.
import { execFileSync, fork, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { root } from '../scripts/build.mjs';
import { draftsFor, manyClaims } from './book.mjs';
import { bulk } from './bulk.mjs';
import { core } from './core.mjs';
import { load } from './load.mjs';
import { replay } from './replay.mjs';
import { freePort, startServer } from './server.mjs';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '8' }, list: { type: 'string', default: '200000' }, drafts: { type: 'string', default: '24000' }, book: { type: 'string', default: '4000' } } });
const ROUNDS = 3;
const SECONDS = Math.max(1, Math.round(Number(values.seconds) / ROUNDS));
const PASSWORD = 'makegood demo 2026';
const results = {};

const say = (text) => process.stdout.write(`${text}\n`);
const figure = (n) => (n >= 100 ? Math.round(n).toLocaleString('en') : n.toFixed(2));

function told(name, { measured, limit, target, unit = '/s' }) {
  const ratio = limit === undefined ? undefined : measured / limit;
  results[name] = { measured, ...(limit === undefined ? {} : { limit, ratio }), target };
  const against = limit === undefined ? 'limit not measured' : `limit ${figure(limit)}${unit}, ratio ${ratio.toFixed(2)} (target ${target}: ${ratio >= target ? 'met' : 'not met'})`;
  say(`${name.padEnd(34)} ${figure(measured).padStart(9)}${unit}  ${against}`);
}

const pgbench = ['pgbench', ...globSync('/usr/lib/postgresql/*/bin/pgbench')].find((name) => spawnSync(name, ['--version']).status === 0);

/**
 * What is measured and its limit in turns, so that whatever else the machine does falls on both: the round whose ratio is the middle one.
 * Without a limit, the middle round.
 */
async function inTurns(measure, limit) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push({ measured: await measure(), limit: await limit() });
  return rounds.sort((a, b) => a.measured / (a.limit ?? 1) - b.measured / (b.limit ?? 1))[Math.floor(ROUNDS / 2)];
}

/** Transactions a second of a script, or undefined without pgbench. */
function limitOf(server, name, script, connections) {
  if (pgbench === undefined) return undefined;
  const file = join(server.directory, `${name}.sql`);
  writeFileSync(file, script);
  const { stdout, stderr, status } = spawnSync(pgbench, ['-n', '-M', 'prepared', '-c', String(connections), '-j', '2', '-T', String(SECONDS), '-f', file, server.appUrl], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const tps = /tps = ([\d.]+)/.exec(stdout)?.[1];
  const lost = /ERROR[^\n]*/.exec(stderr)?.[0];
  if (lost !== undefined || tps === undefined) say(`  pgbench: ${lost ?? stderr.slice(0, 300)} (exit ${status})`);
  return lost === undefined && tps !== undefined ? Number(tps) : undefined;
}

/** The limit of a read: the same statements behind nothing but Fastify and pg, in a process of its own. */
async function bareServer(server, statements) {
  const port = await freePort();
  const child = fork(join(root, 'bench/bare.mjs'), [JSON.stringify({ url: server.appUrl, port, statements })]);
  await new Promise((resolve) => child.once('message', resolve));
  return { port, stop: () => child.kill() };
}

async function signedIn(server) {
  const call = async (method, path, token, body, headers = {}) => {
    const answer = await fetch(`${server.url}/v1${path}`, {
      method, headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const read = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${read.detail}`);
    return read;
  };
  const { token } = await call('POST', '/sessions', undefined, { email: 'owner@corner-cafe.example', password: PASSWORD });
  const [{ merchantId }] = (await call('GET', '/sessions/current', token)).memberships;
  const [site] = (await call('GET', `/merchants/${merchantId}/sites`, token)).items;
  const [scheme] = (await call('GET', '/schemes')).items;
  const draft = { schemeId: scheme.id, siteId: site.id, window: { from: '2026-10-13T10:00:00+01:00', to: '2026-10-13T14:30:00+01:00' }, answers: { takeTariff: true } };
  return { call, token, draft, headers: { authorization: `Bearer ${token}` } };
}

const FILED = { declarations: { isTrue: true, paidElsewhere: false } };

async function writes(server) {
  const { call, token, draft, headers } = await signedIn(server);
  const client = new pg.Client({ connectionString: server.appUrl });
  await client.connect();
  let prepared = 0;
  const typesOf = async (text) => {
    const name = `types${(prepared += 1)}`;
    await client.query(`PREPARE ${name} AS ${text}`);
    return (await client.query('SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = $1', [name])).rows[0].types;
  };

  await call('POST', '/claims', token, draft, { 'idempotency-key': 'bench-warm' });
  let made;
  const drafting = await server.recorded(async () => { made = await call('POST', '/claims', token, draft, { 'idempotency-key': 'bench-recorded-1' }); });
  const body = JSON.stringify(draft);
  let key = 0;
  const nextDraft = () => ({ method: 'POST', path: '/v1/claims', headers: { ...headers, 'idempotency-key': `bench-draft-${(key += 1)}` }, body });
  await load(server.port, 16, 2, nextDraft);
  const draftScript = await replay(drafting, {
    prelude: [], given: [],
    made: [{ value: 'bench-recorded-1', sql: "'k' || gen_random_uuid()" }, { value: made.reference, sql: "'R' || gen_random_uuid()" }],
  }, typesOf);
  const drafts = await inTurns(async () => (await load(server.port, 64, SECONDS, nextDraft)).perSecond, () => limitOf(server, 'draft', draftScript, 64));
  told('create a draft, 64 connections', { ...drafts, target: 0.5 });

  const rows = await draftsFor(server.owner, { draftId: made.id, count: Number(values.drafts) });
  const [first] = rows;
  const filing = await server.recorded(() => call('POST', `/claims/${first.claim}/submissions`, token, FILED, { 'idempotency-key': 'bench-recorded-2', 'if-match': '"1"' }));
  // The server takes the first half of the drafts, the limit the second.
  const half = Math.floor(rows.length / 2);
  const filed = JSON.stringify(FILED);
  let at = 0;
  const nextFiling = () => ((at += 1) >= half ? undefined : {
    method: 'POST', path: `/v1/claims/${rows[at].claim}/submissions`, headers: { ...headers, 'idempotency-key': `bench-file-${at}`, 'if-match': '"1"' }, body: filed,
  });
  await load(server.port, 16, 2, nextFiling);
  await server.owner.query(`SELECT setval('bench_next', ${half + 1})`);
  const filingScript = await replay(filing, {
    prelude: ["SELECT claim_id AS claim, site_id AS site FROM bench_draft WHERE n = (SELECT nextval('bench_next')) \\gset"],
    given: [[first.claim, 'claim'], [first.site, 'site']],
    made: [{ value: 'bench-recorded-2', sql: "'k' || gen_random_uuid()" }],
  }, typesOf);
  const rounds = [];
  const filings = await inTurns(async () => {
    const before = cpuOf(server.pid);
    const round = await load(server.port, 16, SECONDS, nextFiling);
    rounds.push({ cpuMs: (cpuOf(server.pid) - before) / round.count, p99: round.p99 });
    return round.perSecond;
  }, () => limitOf(server, 'filing', filingScript, 16));
  told('submit with assessment, 16', { ...filings, target: 0.4 });
  const { cpuMs, p99 } = rounds.sort((a, b) => a.cpuMs - b.cpuMs)[Math.floor(ROUNDS / 2)];
  say(`  server CPU ${cpuMs.toFixed(2)} ms for each (target 3); p99 ${p99.toFixed(0)} ms`);
  results['submit, server CPU ms'] = { measured: cpuMs, target: 3 };
  await client.end();
  return { call, token, headers, draftId: made.id, filedId: first.claim };
}

/** Milliseconds of processor time a process has used. */
function cpuOf(pid) {
  const fields = execFileSync('cat', [`/proc/${pid}/stat`], { encoding: 'utf8' }).split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function reads(server, { call, token, headers, draftId, filedId }) {
  const selects = (recording) => recording.filter(({ text }) => /^\s*(SELECT|WITH)/.test(text)).map(({ text, parameters }) => ({ text, parameters }));
  const measure = async (name, path, target) => {
    await call('GET', path, token);
    const statements = selects(await server.recorded(() => call('GET', path, token)));
    const bare = await bareServer(server, statements);
    const ours = () => load(server.port, 16, SECONDS, () => ({ path: `/v1${path}`, headers }));
    const theirs = () => load(bare.port, 16, SECONDS, () => ({ path: '/' }));
    await ours();
    await theirs();
    const latencies = [];
    const turns = await inTurns(async () => {
      const { perSecond, p99 } = await ours();
      latencies.push(p99);
      return perSecond;
    }, async () => (await theirs()).perSecond);
    bare.stop();
    told(name, { ...turns, target });
    return { p99: latencies.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] };
  };
  await measure('read one claim, 16', `/claims/${filedId}`, 0.8);
  await measure('read its lanes and working, 16', `/claims/${filedId}/assessments/1`, 0.8);
  await manyClaims(server.owner, { draftId, count: Number(values.list) });
  const page = await measure(`list 50 of ${Number(values.list).toLocaleString('en')}, 16`, '/claims?limit=50', 1);
  let deep = '/claims?limit=50';
  for (let turned = 0; turned < 40; turned += 1) {
    const { next } = await call('GET', deep, token);
    if (next === undefined || next === null) break;
    deep = next.replace(/^.*\/v1/, '');
  }
  const last = await load(server.port, 16, SECONDS, () => ({ path: `/v1${deep}`, headers }));
  say(`  p99 of page 40 ${last.p99.toFixed(1)} ms against ${page.p99.toFixed(1)} ms of the first (target 1.5 times: ${last.p99 <= 1.5 * page.p99 ? 'met' : 'not met'})`);
  results['list, p99 of page 40 ÷ first'] = { measured: last.p99 / page.p99, target: 1.5 };
}

const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout.trim();
say(`Node ${process.version}, commit ${commit}, ${SECONDS} s each${pgbench === undefined ? '; pgbench is not installed (Debian: postgresql-15): limits of writes are not measured' : ''}\n`);
const { assessPerSecond, verdictsPerSecond, yardsticksPerSecond, lanesMs, bareLanesMs } = core(Math.min(SECONDS, 4));
say(`${'yardstick: parse, write, hash'.padEnd(34)} ${figure(yardsticksPerSecond).padStart(9)}/s  of the same facts; says how fast the machine is`);
say(`${'… the verdict alone'.padEnd(34)} ${figure(verdictsPerSecond).padStart(9)}/s  ${(verdictsPerSecond / yardsticksPerSecond).toFixed(2)} of the yardstick`);
say(`${'assess(), one core'.padEnd(34)} ${figure(assessPerSecond).padStart(9)}/s  ${(assessPerSecond / yardsticksPerSecond).toFixed(2)} of the yardstick, target 20,000/s: ${assessPerSecond >= 20_000 ? 'met' : 'not met'}`);
say(`${'lanes against 10,000 segments'.padEnd(34)} ${lanesMs.toFixed(2).padStart(9)} ms ${(lanesMs / bareLanesMs).toFixed(1)} times a bare loop, target 1 ms: ${lanesMs < 1 ? 'met' : 'not met'}`);
results['assess() per second'] = { measured: assessPerSecond, target: 20_000 };
results['verdicts per second'] = { measured: verdictsPerSecond, limit: yardsticksPerSecond };
results['lanes against 10,000 segments, ms'] = { measured: lanesMs, limit: bareLanesMs, target: 1 };
const book = await bulk(Number(values.book));
told(`rehearse ${figure(Number(values.book))} claims`, { measured: book.perSecond, limit: book.limit, target: 1 });
say(`  at most ${book.peakMb} MB; target 5,000/s: ${book.perSecond >= 5_000 ? 'met' : 'not met'}; verify-assessments ${figure(book.verifiedPerSecond)}/s`);
told(`preview an amendment over ${figure(Number(values.book))} claims`, { measured: book.previewedPerSecond, limit: book.limit, target: 1 });
say(`  target 5,000/s: ${book.previewedPerSecond >= 5_000 ? 'met' : 'not met'}; applied, each claim locked, stored and told of: ${figure(book.appliedPerSecond)}/s`);
results['amend, applied per second'] = { measured: book.appliedPerSecond };
results['rehearse, verify-assessments per second'] = { measured: book.verifiedPerSecond };
const server = await startServer();
try {
  await reads(server, await writes(server));
} finally {
  await server.stop();
}
const history = join(root, 'bench/history.jsonl');
const isFirst = !existsSync(history);
appendFileSync(history, `${JSON.stringify({ at: new Date().toISOString(), commit, node: process.version, seconds: SECONDS, results })}\n`);
say(`\n${isFirst ? 'bench/history.jsonl begun' : 'a line added to bench/history.jsonl'}`);
