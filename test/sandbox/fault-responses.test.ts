import { createServer } from 'node:http';
import { decodeProtectedHeader } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { press } from './fault-helpers.ts';
import {
  AMARA,
  Browser,
  CORRELATION_ID,
  codeForm,
  postTo,
  sandboxForTest,
  signIn,
  signOn,
  start,
} from './helpers.ts';

test('a token response without a refresh token has all other fields', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'no-refresh-token');
  const { tokens } = await signIn(sandbox);
  expect(Object.keys(tokens)).toEqual(['access_token', 'token_type', 'expires_in', 'scope', 'id_token']);
});

test.each(['invalid-client-secret', 'invalid-client-method', 'invalid-grant'])(
  '%s has PingOne’s error format',
  async (id) => {
    const sandbox = await sandboxForTest();
    await press(sandbox, id);
    const { response, tokens } = await signIn(sandbox);
    const { error_description } = tokens as unknown as { error_description: string };
    expect(CORRELATION_ID.exec(error_description)?.[1]).toBe(response.headers.get('correlation-id'));
  },
);

test('a rotation publishes a new key in addition to the older ones, at most seven in total', async () => {
  const sandbox = await sandboxForTest();
  const jwks = async () =>
    (await (await fetch(`${sandbox.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
  const before = await jwks();
  for (let count = 0; count < 7; count += 1) {
    await press(sandbox, 'rotated-keys');
    const { tokens } = await signIn(sandbox);
    const { kid } = decodeProtectedHeader(tokens.id_token);
    const { keys } = await jwks();
    expect(keys.slice(0, 2)).toEqual(before.keys);
    expect(keys.at(-1)?.kid).toBe(kid);
    expect(keys.length).toBeLessThanOrEqual(7);
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(['e', 'kid', 'kty', 'n', 'use']);
  }
});

test('a delayed response does not delay the stop of the sandbox', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'token-slow');
  const started = start(sandbox);
  const code = (await signOn(new Browser(), started, AMARA)).get('code') ?? '';
  const request = () => postTo(sandbox, '/token', codeForm(sandbox, started, code)).catch(() => undefined);
  const both = [request(), request()];
  // Of two requests with the same code, one fails at once. This shows that the sandbox has read the other and delays it.
  expect((await Promise.race(both))?.status).toBe(400);
  await sandbox.close();
  expect((await Promise.all(both)).filter((response) => response === undefined)).toHaveLength(1);
  const again = createServer().listen(Number(new URL(sandbox.issuer).port), '127.0.0.1');
  onTestFinished(() => void again.close());
  await new Promise((resolve, reject) => again.once('listening', resolve).once('error', reject));
});

test('the 403 of the CDN is a page without an OAuth error, and the 429 of the gateway has no OAuth error and no Retry-After', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'token-403-cdn');
  const cdn = await tokenResponse(sandbox);
  expect([cdn.status, cdn.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
  expect(await cdn.text()).toContain('The request could not be satisfied.');
  await press(sandbox, 'token-429-gateway');
  const gateway = await tokenResponse(sandbox);
  expect([gateway.status, gateway.headers.get('retry-after')]).toEqual([429, null]);
  expect(await gateway.json()).toEqual({ message: 'Too Many Requests' });
});

async function tokenResponse(sandbox: Sandbox) {
  const started = start(sandbox);
  const code = (await signOn(new Browser(), started, AMARA)).get('code') ?? '';
  return postTo(sandbox, '/token', codeForm(sandbox, started, code));
}
