// A sign-in has a time limit, and no server can make it take longer. These tests wait for the limit, so they run
// concurrently.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { beforeDeadline } from '../../../src/pingone/http.ts';
import type { Script, ScriptedResponse } from '../../helpers/provider-double.ts';
import { clientForTest, DISCOVERY, errorOf, providerForTest, signIn } from '../helpers.ts';
import { listen } from '../servers.ts';

// Timers can fire late on a busy machine, but never early. Without the limit, a request would take 9.5 s or more.
const LATE_MS = 1_400;

async function timed(work: () => Promise<unknown>) {
  const start = performance.now();
  const error = await errorOf(work());
  return { error, took: performance.now() - start };
}

function expectBetween(took: number, least: number) {
  expect(took).toBeGreaterThan(least - 20);
  expect(took).toBeLessThan(least + LATE_MS);
}

const silent: Script = () => undefined;

const silentBody: Script = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{');
  return undefined;
};

const drip: Script = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 100);
  response.on('close', () => clearInterval(timer));
  return undefined;
};

describe.concurrent('an exchange ends after 5 s', () => {
  test('if the server accepts the connection and then sends nothing, with http and with https', ({
    onTestFinished,
  }) =>
    Promise.all(
      ['http', 'https'].map(async (scheme) => {
        const connected: unknown[] = [];
        const server = createServer((socket) => void connected.push(socket));
        const port = await listen(server, onTestFinished);
        const { registration } = await providerForTest({}, onTestFinished);
        const issuer = `${scheme}://127.0.0.1:${port}/as`;
        const { client } = clientForTest({ ...registration, issuer }, onTestFinished);
        const { error, took } = await timed(() => client.ready());
        expect(error.code).toBe('pingone_timeout');
        expect(error.facts.request).toContain(issuer);
        expect(connected).toHaveLength(1);
        expectBetween(took, 5000);
      }),
    ));

  test('if it gets no response, a part of one, or one byte every 100 ms, and the client closes the connection', ({
    onTestFinished,
  }) =>
    Promise.all(
      [silent, silentBody, drip].map(async (script) => {
        const { provider, client } = await providerForTest({}, onTestFinished);
        const closed: Promise<unknown>[] = [];
        provider.scripts[DISCOVERY] = (request, response) => {
          closed.push(once(response, 'close'));
          return script(request, response);
        };
        const { error, took } = await timed(() => client.ready());
        expect(error.code, script.name).toBe('pingone_timeout');
        expectBetween(took, 5000);
        await Promise.all(closed);
        expect(closed).toHaveLength(1);
      }),
    ));

  test('at each endpoint, and the request is sent once', ({ onTestFinished }) =>
    Promise.all(
      ['token', 'jwks', 'userinfo'].map(async (endpoint) => {
        const { provider, client } = await providerForTest({}, onTestFinished);
        provider.scripts[endpoint] = silent;
        const { error, took } = await timed(() => signIn(client, provider));
        expect(error.code).toBe('pingone_timeout');
        expect(error.facts.request).toContain(`/as/${endpoint}`);
        expectBetween(took, 5000);
        expect(provider.requestsTo(endpoint)).toHaveLength(1);
      }),
    ));
});

const delayed = async (
  respond: () => ScriptedResponse | Promise<ScriptedResponse>,
): Promise<ScriptedResponse> => {
  await new Promise((resolve) => setTimeout(resolve, 4500));
  return respond();
};

describe.concurrent('finishSignIn takes at most 8 s', () => {
  test('if the token response takes 4.5 s, and the JWK Set or the userinfo response never arrives', ({
    onTestFinished,
  }) =>
    Promise.all(
      [
        ['jwks', 'jwk_set'],
        ['userinfo', 'userinfo'],
      ].map(async ([endpoint = '', step]) => {
        const { provider, client } = await providerForTest({}, onTestFinished);
        await client.ready();
        provider.scripts['token'] = () =>
          delayed(async () => ({
            body: {
              access_token: provider.accessToken,
              token_type: 'Bearer',
              id_token: await provider.idToken(),
            },
          }));
        provider.scripts[endpoint] = silent;
        const { error, took } = await timed(() => signIn(client, provider));
        expect(error.code).toBe('pingone_timeout');
        expect(error.facts.step).toBe(step);
        expectBetween(took, 8000);
      }),
    ));

  test('if discovery takes 4.5 s, and the token response never arrives', async ({ onTestFinished }) => {
    const { provider, client } = await providerForTest({}, onTestFinished);
    provider.scripts[DISCOVERY] = () => delayed(() => ({ body: provider.metadata }));
    provider.scripts['token'] = silent;
    // The sign-in started in an earlier process, so this one must request the discovery document first.
    const secrets = { state: 'a-state', nonce: 'a-nonce', codeVerifier: 'a-verifier' };
    const pending = { ...secrets, startedAtMs: Date.now() };
    const { error, took } = await timed(() =>
      client.finishSignIn({ state: 'a-state', code: 'a-code' }, pending),
    );
    expect(error.code).toBe('pingone_timeout');
    expect(error.facts.step).toBe('token_request');
    expectBetween(took, 8000);
  });
});

test('if no time is left, no request is sent', async () => {
  const begun: string[] = [];
  const work = async () => void begun.push('begun');
  const error = await errorOf(beforeDeadline(performance.now() - 1, { step: 'token_request' }, work));
  expect(error).toMatchObject({
    code: 'pingone_timeout',
    kind: 'connection',
    facts: { step: 'token_request' },
  });
  expect(begun).toEqual([]);
});
