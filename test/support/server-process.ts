import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  output(): string;
  ready(): Promise<void>;
}

const freePort = (): Promise<number> => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
});

export const ended = (child: ChildProcess): Promise<number | null> =>
  (child.exitCode !== null || child.signalCode !== null ? Promise.resolve(child.exitCode) : new Promise((resolve) => child.once('exit', resolve)));

/** The environment without what would lead a started process to this run's own database or loader. */
export const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DATABASE_|NODE_ENV|NODE_OPTIONS|npm_)/.test(name)));

async function ready(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const until = performance.now() + 40_000;
  while (!(await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false))) {
    if (child.exitCode !== null || performance.now() > until) throw new Error(`did not start: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The built server as a process of its own, as often as a suite likes, on one data directory. */
export class ServerProcesses {
  readonly directory = mkdtempSync(join(tmpdir(), 'makegood-process-test-'));
  readonly #children = new Set<ChildProcess>();

  constructor() {
    chmodSync(this.directory, 0o711);
  }

  async start(environment: Record<string, string> = {}, [program, ...args]: readonly [string, ...string[]] = [process.execPath, 'dist/src/main.js']): Promise<ServerProcess> {
    const port = environment['PORT'] ?? String(await freePort());
    const child = spawn(program, args, {
      env: { ...cleanEnvironment(), MAKEGOOD_DATA_DIR: this.directory, LOG_LEVEL: 'error', ...environment, PORT: port }, stdio: ['ignore', 'pipe', 'pipe'],
      // npm leaves signals to its group, as a terminal sends them.
      detached: program === 'npm',
    });
    this.#children.add(child);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString(); });
    child.stderr.on('data', (chunk: Buffer) => { text += chunk.toString(); });
    const output = (): string => text;
    const url = `http://127.0.0.1:${port}`;
    return { child, url, output, ready: () => ready(child, url, output) };
  }

  async end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    this.#children.delete(child);
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) process.kill(child.spawnfile === 'npm' ? -child.pid : child.pid, signal);
    return ended(child);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#children].map((child) => this.end(child, 'SIGTERM')));
    rmSync(this.directory, { recursive: true, force: true });
  }
}
