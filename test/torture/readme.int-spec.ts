import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_PEOPLE, STORY_PEOPLE } from '../../src/demo/demo-people.js';
import { Servers, type ServerProcess } from '../support/server-process.js';

const README = readFileSync('README.md', 'utf8');
const OWN_ADDRESS = 'http://127.0.0.1:3000';

interface Block {
  readonly commands: string;
  /** What the text block right after it promises; `…` stands for any lines. */
  readonly promised: string | undefined;
}

/** Fenced blocks in their order; a text block belongs to the commands before it. */
const blocks: readonly Block[] = README.split(/^```/m).flatMap((part, index, parts): Block[] => {
  if (index % 2 === 0 || !part.startsWith('sh\n')) return [];
  const next = parts[index + 2];
  return [{ commands: part.slice(3), promised: next?.startsWith('text\n') === true ? next.slice(5) : undefined }];
});

/** Each command of a block, its comment cut off. */
const linesOf = ({ commands }: Block): string[] => commands.split('\n').map((line) => line.replace(/\s+#.*$/, '').trim()).filter((line) => line !== '' && !line.startsWith('#'));

const isNpm = (block: Block): boolean => linesOf(block).every((line) => line.startsWith('npm '));

/** The environment without what would lead a command to this run's own database or loader. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DATABASE_|NODE_ENV|NODE_OPTIONS|npm_)/.test(name)));

function bash(script: string): Promise<{ code: number | null; output: string; complaints: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, complaints] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    child.stderr.on('data', (chunk: Buffer) => { complaints += chunk.toString(); });
    child.once('error', reject).once('close', (code) => resolve({ code, output, complaints }));
  });
}

const asPattern = (promised: string): RegExp =>
  new RegExp(`^${promised.trim().split('\n').map((line) => (line === '…' ? '[^]*?' : line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('\n')}$`);

describe('the README', () => {
  let servers: Servers;
  let server: ServerProcess;

  beforeAll(async () => {
    servers = new Servers('readme');
    server = await servers.serving();
  });

  afterAll(() => servers.close());

  it('begins with two commands: the first serves the demo here, the second runs this test', () => {
    expect(linesOf(blocks[0] as Block)).toEqual(['npm start', 'npm test']);
    expect(server.output()).toContain('Makegood is serving.');
    expect(README).toContain(OWN_ADDRESS);
  });

  it('shows commands that do what it promises', async () => {
    const shown = blocks.slice(1).filter((block) => !isNpm(block));
    expect(shown.length).toBeGreaterThan(0);
    for (const { commands, promised = '' } of shown) {
      expect(commands).toContain(OWN_ADDRESS);
      const { code, output, complaints } = await bash(commands.replaceAll(OWN_ADDRESS, server.url));
      expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
      expect(output.trim()).toMatch(asPattern(promised));
    }
  });

  const others = blocks.slice(1).filter(isNpm).flatMap(linesOf);

  it.each(others)('%s ends well', async (line) => {
    const { code, output, complaints } = await bash(line);
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
    expect(output.length).toBeGreaterThan(20);
  });

  it('sends people to pages that exist, as people who exist', async () => {
    const addresses = new Set([...README.matchAll(/`(\/(?:en|ko|fr)(?:\/[a-z-]+)?)`/g)].map(([, path = '']) => path));
    expect(addresses.size).toBeGreaterThan(4);
    for (const path of addresses) {
      const { status } = await fetch(server.url + path, { redirect: 'manual' });
      expect({ path, status }).toEqual({ path, status: /\/(?:en|ko|fr)$|sign-in$/.test(path) ? 200 : 303 });
    }
    const people = new Set<string>(Object.values({ ...DEMO_PEOPLE, ...STORY_PEOPLE }).map(({ email }) => email));
    const named = [...README.matchAll(/`([a-z0-9.]+@[a-z0-9.-]+\.example)`/g)].map(([, email = '']) => email);
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((email) => !people.has(email))).toEqual([]);
  });

  it('Ctrl-C stops everything', async () => {
    expect(await servers.end(server, 'SIGINT')).toBe(0);
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow();
  });
});
