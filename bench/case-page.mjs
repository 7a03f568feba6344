// Pages about claims, warm: processor time of the server and statements of each.
//   node bench/case-page.mjs [requests a page] [--statements]     the claim brought 10,000 lines of sales; statements are listed with their number
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, root, underCarriedNode } from '../scripts/build.mjs';
import { load } from './load.mjs';
import { startServer } from './server.mjs';

underCarriedNode(import.meta.filename);
await build();
const { values, positionals } = parseArgs({ allowPositionals: true, options: { statements: { type: 'boolean', default: false } } });
const REQUESTS = Number.parseInt(positionals[0] ?? '200', 10);
const LINES = 10_000;
const PASSWORD = 'makegood demo 2026';

/** Milliseconds of processor time a process has used; its kernel counts in hundredths of a second. */
function cpuOf(pid) {
  const fields = execFileSync('cat', [`/proc/${pid}/stat`], { encoding: 'utf8' }).split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const json = (body, headers = {}) => ({ body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });

async function call(server, path, token, init = {}) {
  const answer = await fetch(`${server.url}/v1${path}`, { method: init.body === undefined ? 'GET' : 'POST', ...init, headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...init.headers } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const tokenOf = async (server, email) => (await call(server, '/sessions', undefined, json({ email, password: PASSWORD }))).token;

/** The café's export, and small sales of one day until it has so many lines. */
function tillFile() {
  const lines = readFileSync(join(root, 'demo/corner-cafe.synthetic.csv'), 'utf8').trim().split('\n');
  for (let n = 0; lines.length <= LINES; n += 1) lines.push(`bench-${n},2026-09-01T12:00:${String(n % 60).padStart(2, '0')}+01:00,sale,0.01,`);
  return lines.join('\n');
}

/** The claim of the README, filed by the café and taken up by a reviewer. */
async function claimed(server, owner, reviewer) {
  const { memberships: [{ merchantId }] } = await call(server, '/sessions/current', owner);
  const { items: [site] } = await call(server, `/merchants/${merchantId}/sites`, owner);
  const scheme = (await call(server, '/schemes', owner)).items.find(({ policyKey }) => policyKey === 'default-gbp');
  const draft = await call(server, '/claims', owner, json({ schemeId: scheme.id, siteId: site.id, window: { from: '2026-10-13T10:00:00+01:00', to: '2026-10-13T14:30:00+01:00' } }));
  const about = new URLSearchParams({
    currency: 'GBP', basis: 'net_of_tax', coverage: JSON.stringify([{ from: '2026-08-31T00:00:00+01:00', to: '2026-10-18T00:00:00+01:00' }]),
    mapping: JSON.stringify({ at: 'at', amount: 'amount', kind: 'kind', id: 'id', refundOf: 'refund_of' }),
  });
  await call(server, `/claims/${draft.id}/sales-records?${about}`, owner, { body: tillFile(), headers: { 'content-type': 'text/csv' } });
  await call(server, `/claims/${draft.id}/submissions`, owner, json({ declarations: { isTrue: true, paidElsewhere: false } }, { 'if-match': '"1"' }));
  const { version, state } = await call(server, `/claims/${draft.id}`, reviewer);
  if (state === 'submitted') await call(server, `/claims/${draft.id}/pulls`, reviewer, json({}, { 'if-match': `"${version}"` }));
  return draft.reference;
}

const server = await startServer();
try {
  const [ownerToken, reviewerToken] = [await tokenOf(server, 'owner@corner-cafe.example'), await tokenOf(server, 'reviewer@makegood.example')];
  const [owner, staff] = [ownerToken, reviewerToken].map((token) => ({ cookie: `makegood_session=${token}` }));
  const reference = await claimed(server, ownerToken, reviewerToken);
  for (const [path, headers] of [[`/en/work/${reference}`, staff], [`/en/claims/${reference}`, owner], ['/en/work?queue=all', staff]]) {
    await load(server.port, 1, 600, once(40, { path, headers }));
    const statements = (await server.recorded(() => load(server.port, 1, 60, once(1, { path, headers })))).filter(({ text }) => !text.includes('pgboss.'));
    const before = cpuOf(server.pid);
    const { p50, p95, count } = await load(server.port, 1, 600, once(REQUESTS, { path, headers }));
    console.log(`${path}: ${((cpuOf(server.pid) - before) / count).toFixed(1)} ms of processor time, ${statements.length} statements; ${p50.toFixed(1)} ms by the clock, p95 ${p95.toFixed(1)}`);
    if (values.statements) console.log(repeated(statements));
  }
} finally {
  await server.stop();
}

function once(count, asked) {
  let left = count;
  return () => ((left -= 1) >= 0 ? asked : undefined);
}

function repeated(statements) {
  const counts = new Map();
  for (const { text } of statements) {
    const short = text.replaceAll(/\s+/g, ' ').trim().slice(0, 150);
    counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([text, count]) => `  ${count} × ${text}`).join('\n');
}
