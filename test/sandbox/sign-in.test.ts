import { createHash } from 'node:crypto';
import { createRemoteJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import {
  AMARA,
  Browser,
  codeForm,
  postTo,
  refreshForm,
  sandboxForFile,
  signIn,
  signOn,
  start,
  type Tokens,
  UUID,
  ZOE,
} from './helpers.ts';

const sandbox = await sandboxForFile();

async function verify({ issuer, clientId }: Sandbox, idToken: string): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  const { payload } = await jwtVerify(idToken, keys, { issuer, audience: clientId, algorithms: ['RS256'] });
  return payload;
}

function userinfo({ issuer }: Sandbox, accessToken: string) {
  return fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } });
}

test('the token response has PingOne’s fields in PingOne’s order', async () => {
  const { response, tokens } = await signIn(sandbox);
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('correlation-id')).toMatch(UUID);
  const fields = ['access_token', 'token_type', 'expires_in', 'refresh_token', 'scope', 'id_token'];
  expect(Object.keys(tokens)).toEqual(fields);
  expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'openid profile email' });
});

test('the ID token has PingOne’s header, and PingOne’s claims in the same order', async () => {
  const before = Math.floor(Date.now() / 1000);
  const { tokens, started } = await signIn(sandbox);
  expect(decodeProtectedHeader(tokens.id_token)).toEqual({ alg: 'RS256', kid: expect.any(String) });

  const claims = await verify(sandbox, tokens.id_token);
  expect(Object.keys(claims)).toEqual([
    ...['iss', 'sub', 'aud', 'iat', 'exp', 'acr', 'amr', 'auth_time', 'at_hash', 'sid', 'nonce'],
    ...['preferred_username', 'given_name', 'family_name', 'updated_at', 'email'],
    ...['env', 'org', 'p1.region'],
  ]);
  const digest = createHash('sha256').update(tokens.access_token).digest();
  expect(claims).toMatchObject({
    iss: sandbox.issuer,
    sub: AMARA,
    aud: sandbox.clientId,
    acr: 'Single_Factor',
    amr: ['pwd'],
    nonce: started.nonce,
    at_hash: digest.subarray(0, 16).toString('base64url'),
    email: 'amara.okafor@example.com',
    env: new URL(sandbox.issuer).pathname.split('/')[1],
    org: expect.stringMatching(UUID),
    'p1.region': expect.any(String),
    sid: expect.stringMatching(/./),
  });
  expect(claims.sub).toMatch(UUID);
  expect(claims.iat).toBeGreaterThanOrEqual(before);
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600);
  expect(claims['auth_time']).toBeGreaterThanOrEqual(before);
});

test('a sign-in without a nonce returns an ID token without a nonce', async () => {
  const started = start(sandbox, { nonce: undefined });
  const code = (await signOn(new Browser(), started, AMARA)).get('code') ?? '';
  const response = await postTo(sandbox, '/token', codeForm(sandbox, started, code));
  const { id_token } = (await response.json()) as Tokens;
  expect(await verify(sandbox, id_token)).not.toHaveProperty('nonce');
});

test('the signing key is not the first key of the JWK Set', async () => {
  const { tokens } = await signIn(sandbox);
  const { keys } = (await (await fetch(`${sandbox.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
  const { kid } = decodeProtectedHeader(tokens.id_token);
  expect(keys.findIndex((key) => key.kid === kid)).toBeGreaterThan(0);
});

test('the scopes decide which claims the ID token and userinfo have', async () => {
  const { tokens } = await signIn(sandbox, { scope: 'openid' });
  expect(tokens.scope).toBe('openid');
  const claims = await verify(sandbox, tokens.id_token);
  expect(claims).not.toHaveProperty('email');
  expect(claims).not.toHaveProperty('given_name');
  expect(claims).toHaveProperty('env');
  const response = (await (await userinfo(sandbox, tokens.access_token)).json()) as Record<string, unknown>;
  expect(Object.keys(response).sort()).toEqual(['env', 'org', 'p1.region', 'sub']);
});

test('userinfo is JSON with the claims of the user, one of them an object', async () => {
  const { tokens } = await signIn(sandbox, { user: ZOE, scope: 'openid profile email address' });
  const response = await userinfo(sandbox, tokens.access_token);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.headers.get('correlation-id')).toMatch(UUID);
  expect(await response.json()).toMatchObject({
    sub: ZOE,
    given_name: 'Zoë',
    email: expect.stringMatching(/@example\.com$/),
    address: { locality: 'Łódź' },
  });
});

test('userinfo allows no requests from scripts of other origins', async () => {
  const { tokens } = await signIn(sandbox);
  const headers = { authorization: `Bearer ${tokens.access_token}`, origin: 'http://localhost:3000' };
  const response = await fetch(`${sandbox.issuer}/userinfo`, { headers });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

test('userinfo rejects an invalid access token', async () => {
  const response = await userinfo(sandbox, 'made-up');
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ error: 'invalid_token' });
});

test('an unknown scope is ignored', async () => {
  const { tokens } = await signIn(sandbox, { scope: 'openid colour offline_access' });
  expect(tokens.scope).toBe('openid');
});

test('a refresh returns new tokens for the same sign-in', async () => {
  const { tokens, started } = await signIn(sandbox);
  const first = await verify(sandbox, tokens.id_token);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 600_000 });
  onTestFinished(() => void vi.useRealTimers());
  const response = await postTo(sandbox, '/token', refreshForm(sandbox, tokens.refresh_token));
  expect(response.status).toBe(200);
  const fresh = (await response.json()) as Tokens;
  expect(fresh.refresh_token).not.toBe(tokens.refresh_token);
  expect(fresh.access_token).not.toBe(tokens.access_token);
  const claims = await verify(sandbox, fresh.id_token);
  expect(claims).toMatchObject({
    sub: AMARA,
    nonce: started.nonce,
    auth_time: first['auth_time'],
    sid: first['sid'],
  });
  expect(claims.iat).toBeGreaterThan((first.iat ?? 0) + 500);
  expect(claims['at_hash']).not.toBe(first['at_hash']);
  expect((await userinfo(sandbox, fresh.access_token)).status).toBe(200);
});
