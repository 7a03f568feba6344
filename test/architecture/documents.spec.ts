import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { renderDetail } from '../../src/core/errors/index.js';
import { toMermaid } from '../../src/core/machine/index.js';
import { CLAIM_MACHINE } from '../../src/modules/claims/index.js';
import { BATCH_MACHINE, LINE_MACHINE } from '../../src/modules/payouts/index.js';
import '../../src/app.module.js';
import { allEntries } from '../../src/platform/http/catalogue-registry.js';
import { problemsPage } from '../../src/cli/commands.js';

const documents = globSync('{*.md,{bench,demo,deploy,docs,policies,scripts,src,test}/**/*.md}');
const prose = (file: string): string => readFileSync(file, 'utf8').replace(/^```[^]*?^```/gm, '');

/** The address that a heading gets on the page, as the usual renderers make it. */
const anchorOf = (heading: string): string => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replaceAll(' ', '-');
const anchorsOf = (file: string): string[] => [...prose(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

function leadsNowhere(file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : normalize(join(dirname(file), path));
  return !existsSync(target) || (anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor));
}

describe('documents', () => {
  it.each(documents)('%s links only to what is there', (file) => {
    const links = [...prose(file).replaceAll(/`[^`\n]*`/g, '').matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => leadsNowhere(file, link))).toEqual([]);
  });

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = documents.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/npm run (?:--silent )?([a-z:]+)/g)].map(([, script = '']) => ({ file, script })));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ script }) => !(script in scripts))).toEqual([]);
  });

  it('SECURITY.md names places and tests that exist', () => {
    const named = [...readFileSync('SECURITY.md', 'utf8').matchAll(/`((?:src|test|migrations|docker-compose)[^`]*)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('the list of decisions has each of them once, in order', () => {
    const files = globSync('docs/adr/[0-9]*.md').map((file) => file.slice('docs/adr/'.length)).sort();
    expect([...readFileSync('docs/adr/README.md', 'utf8').matchAll(/\]\((\d{4}-[a-z0-9-]+\.md)\)/g)].map(([, file]) => file)).toEqual(files);
  });

  it('the list of the domain has every page of it', () => {
    const listed = [...readFileSync('docs/domain/README.md', 'utf8').matchAll(/\]\(([a-z-]+\.md)\)/g)].map(([, file]) => file);
    expect(listed.sort()).toEqual(globSync('docs/domain/*.md').map((file) => file.slice('docs/domain/'.length)).filter((file) => file !== 'README.md').sort());
  });

  it('the architecture walks through the very steps of the policy it names', () => {
    const rows = [...readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/^\| ([a-zA-Z]+) \| `([a-z_]+)` \|/gm)].map(([, id, use]) => `${id} ${use}`);
    const { steps } = parse(readFileSync('policies/default-gbp.yaml', 'utf8')) as { steps: { id: string; use: string }[] };
    // The gate, the tariff and the nothing beside the measured loss are left out of the walk.
    const walked = steps.filter(({ id }) => !['gate', 'openHours', 'tariff', 'nothingCounts', 'nothing', 'gross'].includes(id));
    expect(rows).toEqual(walked.map(({ id, use }) => `${id} ${use}`));
  });

  it('docs/api/problems.md is made from the catalogues: npm run cli -- problems', () => {
    expect(readFileSync('docs/api/problems.md', 'utf8')).toBe(problemsPage());
  });

  it('the claim life cycle is drawn from the machine', () => {
    expect(readFileSync('docs/domain/claim-life-cycle.md', 'utf8')).toContain(toMermaid(CLAIM_MACHINE));
  });

  it('the life of a payment and of a batch are drawn from their machines', () => {
    for (const machine of [LINE_MACHINE, BATCH_MACHINE]) expect(readFileSync('docs/domain/payouts.md', 'utf8')).toContain(toMermaid<string, string>(machine));
  });

  it('every module says in a README what it keeps and promises', () => {
    const modules = globSync('src/modules/*/index.ts').map((file) => dirname(file));
    expect(modules.filter((folder) => !existsSync(join(folder, 'README.md')))).toEqual([]);
  });

  const readmes = globSync('src/modules/*/README.md');
  const migrations = globSync('migrations/*.ts').map((file) => readFileSync(file, 'utf8')).join('\n');
  const tables = new Set([...migrations.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?([a-z_]+)/g)].map(([, table = '']) => table));

  /** The code words of the sentence that begins with a bold word, up to the next one. */
  const wordsAfter = (file: string, bold: RegExp): string[] =>
    [...readFileSync(file, 'utf8').matchAll(new RegExp(`\\*\\*${bold.source}\\*\\*([^]*?)(?=\\n\\* |\\*\\*|$(?![^]))`, 'g'))].flatMap(([, rest = '']) => [...rest.matchAll(/`([a-z_.]+)`/g)].map(([, word = '']) => word));

  it('every table is some module\'s, and is named in its README', () => {
    const named = new Set(readmes.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/`([a-z_]+)`/g)].map(([, word = '']) => word)));
    const ofThePlatform = ['event_log', 'idempotency'];
    expect([...tables].filter((table) => !named.has(table) && !ofThePlatform.includes(table))).toEqual([]);
  });

  it.each(readmes)('%s says of no event that it goes out unless it does', (file) => {
    const sources = globSync(`${dirname(file)}/**/*.ts`).map((source) => readFileSync(source, 'utf8')).join('\n');
    const events = wordsAfter(file, /(?:Events out|Out)/).filter((word) => word.includes('.'));
    expect(events.filter((event) => !sources.includes(`'${event}'`))).toEqual([]);
  });
});

describe('the catalogues of refusals', () => {
  const source = globSync('src/**/*.ts').filter((file) => !file.endsWith('.spec.ts')).map((file) => readFileSync(file, 'utf8')).join('\n');

  it('explain every code that is refused with', () => {
    const refused = [...source.matchAll(/refuse\(\s*'([a-z_.]+)'/g)].map(([, code = '']) => code);
    expect(refused.length).toBeGreaterThan(50);
    const known = new Set(allEntries().map(([code]) => code));
    expect([...new Set(refused)].filter((code) => !known.has(code))).toEqual([]);
  });

  it('name codes as module.reason, with a title and a sentence that ends', () => {
    const faults = allEntries().filter(([code, { title, detail }]) => !/^[a-z]+\.[a-z0-9_]+$/.test(code) || title.length < 5 || !/[.})]$/.test(detail));
    expect(faults.map(([code]) => code)).toEqual([]);
  });

  it('leave a place visible that nobody filled', () => {
    expect(renderDetail('{a} of {b}', { a: 1 })).toBe('1 of {b}');
  });
});
