// For npm run dev, loaded before the app (node --import): reads .env if it exists. npm start uses
// --env-file-if-exists instead. With --watch and without .env, that option makes Node.js crash at Ctrl+C
// (https://github.com/nodejs/node/issues/64819).

import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';

if (existsSync('.env')) loadEnvFile('.env');
