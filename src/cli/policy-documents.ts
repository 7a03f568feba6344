import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blockReference, policySchema } from '../core/policy/index.js';
import type { Command } from './command.js';

const REFERENCE = ['docs', 'policies', 'blocks.md'] as const;
const SCHEMA = ['docs', 'policies', 'policy.schema.json'] as const;

/** The committed files that are made from the blocks; a test compares them. */
export const madeFromBlocks = (): readonly { readonly path: string; readonly text: string }[] => [
  { path: join(...REFERENCE), text: blockReference() },
  { path: join(...SCHEMA), text: `${JSON.stringify(policySchema(), null, 1)}\n` },
];

export const policyReference: Command = {
  name: 'policy reference', usage: 'policy reference', about: 'writes docs/policies: the block reference, and the JSON Schema for editors', needsApp: false,
  async run(_args, terminal, _app, project) {
    for (const { path, text } of madeFromBlocks()) {
      const before = await readFile(join(project, path), 'utf8').catch(() => '');
      if (before !== text) await writeFile(join(project, path), text);
      terminal.say(`${path} ${before === text ? 'unchanged' : 'written'}`);
    }
    return 0;
  },
};
