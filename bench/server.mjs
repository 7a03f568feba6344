// The real server, as `npm start` runs it, in a process and a data directory of its own.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { root } from '../scripts/build.mjs';

export const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

export async function startServer(settings = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'makegood-bench-'));
  chmodSync(directory, 0o711);
  const port = await freePort();
  const recording = join(directory, 'recording.jsonl');
  const child = spawn(process.execPath, ['--import', pathToFileURL(join(root, 'bench', 'recorder.mjs')).href, join(root, 'dist/src/main.js')], {
    env: { ...process.env, PORT: String(port), MAKEGOOD_DATA_DIR: directory, LOG_LEVEL: 'error', DEMO: 'on', AUTO_DECISION_DELAY_SECONDS: '86400', MAKEGOOD_BENCH_RECORDING: recording, ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; !(await fetch(`${url}/readyz`).then(({ ok }) => ok, () => false)); tries += 1) {
    if (tries > 720 || child.exitCode !== null) throw new Error('the server did not start');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const secrets = JSON.parse(readFileSync(join(directory, 'secrets.json'), 'utf8'));
  const databasePort = readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[3];
  const database = (user) => `postgres://makegood_${user}:${secrets[user]}@127.0.0.1:${databasePort}/makegood`;
  const owner = new pg.Client({ connectionString: database('owner') });
  await owner.connect();
  return {
    url, port, directory, owner, appUrl: database('app'), ownerUrl: database('owner'), pid: child.pid,
    /** Everything the server sends to the database while `work` runs. */
    async recorded(work) {
      rmSync(recording, { force: true });
      writeFileSync(`${recording}.on`, '');
      await work();
      await new Promise((resolve) => setTimeout(resolve, 300));
      rmSync(`${recording}.on`);
      return existsSync(recording) ? readFileSync(recording, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) : [];
    },
    async stop() {
      await owner.end();
      await new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill('SIGTERM');
      });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
