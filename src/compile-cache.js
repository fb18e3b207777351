// Loaded before everything else (node --import). Node.js stores what it has compiled, without types, for the
// next start, which then costs half as much. The files are not in the default folder of Node.js, because
// other users of the machine could write there.

import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled/', import.meta.url)));
