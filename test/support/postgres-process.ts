import { createServer, connect, type Server, type Socket } from 'node:net';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedServer } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { family, isAlive, postmaster } from './server-process.js';

/** Edge: a child that has ended by itself since it was listed gets none. */
function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * A PostgreSQL that may be killed, stopped and brought back, behind an address that stays: the application never learns that the
 * server behind it is another process on another port.
 */
export class MortalPostgres {
  readonly #directory = mkdtempSync(join(tmpdir(), 'makegood-mortal-test-'));
  readonly #sockets = new Set<Socket>();
  #front: Server | undefined;
  #server: EmbeddedServer | undefined;
  #backPort = 0;

  static async start(): Promise<MortalPostgres> {
    const mortal = new MortalPostgres();
    chmodSync(mortal.#directory, 0o711);
    await mortal.revive();
    const front = createServer((client) => mortal.#pipe(client));
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    mortal.#front = front;
    return mortal;
  }

  get appUrl(): string { return this.#behindFront(this.#alive.appUrl); }
  get ownerUrl(): string { return this.#behindFront(this.#alive.ownerUrl); }
  /** Of the server's own superuser, to write a book around the guards. */
  get adminUrl(): string {
    const { username, password } = new URL(this.#alive.adminUrl);
    return Object.assign(new URL(this.ownerUrl), { username, password }).toString();
  }

  /** kill -9 of the postmaster and all its children: nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    const all = family(postmaster(this.#directory));
    all.forEach((pid) => signal(pid, 'SIGKILL'));
    while (all.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Every process of it stands still: connections stay open, and nothing answers. */
  freeze(): () => void {
    const all = family(postmaster(this.#directory));
    all.forEach((pid) => signal(pid, 'SIGSTOP'));
    return () => all.forEach((pid) => signal(pid, 'SIGCONT'));
  }

  async revive(): Promise<void> {
    this.#server = await startEmbeddedPostgres({ directory: this.#directory });
    this.#backPort = Number(new URL(this.#server.appUrl).port);
  }

  async close(): Promise<void> {
    this.#front?.close();
    this.#sockets.forEach((socket) => socket.destroy());
    await this.#alive.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #alive(): EmbeddedServer {
    if (this.#server === undefined) throw new Error('not started');
    return this.#server;
  }

  #behindFront(url: string): string {
    const address = this.#front?.address();
    return Object.assign(new URL(url), { port: typeof address === 'object' && address !== null ? String(address.port) : '' }).toString();
  }

  #pipe(client: Socket): void {
    const back = connect(this.#backPort, '127.0.0.1');
    for (const [one, other] of [[client, back], [back, client]] as const) {
      this.#sockets.add(one);
      one.pipe(other);
      // A reset behind is a reset in front.
      one.on('error', () => other.destroy()).on('close', () => {
        other.destroy();
        this.#sockets.delete(one);
      });
    }
  }
}
