// The discovery document: where it is asked for, and which one is accepted.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createAfterSignIn } from '../../../src/pingone/index.ts';
import { clientForTest, DISCOVERY, errorOf, providerForTest, registrationAt, signIn } from '../helpers.ts';

test('an issuer without a slash at its end is asked below its path', async () => {
  const { provider, client } = await providerForTest();
  await client.ready();
  const [request] = provider.received;
  expect(request?.method).toBe('GET');
  expect(request?.path).toBe(`${new URL(provider.issuer).pathname}/${DISCOVERY}`);
});

test('an issuer that ends in a slash is asked at the same path, and a whole sign-in holds its slash', async () => {
  const { provider, registration } = await providerForTest();
  const issuer = `${provider.issuer}/`;
  provider.metadata['issuer'] = issuer;
  provider.claims = { iss: issuer };
  const { client } = clientForTest({ ...registration, issuer });
  expect((await signIn(client, provider)).issuer).toBe(issuer);
  expect(provider.received[0]?.path).toBe(`${new URL(provider.issuer).pathname}/${DISCOVERY}`);
});

test('of two slashes at the issuer’s end, one is left out', async () => {
  const { provider, registration } = await providerForTest();
  const { client } = clientForTest({ ...registration, issuer: `${provider.issuer}//` });
  await errorOf(client.ready());
  expect(provider.received[0]?.path).toBe(`${new URL(provider.issuer).pathname}//${DISCOVERY}`);
});

test('an issuer without a path is asked at the root', async () => {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { registration } = await providerForTest();
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { client } = clientForTest({ ...registration, issuer });
  await errorOf(client.ready());
  expect(paths).toEqual([`/${DISCOVERY}`]);
});

test.each<[string, (issuer: string) => string]>([
  ['a slash more', (issuer) => `${issuer}/`],
  ['upper case', (issuer) => issuer.toUpperCase()],
  ['another port', (issuer) => issuer.replace(/:\d+/, ':1')],
  ['another scheme', (issuer) => issuer.replace('http:', 'https:')],
  ['another environment', (issuer) => issuer.replace('9c5a1c4e', '00000000')],
  ['a percent-encoded letter', (issuer) => issuer.replace('/as', '/%61s')],
  ['white space', (issuer) => `${issuer} `],
])('a document whose issuer differs by %s is refused', async (_, change) => {
  const { provider, client } = await providerForTest();
  provider.metadata['issuer'] = change(provider.issuer);
  const error = await errorOf(client.startSignIn());
  expect(error.code).toBe('discovery_issuer_mismatch');
  expect(error.kind).toBe('configuration');
  expect(error.facts).toEqual({
    step: 'discovery',
    expected: provider.issuer,
    found: provider.metadata['issuer'],
  });
});

test('a document without the issuer’s slash is refused where the issuer has one', async () => {
  const { provider, registration } = await providerForTest();
  const { client } = clientForTest({ ...registration, issuer: `${provider.issuer}/` });
  expect((await errorOf(client.ready())).code).toBe('discovery_issuer_mismatch');
});

test('issuers are compared by their characters, not by what they look like', async () => {
  const { provider } = await providerForTest();
  const composed = `${provider.origin}/caf\u00e9/as`;
  const decomposed = composed.normalize('NFD');
  provider.metadata['issuer'] = decomposed;
  const asked = clientForTest(registrationAt(provider, { issuer: composed }));
  expect((await errorOf(asked.client.ready())).code).toBe('discovery_issuer_mismatch');
  provider.metadata['issuer'] = composed;
  await clientForTest(registrationAt(provider, { issuer: composed })).client.ready();
});

