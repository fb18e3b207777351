// The README promises nothing that is not there.

import { existsSync, readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { errorTexts } from '../src/pingone/errors.ts';
import { webErrorTexts } from '../src/web/web-errors.ts';
import { SUBJECT, startStandIn } from './helpers/stand-in.ts';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const readme = read('README.md');

test('each error code is listed with its status and title', () => {
  const rows = Object.entries({ ...errorTexts, ...webErrorTexts }).map(
    ([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`,
  );
  const listed = readme.split('<!-- errors -->')[1]?.split('<!-- /errors -->')[0] ?? '';
  expect(listed.trim()).toBe(['| code | status | meaning |', '|---|---|---|', ...rows].join('\n'));
});

test('each linked file exists', () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => link ?? '');
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((link) => !existsSync(new URL(link, root)))).toEqual([]);
});

test('each file that a table or the diagram names exists', () => {
  const names = new Set([...readme.matchAll(/\b([a-z-]+(?:\.test)?\.ts)\b/g)].map(([, name]) => name ?? ''));
  const folders = ['src', 'src/pingone', 'src/web', 'test', 'test/helpers'];
  const missing = [...names].filter(
    (name) => !folders.some((folder) => existsSync(new URL(`${folder}/${name}`, root))),
  );
  expect(missing).toEqual([]);
});

test('each variable of .env.example is in the table, with no other', () => {
  const example = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
  const table = readme.split('## Variables')[1]?.split('With `NODE_ENV')[0] ?? '';
  const named = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(
    ([, cell]) => cell?.match(/[A-Z_]{4,}/g) ?? [],
  );
  expect(named.sort()).toEqual(example.sort());
});

test('each command it names is a script', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...readme.matchAll(/`npm (?:run )?([a-z:]+)`/g)].map(([, name]) => name ?? '');
  expect(named).toContain('test:browser');
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test('the example of what to copy names what client.ts exports', async () => {
  const [, names = ''] = readme.match(/import \{ ([^}]+) \} from '\.\/pingone\/client\.ts'/) ?? [];
  const client: object = await import('../src/pingone/client.ts');
  expect(names.split(', ').length).toBeGreaterThan(2);
  expect(names.split(', ').filter((name) => !(name in client))).toEqual([]);
});

test('the example of what to copy signs somebody in, as it stands', async () => {
  const standIn = await startStandIn();
  onTestFinished(() => void standIn.close());
  const [, code = ''] = readme.match(/```ts\n([\s\S]*?)```/) ?? [];
  const client = await import('../src/pingone/client.ts');
  let authorizationUrl = '';
  const names = {
    ...client,
    // What the reader's own app knows, and the address that the browser is sent to.
    createPingOneClient: (...args: Parameters<typeof client.createPingOneClient>) => {
      const real = client.createPingOneClient(...args);
      onTestFinished(() => real.close());
      const startSignIn = async () => {
        const started = await real.startSignIn();
        authorizationUrl = started.authorizationUrl;
        return started;
      };
      return { ...real, startSignIn };
    },
    issuer: standIn.issuer,
    clientId: standIn.clientId,
    clientSecret: standIn.clientSecret,
    scope: 'openid',
    redirectUri: 'http://localhost:3000/callback',
    signOffUrl: 'http://localhost:3000/',
    baseUrl: 'http://localhost:3000',
    req: {
      get url() {
        return `/callback?${new URLSearchParams(standIn.authorize(authorizationUrl))}`;
      },
    },
  };
  const body = `${code.replace(/import .*/, '')}\nreturn { signIn, address };`;
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const { signIn, address } = await new AsyncFunction(...Object.keys(names), body)(...Object.values(names));
  expect(signIn.subject).toBe(SUBJECT);
  expect(address).toMatch(/\/as\/signoff\?.*id_token_hint=/);
});

test('its example of a route that calls an API gets an access token and sends it', async () => {
  const [, code = ''] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block);
  type Handler = (req: unknown, res: unknown) => Promise<void>;
  const routes = new Map<string, Handler>();
  const asked: unknown[] = [];
  const names = {
    app: { get: (path: string, _guard: unknown, handler: Handler) => routes.set(path, handler) },
    sessions: {},
    tokens: { accessTokenOf: async () => 'an-access-token' },
    request: async (...args: unknown[]) => {
      asked.push(args);
      return { statusCode: 200, body: { text: async () => '[]' } };
    },
  };
  new Function(...Object.keys(names), code)(...Object.values(names));
  const sent: unknown[] = [];
  const res = { status: () => res, type: () => res, send: (body: unknown) => void sent.push(body) };
  await routes.get('/orders')?.({}, res);
  expect(asked).toEqual([
    ['https://api.example.com/orders', { headers: { authorization: 'Bearer an-access-token' } }],
  ]);
  expect(sent).toEqual(['[]']);
});

test('the lock file holds no download addresses', () => {
  expect(read('package-lock.json')).not.toContain('"resolved"');
});
