import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { EmbeddedPostgresError, OWN_SERVER_HINT } from './embedded-postgres-error.js';
import { findPlace, type Place } from './place.js';
import { withStarterLock } from './starter-lock.js';

export interface EmbeddedOptions {
  /** Absolute. Kept between starts. */
  readonly directory: string;
  readonly database?: string;
  /** Tests of logic may trade durability for time; nothing else may. */
  readonly durable?: boolean;
}

export interface EmbeddedServer {
  readonly appUrl: string;
  readonly ownerUrl: string;
  /** The server's own superuser: to make and drop test databases, never for the application. */
  readonly adminUrl: string;
  /** Whether this process started the server, or adopted one that was running. */
  readonly started: boolean;
  /** Stops the server unless somebody else is still connected: the last one out turns off the light. */
  stop(): Promise<void>;
}

interface Secrets {
  readonly admin: string;
  readonly owner: string;
  readonly app: string;
  readonly eraser: string;
}

const LEAST_FREE_BYTES = 200 * 1024 * 1024;
const MAJOR = '18';

interface Finished {
  readonly code: number | null;
  readonly output: string;
}

function run(place: Place, program: string, args: readonly string[], quiet = false): Promise<Finished> {
  return new Promise((resolve, reject) => {
    // In a group of its own: Ctrl-C is for us, and we see to it that what we began is ended.
    const child = spawn(join(place.native, 'bin', program), args, {
      cwd: '/', detached: true, stdio: quiet ? 'ignore' : ['ignore', 'pipe', 'pipe'], ...(place.user ?? {}),
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', LD_LIBRARY_PATH: join(place.native, 'lib'), TZ: 'UTC' },
    });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    child.stderr?.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

async function freeSpace(directory: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize < LEAST_FREE_BYTES) {
    throw new EmbeddedPostgresError('disk_full',
      `The disk that holds ${directory} is nearly full (${Math.floor((bavail * bsize) / 1_048_576)} MiB free, 200 needed). Free some space, or set MAKEGOOD_DATA_DIR to a folder on another disk.`);
  }
}

async function secretsOf(file: string): Promise<Secrets> {
  const found = await readFile(file, 'utf8').catch(() => undefined);
  if (found !== undefined) return JSON.parse(found) as Secrets;
  const secret = (): string => randomBytes(24).toString('hex');
  const secrets: Secrets = { admin: secret(), owner: secret(), app: secret(), eraser: secret() };
  await writeFile(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}

async function initialise(place: Place, secrets: Secrets): Promise<void> {
  const passwords = `${place.data}.password`;
  await mkdir(place.data, { recursive: true, mode: 0o700 });
  await writeFile(passwords, secrets.admin, { mode: 0o600 });
  if (place.user !== undefined) {
    await chown(place.data, place.user.uid, place.user.gid);
    await chown(passwords, place.user.uid, place.user.gid);
  }
  try {
    const { code, output } = await run(place, 'initdb', [
      '-D', place.data, '-U', 'makegood_admin', '--auth=scram-sha-256', `--pwfile=${passwords}`, '--encoding=UTF8',
      '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions',
    ]);
    if (code !== 0) {
      await rm(place.data, { recursive: true, force: true });
      throw new EmbeddedPostgresError(/No space left/.test(output) ? 'disk_full' : 'init_failed',
        `The database could not be made in ${place.data}.\n${output.trim().split('\n').slice(-4).join('\n')}\n${OWN_SERVER_HINT}`);
    }
  } finally {
    await rm(passwords, { force: true });
  }
}

const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
});

const answers = (port: number): Promise<boolean> => new Promise((resolve) => {
  const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
  const end = (result: boolean) => (): void => {
    socket.destroy();
    resolve(result);
  };
  socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
});

/**
 * The port of a server that is alive on this data directory. A postmaster that was killed and not reaped stays as a zombie, and
 * pg_ctl takes it for running: its pid file is removed. Other stale files PostgreSQL clears by itself.
 */
async function livingPort(data: string): Promise<number | undefined> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const [pid = '', , , port = ''] = lines;
  if (pid === '') return undefined;
  const state = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).split(') ')[1]?.[0];
  if (state === undefined || state === 'Z') {
    await rm(join(data, 'postmaster.pid'), { force: true });
    return undefined;
  }
  const number = Number.parseInt(port, 10);
  return Number.isInteger(number) && await answers(number) ? number : undefined;
}

