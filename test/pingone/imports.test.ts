// src/pingone/ is the folder that people copy: it must stand on its own.

import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const FOLDER = resolve(import.meta.dirname, '../../src/pingone');
const PACKAGES = ['undici', 'jose', 'zod'];

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

/** What a file imports or exports from, statically, dynamically or by require. */
function specifiersOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const found = code.matchAll(/(?:\bfrom|\bimport|\brequire|\bimport\s*\(|\brequire\s*\()\s*(['"`])(.+?)\1/g);
  return [...found].map((match) => match[2] ?? '');
}

test('the reader of imports finds every kind of them', () => {
  const source = `import a from 'a'; import { b,\n c } from "b";\nimport 'c'; export * from 'd';
    import type { E } from 'e'; await import('f'); require("g"); // import 'not this'
    /* import 'nor this' */`;
  expect(specifiersOf(source).filter((name) => name !== 'not this')).toEqual([
    'a',
    'b',
    'c',
    'd',
    'e',
    'f',
    'g',
  ]);
});

test('there are files to look at', () => {
  expect(files).toContain('client.ts');
  expect(files).toContain('token-errors.ts');
});

test.each(files)('%s imports nothing but its own folder, Node, undici, jose and zod', (file) => {
  const foreign = specifiersOf(readFileSync(join(FOLDER, file), 'utf8')).filter((specifier) => {
    if (!specifier.startsWith('.')) {
      return !(PACKAGES.includes(specifier) || (specifier.startsWith('node:') && isBuiltin(specifier)));
    }
    const path = relative(FOLDER, resolve(FOLDER, dirname(file), specifier));
    return !files.includes(path);
  });
  expect(foreign).toEqual([]);
});

test.each(files)('%s opens no connection of its own, but for http.ts', (file) => {
  const source = readFileSync(join(FOLDER, file), 'utf8');
  const opens = /\bfetch\(|['"](undici|node:(http|https|http2|net|tls|dgram))['"]/.test(source);
  expect(opens).toBe(file === 'http.ts');
});
