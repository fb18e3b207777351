// The process from its start to the first sign-in.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtSandbox, signInAtStandIn, startSignIn } from '../helpers/flow.ts';
import { type StandIn, startStandIn } from '../helpers/stand-in.ts';
import { freePort, startListening, startProcess, valuesOf } from './helpers.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('it starts with its sandbox, says where, and signs somebody in and out', async () => {
  const sandboxPort = await freePort();
  const app = await startListening({ SANDBOX_PORT: String(sandboxPort) });
  expect(app.stderr()).toBe(`
  Open           ${app.url}
  Signs in with  the sandbox (set PINGONE_ISSUER, PINGONE_CLIENT_ID and PINGONE_CLIENT_SECRET for PingOne)
  Issuer         http://127.0.0.1:${sandboxPort}/5a4db0c5-0e1f-4c3a-9d27-3b1c6f0e8a42/as
  Registered there:
    Redirect URI ${app.url}/callback
    Signoff URL  ${app.url}/

`);

  const browser = createBrowser();
  const profile = await signInAtSandbox(browser, app.url);
  expect(profile.url).toBe(`${app.url}/profile`);
  expect(profile.body).toContain('amara.okafor@example.com');
  expect(profile.body).toContain('This app talks to its own sandbox, not to PingOne.');
  const signedOut = await browser.post(`${app.url}/logout`);
  expect((await browser.open(signedOut.location ?? '')).body).toContain('You are signed out.');

  expect(await app.stop()).toEqual({ code: 0, signal: null });
  const lines = jsonLines(app.stdout());
  expect(lines.map(({ msg }) => msg)).toEqual(
    expect.arrayContaining([
      'SESSION_SECRET is not set, so one was made: a restart signs everybody out and ends sign-ins under way.',
      'listening',
      'sign-in succeeded',
      'signed out',
      'stopping',
      'stopped',
    ]),
  );
});

test('it starts with three values, names what PingOne must know, and signs somebody in', async () => {
  const app = await startListening(valuesOf(standIn));
  expect(app.stderr()).toBe(`
  Open           ${app.url}
  Signs in with  PingOne
  Issuer         ${standIn.issuer}
  To be registered in PingOne, to the letter:
    Redirect URI ${app.url}/callback
    Signoff URL  ${app.url}/

`);
  const browser = createBrowser();
  const answer = await signInAtStandIn(browser, app.url, standIn);
  expect(answer).toMatchObject({ status: 303, location: `${app.url}/profile` });
  const profile = await browser.get(`${app.url}/profile`);
  expect(profile.body).toContain('ada@example.com');
  expect(profile.body).not.toContain('sandbox');

  await app.stop();
  const output = app.stdout() + app.stderr();
  for (const secret of [standIn.clientSecret, standIn.accessToken, standIn.refreshToken])
    expect(output).not.toContain(secret);
});

test('it ends, started anew with the same SESSION_SECRET, a sign-in that began before', async () => {
  const own = await startStandIn();
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

test('it listens where HOST says, and browsers reach it where BASE_URL says', async () => {
  const port = await freePort();
  const env = { ...valuesOf(standIn), HOST: '127.0.0.1', BASE_URL: 'http://localhost:1234' };
  const app = startProcess({ ...env, PORT: String(port) });
  await app.says('"msg":"listening"');
  const { location = '' } = await createBrowser().get(`http://127.0.0.1:${port}/login`, {
    host: 'localhost:1234',
  });
  expect(new URL(location).searchParams.get('redirect_uri')).toBe('http://localhost:1234/callback');
  expect(app.stderr()).toContain('Redirect URI http://localhost:1234/callback');
});

test('it writes no more than LOG_LEVEL asks for', async () => {
  const app = startProcess({ ...valuesOf(standIn), PORT: String(await freePort()), LOG_LEVEL: 'silent' });
  await app.says('Signoff URL');
  await app.stop();
  expect(app.stdout()).toBe('');
});
