// `npm run cli -- <command>`: the operators' commands.
import { fileURLToPath } from 'node:url';
import { build, underCarriedNode } from './build.mjs';

underCarriedNode(fileURLToPath(import.meta.url));
await build();
await import('../dist/src/cli.js');
