// .env.example, which users copy, documents all variables that this app reads, and no others.

import { readdirSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const example = read('.env.example');
const documented = Object.keys(parseEnv(example)).sort();
const source = ['index.ts', 'rules.ts', 'combinations.ts']
  .map((file) => read(`src/config/${file}`))
  .join('\n');

test('it documents exactly the variables that are read', () => {
  const checked = [...source.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name);
  expect(checked.sort()).toEqual(documented);
  // The only others are variables of Node.js and undici.
  const names = source.matchAll(/\b(?:env|given)\.([A-Z_]+)|'([A-Z]+_[A-Z_]+|https?_proxy)'/g);
  const used = new Set([...names].map(([, read, listed]) => read ?? listed ?? ''));
  const others = [...used].filter((name) => !documented.includes(name));
  expect(others.sort()).toEqual([
    ...['HTTPS_PROXY', 'HTTP_PROXY', 'NODE_ENV', 'NODE_TLS_REJECT_UNAUTHORIZED'],
    ...['http_proxy', 'https_proxy'],
  ]);
});

test('each variable has a comment above it', () => {
  const blocks = example.split(/\n{2,}/).filter((block) => /^[A-Z_]+=/m.test(block));
  expect(blocks.filter((block) => !block.startsWith('# '))).toEqual([]);
});

test('copied as it is, it means the sandbox', () => {
  expect(readConfig(parseEnv(example) as NodeJS.ProcessEnv)).toMatchObject({ port: 3000, sandboxPort: 3001 });
  expect(readConfig(parseEnv(example) as NodeJS.ProcessEnv).pingOne).toBeUndefined();
});

test('only the three entry points read the environment of the process', () => {
  const files = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' });
  const readers = files.filter(
    (file) => file.endsWith('.ts') && /process\.env|node:process/.test(read(`src/${file}`)),
  );
  expect(readers.sort()).toEqual(['doctor/main.ts', 'main.ts', 'sandbox/main.ts']);
});
