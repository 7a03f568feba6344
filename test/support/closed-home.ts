import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ClosedHome {
  /** A copy of the project, built and installed, that only its owner can enter. */
  readonly project: string;
  remove(): void;
}

/** A home of mode 700 with the project in it. Linked, not copied, where the file system lets us: it is read only. */
export function closedHome(owner?: { uid: number; gid: number }): ClosedHome {
  const home = mkdtempSync(join(tmpdir(), 'makegood-home-test-'));
  const project = join(home, 'makegood');
  execFileSync('mkdir', [project]);
  for (const part of ['dist', 'node_modules', 'package.json', 'policies', 'demo', 'migrations']) {
    try {
      execFileSync('cp', ['-al', join(process.cwd(), part), project], { stdio: 'ignore' });
    } catch {
      execFileSync('cp', ['-a', join(process.cwd(), part), project]);
    }
  }
  chmodSync(home, 0o700);
  if (owner !== undefined) for (const folder of [project, home]) chownSync(folder, owner.uid, owner.gid);
  return { project, remove: () => rmSync(home, { recursive: true, force: true }) };
}
