// `npm start`: build when needed, then serve in this very process, so that Ctrl-C reaches it directly.
import { fileURLToPath } from 'node:url';
import { build, underCarriedNode } from './build.mjs';

underCarriedNode(fileURLToPath(import.meta.url));
await build();
await import('../dist/src/main.js');
