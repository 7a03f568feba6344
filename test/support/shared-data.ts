import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shared test data; a stranger's clone has none, and then the tests that need it are said not to run. */
export function sharedData(...path: string[]): string | undefined {
  const file = join(process.env['MAKEGOOD_TEST_DATA'] ?? join(process.cwd(), '..', 'shared'), ...path);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  if (process.env['TEST_DATA_REQUIRED'] === '1') throw new Error(`${path.join('/')} is required and not there: set MAKEGOOD_TEST_DATA`);
  console.log(`not run: needs ${path.join('/')}`);
  return undefined;
}
