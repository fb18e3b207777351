import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { isPingOneHost } from '../../src/pingone/discovery.ts';
import { clientForTest, DISCOVERY, errorOf, registrationAt, signIn, standInForTest } from './helpers.ts';

test('an issuer without a slash at its end is asked below its path', async () => {
  const { standIn, client } = await standInForTest();
  await client.ready();
  const [request] = standIn.received;
  expect(request?.method).toBe('GET');
  expect(request?.path).toBe(`${new URL(standIn.issuer).pathname}/${DISCOVERY}`);
});

test('an issuer that ends in a slash is asked at the same path, and a whole sign-in holds its slash', async () => {
  const { standIn, registration } = await standInForTest();
  const issuer = `${standIn.issuer}/`;
  standIn.metadata['issuer'] = issuer;
  standIn.claims = { iss: issuer };
  const { client } = clientForTest({ ...registration, issuer });
  expect((await signIn(client, standIn)).issuer).toBe(issuer);
  expect(standIn.received[0]?.path).toBe(`${new URL(standIn.issuer).pathname}/${DISCOVERY}`);
});

test('of two slashes at the issuer’s end, one is left out', async () => {
  const { standIn, registration } = await standInForTest();
  const { client } = clientForTest({ ...registration, issuer: `${standIn.issuer}//` });
  await errorOf(client.ready());
  expect(standIn.received[0]?.path).toBe(`${new URL(standIn.issuer).pathname}//${DISCOVERY}`);
});

test('an issuer without a path is asked at the root', async () => {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { registration } = await standInForTest();
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
  const { standIn, client } = await standInForTest();
  standIn.metadata['issuer'] = change(standIn.issuer);
  const error = await errorOf(client.startSignIn());
  expect(error.code).toBe('discovery_issuer_mismatch');
  expect(error.message).toContain(JSON.stringify(standIn.metadata['issuer']));
});

test('a document without the issuer’s slash is refused where the issuer has one', async () => {
  const { standIn, registration } = await standInForTest();
  const { client } = clientForTest({ ...registration, issuer: `${standIn.issuer}/` });
  expect((await errorOf(client.ready())).code).toBe('discovery_issuer_mismatch');
});

test('issuers are compared by their characters, not by what they look like', async () => {
  const { standIn } = await standInForTest();
  const composed = `${standIn.origin}/caf\u00e9/as`;
  const decomposed = composed.normalize('NFD');
  standIn.metadata['issuer'] = decomposed;
  const asked = clientForTest(registrationAt(standIn, { issuer: composed }));
  expect((await errorOf(asked.client.ready())).code).toBe('discovery_issuer_mismatch');
  standIn.metadata['issuer'] = composed;
  await clientForTest(registrationAt(standIn, { issuer: composed })).client.ready();
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
  ['end_session_endpoint', 'signoff'],
  ['token_endpoint_auth_methods_supported', 'client_secret_post'],
  ['authorization_response_iss_parameter_supported', 'true'],
  ['token_endpoint', 'http://pingone.example/as/token'],
  ['jwks_uri', 'http://pingone.example/as/jwks'],
  ['authorization_endpoint', 'javascript:alert(1)'],
  ['userinfo_endpoint', 'ftp://127.0.0.1/userinfo'],
  ['token_endpoint', 'https://user@pingone.example/as/token'],
  ['end_session_endpoint', 'https://pingone.example/as/signoff#there'],
  ['userinfo_endpoint', 'http://127.0.0.1.pingone.example/userinfo'],
])('a document whose %s is %j is refused by that name, and nothing of it is used', async (name, value) => {
  const { standIn, client } = await standInForTest();
  standIn.metadata[name] = value;
  const error = await errorOf(client.startSignIn());
  expect(error.code).toBe('discovery_invalid');
  expect(error.message).toContain(name);
  expect(client.signOffEndpoint()).toBe(standIn.issuer);
  expect(standIn.received).toHaveLength(1);
});

test('a provider that does not take client_secret_post is refused, with what it takes', async () => {
  const { standIn, client, warnings } = await standInForTest();
  standIn.metadata['token_endpoint_auth_methods_supported'] = ['client_secret_basic', 'private_key_jwt'];
  const error = await errorOf(client.ready());
  expect(error.code).toBe('client_secret_post_not_offered');
  expect(error.message).toContain('client_secret_basic, private_key_jwt');
  expect(warnings).toEqual([]);
});

test('a provider that does not say what it takes is warned of once, and works', async () => {
  const { standIn, client, warnings } = await standInForTest();
  delete standIn.metadata['token_endpoint_auth_methods_supported'];
  await signIn(client, standIn);
  await signIn(client, standIn);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('client authentication methods');
});

test('without a userinfo endpoint a sign-in ends with the ID token’s claims alone', async () => {
  const { standIn, client } = await standInForTest();
  delete standIn.metadata['userinfo_endpoint'];
  const done = await signIn(client, standIn);
  expect(done.idTokenClaims['acr']).toBe('Single_Factor');
  expect(done).not.toHaveProperty('userinfoClaims');
  expect(standIn.requestsTo('userinfo')).toEqual([]);
});

test('endpoints on another https origin are taken from a provider that is not PingOne', async () => {
  const { standIn, client } = await standInForTest();
  standIn.metadata['authorization_endpoint'] = 'https://login.example/authorize';
  const { authorizationUrl } = await client.startSignIn();
  expect(new URL(authorizationUrl).origin).toBe('https://login.example');
});

test.each([
  ['auth.pingone.com', true],
  ['auth.pingone.eu', true],
  ['auth.pingone.com.au', true],
  ['api.pingone.com', false],
  ['login.example', false],
  ['auth.pingone', false],
  ['auth-pingone.com', false],
  ['my.auth.pingone.com', false],
])('%s is a host of PingOne’s own: %j', (hostname, own) => {
  expect(isPingOneHost(hostname)).toBe(own);
});

test('an issuer that is no address is the caller’s mistake, not PingOne’s', async () => {
  const { standIn } = await standInForTest();
  const { client } = clientForTest(registrationAt(standIn, { issuer: 'not an address' }));
  await expect(client.ready()).rejects.toThrow(TypeError);
});
