// The Dockerfile, as far as a test without a container engine can check it: the files that it copies exist and are
// sufficient, and both of its commands run.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from './process/helpers.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const { scripts, devDependencies } = JSON.parse(read('package.json'));

/** Each instruction with its arguments, in order. */
const instructions = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line): [name: string, value: string] => {
    const [, name = '', value = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    return [name, value];
  });
const valuesOf = (name: string) => instructions.filter(([one]) => one === name).map(([, value]) => value);
const indexOf = (name: string) => instructions.findLastIndex(([one]) => one === name);

/** The command of an instruction. It must be a list, because a shell would not pass on the signals. */
const commandOf = (value = ''): string[] => JSON.parse(value.slice(value.indexOf('[')));
const env = Object.fromEntries(
  valuesOf('ENV').flatMap((value) => value.split(' ').map((pair) => pair.split('='))),
);
/** The files that it copies from this folder. */
const copied = valuesOf('COPY')
  .filter((value) => !value.startsWith('--'))
  .flatMap((value) => value.split(' ').slice(0, -1));

test('it has only instructions that these tests check', () => {
  const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'EXPOSE', 'HEALTHCHECK', 'CMD'];
  expect([...new Set(instructions.map(([name]) => name))].sort()).toEqual(known.sort());
  expect(valuesOf('RUN')).toEqual(['npm ci --omit=dev --ignore-scripts']);
});

test('both stages use one image, whose tag names the Node.js version of this project', () => {
  const images = valuesOf('FROM').map((value) => value.split(' ')[0] ?? '');
  expect(new Set(images).size).toBe(1);
  const [, version] = /^node:(\d+\.\d+\.\d+)-bookworm-slim$/.exec(images[0] ?? '') ?? [];
  expect(`^${version}`).toBe(devDependencies.node);
});

test('the files that it copies exist, and .dockerignore excludes all others', () => {
  const rules = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(rules[0]).toBe('*');
  expect(rules.slice(1).sort()).toEqual([...new Set(copied)].map((file) => `!${file}`).sort());
  for (const file of copied) expect(existsSync(join(ROOT, file)), file).toBe(true);
});

test('it switches to a user other than root after it has copied the last file', () => {
  expect(valuesOf('USER')).toEqual([expect.stringMatching(/^[1-9]\d+$/)]);
  expect(indexOf('USER')).toBeGreaterThan(Math.max(indexOf('COPY'), indexOf('RUN')));
  expect(indexOf('CMD')).toBeGreaterThan(indexOf('USER'));
});

test('it runs in production mode with the options of npm start, and listens on the port in EXPOSE', () => {
  expect(commandOf(valuesOf('CMD')[0])).toEqual(scripts.start.split(' '));
  expect(env).toEqual({ NODE_ENV: 'production', HOST: '0.0.0.0', PORT: valuesOf('EXPOSE')[0] });
});

/** Runs a command of the Dockerfile in a folder. If this process is root, it runs as the Dockerfile's user, if possible. */
function run([, ...args]: string[], folder: string, more: Record<string, string>) {
  const uid = Number(valuesOf('USER')[0]);
  const look = ['--eval', `fs.readdirSync(${JSON.stringify(join(ROOT, 'node_modules'))})`];
  const user =
    process.getuid?.() === 0 && spawnSync(process.execPath, look, { uid }).status === 0 ? { uid } : {};
  const options = { cwd: folder, env: { ...env, ...more }, stdio: 'pipe', ...user } as const;
  const child = spawn(process.execPath, args, options);
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code]) => Number(code));
  return { child, ended };
}

test('with only the files that it copies, the app starts, its health check succeeds, and it stops', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dockerfile-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  for (const file of copied) cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const PORT = String(await freePort());
  const healthy = () => run(commandOf(valuesOf('HEALTHCHECK')[0]), folder, { PORT }).ended;
  expect(await healthy()).toBe(1);

  const { child, ended } = run(commandOf(valuesOf('CMD')[0]), folder, {
    PORT,
    BASE_URL: 'https://app.example.com',
    TRUST_PROXY: '1',
    SESSION_STORE: 'memory',
    SESSION_SECRET: 'Yk3-made-up-for-the-test-of-the-image',
    PINGONE_ISSUER: 'https://auth.pingone.invalid/as',
    PINGONE_CLIENT_ID: '91a2d4b7-7d10-4e6b-8f35-c0ffee5ae603',
    PINGONE_CLIENT_SECRET: 'Xk3~made.up.for.the.test-of-the-image',
  });
  child.stdout.resume();
  await expect.poll(healthy, { timeout: 10_000 }).toBe(0);
  const home = await fetch(`http://127.0.0.1:${PORT}/`, { headers: { 'x-forwarded-proto': 'https' } });
  expect([home.status, (await home.text()).includes('Sign in with PingOne')]).toEqual([200, true]);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
