import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, type Answer } from './app.js';

export const DEMO_OWNER = { email: 'owner@corner-cafe.example', password: 'makegood demo 2026' };

export const freePort = (): Promise<number> => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
});

export interface ServerOptions {
  readonly environment?: Record<string, string>;
  /** Where the project lies; the one under test by default. */
  readonly project?: string;
  /** What runs it: `[program, ...arguments]` before the entry file. */
  readonly under?: readonly string[];
}

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly pid: number;
  output(): string;
}

const PATIENCE_MS = 40_000;

/** Servers as `npm start` runs them, on one data directory; whatever a test leaves running is ended with the suite. */
export class Servers {
  readonly directory: string;
  readonly #children = new Set<ChildProcess>();

  constructor(name: string) {
    this.directory = mkdtempSync(join(tmpdir(), `makegood-${name}-test-`));
    chmodSync(this.directory, 0o711);
  }

  async start({ environment = {}, project = process.cwd(), under = [process.execPath] }: ServerOptions = {}): Promise<ServerProcess> {
    const port = environment['PORT'] ?? String(await freePort());
    const { child, output } = this.#spawn([...under, join(project, 'dist', 'src', 'main.js')], { ...environment, PORT: port });
    return { child, url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, output };
  }

  /** What a command of the command line says, and how it ends. */
  async command(words: readonly string[], { environment = {}, input = '' }: { readonly environment?: Record<string, string>; readonly input?: string }): Promise<{ code: number | null; output: string }> {
    const { child, output } = this.#spawn([process.execPath, join(process.cwd(), 'dist', 'src', 'cli.js'), ...words], environment);
    child.stdin?.end(input);
    const code = await this.ended({ child });
    return { code, output: output() };
  }

  /** Any other script of the tests, on the same data directory. */
  script(path: string, words: readonly string[], environment: Record<string, string>): Pick<ServerProcess, 'child' | 'pid' | 'output'> {
    const { child, output } = this.#spawn([process.execPath, path, ...words], environment, process.cwd());
    return { child, pid: child.pid ?? 0, output };
  }

  #spawn([program = '', ...args]: readonly string[], environment: Record<string, string>, cwd = '/'): { child: ChildProcess; output: () => string } {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DATABASE_|NODE_ENV|NODE_OPTIONS|MAKEGOOD_)/.test(name)));
    // Every one of them loads the same modules: what Node made of them is kept for the next.
    const compiled = process.env['MAKEGOOD_TEST_COMPILED'];
    const child = spawn(program, args, { cwd, env: { ...inherited, ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }), MAKEGOOD_DATA_DIR: this.directory, LOG_LEVEL: 'error', ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#children.add(child);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    child.stderr.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    return { child, output: () => output };
  }

  /** Started, and answering. */
  async serving(options: ServerOptions = {}): Promise<ServerProcess> {
    const server = await this.start(options);
    await ready(server);
    return server;
  }

  async end(server: ServerProcess, signal: NodeJS.Signals): Promise<number | null> {
    server.child.kill(signal);
    return this.ended(server);
  }

  /** Its exit code; null when a signal ended it. */
  async ended({ child }: Pick<ServerProcess, 'child'>): Promise<number | null> {
    const code = child.exitCode !== null || child.signalCode !== null ? child.exitCode : await new Promise<number | null>((resolve) => child.once('exit', resolve));
    this.#children.delete(child);
    return code;
  }

  /** What a start that cannot succeed says. */
  async lastWords(options: ServerOptions): Promise<string> {
    const server = await this.start(options);
    const code = await this.ended(server);
    if (code !== 1) throw new Error(`ended with ${code}: ${server.output()}`);
    return server.output();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#children].map((child) => new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    })));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export async function ready({ child, url, output }: ServerProcess): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (!(await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false))) {
    if (child.exitCode !== null || performance.now() > until) throw new Error(`did not start: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const pidFile = (directory: string): string => join(directory, 'data', 'postmaster.pid');
export const postmaster = (directory: string): number => Number.parseInt(readFileSync(pidFile(directory), 'utf8').split('\n')[0] ?? '', 10);

export const signIn = (url: string): Promise<Answer<{ token: string }>> => call<{ token: string }>(url, 'POST', '/v1/sessions', { body: DEMO_OWNER });

/** A running process and everything below it. */
export function family(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter((text) => /^\d+$/.test(text)).map(Number);
  return [pid, ...children.flatMap(family)];
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};
