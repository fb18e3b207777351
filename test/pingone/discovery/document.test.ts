// The discovery document: its address, and which documents are accepted.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createAfterSignIn } from '../../../src/pingone/index.ts';
import { clientForTest, DISCOVERY, errorOf, providerForTest, registrationAt, signIn } from '../helpers.ts';

test('the discovery path follows the path of an issuer without a trailing slash', async () => {
  const { provider, client } = await providerForTest();
  await client.ready();
  const [request] = provider.received;
  expect(request?.method).toBe('GET');
  expect(request?.path).toBe(`${new URL(provider.issuer).pathname}/${DISCOVERY}`);
});

test('an issuer with a trailing slash has the same discovery path, and a whole sign-in keeps the slash', async () => {
  const { provider, registration } = await providerForTest();
  const issuer = `${provider.issuer}/`;
  provider.metadata['issuer'] = issuer;
  provider.claims = { iss: issuer };
  const { client } = clientForTest({ ...registration, issuer });
  expect((await signIn(client, provider)).issuer).toBe(issuer);
  expect(provider.received[0]?.path).toBe(`${new URL(provider.issuer).pathname}/${DISCOVERY}`);
});

test('if an issuer ends with two slashes, the discovery address leaves out one of them', async () => {
  const { provider, registration } = await providerForTest();
  const { client } = clientForTest({ ...registration, issuer: `${provider.issuer}//` });
  await errorOf(client.ready());
  expect(provider.received[0]?.path).toBe(`${new URL(provider.issuer).pathname}//${DISCOVERY}`);
});

test('the discovery path of an issuer without a path starts at the root', async () => {
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
  ['an extra slash', (issuer) => `${issuer}/`],
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

test('a document whose issuer lacks the trailing slash of the configured issuer is refused', async () => {
  const { provider, registration } = await providerForTest();
  const { client } = clientForTest({ ...registration, issuer: `${provider.issuer}/` });
  expect((await errorOf(client.ready())).code).toBe('discovery_issuer_mismatch');
});

test('two issuers that look the same but have different characters do not match', async () => {
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
])(
  'a document whose %s is %j is refused, the error names the field, and no other request follows',
  async (name, value) => {
    const { provider, client } = await providerForTest();
    provider.metadata[name] = value;
    const error = await errorOf(client.startSignIn());
    expect(error.code).toBe('discovery_invalid');
    expect(error.facts.found).toContain(name);
    expect(provider.received).toHaveLength(1);
  },
);

test('a provider without client_secret_post is refused, and the error lists the methods that it supports', async () => {
  const { provider, client, warnings } = await providerForTest();
  provider.metadata['token_endpoint_auth_methods_supported'] = ['client_secret_basic', 'private_key_jwt'];
  const error = await errorOf(client.ready());
  expect(error.code).toBe('client_secret_post_not_offered');
  expect(error.kind).toBe('configuration');
  expect(error.facts.found).toBe('client_secret_basic, private_key_jwt');
  expect(warnings).toEqual([]);
});

test('the client warns once if a provider lists no client authentication methods, and works', async () => {
  const { provider, client, warnings } = await providerForTest();
  delete provider.metadata['token_endpoint_auth_methods_supported'];
  await signIn(client, provider);
  await signIn(client, provider);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('client authentication methods');
});

test('without a userinfo endpoint, a sign-in returns only the claims of the ID token', async () => {
  const { provider, client } = await providerForTest();
  delete provider.metadata['userinfo_endpoint'];
  const done = await signIn(client, provider);
  expect(done.claims['acr']).toBe('Single_Factor');
  expect(done.userinfo).toBeUndefined();
  expect(provider.requestsTo('userinfo')).toEqual([]);
});

test('a provider other than PingOne may have endpoints on another https origin', async () => {
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
] as [string, unknown][])(
  'the optional field %s counts as absent if its value is %j',
  async (name, value) => {
    const { provider, client } = await providerForTest();
    provider.metadata[name] = value;
    const signedIn = await signIn(client, provider);
    const after = createAfterSignIn(client);
    await after.revoke(provider.refreshToken);
    const signOffUrl = await after.signOffUrl(signedIn.tokens.id_token);
    expect(signOffUrl === undefined).toBe(name === 'end_session_endpoint');
    expect(provider.requestsTo('revoke')).toHaveLength(name === 'revocation_endpoint' ? 0 : 1);
    expect(provider.requestsTo('userinfo')).toHaveLength(name === 'userinfo_endpoint' ? 0 : 1);
  },
);

test('createPingOneClient throws a TypeError if the issuer is not a URL', async () => {
  const { registration } = await providerForTest();
  expect(() => clientForTest({ ...registration, issuer: 'no-url' })).toThrow(TypeError);
});
