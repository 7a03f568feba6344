import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';

interface Package {
  readonly name: string;
  readonly licence: string;
}

interface Notices {
  noticesPage(lock: unknown): string;
  productionPackages(lock: unknown): Package[];
  isAllowed(licence: string): boolean;
}

describe('third-party notices', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as unknown;
  let notices: Notices;

  beforeAll(async () => {
    notices = (await import(pathToFileURL(join(process.cwd(), 'scripts', 'notices.mjs')).href)) as Notices;
  });

  it('are made from the lock file: npm run notices', () => {
    expect(readFileSync('THIRD-PARTY-NOTICES.md', 'utf8')).toBe(notices.noticesPage(lock));
  });

  it('name no licence outside the list of allowed ones', () => {
    const packages = notices.productionPackages(lock);
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(({ licence }) => !notices.isAllowed(licence))).toEqual([]);
  });

  it.each([['GPL-3.0', false], ['not stated', false], ['(MIT OR GPL-2.0)', true], ['MIT AND GPL-2.0', false], ['(MIT OR CC0-1.0)', true]])('takes %s for allowed: %s', (licence, allowed) => {
    expect(notices.isAllowed(licence)).toBe(allowed);
  });
});