async function startServer(place: Place, durable: boolean): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const settings = [
      `-p ${port}`, '-h 127.0.0.1', "-c unix_socket_directories=''", '-c max_connections=200', '-c shared_buffers=128MB',
      '-c timezone=UTC', '-c log_timezone=UTC',
      ...(durable ? [] : ['-c fsync=off', '-c synchronous_commit=off', '-c full_page_writes=off']),
    ].join(' ');
    const { code } = await run(place, 'pg_ctl', ['start', '-w', '-t', '60', '-D', place.data, '-l', join(place.data, 'server.log'), '-o', settings], true);
    if (code === 0) return port;
    if (attempt === 3) {
      const log = (await readFile(join(place.data, 'server.log'), 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n');
      throw new EmbeddedPostgresError(/No space left/.test(log) ? 'disk_full' : 'start_failed',
        `PostgreSQL did not start on ${place.data}. Its last words:\n${log}\n${OWN_SERVER_HINT}`);
    }
  }
}

const ROLES = ['makegood_owner', 'makegood_app', 'makegood_eraser'] as const;

/** The three roles and the database. Idempotent, so a start that was killed half-way is finished by the next one. */
async function prepare(adminUrl: string, secrets: Secrets, database: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (const role of ROLES) {
      const secret = secrets[role.replace('makegood_', '') as 'owner' | 'app' | 'eraser'];
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      if (rowCount === 0) await client.query(`CREATE ROLE ${role} LOGIN PASSWORD '${secret}'${role === 'makegood_owner' ? ' CREATEDB' : ''}`);
    }
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database} OWNER makegood_owner`);
  } finally {
    await client.end();
  }
}

/** How long sessions that we have just closed may take to end inside the server. */
const CLOSING_MS = 1_500;

/** Whether anybody besides us stays connected; a server that does not answer has nobody. */
async function othersConnected(adminUrl: string): Promise<boolean> {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    for (const until = performance.now() + CLOSING_MS; ; await pause(50)) {
      const { rowCount } = await client.query(`SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1`);
      if (rowCount === 0) return false;
      if (performance.now() > until) return true;
    }
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function checkVersion(data: string): Promise<boolean> {
  const version = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (version === '') return false;
  if (version === MAJOR) return true;
  throw new EmbeddedPostgresError('other_version',
    `${data} was written by PostgreSQL ${version}; this build is ${MAJOR}. Move it away (a new one is made), or bring its data over with pg_upgrade.`);
}

/**
 * Starts PostgreSQL on a directory of the project, or adopts the one that runs there. The last one to leave stops it.
 *
 * As root the server runs as an unprivileged user; below a closed home it is copied to a place that user can reach. Recovers from
 * a killed server or starter. Throws EmbeddedPostgresError with a message for people.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const database = options.database ?? 'makegood';
  await mkdir(options.directory, { recursive: true });
  if (process.getuid?.() === 0) await chmod(options.directory, 0o711).catch(() => undefined);
  const place = await findPlace(join(options.directory, 'data'));
  await freeSpace(options.directory);
  return withStarterLock(join(options.directory, 'starter.lock'), async () => {
    const secrets = await secretsOf(join(options.directory, 'secrets.json'));
    const ready = await checkVersion(place.data);
    if (!ready) await initialise(place, secrets);
    const adopted = ready ? await livingPort(place.data) : undefined;
    const port = adopted ?? await startServer(place, options.durable ?? true);
    const url = (user: string, secret: string, name = database): string => `postgres://${user}:${secret}@127.0.0.1:${port}/${name}`;
    await prepare(url('makegood_admin', secrets.admin, 'postgres'), secrets, database);
    return {
      appUrl: url('makegood_app', secrets.app),
      ownerUrl: url('makegood_owner', secrets.owner),
      adminUrl: url('makegood_admin', secrets.admin, 'postgres'),
      started: adopted === undefined,
      stop: () => withStarterLock(join(options.directory, 'starter.lock'), async () => {
        if (await othersConnected(url('makegood_admin', secrets.admin, 'postgres'))) return;
        await run(place, 'pg_ctl', ['stop', '-m', 'fast', '-w', '-t', '20', '-D', place.data], true);
      }),
    };
  });
}

