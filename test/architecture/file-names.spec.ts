import { globSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const SUFFIXES = [
  'module', 'controller', 'dto', 'service', 'repository', 'entity', 'machine', 'rules', 'events', 'errors', 'handler', 'pipe', 'job',
  'block', 'importer', 'profile', 'port', 'page', 'form', 'guard', 'filter', 'interceptor', 'spec', 'int-spec', 'e2e-spec', 'page-spec',
];

/** Where a file may be named after its one concept alone. */
const PLAIN_NAMES = /^src\/(core|platform|cli|demo)\/|^src\/[^/]+\.ts$|^src\/modules\/[^/]+\/index\.ts$|^src\/modules\/[^/]+\/views\/|^migrations\/|^test\/(support|architecture)\/|^bench\//;

const faultOf = (file: string): string | undefined => {
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (file.startsWith('migrations/')) {
    return /^\d{12}-[a-z0-9-]+\.ts$/.test(name) ? undefined : 'a migration is <yyyymmddhhmm>-<one-concern>.ts';
  }
  const [stem = '', ...suffixes] = name.replace(/\.ts$/, '').split('.');
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem)) return 'names are kebab-case';
  const suffix = suffixes.join('.');
  if (suffix === '') return PLAIN_NAMES.test(file) ? undefined : 'needs one of the closed list of suffixes';
  // `outages.rules.spec.ts` is the spec of `outages.rules.ts`.
  const ownSuffixes = suffixes.length === 2 && suffixes[1] === 'spec' ? [suffixes[0] ?? ''] : suffixes;
  return ownSuffixes.length === 1 && SUFFIXES.includes(ownSuffixes[0] ?? '') ? undefined : `suffix "${suffix}" is not on the list`;
};

describe('file names', () => {
  it('say what a file is, with a suffix of the closed list', () => {
    const files = globSync('{src,migrations,test,bench}/**/*.ts').map((file) => file.replaceAll('\\', '/'));
    expect(files.length).toBeGreaterThan(20);
    const faults = files.flatMap((file) => {
      const fault = faultOf(file);
      return fault === undefined ? [] : [`${file}: ${fault}`];
    });
    expect(faults).toEqual([]);
  });

  it.each([
    ['src/modules/claims/claimHelpers.ts'], ['src/modules/claims/claims.manager.ts'], ['src/modules/claims/things.ts'],
    ['migrations/claims.ts'], ['src/modules/claims/Claim.entity.ts'],
  ])('%s is refused', (file) => {
    expect(faultOf(file)).toBeDefined();
  });

  it('no folder is a home for homeless code', () => {
    const homeless = globSync('src/**/{utils,util,common,helpers,helper,misc,shared-kernel}*', {}).filter((file) => !file.startsWith('src/portal/'));
    expect(homeless).toEqual([]);
  });
});
