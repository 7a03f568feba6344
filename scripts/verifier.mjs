// The receipt verifier as one file that needs nothing but Node: dist/verify-receipt/<engine>.mjs, one per engine version.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export async function buildVerifier(root, folder) {
  const source = readFileSync(join(root, 'src', 'core', 'assessment', 'assess.ts'), 'utf8');
  const [, engine] = /export const ENGINE = '([^']+)'/.exec(source) ?? [];
  if (engine === undefined) throw new Error('core/assessment/assess.ts no longer states ENGINE');
  const outfile = join(folder, `${engine}.mjs`);
  await build({
    entryPoints: [join(root, 'src', 'verify-receipt.ts')], outfile, bundle: true, format: 'esm', platform: 'neutral', target: 'node24',
    external: ['node:*'], conditions: ['import'], mainFields: ['module', 'main'], legalComments: 'inline', logLevel: 'warning',
    banner: { js: '#!/usr/bin/env node' },
  });
  return outfile;
}

// `node scripts/verifier.mjs <folder>` builds it by itself.
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(await buildVerifier(join(import.meta.dirname, '..'), process.argv[2] ?? join(import.meta.dirname, '..', 'dist', 'verify-receipt')));
}
