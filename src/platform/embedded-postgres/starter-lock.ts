import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

const PATIENCE_MS = 30_000;

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** When a process began, so that a reused number is not mistaken for it. */
const beginning = async (pid: number): Promise<string> =>
  (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.split(' ')[19] ?? '';

/**
 * Held only while one starter looks at the data directory and starts or adopts the server: two of them never touch it at once.
 * A lock whose owner is dead is taken over.
 */
export async function withStarterLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined;
      throw error;
    });
    if (handle !== undefined) {
      await handle.writeFile(`${process.pid} ${await beginning(process.pid)}`);
      await handle.close();
      break;
    }
    const [pid = '', since = ''] = (await readFile(file, 'utf8').catch(() => '')).split(' ');
    const owner = Number.parseInt(pid, 10);
    if (Number.isInteger(owner) && (!alive(owner) || await beginning(owner) !== since)) await rm(file, { force: true });
    else if (performance.now() > until) {
      throw new EmbeddedPostgresError('locked', `Another start (process ${pid}) has held ${file} for half a minute. If no such process is starting, delete that file.`);
    } else await pause(50);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}
