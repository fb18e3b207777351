// The process from the start to the first sign-in.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider, signInAtSandbox, startSignIn } from '../helpers/flow.ts';
import { type ProviderDouble, startProviderDouble } from '../helpers/provider-double.ts';
import { freePort, startListening, startProcess, valuesOf } from './helpers.ts';

let providerDouble: ProviderDouble;
beforeAll(async () => {
  providerDouble = await startProviderDouble();
});
afterAll(() => providerDouble.close());

const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('the app starts with its sandbox, prints the URLs, and signs a user in and out', async () => {
  const sandboxPort = await freePort();
  const app = await startListening({ SANDBOX_PORT: String(sandboxPort) });
  expect(app.stderr()).toBe(`
  Open           ${app.url}
  Signs in with  the sandbox (for PingOne, set PINGONE_ISSUER, PINGONE_CLIENT_ID, and PINGONE_CLIENT_SECRET)
  Issuer         http://127.0.0.1:${sandboxPort}/5a4db0c5-0e1f-4c3a-9d27-3b1c6f0e8a42/as
  Choose faults  http://127.0.0.1:${sandboxPort}/#faults
  Registered in the sandbox:
    Redirect URI ${app.url}/callback
    Signoff URL  ${app.url}/

`);

  const browser = createBrowser();
  const profile = await signInAtSandbox(browser, app.url);
  expect(profile.url).toBe(`${app.url}/profile`);
  expect(profile.body).toContain('amara.okafor@example.com');
  expect(profile.body).toContain('This app uses its own sandbox, not PingOne.');
  expect((await browser.get(app.url)).body).toContain(`href="http://127.0.0.1:${sandboxPort}/#faults"`);
  const signedOut = await browser.post(`${app.url}/logout`);
  expect((await browser.open(signedOut.leadsTo ?? '')).body).toContain('You are signed out.');

  expect(await app.stop()).toEqual({ code: 0, signal: null });
  const lines = jsonLines(app.stdout());
  expect(lines.map(({ msg }) => msg)).toEqual(
    expect.arrayContaining([
      'SESSION_SECRET is not set, so this app makes a new one at each start. A restart signs all users out and ends pending sign-ins.',
      'listening',
      'sign-in succeeded',
      'signed out',
      'stopping',
      'stopped',
    ]),
  );
});

test('the app starts with the three PINGONE values, prints what to register in PingOne, and signs a user in', async () => {
  const app = await startListening(valuesOf(providerDouble));
  expect(app.stderr()).toBe(`
  Open           ${app.url}
  Signs in with  PingOne
  Issuer         ${providerDouble.issuer}
  Register in PingOne, exactly:
    Redirect URI ${app.url}/callback
    Signoff URL  ${app.url}/

`);
  const browser = createBrowser();
  const response = await signInAtProvider(browser, app.url, providerDouble);
  expect(response).toMatchObject({ status: 303, location: `${app.url}/profile` });
  const profile = await browser.get(`${app.url}/profile`);
  expect(profile.body).toContain('ada@example.com');
  expect(profile.body).not.toContain('sandbox');

  await app.stop();
  const output = app.stdout() + app.stderr();
  for (const secret of [providerDouble.clientSecret, providerDouble.accessToken, providerDouble.refreshToken])
    expect(output).not.toContain(secret);
});

test.each([
  [
    'no server responds',
    'http://127.0.0.1:9/as',
    'PingOne cannot be reached. GET $/openid-configuration failed: ECONNREFUSED.',
  ],
  [
    'there is no discovery document',
    undefined,
    'There is no discovery document at this issuer. GET $/openid-configuration returned status 404.',
  ],
])('if %s, the app starts, and the start block names the problem', async (_, issuer, problem) => {
  const wrong = issuer ?? `${providerDouble.origin}/elsewhere`;
  const app = await startListening({ ...valuesOf(providerDouble), PINGONE_ISSUER: wrong });
  const said = problem.replace('$', `${wrong}/.well-known`);
  expect(app.stderr()).toContain(`
  Issuer         ${wrong}
  Problem        ${said} Run npm run doctor.
`);
  expect((await createBrowser().get(app.url)).status).toBe(200);
});

test('after a restart with the same SESSION_SECRET, the app completes a sign-in that started before', async () => {
  const own = await startProviderDouble();
  const env = { ...valuesOf(own), SESSION_SECRET: 'a-session-secret-that-outlives-a-restart' };
  const before = await startListening(env);
  const browser = createBrowser();
  const callbackUrl = await startSignIn(browser, before.url, own, '/login?return_to=%2F');
  expect(await before.stop()).toEqual({ code: 0, signal: null });

  const after = await startListening({ ...env, PORT: String(before.port) });
  expect(await browser.get(callbackUrl)).toMatchObject({ status: 303, location: `${after.url}/` });
  expect((await browser.get(`${after.url}/profile`)).body).toContain('ada@example.com');
  await own.close();
});

test('the app listens on HOST, and uses BASE_URL as its origin for browsers', async () => {
  const port = await freePort();
  const env = { ...valuesOf(providerDouble), HOST: '127.0.0.1', BASE_URL: 'http://localhost:1234' };
  const app = startProcess({ ...env, PORT: String(port) });
  await app.says('"msg":"listening"');
  const { location = '' } = await createBrowser().get(`http://127.0.0.1:${port}/login`, {
    host: 'localhost:1234',
  });
  expect(new URL(location).searchParams.get('redirect_uri')).toBe('http://localhost:1234/callback');
  expect(app.stderr()).toContain('Redirect URI http://localhost:1234/callback');
});

test('the app logs nothing if LOG_LEVEL is silent', async () => {
  const app = startProcess({
    ...valuesOf(providerDouble),
    PORT: String(await freePort()),
    LOG_LEVEL: 'silent',
  });
  await app.says('Signoff URL');
  await app.stop();
  expect(app.stdout()).toBe('');
});
