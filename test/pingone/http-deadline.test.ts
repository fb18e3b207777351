// Nothing that PingOne, or whoever answers in its place, does can hold a sign-in for longer than it may take. These
// tests wait for the time to run out, so they run at the same time.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { beforeDeadline } from '../../src/pingone/deadline.ts';
import type { Answer, Script } from '../helpers/stand-in.ts';
import { clientForTest, DISCOVERY, errorOf, signIn, standInForTest } from './helpers.ts';
import { listen } from './servers.ts';

// Timers come late on a busy machine, never early. A limit that does not hold is met at 9.5 s or more.
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
  test('where the connection is accepted, or hangs in the TLS handshake, and nothing comes', ({
    onTestFinished,
  }) =>
    Promise.all(
      ['http', 'https'].map(async (scheme) => {
        const connected: unknown[] = [];
        const server = createServer((socket) => void connected.push(socket));
        const port = await listen(server, onTestFinished);
        const { registration } = await standInForTest({}, onTestFinished);
        const issuer = `${scheme}://127.0.0.1:${port}/as`;
        const { client } = clientForTest({ ...registration, issuer }, onTestFinished);
        const { error, took } = await timed(() => client.ready());
        expect(error.code).toBe('pingone_timeout');
        expect(error.message).toContain(issuer);
        expect(connected).toHaveLength(1);
        expectBetween(took, 5000);
      }),
    ));

  test('where no answer comes, or half of one, or one byte every 100 ms, and the connection is given up', ({
    onTestFinished,
  }) =>
    Promise.all(
      [silent, silentBody, drip].map(async (script) => {
        const { standIn, client } = await standInForTest({}, onTestFinished);
        const givenUp: Promise<unknown>[] = [];
        standIn.scripts[DISCOVERY] = (request, response) => {
          givenUp.push(once(response, 'close'));
          return script(request, response);
        };
        const { error, took } = await timed(() => client.ready());
        expect(error.code, script.name).toBe('pingone_timeout');
        expectBetween(took, 5000);
        await Promise.all(givenUp);
        expect(givenUp).toHaveLength(1);
      }),
    ));

  test('at each endpoint, asked once', ({ onTestFinished }) =>
    Promise.all(
      ['token', 'jwks', 'userinfo'].map(async (endpoint) => {
        const { standIn, client } = await standInForTest({}, onTestFinished);
        standIn.scripts[endpoint] = silent;
        const { error, took } = await timed(() => signIn(client, standIn));
        expect(error.code).toBe('pingone_timeout');
        expect(error.message.toLowerCase()).toContain(`the ${endpoint} request`);
        expectBetween(took, 5000);
        expect(standIn.requestsTo(endpoint)).toHaveLength(1);
      }),
    ));
});

const afterLong = async (answer: () => Answer | Promise<Answer>): Promise<Answer> => {
  await new Promise((resolve) => setTimeout(resolve, 4500));
  return answer();
};

describe.concurrent('the end of a sign-in takes 8 s at most', () => {
  test('where the token answer takes 4.5 s and the keys or the claims never come', ({ onTestFinished }) =>
    Promise.all(
      ['jwks', 'userinfo'].map(async (endpoint) => {
        const { standIn, client } = await standInForTest({}, onTestFinished);
        await client.ready();
        standIn.scripts['token'] = () =>
          afterLong(async () => ({
            body: {
              access_token: standIn.accessToken,
              token_type: 'Bearer',
              id_token: await standIn.idToken(),
            },
          }));
        standIn.scripts[endpoint] = silent;
        const { error, took } = await timed(() => signIn(client, standIn));
        expect(error.code).toBe('pingone_timeout');
        expect(error.message.toLowerCase()).toContain(`the ${endpoint} request`);
        expectBetween(took, 8000);
      }),
    ));

  test('where discovery takes 4.5 s and the tokens never come', async ({ onTestFinished }) => {
    const { standIn, client } = await standInForTest({}, onTestFinished);
    standIn.scripts[DISCOVERY] = () => afterLong(() => ({ body: standIn.metadata }));
    standIn.scripts['token'] = silent;
    // Kept from before this process was started: it has to ask before it can end the sign-in.
    const secrets = { state: 'a-state', nonce: 'a-nonce', codeVerifier: 'a-verifier' };
    const pending = { ...secrets, startedAtMs: Date.now() };
    const { error, took } = await timed(() =>
      client.finishSignIn({ state: 'a-state', code: 'a-code' }, pending),
    );
    expect(error.code).toBe('pingone_timeout');
    expect(error.message).toContain('The token request');
    expectBetween(took, 8000);
  });
});

test('where no time is left nothing is sent', async () => {
  const begun: string[] = [];
  const work = async () => void begun.push('begun');
  const error = await errorOf(beforeDeadline(performance.now() - 1, 'The request', work));
  expect(error).toMatchObject({ code: 'pingone_timeout', message: 'The request did not end in time.' });
  expect(begun).toEqual([]);
});
