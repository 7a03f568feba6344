// Styles, scripts and pictures of the pages, in dist/assets/<digest>/: an address that changes with its content may be kept for ever.
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { compile } from 'sass';

export function buildAssets(root) {
  // Templates and words are read beside the compiled code.
  for (const folder of ['views', 'locales', 'fonts']) cpSync(join(root, 'src', 'portal', folder), join(root, 'dist', 'src', 'portal', folder), { recursive: true });
  cpSync(join(root, 'src', 'modules', 'mail', 'templates'), join(root, 'dist', 'src', 'modules', 'mail', 'templates'), { recursive: true });
  cpSync(join(root, 'src', 'modules', 'review', 'letters', 'words'), join(root, 'dist', 'src', 'modules', 'review', 'letters', 'words'), { recursive: true });
  cpSync(join(root, 'src', 'modules', 'payouts', 'repair', 'words'), join(root, 'dist', 'src', 'modules', 'payouts', 'repair', 'words'), { recursive: true });
  const out = join(root, 'dist', 'assets');
  const next = join(out, 'next');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(next, { recursive: true });
  const { css } = compile(join(root, 'src', 'portal', 'styles', 'app.scss'), {
    style: 'compressed', loadPaths: [root, join(root, 'node_modules')], quietDeps: true, silenceDeprecations: ['import'], logger: { warn: () => undefined },
  });
  writeFileSync(join(next, 'app.css'), css);
  for (const file of readdirSync(join(root, 'src', 'portal', 'assets'))) copyFileSync(join(root, 'src', 'portal', 'assets', file), join(next, file));
  // The one script with a package in it.
  buildSync({ entryPoints: [join(root, 'src', 'portal', 'assets', 'evidence.js')], outfile: join(next, 'evidence.js'), bundle: true, minify: true, format: 'esm', target: 'es2022', platform: 'browser', allowOverwrite: true, legalComments: 'none', logLevel: 'error' });
  copyFileSync(join(root, 'node_modules', 'govuk-frontend', 'dist', 'govuk', 'govuk-frontend.min.js'), join(next, 'govuk-frontend.min.js'));
  // The browser's part of passkeys, loaded by the pages of passkeys alone.
  buildSync({ entryPoints: [join(root, 'node_modules', '@simplewebauthn', 'browser', 'esm', 'index.js')], outfile: join(next, 'simplewebauthn.js'), bundle: true, minify: true, format: 'esm', target: 'es2022', legalComments: 'none', logLevel: 'warning' });
  const digest = createHash('sha256');
  for (const file of readdirSync(next).sort()) digest.update(file).update('\0').update(readFileSync(join(next, file))).update('\0');
  for (const file of readdirSync(next)) writeFileSync(join(next, `${file}.gz`), gzipSync(readFileSync(join(next, file)), { level: 9 }));
  const name = digest.digest('hex').slice(0, 16);
  renameSync(next, join(out, name));
  writeFileSync(join(out, 'stamp'), name);
}
