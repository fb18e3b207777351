// Loaded before the app (node --import): reads .env if it exists. The option --env-file-if-exists of Node.js would
// print a line if it does not, and crash with --watch at Ctrl+C (https://github.com/nodejs/node/issues/64819).

import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';

if (existsSync('.env')) loadEnvFile('.env');
