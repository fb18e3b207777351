// Delete the folder, and sign-in still works: in a copy of this tree without it, types and the tests of the sign-in pass.

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const LINES_LIMIT = 5;
const LIMIT_MS = 180_000;
const FLOW = ['src/flow', 'views/flow', 'test/flow'];
/** The mark at the end of each line elsewhere that uses the flow. */
const MARK = / \/\/ flow$/;

/** A copy of what npm test needs, in which src/, views/ and test/ can be changed. */
function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'without-flow-'));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  for (const name of readdirSync(ROOT)) {
    if (['.git', 'node_modules'].includes(name)) continue;
    const source = join(ROOT, name);
    cpSync(source, join(copy, name), { recursive: true, filter: (path) => !path.includes('node_modules') });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Deletes the flow. @returns the lines that it removed elsewhere */
function deleteFlow(copy: string): string[] {
  for (const folder of FLOW) rmSync(join(copy, folder), { recursive: true });
  const sources = readdirSync(join(copy, 'src'), { recursive: true, encoding: 'utf8' });
  return sources
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const path = join(copy, 'src', name);
      const lines = readFileSync(path, 'utf8').split('\n');
      const marked = lines.filter((line) => MARK.test(line));
      if (marked.length > 0) writeFileSync(path, lines.filter((line) => !MARK.test(line)).join('\n'));
      return marked;
    });
}

async function run(cwd: string, ...command: string[]): Promise<string> {
  const bin = (name: string) => join(ROOT, 'node_modules', name);
  const [script = '', ...args] = command;
  const { stdout } = await promisify(execFile)(process.execPath, [bin(script), ...args], { cwd }).catch(
    (error: { stdout?: string }) => ({ stdout: `failed:\n${error.stdout}` }),
  );
  return stdout;
}

test('without the folder and the marked lines, types and the tests of the sign-in pass', {
  timeout: LIMIT_MS,
}, async () => {
  const copy = copyTree();
  const lines = deleteFlow(copy);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThanOrEqual(LINES_LIMIT);
  expect(await run(copy, 'typescript/bin/tsc', '-p', '.')).toBe('');
  const tests = await run(copy, 'vitest/vitest.mjs', 'run', 'test/sign-in/');
  expect(tests).toMatch(/Tests .*\d+ passed/);
  expect(tests).not.toMatch(/^failed:/);
});
