// Copies the two folders into another app: a temporary folder with only the packages that they need.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PACKAGES = ['express', 'express-session', 'cookie', 'undici', 'zod'];
const TYPES = ['node', 'express', 'express-session'].map((name) => `@types/${name}`);

/** @param type the `type` in the app's own package.json */
export async function copyIntoForeignApp(type: 'module' | 'commonjs'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'foreign-app-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const copied of ['pingone', 'sign-in'])
    await cp(`${ROOT}src/${copied}`, join(folder, copied), { recursive: true });
  for (const file of ['app.ts', 'app.cjs']) await cp(`${ROOT}test/copied/${file}`, join(folder, file));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type }));
  for (const name of [...PACKAGES, ...TYPES]) {
    const link = join(folder, 'node_modules', name);
    await mkdir(join(link, '..'), { recursive: true });
    await symlink(`${ROOT}node_modules/${name}`, link, 'dir');
  }
  return folder;
}

/** Compiles the app with tsc. @returns the folder of the JavaScript */
export async function compile(folder: string): Promise<string> {
  const options = {
    target: 'es2024',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    rewriteRelativeImportExtensions: true,
    outDir: 'dist',
  };
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: ['app.ts'] }),
  );
  const tsc = `${ROOT}node_modules/typescript/bin/tsc`;
  await promisify(execFile)(process.execPath, [tsc, '-p', folder], { cwd: folder });
  for (const copied of ['pingone', 'sign-in'])
    await cp(join(folder, copied, 'package.json'), join(folder, 'dist', copied, 'package.json'));
  return join(folder, 'dist');
}

/** Starts the app, and waits until it listens. */
export async function start(
  file: string,
  {
    port,
    issuer,
    clientId,
    clientSecret,
    nodeEnv = '',
  }: { port: number; issuer: string; clientId: string; clientSecret: string; nodeEnv?: string | undefined },
): Promise<{ url: string; output: () => string }> {
  const env = {
    NODE_ENV: nodeEnv,
    PORT: String(port),
    PINGONE_ISSUER: issuer,
    PINGONE_CLIENT_ID: clientId,
    PINGONE_CLIENT_SECRET: clientSecret,
    COOKIE_SECRET: randomBytes(32).toString('base64url'),
  };
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], { env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = collect(child);
  const url = `http://localhost:${port}`;
  for (let tries = 0; tries < 100; tries += 1) {
    if (child.exitCode !== null) throw new Error(`The app ended: ${output()}`);
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return { url, output };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The app did not start: ${output()}`);
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
  return () => text;
}
