import { existsSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { closedHome } from '../support/closed-home.js';
import { pidFile, Servers, signIn } from '../support/server-process.js';

const NOBODY = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;

let servers: Servers;
beforeAll(() => { servers = new Servers('home'); });
afterAll(async () => { await servers.close(); });

/** Starts, signs in, stops, and starts once more in a home that nobody but `user` can enter. */
async function livesIn(user: 'ourselves' | 'nobody'): Promise<void> {
  const home = closedHome(user === 'nobody' ? NOBODY : undefined);
  const data = join(home.project, '.makegood');
  const under = user === 'nobody' ? ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', process.execPath] : [process.execPath];
  const elsewhere = `/var/tmp/makegood-${createHash('sha256').update(join(data, 'data')).digest('hex').slice(0, 16)}`;
  try {
    for (let time = 0; time < 2; time += 1) {
      const server = await servers.serving({ project: home.project, under, environment: { MAKEGOOD_DATA_DIR: data, HOME: home.project } });
      expect((await signIn(server.url)).status).toBe(201);
      expect(await servers.end(server, 'SIGINT')).toBe(0);
    }
    expect([existsSync(pidFile(data)), existsSync(pidFile(elsewhere))]).toEqual([false, false]);
  } finally {
    home.remove();
    rmSync(elsewhere, { recursive: true, force: true });
  }
}

describe('in a home that others cannot enter', () => {
  it('it starts as the user whose home it is', () => livesIn('ourselves'));

  // Only root can become somebody else; anybody else has just proved it for a user without rights.
  if (isRoot) it('it starts as a user without rights', () => livesIn('nobody'));
});
