import { createServer } from 'node:http';
import { decodeProtectedHeader } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { homePage, press } from './fault-helpers.ts';
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

test('a token answer without a refresh token is whole in all else', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'no-refresh-token');
  const { tokens } = await signIn(sandbox);
  expect(Object.keys(tokens)).toEqual(['access_token', 'token_type', 'expires_in', 'scope', 'id_token']);
});

test.each(['invalid-client-secret', 'invalid-client-method', 'invalid-grant'])(
  '%s answers in PingOne’s envelope',
  async (id) => {
    const sandbox = await sandboxForTest();
    await press(sandbox, id);
    const { answer, tokens } = await signIn(sandbox);
    const { error_description } = tokens as unknown as { error_description: string };
    expect(CORRELATION_ID.exec(error_description)?.[1]).toBe(answer.headers.get('correlation-id'));
  },
);

test('a rotation publishes the new key beside those before it, and never more than seven in all', async () => {
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

test('the page says so when the redirect of the token endpoint was followed', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'token-redirect');
  const { answer } = await signInWithoutRedirects(sandbox);
  const trap = answer.headers.get('location') ?? '';
  expect(answer.status).toBe(307);
  expect(await homePage(sandbox)).not.toContain('was followed');
  await fetch(trap, { method: 'POST' });
  expect(await homePage(sandbox)).toContain('was followed');
});

/** As an application does that follows none; `fetch` would. */
async function signInWithoutRedirects(sandbox: Sandbox) {
  const started = start(sandbox);
  const code = (await signOn(new Browser(), started, AMARA)).get('code') ?? '';
  const body = new URLSearchParams(codeForm(sandbox, started, code));
  return { answer: await fetch(`${sandbox.issuer}/token`, { method: 'POST', body, redirect: 'manual' }) };
}

test('an answer that is held back does not hold up the sandbox’s end', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'token-slow');
  const started = start(sandbox);
  const code = (await signOn(new Browser(), started, AMARA)).get('code') ?? '';
  const request = () => postTo(sandbox, '/token', codeForm(sandbox, started, code)).catch(() => undefined);
  const both = [request(), request()];
  // Of two with one code, one is refused at once, which shows that the other was read and is held back.
  expect((await Promise.race(both))?.status).toBe(400);
  await sandbox.close();
  expect((await Promise.all(both)).filter((answer) => answer === undefined)).toHaveLength(1);
  const again = createServer().listen(Number(new URL(sandbox.issuer).port), '127.0.0.1');
  onTestFinished(() => void again.close());
  await new Promise((resolve, reject) => again.once('listening', resolve).once('error', reject));
});
