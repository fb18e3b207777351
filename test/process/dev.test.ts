// npm run dev: as npm start, but it restarts after a change in src/ or views/. Ctrl+C ends all of its processes.

import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { accepts, freePort, ROOT, type Started, startNode } from './helpers.ts';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** A copy of the app without .env, because the tests change its files. */
function copyApp(): string {
  const copy = mkdtempSync(join(tmpdir(), 'dev-'));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  for (const name of ['src', 'views', 'package.json'])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

interface Dev extends Started {
  url: string;
  ports: number[];
  /** Sends a signal to all processes, as a terminal does. */
  signalAll(signal: NodeJS.Signals): void;
}

/** Starts what npm run dev starts, and waits until it listens. */
async function startDev(cwd: string): Promise<Dev> {
  const ports = [await freePort(), await freePort()];
  const [PORT, SANDBOX_PORT] = ports.map(String) as [string, string];
  const [command, ...args] = scripts.dev.split(' ');
  expect(command).toBe('node');
  const dev = startNode(args, { cwd, env: { PORT, SANDBOX_PORT }, detached: true });
  const signalAll = (signal: NodeJS.Signals) => process.kill(-(dev.child.pid ?? 0), signal);
  onTestFinished(() => {
    if (dev.child.exitCode === null && dev.child.signalCode === null) signalAll('SIGKILL');
  });
  await dev.says('Signoff URL');
  return { ...dev, url: `http://localhost:${PORT}`, ports, signalAll };
}

async function expectFree(ports: number[]) {
  for (const port of ports) expect(await accepts(port)).toBe(false);
}

test('Ctrl+C ends npm run dev without a crash and frees its ports, even without .env', async () => {
  const dev = await startDev(copyApp());
  dev.signalAll('SIGINT');
  expect(await dev.ended).toEqual({ code: 0, signal: null });
  expect(dev.stdout().trim()).toMatch(/"msg":"stopped"\}$/);
  expect(dev.stdout() + dev.stderr()).not.toMatch(/Assertion failed|stack trace/);
  await expectFree(dev.ports);
});

test('a signal to the watching process alone also ends the app', async () => {
  const dev = await startDev(copyApp());
  expect(await dev.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(dev.stdout()).toContain('"msg":"stopped"');
  await expectFree(dev.ports);
});

test('npm run dev restarts after a change of a view, the style sheet or the code', async () => {
  const copy = copyApp();
  const dev = await startDev(copy);
  const starts = () => dev.stdout().split('"msg":"listening"').length - 1;
  for (const [index, file] of [
    'views/pages/home.ejs',
    'views/style.css',
    'src/web/pages/home.ts',
  ].entries()) {
    appendFileSync(join(copy, file), file.endsWith('.ejs') ? '<p>Another view</p>\n' : '\n');
    await expect.poll(starts, { timeout: 10_000 }).toBe(index + 2);
  }
  expect((await createBrowser().get(dev.url)).body).toContain('<p>Another view</p>');
});

test('npm run dev reads .env, if there is one', async () => {
  const copy = copyApp();
  writeFileSync(join(copy, '.env'), 'COOKIE_NAME="named"\n');
  const { url } = await startDev(copy);
  const { headers } = await createBrowser().get(`${url}/login`);
  expect(headers['set-cookie']).toMatch(/^named_sign_in_/);
});
