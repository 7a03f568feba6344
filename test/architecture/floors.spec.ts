import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';

/** A house that breaks each rule once; every file imports what its rule forbids. */
const breaches: readonly { rule: string; file: string; imports: string }[] = [
  { rule: 'floor-1-does-not-look-up', file: 'src/modules/audit/a.service.ts', imports: 'src/modules/claims/index.ts' },
  { rule: 'floor-5-does-not-look-up', file: 'src/modules/claims/a.service.ts', imports: 'src/modules/review/index.ts' },
  { rule: 'mail-does-not-know-its-siblings', file: 'src/modules/mail/a.service.ts', imports: 'src/modules/audit/index.ts' },
  { rule: 'outages-does-not-know-its-siblings', file: 'src/modules/outages/a.service.ts', imports: 'src/modules/merchants/index.ts' },
  { rule: 'core-money-does-not-look-up', file: 'src/core/time/a.ts', imports: 'src/core/policy/b.ts' },
  { rule: 'core-sales-does-not-look-up', file: 'src/core/sales/a.ts', imports: 'src/core/assessment/b.ts' },
  { rule: 'core-imports-only-core', file: 'src/core/policy/a.ts', imports: 'src/platform/clock/b.ts' },
  { rule: 'platform-knows-no-feature', file: 'src/platform/http/a.ts', imports: 'src/modules/claims/index.ts' },
  { rule: 'modules-do-not-see-the-roof', file: 'src/modules/claims/b.service.ts', imports: 'src/portal/b.ts' },
  { rule: 'front-doors-only', file: 'src/modules/review/a.service.ts', imports: 'src/modules/claims/claim.entity.ts' },
  { rule: 'front-doors-only-from-the-roof', file: 'src/portal/a.ts', imports: 'src/modules/claims/claim.entity.ts' },
  { rule: 'front-doors-hide-tables', file: 'src/modules/funds/index.ts', imports: 'src/modules/funds/funds.repository.ts' },
  { rule: 'controllers-are-leaves', file: 'src/modules/claims/c.service.ts', imports: 'src/modules/claims/claims.controller.ts' },
  { rule: 'services-ignore-http', file: 'src/modules/claims/d.service.ts', imports: 'src/platform/http/b.ts' },
  { rule: 'src-knows-no-test', file: 'src/modules/claims/e.service.ts', imports: 'test/support/b.ts' },
  { rule: 'no-cycles', file: 'src/platform/jobs/a.ts', imports: 'src/platform/jobs/a2.ts' },
  { rule: 'zones-live-in-one-file', file: 'src/modules/claims/f.service.ts', imports: 'temporal-polyfill' },
  { rule: 'digests-live-in-one-file', file: 'src/core/policy/c.ts', imports: 'node:crypto' },
  { rule: 'yaml-is-read-in-one-folder', file: 'src/modules/policies/g.service.ts', imports: 'yaml' },
  { rule: 'the-orm-stays-in-its-rooms', file: 'src/modules/claims/h.service.ts', imports: 'typeorm' },
  { rule: 'the-orm-stays-in-its-rooms', file: 'src/modules/claims/i.service.ts', imports: 'pg' },
  { rule: 'services-ignore-http', file: 'src/modules/claims/j.service.ts', imports: 'fastify' },
  { rule: 'no-orphans', file: 'src/platform/health/alone.ts', imports: '' },
];

describe('the floors', () => {
  let house: string;
  let broken: Set<string>;

  beforeAll(async () => {
    house = await mkdtemp(join(tmpdir(), 'makegood-floors-'));
    await symlink(join(process.cwd(), 'node_modules'), join(house, 'node_modules'));
    await symlink(join(process.cwd(), 'package.json'), join(house, 'package.json'));
    const write = async (file: string, text: string): Promise<void> => {
      await mkdir(dirname(join(house, file)), { recursive: true });
      await writeFile(join(house, file), text, { flag: 'a' });
    };
    for (const [index, { rule, file, imports }] of breaches.entries()) {
      if (imports === '') {
        await write(file, 'export {};\n');
        continue;
      }
      if (!imports.startsWith('src/') && !imports.startsWith('test/')) {
        await write(file, `export * as dependency${index} from '${imports}';\n`);
        continue;
      }
      const up = '../'.repeat(file.split('/').length - 1);
      await write(imports, `export const value${index} = ${index};\n`);
      await write(file, `export * from '${up}${imports.replace(/\.ts$/, '.js')}';\n`);
      if (rule === 'no-cycles') await write(imports, `export * from '${up}${file.replace(/\.ts$/, '.js')}';\n`);
    }
    const config = (await import(pathToFileURL(join(process.cwd(), '.dependency-cruiser.mjs')).href)) as {
      default: { forbidden: IForbiddenRuleType[]; options: ICruiseOptions };
    };
    const { tsConfig: _ours, ...options } = config.default.options;
    const outcome = await cruise(
      ['src'],
      { ...options, preserveSymlinks: true, baseDir: house, ruleSet: { forbidden: config.default.forbidden }, validate: true },
    );
    const { summary } = outcome.output as ICruiseResult;
    broken = new Set(summary.violations.map((violation) => `${violation.rule.name} ${violation.from}`));
  }, 60_000);

  afterAll(() => rm(house, { recursive: true, force: true }));

  it.each(breaches)('$rule is noticed in $file', ({ rule, file }) => {
    expect([...broken]).toContain(`${rule} ${file}`);
  });
});
