import { beforeAll, describe, expect, it } from '@jest/globals';
import { Linter } from 'eslint';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import tseslint from 'typescript-eslint';

const breaches: readonly { because: string; file: string; code: string }[] = [
  { because: 'only the clock knows now', file: 'src/modules/claims/a.service.ts', code: 'export const a = new Date();' },
  { because: 'only the clock knows now (Date.now)', file: 'src/core/time/a.ts', code: 'export const a = Date.now();' },
  { because: 'local-time getters depend on the machine', file: 'src/portal/a.ts', code: 'export const a = (d: Date) => d.getHours();' },
  { because: 'only config reads the environment', file: 'src/modules/claims/a.service.ts', code: 'export const a = process.env;' },
  { because: 'no cycle is hidden', file: 'src/modules/claims/a.module.ts', code: 'export const a = (forwardRef: () => void) => forwardRef();' },
  { because: 'tables change by migration', file: 'src/platform/database/a.ts', code: 'export const a = { synchronize: true };' },
  { because: 'a state is moved by moveTo only', file: 'src/modules/claims/a.service.ts', code: "export const a = (c: { state: string }) => { c.state = 'paid'; };" },
  { because: 'rounding has a name', file: 'src/core/money/a.ts', code: 'export const a = Math.round(1.5);' },
  { because: 'no Number() near money', file: 'src/modules/funds/a.service.ts', code: "export const a = Number('1');" },
  { because: 'no parseFloat near money', file: 'src/core/policy/a.ts', code: "export const a = parseFloat('1');" },
  { because: 'no unary plus near money', file: 'src/core/sales/a.ts', code: "export const a = (b: string) => +b;" },
  { because: 'no toFixed near money', file: 'src/modules/claims/a.service.ts', code: 'export const a = (b: number) => b.toFixed(2);' },
  { because: 'save() overwrites', file: 'src/modules/claims/a.repository.ts', code: 'export const a = (s: { claimRepository: Set<string> & { save(): void } }) => s.claimRepository.save();' },
];

describe('the lint rules', () => {
  let linter: Linter;
  let syntaxRules: (file: string) => Linter.Config[];

  beforeAll(async () => {
    linter = new Linter({ configType: 'flat', cwd: process.cwd() });
    const config = (await import(pathToFileURL(join(process.cwd(), 'eslint.config.mjs')).href)) as { default: Linter.Config[] };
    // Only the syntax bans are tried here: rules that need types would need each snippet to be a file of the program.
    syntaxRules = () => config.default
      .filter((block) => block.rules?.['no-restricted-syntax'] !== undefined)
      .map((block) => ({
        ...(block.files ? { files: block.files } : {}),
        languageOptions: { parser: tseslint.parser },
        rules: { 'no-restricted-syntax': block.rules?.['no-restricted-syntax'] as Linter.RuleEntry },
      }));
  });

  it.each(breaches)('$because: $file', ({ file, code }) => {
    const messages = linter.verify(code, syntaxRules(file), { filename: join(process.cwd(), file) });
    expect(messages.map((message) => message.ruleId)).toContain('no-restricted-syntax');
  });
});
