// Signing in with PingOne works without the packages that `npm ci --omit=dev` leaves out.

import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { type ProviderDouble, startProviderDouble } from '../helpers/provider-double.ts';
import { freePort, startListening, startProcess, valuesOf } from './helpers.ts';

const root = new URL('../../', import.meta.url);
const { dependencies, devDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

let providerDouble: ProviderDouble;
beforeAll(async () => {
  providerDouble = await startProviderDouble();
});
afterAll(() => providerDouble.close());

/** Makes sure that Node.js does not find the packages that a production installation leaves out. */
const WITHOUT_DEVELOPMENT = `--import=data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  const left = ${JSON.stringify(Object.keys(devDependencies))};
  registerHooks({
    resolve(specifier, context, next) {
      if (!left.some((name) => specifier === name || specifier.startsWith(name + '/'))) return next(specifier, context);
      throw Object.assign(new Error('Cannot find package ' + specifier), { code: 'ERR_MODULE_NOT_FOUND' });
    },
  });
`)}`;

/** The files and packages that a file imports statically, without imports of types. */
function staticImports(file: URL): string[] {
  const source = readFileSync(file, 'utf8');
  const statements = source.matchAll(
    /^(?:import|export)\s(?!type\s)(?:[^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm,
  );
  return [...statements].map(([, specifier]) => specifier ?? '');
}

function importGraph(start: URL): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: URL) => {
    if (files.has(file.href)) return;
    files.add(file.href);
    for (const specifier of staticImports(file)) {
      if (specifier.startsWith('.')) visit(new URL(specifier, file));
      else if (!specifier.startsWith('node:')) packages.add(/^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '');
    }
  };
  visit(start);
  return { files, packages };
}

test('main.ts statically imports only run-time dependencies, and no file of the sandbox', () => {
  const { files, packages } = importGraph(new URL('src/main.ts', root));
  const names = [...files].map((href) => href.slice(root.href.length));
  expect(names).toEqual(
    expect.arrayContaining(['src/app.ts', 'src/sign-in/callback.ts', 'src/pingone/http.ts']),
  );
  expect(names.filter((name) => name.startsWith('src/sandbox/'))).toEqual([]);
  expect([...packages]).toEqual(expect.arrayContaining(['express', 'undici', 'pino']));
  expect([...packages].filter((name) => !(name in dependencies))).toEqual([]);
});

test('the sandbox needs packages that are left out, so the test above can fail', () => {
  const { packages } = importGraph(new URL('src/sandbox/sandbox.ts', root));
  expect([...packages].filter((name) => name in devDependencies)).toEqual(['jose', 'oidc-provider']);
  expect(existsSync(new URL('node_modules/oidc-provider', root))).toBe(true);
});

test('without the development packages the app signs users in with PingOne', async () => {
  const app = await startListening(valuesOf(providerDouble), [WITHOUT_DEVELOPMENT]);
  const response = await signInAtProvider(createBrowser(), app.url, providerDouble);
  expect(response).toMatchObject({ status: 303, location: `${app.url}/profile` });
});

test('without the development packages and the three PINGONE values, the app says what to do', async () => {
  const env = { PORT: String(await freePort()), SANDBOX_PORT: String(await freePort()) };
  const app = startProcess(env, [WITHOUT_DEVELOPMENT]);
  expect(await app.ended).toEqual({ code: 1, signal: null });
  expect(app.stderr().trim()).toBe(
    'The sandbox is not installed (npm ci --omit=dev). Set PINGONE_ISSUER, PINGONE_CLIENT_ID, and PINGONE_CLIENT_SECRET, or run npm ci.',
  );
});
