// Lets plain Node import the TypeScript sources: for the tests (jest/runner.mjs), their global set-up and the benches.
import { registerHooks } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';

const TESTS = `${pathToFileURL(dirname(import.meta.dirname)).href}/`;
const GLOBALS = 'makegood:jest-globals';
let registered = false;
let fileNumber = 0;

/** From here on the TypeScript under `test` is loaded anew, with these as its `@jest/globals`: a test file sees nothing that another one left. */
export function beginFile(globals) {
  fileNumber += 1;
  globalThis[GLOBALS] = globals;
}

const anew = (found) => (fileNumber > 0 && found.url.startsWith(TESTS) && found.url.endsWith('.ts') ? { ...found, url: `${found.url}?${fileNumber}` } : found);

export async function register() {
  if (registered) return;
  registered = true;
  registerHooks({
    resolve(specifier, context, next) {
      if (fileNumber > 0 && specifier === '@jest/globals') return { url: `${GLOBALS}?${fileNumber}`, format: 'module', shortCircuit: true };
      const isOurs = specifier.startsWith('.') && specifier.endsWith('.js') && /\.ts(\?|$)/.test(context.parentURL ?? '');
      return anew(next(isOurs ? `${specifier.slice(0, -3)}.ts` : specifier, context));
    },
    load(url, context, next) {
      if (url.startsWith(GLOBALS)) {
        return { format: 'module', source: `export const { ${Object.keys(globalThis[GLOBALS]).join(', ')} } = globalThis['${GLOBALS}'];`, shortCircuit: true };
      }
      const [file = ''] = url.split('?');
      if (!file.startsWith('file:') || !file.endsWith('.ts')) return next(url, context);
      const filename = fileURLToPath(file);
      const { code } = transformSync(readFileSync(filename, 'utf8'), {
        // So that a stack names the file itself, not the address it was loaded by.
        filename, sourceFileName: filename, sourceMaps: 'inline',
        jsc: { target: 'es2024', parser: { syntax: 'typescript', decorators: true }, transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false }, keepClassNames: true, experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
      });
      return { format: 'module', source: code, shortCircuit: true };
    },
  });
}
