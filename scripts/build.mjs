// Builds dist/ when a source is newer than the last build, by content: a checkout that is up to date starts at once.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'dist', '.makegood-build');

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (!path.endsWith('.spec.ts') && !path.endsWith('.md')) yield path;
  }
}

function fingerprint() {
  const hash = createHash('sha256');
  const files = [...sources(join(root, 'src')), ...sources(join(root, 'migrations'))].sort();
  for (const file of [...files, join(root, 'package-lock.json'), join(root, 'tsconfig.json'), join(root, 'tsconfig.build.json'), join(root, 'nest-cli.json'), join(root, 'scripts', 'assets.mjs'), join(root, 'scripts', 'verifier.mjs')]) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

export async function build() {
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Building …');
  // Loaded only now: a checkout that is up to date need not read the style compiler and the bundler.
  const [{ buildAssets }, { buildVerifier }] = await Promise.all([import('./assets.mjs'), import('./verifier.mjs')]);
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error('\nThe build failed; the messages above say where.');
    process.exit(1);
  }
  buildAssets(root);
  await buildVerifier(root, join(root, 'dist', 'verify-receipt'));
  writeFileSync(stamp, wanted);
}

/** npm puts node_modules/.bin first on the path; somebody who calls a script directly may still be on an older Node. */
export function underCarriedNode(script) {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major >= 24) return true;
  const carried = join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(carried)) {
    console.error(`Makegood needs Node 24; this is ${process.versions.node}. On Linux "npm install" brings it; elsewhere install Node 24.`);
    process.exit(1);
  }
  const { status } = spawnSync(carried, [script, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
  process.exit(status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  underCarriedNode(process.argv[1]);
  await build();
}
