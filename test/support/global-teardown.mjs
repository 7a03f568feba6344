import { rmSync } from 'node:fs';

export default async function globalTeardown() {
  const held = globalThis.__MAKEGOOD_TEST_SERVER__;
  if (held === undefined) return;
  await held.server.stop();
  rmSync(held.directory, { recursive: true, force: true });
}
