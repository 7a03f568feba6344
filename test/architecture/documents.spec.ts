import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { renderDetail } from '../../src/core/errors/index.js';
import { toMermaid } from '../../src/core/machine/index.js';
import { CLAIM_MACHINE } from '../../src/modules/claims/index.js';
import '../../src/app.module.js';
import { allEntries } from '../../src/platform/http/catalogue-registry.js';
import { problemsPage } from '../../src/cli/commands.js';
import { madeFromBlocks } from '../../src/cli/policy-documents.js';

const documents = globSync('{*.md,docs/**/*.md,src/**/*.md,demo/*.md}');

describe('documents', () => {
  it.each(documents)('%s links only to what is there', (file) => {
    const links = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(normalize(join(dirname(file), link))))).toEqual([]);
  });

  it('docs/api/problems.md is made from the catalogues: npm run cli -- problems', () => {
    expect(readFileSync('docs/api/problems.md', 'utf8')).toBe(problemsPage());
  });

  it.each(madeFromBlocks())('$path is made from the blocks: npm run cli -- policy reference', ({ path, text }) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('the claim life cycle is drawn from the machine', () => {
    expect(readFileSync('docs/domain/claim-life-cycle.md', 'utf8')).toContain(toMermaid(CLAIM_MACHINE));
  });

  it('every module says in a README what it keeps and promises', () => {
    const modules = globSync('src/modules/*/index.ts').map((file) => dirname(file));
    expect(modules.filter((folder) => !existsSync(join(folder, 'README.md')))).toEqual([]);
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
