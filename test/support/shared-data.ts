import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shared test data; a stranger's clone has none, and then the tests that need it are said not to run. */
export const sharedData = (...path: string[]): string | undefined => sharedBytes(...path)?.toString('utf8');

/** As bytes, for files that are not UTF-8. */
export function sharedBytes(...path: string[]): Buffer | undefined {
  const file = join(process.env['MAKEGOOD_TEST_DATA'] ?? join(process.cwd(), '..', 'shared'), ...path);
  if (existsSync(file)) return readFileSync(file);
  if (process.env['TEST_DATA_REQUIRED'] === '1') throw new Error(`${path.join('/')} is required and not there: set MAKEGOOD_TEST_DATA`);
  console.log(`not run: needs ${path.join('/')}`);
  return undefined;
}
