// Loaded before everything else (node --import): Node.js keeps what it has compiled, and stripped of its types, for the
// next start, which then costs half as much. Not in its own default folder, where other users of the machine could write.

import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled/', import.meta.url)));
