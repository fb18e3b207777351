// Limits for the size of the code: lines that are neither blank nor comments, in biome's format.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');
const AFTER = 'pingone/after-sign-in/';

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[jt]s$/.test(name));

/** Counts the lines that are neither blank nor comments. A comment after code counts with its line. */
function linesIn(source: string): number {
  const code = source.replace(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, '');
  return code.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;
}

function sizeOf(isCounted: (file: string) => boolean) {
  const counted = files.filter(isCounted);
  const lines = counted.map((file) => linesIn(readFileSync(join(SRC, file), 'utf8')));
  return { files: counted.length, lines: lines.reduce((sum, count) => sum + count, 0) };
}

test('blank lines and comments do not count', () => {
  const source = [
    '/** One',
    ' * two */',
    '',
    '// three',
    'const a = 1; // four',
    '  /* five */',
    'a();',
    '',
  ].join('\n');
  expect(linesIn(source)).toBe(2);
});

test('the core, src/pingone/ without after-sign-in/, has at most 1,080 lines in at most 18 files', () => {
  const core = sizeOf((file) => file.startsWith('pingone/') && !file.startsWith(AFTER));
  expect(core.lines).toBeLessThanOrEqual(1_080);
  expect(core.files).toBeLessThanOrEqual(18);
});

test('refresh, revocation and sign-off have at most 300 lines', () => {
  expect(sizeOf((file) => file.startsWith(AFTER)).lines).toBeLessThanOrEqual(300);
});

test('src/sign-in/ has at most 680 lines', () => {
  expect(sizeOf((file) => file.startsWith('sign-in/')).lines).toBeLessThanOrEqual(680);
});

test('src/ has at most 7,200 lines', () => {
  expect(sizeOf(() => true).lines).toBeLessThanOrEqual(7_200);
});
