// `npm run notices`: THIRD-PARTY-NOTICES.md from the lock file, so that it is the same on every machine. Only what a production
// install brings; the licence texts themselves come with each package.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Licences that Apache-2.0 code may be handed on with, without asking anybody; of MPL-2.0 the package's own files stay under it, which we do not change. */
export const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0', 'MPL-2.0', 'PostgreSQL', 'Python-2.0', 'Unlicense'];

/** Licences that a package has as a text alone, read by a person. */
const READ = { 'png-js': 'MIT' };

/** Stated in the package's Readme.md instead of its package.json; by version, since another may say otherwise. */
const STATED_IN_READMES = { 'combine-errors@3.0.3': 'MIT' };

/** The packages of a production install: name, versions, licence. */
export function productionPackages(lock) {
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && entry.dev !== true && entry.link !== true)
    .map(([path, { version, license }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return { name, version, licence: license ?? READ[name] ?? STATED_IN_READMES[`${name}@${version}`] ?? 'not stated' };
    });
}

/** Whether every licence, or one of several offered, is allowed. */
export const isAllowed = (licence) => licence.replace(/[()]/g, '').split(' AND ').every((all) => all.split(/ or /i).some((one) => ALLOWED.includes(one.trim())));

export function noticesPage(lock) {
  const rows = [...new Set(productionPackages(lock).map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`))].sort();
  return `# Third-party notices

Makegood is Apache-2.0. A production install brings the packages below, each under its own licence, whose text lies in the package's
folder. Made from \`package-lock.json\` by \`npm run notices\`; a test fails when it is stale or a licence is not on the list of allowed ones.

| package | version | licence |
| --- | --- | --- |
${rows.join('\n')}

Beside them \`src/portal/fonts\` holds Noto Sans KR (SIL Open Font License 1.1, text in \`src/portal/fonts/OFL.txt\`) and, for Hanja, NanumSquare (the same licence, text in
\`src/portal/fonts/OFL-nanum.txt\`), which confirmations embed.
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  writeFileSync(join(root, 'THIRD-PARTY-NOTICES.md'), noticesPage(lock));
  console.log('THIRD-PARTY-NOTICES.md written');
}
