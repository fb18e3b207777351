import { expect, test } from 'vitest';
import { sandboxForFile, sandboxForTest, UUID } from './helpers.ts';

const sandbox = await sandboxForFile();

test('the issuer has an environment ID and a loopback address', async () => {
  const { issuer, clientId, clientSecret } = sandbox;
  const { hostname, pathname } = new URL(issuer);
  expect(hostname).toBe('127.0.0.1');
  const [, environment, as, ...rest] = pathname.split('/');
  expect(environment).toMatch(UUID);
  expect([as, ...rest]).toEqual(['as']);
  expect(clientId).toMatch(UUID);
  expect(clientSecret.length).toBeGreaterThanOrEqual(32);
});

test('two sandboxes have the same environment ID and no other credentials in common', async () => {
  const [one, other] = [sandbox, await sandboxForTest()];
  expect(new URL(one.issuer).pathname).toBe(new URL(other.issuer).pathname);
  expect(one.clientId).not.toBe(other.clientId);
  expect(one.clientSecret).not.toBe(other.clientSecret);
});

test('the discovery document has PingOne’s values', async () => {
  const { issuer } = sandbox;
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.headers.get('correlation-id')).toMatch(UUID);
  const document = (await response.json()) as Record<string, unknown>;
  expect(document).toMatchObject({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    end_session_endpoint: `${issuer}/signoff`,
    revocation_endpoint: `${issuer}/revoke`,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['plain', 'S256'],
    claims_parameter_supported: false,
  });
  expect(document['token_endpoint_auth_methods_supported']).toContain('client_secret_post');
});

test('the discovery document announces no iss in the response, and no feature that the sandbox does not have', async () => {
  const { issuer } = sandbox;
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  const document = (await response.json()) as Record<string, unknown>;
  expect(document).not.toHaveProperty('authorization_response_iss_parameter_supported');
  for (const name of ['pushed_authorization_request', 'introspection', 'device_authorization']) {
    expect(document).not.toHaveProperty(`${name}_endpoint`);
  }
});

test('the addresses start with the issuer, whatever the Host header says', async () => {
  const { issuer } = sandbox;
  const { port, pathname } = new URL(issuer);
  const response = await fetch(`http://localhost:${port}${pathname}/.well-known/openid-configuration`).catch(
    // If localhost is only ::1, there is no server to ask.
    () => undefined,
  );
  if (response === undefined) return;
  expect(await response.json()).toMatchObject({ token_endpoint: `${issuer}/token` });
});

test('the JWK Set has several public keys, with a kid and without alg', async () => {
  const { issuer } = sandbox;
  const { keys } = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: Record<string, string>[] };
  expect(keys.length).toBeGreaterThanOrEqual(2);
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
  for (const key of keys) {
    expect(Object.keys(key).sort()).toEqual(['e', 'kid', 'kty', 'n', 'use']);
    expect(key['kid']).toMatch(/^default$|^[0-9a-f-]{36}$/);
  }
});

test('oidc-provider’s own documents are not reachable', async () => {
  const { issuer } = sandbox;
  const response = await fetch(`${issuer}/.well-known/oauth-authorization-server`);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('this is not PingOne');
});
