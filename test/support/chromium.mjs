// A Chromium for the page tests: CHROMIUM_PATH, else an installed one, else the one npm carries. Never skipped silently.
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);

const onPath = () => (process.env.PATH ?? '').split(delimiter).flatMap((folder) => [join(folder, 'chromium'), join(folder, 'chromium-browser'), join(folder, 'google-chrome')]);

function runnable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Unpacks the carried browser for all test files of a run, once and before any of them starts: two that unpack at once run a file that is
 * still being written. Only outside the tests' own world is the folder for it heeded.
 */
export async function prepareChromium() {
  const { path, env } = await found();
  process.env.CHROMIUM_PATH = path;
  // Not as LD_LIBRARY_PATH: other programs of the run would take its libraries, too.
  if (env.LD_LIBRARY_PATH !== undefined) process.env.CHROMIUM_LIBRARIES = env.LD_LIBRARY_PATH;
}

/** Unpacks the carried binary with its own libraries, per user and version: another user's copy cannot be read, an older one must not be used. */
async function carried() {
  const home = dirname(dirname(require.resolve('@sparticuz/chromium')));
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const folder = join(tmpdir(), `makegood-chromium-${version}-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    const { inflate } = await import('@sparticuz/chromium');
    const [binary, libraries] = await Promise.all([inflate(join(home, 'bin', 'chromium.br')), inflate(join(home, 'bin', 'al2023.tar.br'))]);
    return { path: binary, env: { LD_LIBRARY_PATH: join(libraries, 'lib') } };
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

async function found() {
  const stated = process.env.CHROMIUM_PATH;
  if (stated !== undefined) {
    const libraries = process.env.CHROMIUM_LIBRARIES;
    if (existsSync(stated)) return { path: stated, env: libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries } };
    throw new Error(`CHROMIUM_PATH says ${stated}, and there is nothing.`);
  }
  const installed = onPath().find(runnable);
  if (installed !== undefined) return { path: installed, env: {} };
  if (process.platform === 'linux' && process.arch === 'x64') return carried();
  throw new Error('The page tests need Chromium and found none: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.');
}

/** One browser for a test file; close it when done. */
export async function launchChromium() {
  const { path, env } = await found();
  return chromium.launch({
    executablePath: path, headless: true, env: { ...process.env, ...env },
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none'],
  });
}
