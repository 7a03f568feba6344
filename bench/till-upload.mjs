// A till export of many megabytes through a real server and a real worker: `node bench/till-upload.mjs [megabytes]`.
// Prints how long sending and reading took, and the most memory each process held: it stays flat however long the file is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval, clearInterval } from 'node:timers';
import { root } from '../scripts/build.mjs';
import { startServer } from './server.mjs';
import { writeSales } from './till-file.mjs';

const megabytes = Number(process.argv[2] ?? '200');
const rss = (pid) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
const folder = mkdtempSync(join(tmpdir(), 'makegood-till-'));
const path = join(folder, 'sales.csv');

const server = await startServer({ WORKER: 'off' });
const worker = spawn(process.execPath, [join(root, 'dist/src/worker.js')], {
  env: { ...process.env, DATABASE_URL: server.appUrl, MAKEGOOD_DATA_DIR: server.directory, LOG_LEVEL: 'error' }, stdio: ['ignore', 'ignore', 'inherit'],
});
const peaks = { server: 0, worker: 0 };
const watch = setInterval(() => {
  peaks.server = Math.max(peaks.server, rss(server.pid));
  if (worker.exitCode === null) peaks.worker = Math.max(peaks.worker, rss(worker.pid));
}, 100);

try {
  await writeSales(path, megabytes * 1_000_000);

  const send = async (method, address, { token, body, type = 'application/json' } = {}) => {
    const answer = await fetch(`${server.url}${address}`, {
      method, duplex: 'half', body: type === 'application/json' && body !== undefined ? JSON.stringify(body) : body,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'content-type': type }) },
    });
    const read = await answer.json();
    if (!answer.ok) throw new Error(JSON.stringify(read));
    return read;
  };
  const { token } = await send('POST', '/v1/sessions', { body: { email: 'owner@corner-cafe.example', password: 'makegood demo 2026' } });
  const [{ merchantId }] = (await send('GET', '/v1/sessions/current', { token })).memberships;
  const { rows: [{ scheme, site }] } = await server.owner.query(`
    SELECT s.id AS scheme, t.id AS site FROM scheme s, site t JOIN merchant m ON m.id = t.merchant_id
    WHERE s.policy_key = 'default-gbp' AND m.id = $1 AND NOT EXISTS (SELECT FROM claim c WHERE c.scheme_id = s.id AND c.site_id = t.id) LIMIT 1`, [merchantId]);
  const { id } = await send('POST', '/v1/claims', { token, body: { schemeId: scheme, siteId: site, window: { from: '2026-10-13T10:00:00+01:00', to: '2026-10-13T14:30:00+01:00' }, answers: { takeTariff: true } } });

  const idle = { server: rss(server.pid), worker: rss(worker.pid) };
  const began = performance.now();
  const upload = await send('POST', `/v1/claims/${id}/sales-uploads`, { token, body: createReadStream(path), type: 'text/csv' });
  const sent = performance.now();
  let job = await send('POST', `${upload.self}/readings`, { token });
  while (job.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 250));
    job = await send('GET', job.self, { token });
  }
  const done = performance.now();
  if (job.state !== 'done') throw new Error(JSON.stringify(job));
  const set = (await send('GET', `/v1/claims/${id}/sales-records`, { token })).items.at(-1);
  const seconds = (from, to) => ((to - from) / 1_000).toFixed(1);
  console.log(`${(statSync(path).size / 1_000_000).toFixed(0)} MB, ${set.lineCount} lines: sent and looked at in ${seconds(began, sent)} s, read and stored in ${seconds(sent, done)} s (${Math.round(set.lineCount / ((done - sent) / 1_000))} lines/s)`);
  for (const name of ['server', 'worker']) console.log(`${name}: ${idle[name].toFixed(0)} MiB before, ${peaks[name].toFixed(0)} MiB at most`);
} finally {
  clearInterval(watch);
  worker.kill('SIGTERM');
  if (worker.exitCode === null) await once(worker, 'exit');
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
