// The two folders in another Express app, which has its own paths, its own session data, and no error handler.

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtSandbox } from '../helpers/flow.ts';
import { freePort } from '../process/helpers.ts';
import { compile, copyIntoForeignApp, start } from './copy.ts';

const TIME_LIMIT_MS = 60_000;

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const app = read('test/copied/app.ts').trim();

async function startWithSandbox(file: string, nodeEnv?: string) {
  const port = await freePort();
  const base = `http://localhost:${port}`;
  const sandbox = await startSandbox({
    port: 0,
    redirectUri: `${base}/auth/callback`,
    signOffUrl: `${base}/`,
  });
  onTestFinished(() => sandbox.close());
  return start(file, { port, ...sandbox, nodeEnv });
}

test(
  'the copied folders work as TypeScript, without a build: sign-in, the app’s data, guard, step-up, API call, sign-out',
  async () => {
    const folder = await copyIntoForeignApp('module');
    const { url } = await startWithSandbox(join(folder, 'app.ts'));
    const browser = createBrowser();
    await browser.post(`${url}/basket`);

    const asked = await browser.get(`${url}/orders?page=2`);
    expect(asked.location).toBe(`${url}/auth/sign-in?return_to=%2Forders%3Fpage%3D2`);
    const landed = await signInAtSandbox(browser, url, 0, '/orders?page=2');
    expect([landed.url, landed.status]).toEqual([`${url}/orders?page=2`, 200]);

    const { name, basket } = JSON.parse((await browser.get(url)).body);
    expect(name).toBe('Amara Okafor');
    expect(basket, 'the app’s own data survives the first sign-in').toEqual(['tea']);

    expect(JSON.parse((await browser.get(`${url}/transfer`)).body)).toEqual({ transfer: 'allowed' });
    const { ordersOf } = JSON.parse(landed.body);
    expect(JSON.parse((await browser.get(`${url}/api`)).body).sub).toBe(ordersOf);

    const out = await browser.post(`${url}/auth/sign-out`);
    expect([out.status, out.body.includes('signoff?')]).toEqual([200, true]);
    expect((await browser.get(`${url}/orders`)).status).toBe(302);
    expect(JSON.parse((await browser.get(url)).body)).toEqual({ name: 'guest', basket: [] });
  },
  TIME_LIMIT_MS,
);

test(
  'in an app without an error handler, each failure has its own status',
  async () => {
    const folder = await copyIntoForeignApp('module');
    const { url } = await startWithSandbox(join(folder, 'app.ts'));
    const browser = createBrowser();
    const denied = await browser.get(`${url}/auth/sign-in`);
    const state = new URL(denied.location ?? '').searchParams.get('state') ?? '';
    const query = new URLSearchParams({ error: 'access_denied', state });
    const statuses = [
      (await browser.get(`${url}/auth/callback?${query}`)).status,
      (await browser.get(`${url}/auth/callback`)).status,
      (await browser.post(`${url}/orders`)).status,
      (await browser.get(`${url}/orders`, { 'sec-fetch-mode': 'cors' })).status,
      (await browser.post(`${url}/auth/sign-out`, {}, { 'sec-fetch-site': 'cross-site' })).status,
    ];
    expect(statuses).toEqual([403, 400, 404, 401, 403]);
  },
  TIME_LIMIT_MS,
);

test(
  'the copied folders work after tsc has compiled them',
  async () => {
    const folder = await copyIntoForeignApp('module');
    const dist = await compile(folder);
    const { url } = await startWithSandbox(join(dist, 'app.js'));
    const landed = await signInAtSandbox(createBrowser(), url, 0, '/orders');
    expect(JSON.parse(landed.body).ordersOf).toMatch(/\S/);
  },
  TIME_LIMIT_MS,
);

test(
  'a CommonJS app can load the copied folders',
  async () => {
    const folder = await copyIntoForeignApp('commonjs');
    const { url } = await startWithSandbox(join(folder, 'app.cjs'));
    const landed = await signInAtSandbox(createBrowser(), url, 0, '/orders');
    expect(JSON.parse(landed.body).ordersOf).toMatch(/\S/);
  },
  TIME_LIMIT_MS,
);

test(
  'the README shows lines of this app, which are a complete app without the other lines',
  async () => {
    const [, shown = ''] = /```ts\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
    const own = app.split('\n');
    const lines = shown.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => !own.includes(line))).toEqual([]);
    expect(read('README.md')).toContain('Save it as `app.mts`');

    // Under the name in the README, the app is an ES module in every package.
    const folder = await copyIntoForeignApp('commonjs');
    await writeFile(join(folder, 'app.mts'), shown);
    const { url } = await startWithSandbox(join(folder, 'app.mts'));
    const landed = await signInAtSandbox(createBrowser(), url, 0, '/orders');
    expect(JSON.parse(landed.body).ordersOf).toMatch(/\S/);
  },
  TIME_LIMIT_MS,
);

test('the README of the folder links to this app, and both name the packages that it needs', () => {
  const page = read('src/sign-in/README.md');
  expect(page).toContain('](../../test/copied/app.ts)');
  for (const text of [page, read('README.md')])
    expect(text).toContain('npm install express express-session cookie undici zod');
});

test(
  'without an error handler, Express shows the stack of a failure, and with NODE_ENV=production it does not',
  async () => {
    const folder = await copyIntoForeignApp('module');
    const { url } = await startWithSandbox(join(folder, 'app.ts'));
    expect((await createBrowser().get(`${url}/auth/callback`)).body).toContain('callback_malformed');
    const production = await startWithSandbox(join(folder, 'app.ts'), 'production');
    const { status, body } = await createBrowser().get(`${production.url}/auth/callback`);
    expect([status, body.includes('callback_malformed')]).toEqual([400, false]);
  },
  TIME_LIMIT_MS,
);
