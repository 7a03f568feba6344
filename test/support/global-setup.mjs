// One embedded server for all suites that need a database; each suite makes databases of its own on it.
import { mkdtempSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { register } from './swc-loader.mjs';

export default async function globalSetup() {
  if (process.env.MAKEGOOD_TEST_ADMIN_URL !== undefined) return;
  await register();
  const { startEmbeddedPostgres } = await import('../../src/platform/embedded-postgres/embedded-postgres.ts');
  const directory = mkdtempSync(join(tmpdir(), 'makegood-test-'));
  chmodSync(directory, 0o711);
  const server = await startEmbeddedPostgres({ directory, database: 'makegood_test', durable: false });
  process.env.MAKEGOOD_TEST_COMPILED = join(directory, 'compiled');
  process.env.MAKEGOOD_TEST_STORY_FILES = mkdtempSync(join(directory, 'story-'));
  globalThis.__MAKEGOOD_TEST_SERVER__ = { server, directory };
  process.env.MAKEGOOD_TEST_ADMIN_URL = server.adminUrl;
  process.env.MAKEGOOD_TEST_OWNER_URL = server.ownerUrl;
  process.env.MAKEGOOD_TEST_APP_URL = server.appUrl;
}
