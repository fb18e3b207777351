// For npm run dev, loaded before the app (node --import): reads .env, if there is one. Not --env-file-if-exists, which npm
// start has: with --watch it crashes at Ctrl+C where .env is missing (https://github.com/nodejs/node/issues/64819).

import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';

if (existsSync('.env')) loadEnvFile('.env');
