// The guide for administrators and the changelog name only files, variables, and scripts that exist, and the commands of
// the guide match the commands of the app.

import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../src/config/index.ts';

const ROOT = new URL('../', import.meta.url);
const GUIDE = 'src/web/DEPLOYING.md';
const CHANGELOG = 'CHANGELOG.md';
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const { scripts, version } = JSON.parse(read('package.json'));
const guide = read(GUIDE);
const nginx = read('test/nginx/nginx.conf');

describe.each([GUIDE, CHANGELOG])('%s', (page) => {
  const text = read(page);

  test('each file that it names or links to exists', () => {
    const links = [...text.matchAll(/\]\(([^)\s:]+)\)/g)].map(
      ([, link = '']) => new URL(link, new URL(page, ROOT)),
    );
    const named = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)*(?:\/|\.(?:ts|js|md|json|conf)|file))`/g)];
    const files = [...links, ...named.map(([, file = '']) => new URL(file, ROOT))];
    const places = (url: URL) => [url, new URL(url.pathname.replace(ROOT.pathname, 'test/nginx/'), ROOT)];
    const missing = files.filter((url) => !places(url).some((place) => existsSync(place)));
    expect(files.length).toBeGreaterThan(2);
    expect(missing.map(({ pathname }) => pathname)).toEqual([]);
  });

  test('each variable and each npm script that it names exists', () => {
    const documented = Object.keys(parseEnv(read('.env.example')));
    const ofOthers = [
      'NODE_ENV',
      'NODE_EXTRA_CA_CERTS',
      'HTTPS_PROXY',
      'PROXY_REFUSED',
      'ACL',
      'ERR',
      'MOVED',
      // Exports of src/sign-in/, before and after a change.
      'KEPT_IN_ONE_BROWSER',
      'MAX_PENDING_SIGN_INS',
    ];
    const variables = [...text.matchAll(/`?\b([A-Z]{3,}(?:_[A-Z]+)+)\b/g)].map(([, name = '']) => name);
    expect(variables.filter((name) => ![...documented, ...ofOthers].includes(name))).toEqual([]);
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test('the newest version in the changelog matches package.json and the lock file', () => {
  const [, newest, date] = /^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$/m.exec(read(CHANGELOG)) ?? [];
  expect([newest, JSON.parse(read('package-lock.json')).version]).toEqual([version, version]);
  expect(Date.parse(date ?? '')).not.toBeNaN();
});

test('the changelog and the README tell readers to install the same packages', () => {
  const [, step = ''] = /(Install the versions of[\s\S]*?)that `package\.json`/.exec(read(CHANGELOG)) ?? [];
  const named = [...step.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
  const [, install = ''] = /npm install ([\w -]+)/.exec(read('README.md')) ?? [];
  expect(named).toEqual(install.trim().split(' '));
});

test('the guide starts the app with the options of npm start', () => {
  expect(guide).toContain(scripts.start);
});

test('the app accepts the guide’s environment in production, and it matches nginx.conf', () => {
  const [, example = ''] = /```sh\n( *NODE_ENV=[\s\S]*?)```/.exec(guide) ?? [];
  const secret = 'Yk3-made-up-for-the-test-of-the-guide-0123';
  const {
    baseUrl,
    trustProxy,
    host: listensAt,
    port,
    warnings,
  } = readConfig(parseEnv(example.replace(/<[^>]*>/g, secret)));
  expect(warnings).toEqual([]);
  const { host } = new URL(baseUrl);
  expect([trustProxy, nginx.includes(`server_name ${host};`)]).toEqual([1, true]);
  expect(nginx.split(`server ${listensAt}:${port};`)).toHaveLength(3);
  expect(nginx).toContain(`return 301 ${baseUrl}$request_uri;`);
});
