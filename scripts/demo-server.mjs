// A server with the demo in it, on a free port and a data directory of its own that goes when it stops; MAKEGOOD_URL uses another.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './build.mjs';

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

export async function demoServer() {
  const given = process.env.MAKEGOOD_URL;
  if (given !== undefined) return { url: given, stop: () => Promise.resolve() };
  const directory = mkdtempSync(join(tmpdir(), 'makegood-demo-'));
  chmodSync(directory, 0o711);
  const port = await freePort();
  const child = spawn(process.execPath, [join(root, 'dist/src/main.js')], {
    env: { ...process.env, PORT: String(port), MAKEGOOD_DATA_DIR: directory, LOG_LEVEL: 'error', DEMO: 'on' }, stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    if (await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false)) break;
    if (tries > 240 || child.exitCode !== null) throw new Error('the demo server did not start; its words are above');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return {
    url,
    stop: () => new Promise((resolve) => {
      child.once('exit', () => {
        rmSync(directory, { recursive: true, force: true });
        resolve();
      });
      child.kill('SIGTERM');
    }),
  };
}