test.each([
  ['issuer', undefined],
  ['issuer', ['https://one.example']],
  ['authorization_endpoint', undefined],
  ['authorization_endpoint', 'as/authorize'],
  ['token_endpoint', undefined],
  ['token_endpoint', 42],
  ['jwks_uri', undefined],
  ['jwks_uri', ''],
  ['jwks_uri', null],
  ['userinfo_endpoint', {}],
  ['revocation_endpoint', 7],
  ['end_session_endpoint', 'signoff'],
  ['token_endpoint', 'http://pingone.example/as/token'],
  ['jwks_uri', 'http://pingone.example/as/jwks'],
  ['authorization_endpoint', 'javascript:alert(1)'],
  ['userinfo_endpoint', 'ftp://127.0.0.1/userinfo'],
  ['token_endpoint', 'https://user@pingone.example/as/token'],
  ['end_session_endpoint', 'https://pingone.example/as/signoff#there'],
  ['userinfo_endpoint', 'http://127.0.0.1.pingone.example/userinfo'],
])('a document whose %s is %j is refused by that name, and nothing of it is used', async (name, value) => {
  const { provider, client } = await providerForTest();
  provider.metadata[name] = value;
  const error = await errorOf(client.startSignIn());
  expect(error.code).toBe('discovery_invalid');
  expect(error.facts.found).toContain(name);
  expect(provider.received).toHaveLength(1);
});

test('a provider that does not take client_secret_post is refused, with what it takes', async () => {
  const { provider, client, warnings } = await providerForTest();
  provider.metadata['token_endpoint_auth_methods_supported'] = ['client_secret_basic', 'private_key_jwt'];
  const error = await errorOf(client.ready());
  expect(error.code).toBe('client_secret_post_not_offered');
  expect(error.kind).toBe('configuration');
  expect(error.facts.found).toBe('client_secret_basic, private_key_jwt');
  expect(warnings).toEqual([]);
});

test('a provider that does not say what it takes is warned of once, and works', async () => {
  const { provider, client, warnings } = await providerForTest();
  delete provider.metadata['token_endpoint_auth_methods_supported'];
  await signIn(client, provider);
  await signIn(client, provider);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('client authentication methods');
});

test('without a userinfo endpoint a sign-in ends with the ID token’s claims alone', async () => {
  const { provider, client } = await providerForTest();
  delete provider.metadata['userinfo_endpoint'];
  const done = await signIn(client, provider);
  expect(done.claims['acr']).toBe('Single_Factor');
  expect(done.userinfo).toBeUndefined();
  expect(provider.requestsTo('userinfo')).toEqual([]);
});

test('endpoints on another https origin are taken from a provider that is not PingOne', async () => {
  const { provider, client } = await providerForTest();
  provider.metadata['authorization_endpoint'] = 'https://login.example/authorize';
  const { authorizationUrl } = await client.startSignIn();
  expect(new URL(authorizationUrl).origin).toBe('https://login.example');
});

test.each([
  ...['userinfo_endpoint', 'end_session_endpoint', 'revocation_endpoint'].flatMap(
    (name): [string, unknown][] => [
      [name, null],
      [name, ''],
      [name, undefined],
    ],
  ),
  ['token_endpoint_auth_methods_supported', null],
  ['token_endpoint_auth_methods_supported', ''],
  ['token_endpoint_auth_methods_supported', 'client_secret_post'],
  ['authorization_response_iss_parameter_supported', null],
  ['authorization_response_iss_parameter_supported', 'true'],
] as [string, unknown][])('the optional %s counts as absent where it is %j', async (name, value) => {
  const { provider, client } = await providerForTest();
  provider.metadata[name] = value;
  const signedIn = await signIn(client, provider);
  const after = createAfterSignIn(client);
  await after.revoke(provider.refreshToken);
  const signOffUrl = await after.signOffUrl(signedIn.tokens.id_token);
  expect(signOffUrl === undefined).toBe(name === 'end_session_endpoint');
  expect(provider.requestsTo('revoke')).toHaveLength(name === 'revocation_endpoint' ? 0 : 1);
  expect(provider.requestsTo('userinfo')).toHaveLength(name === 'userinfo_endpoint' ? 0 : 1);
});

test('an issuer that is no address is the caller’s mistake, not PingOne’s', async () => {
  const { registration } = await providerForTest();
  expect(() => clientForTest({ ...registration, issuer: 'no-url' })).toThrow(TypeError);
});
