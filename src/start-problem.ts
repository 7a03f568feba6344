import { DemoCutShortError } from './demo/demo-cut-short-error.js';
import { ConfigError } from './platform/config/config.js';
import { databaseError, isAway } from './platform/database/database-error.js';
import { DatabaseUnfitError } from './platform/database/preflight.js';
import { EmbeddedPostgresError } from './platform/embedded-postgres/embedded-postgres-error.js';
import { problemOf } from './platform/http/problem.js';
import { RefusalException } from './platform/http/refusal-exception.js';

const DISK_FULL = 'The disk is full. Free some space, or set MAKEGOOD_DATA_DIR to a folder on another disk.';
const AWAY = 'The database does not answer at DATABASE_URL or DATABASE_OWNER_URL. Is it running, and is the address right?';

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: DISK_FULL, EDQUOT: DISK_FULL, '53100': DISK_FULL,
  '28P01': 'The database refused the password in DATABASE_URL or DATABASE_OWNER_URL.',
  '28000': 'The database does not let the role in DATABASE_URL or DATABASE_OWNER_URL in: check that it exists, may log in, and is allowed by pg_hba.conf.',
  '3D000': 'The database named in DATABASE_URL does not exist. Create it, owned by makegood_owner.',
  '42501': 'The role in DATABASE_OWNER_URL may not create tables here. The database must belong to makegood_owner.',
  '42704': 'The roles makegood_owner, makegood_app and makegood_eraser must exist before the first start: docs/operations/running.md has the four lines.',
};

const LISTENING: Readonly<Record<string, string>> = {
  EADDRINUSE: 'The port is taken: another program (perhaps another Makegood) is listening there. Stop it, or choose another port: PORT=3001 npm start',
  EACCES: 'The port may not be opened by this user. Choose one above 1023: PORT=3000 npm start',
  EADDRNOTAVAIL: 'HOST is not an address of this machine. Leave it out for 127.0.0.1, or use 0.0.0.0 for every address.',
};

const UNWRITABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'];
/** Making a folder with all above it answers ENOENT on a read-only file system. */
const isUnwritable = (code: string, syscall: string | undefined): boolean => UNWRITABLE.includes(code) || (code === 'ENOENT' && syscall === 'mkdir');

interface SystemFault {
  readonly syscall?: string;
  readonly path?: string;
}

function wordsFor(error: unknown): string | undefined {
  const code = databaseError(error)?.code;
  if (code === undefined) return isAway(error) ? AWAY : undefined;
  const { syscall, path } = error as SystemFault;
  if (syscall === 'listen' && LISTENING[code] !== undefined) return LISTENING[code];
  if (path !== undefined && isUnwritable(code, syscall)) {
    return `${path} cannot be written by this user (${code}). Give the folder to the user who starts Makegood, or set MAKEGOOD_DATA_DIR to another one.`;
  }
  return WORDS[code] ?? (isAway(error) ? AWAY : undefined);
}

/** A refusal as a client of the API would read it, with everything that is wrong at once. */
function refused({ refusal }: RefusalException): string {
  const { title, detail, errors = [] } = problemOf(refusal, 'command');
  return [`${title}: ${detail}`, ...errors.map((cause) => `  ${cause.detail}  (${cause.code})`)].join('\n');
}

/** What went wrong at the start or in a command, in words; a stack only for what nobody foresaw. */
export function startProblem(error: unknown): string {
  if (error instanceof RefusalException) return refused(error);
  if (error instanceof ConfigError || error instanceof EmbeddedPostgresError || error instanceof DatabaseUnfitError || error instanceof DemoCutShortError) return error.message;
  return wordsFor(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
}
