// `npm run bench`: ratios against limits measured in the same run; see bench/README.md.
import { fileURLToPath } from 'node:url';
import { build, underCarriedNode } from './build.mjs';

underCarriedNode(fileURLToPath(import.meta.url));
await build();
await import('../bench/bench.mjs');
