// The folder as developers copy it: alone with its packages, with and without the part for what follows a sign-in.

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const PACKAGES = ['undici', 'undici-types', 'zod', '@types/node'];
const run = promisify(execFile);

/** @param type the module type in the package.json of the app that gets the copy */
async function copyForTest(type: 'module' | 'commonjs'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pingone-copied-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(join(ROOT, 'src/pingone'), join(folder, 'pingone'), { recursive: true });
  for (const name of PACKAGES) {
    const link = join(folder, 'node_modules', name);
    await mkdir(join(link, '..'), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), link, 'dir');
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type }));
  return folder;
}

/** Removes the folder after-sign-in/ and the line that exports it. */
async function removeAfterSignIn(folder: string): Promise<void> {
  await rm(join(folder, 'pingone/after-sign-in'), { recursive: true });
  const index = join(folder, 'pingone/index.ts');
  const lines = (await readFile(index, 'utf8')).split('\n');
  const others = lines.filter((line) => !line.includes('after-sign-in'));
  expect(lines.length - others.length).toBe(1);
  await writeFile(index, others.join('\n'));
}

async function checkTypes(folder: string, changes: object = {}): Promise<string> {
  const config = JSON.parse(await readFile(join(ROOT, 'tsconfig.json'), 'utf8'));
  const compilerOptions = { ...config.compilerOptions, ...changes };
  const configOfCopy = { ...config, compilerOptions, include: ['pingone'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(configOfCopy));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [tsc, '-p', folder]).catch((error) => error);
  return stdout;
}

/** Runs the source code of an app in the folder. @returns what it prints */
async function load(folder: string, source: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['--no-warnings', '-e', source], { cwd: folder });
  return stdout.trim();
}

const REGISTRATION = JSON.stringify({
  issuer: 'http://127.0.0.1:1/as',
  clientId: 'c',
  clientSecret: 's',
  scope: 'openid',
  redirectUri: 'http://localhost/callback',
  signOffUrl: 'http://localhost/',
});
/** No server listens at the issuer. The expected connection error shows that the copied code runs. */
const USE = `pingone.createPingOneClient(${REGISTRATION}, () => {}).ready()
  .catch((error) => console.log(error.code, error.facts.networkCode))`;

test('a CommonJS app can load the folder unchanged', async () => {
  const folder = await copyForTest('commonjs');
  const source = `const pingone = require('./pingone/index.ts'); ${USE}`;
  expect(await load(folder, source)).toBe('pingone_unreachable ECONNREFUSED');
});

test('the folder has no type error in an app that is compiled for es2022', async () => {
  const folder = await copyForTest('module');
  expect(await checkTypes(folder, { target: 'es2022', lib: ['es2022'] })).toBe('');
});

test('without after-sign-in/, the folder has no type error, and works', async () => {
  const folder = await copyForTest('module');
  await removeAfterSignIn(folder);
  expect(await checkTypes(folder)).toBe('');
  const source = `import('./pingone/index.ts').then((pingone) => ${USE})`;
  expect(await load(folder, source)).toBe('pingone_unreachable ECONNREFUSED');
});
