// Error responses of the token endpoint: the error code for each, and the facts that the error contains.

import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { errorOf, providerForTest, respond, signIn, watch } from '../helpers.ts';

const ID = '11111111-2222-4333-8444-555566667777';
const OTHER_ID = '99999999-2222-4333-8444-555566667777';

test.each([
  [401, 'invalid_client', 'token_invalid_client'],
  [400, 'invalid_client', 'token_invalid_client'],
  // Keycloak returns this error for a wrong client secret.
  [401, 'unauthorized_client', 'token_invalid_client'],
  [401, 'something_new', 'token_invalid_client'],
  [401, 'invalid_grant', 'token_invalid_grant'],
  [400, 'invalid_grant', 'token_invalid_grant'],
  [400, 'invalid_request', 'token_refused'],
  [400, 'unauthorized_client', 'token_refused'],
  [400, 'unsupported_grant_type', 'token_refused'],
  [400, 'invalid_scope', 'token_refused'],
  [403, 'unauthorized_client', 'token_refused'],
  [400, '__proto__', 'token_refused'],
  [400, 'constructor', 'token_refused'],
])('status %i with the error %s becomes the code %s', async (status, error, code) => {
  const { provider, client } = await providerForTest();
  const error_description = `Request denied: invalid_client (Correlation ID: ${ID})`;
  provider.scripts['token'] = () => ({ status, body: { error, error_description } });
  const refused = await errorOf(signIn(client, provider));
  expect(refused.code).toBe(code);
  expect(refused.facts).toEqual({
    step: 'token_request',
    request: `POST ${provider.issuer}/token`,
    status,
    error,
    description: error_description,
    correlationId: ID,
  });
});

test('the facts contain code and message of a PingOne platform error, and its id as the Correlation ID', async () => {
  const { provider, client } = await providerForTest();
  const body = {
    id: ID,
    code: 'INVALID_DATA',
    message: 'It is not so.',
    details: [{ code: 'X', target: 'code' }],
  };
  provider.scripts['token'] = () => ({ status: 400, body });
  const { code, facts } = await errorOf(signIn(client, provider));
  expect(code).toBe('token_refused');
  expect(facts).toMatchObject({
    platformCode: 'INVALID_DATA',
    description: 'It is not so.',
    correlationId: ID,
  });
  expect(facts).not.toHaveProperty('error');
});

test.each<[string, unknown]>([
  ['unknown fields', { oops: true }],
  ['fields of other types', { error: { a: 1 }, error_description: [], code: 5, message: null, id: 7 }],
  ['empty fields', { error: '', error_description: '', code: '', message: '', id: '' }],
  ['an array', ['invalid_grant']],
  ['HTML', '<h1>invalid_grant</h1>'],
  ['an empty body', ''],
])(
  'an error response with %s ends with pingone_blocked, and the facts contain only its status',
  async (_, body) => {
    const { provider, client } = await providerForTest();
    for (const status of [400, 401, 403, 404]) {
      provider.scripts['token'] = () => ({ status, body });
      const { code, kind, facts } = await errorOf(signIn(client, provider));
      expect(code).toBe('pingone_blocked');
      expect(kind).toBe('provider');
      expect(facts).toEqual({ step: 'token_request', request: `POST ${provider.issuer}/token`, status });
    }
  },
);

test('a refresh token in an error response is ignored', async () => {
  const { provider, client } = await providerForTest();
  const body = { error: 'invalid_grant', refresh_token: 'a-token-that-was-not-issued' };
  provider.scripts['token'] = () => ({ status: 400, body });
  const { error, refreshTokens } = await watch(client, provider);
  expect(error?.code).toBe('token_invalid_grant');
  expect(refreshTokens).toEqual([]);
});

test('a message without an OAuth error, as gateways send it, ends with pingone_blocked and is in the facts', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts['token'] = () => ({ status: 403, body: { message: 'Forbidden' } });
  const { code, facts } = await errorOf(signIn(client, provider));
  expect(code).toBe('pingone_blocked');
  expect(facts).toMatchObject({ status: 403, description: 'Forbidden' });
});

test('the facts contain the WWW-Authenticate header of the token endpoint', async () => {
  const { provider, client } = await providerForTest();
  const headers = { 'www-authenticate': 'Basic realm="pingone"' };
  provider.scripts['token'] = () => ({ status: 401, headers, body: { error: 'invalid_client' } });
  expect((await errorOf(signIn(client, provider))).facts.wwwAuthenticate).toBe('Basic realm="pingone"');
});

test.each([
  ['the header, not the text', { 'correlation-id': ID }, `x (Correlation ID: ${OTHER_ID})`, ID],
  ['the text if there is no header', {}, `x (Correlation ID: ${ID})`, ID],
  ['the text if the header has no UUID', { 'correlation-id': 'none' }, `x (correlation id:${ID})`, ID],
  ['no other UUID', {}, `The code ${OTHER_ID} is not known`, undefined],
  ['the UUID with this name', {}, `The code ${OTHER_ID} is not known (Correlation ID: ${ID})`, ID],
])('the Correlation ID is taken from %s', async (_, headers, error_description, id) => {
  const { provider, client } = await providerForTest();
  const body = { error: 'invalid_grant', error_description };
  provider.scripts['token'] = () => ({ status: 400, headers, body });
  expect((await errorOf(signIn(client, provider))).facts.correlationId).toBe(id);
});

test.each([
  ['unchanged', (value: string) => value],
  ['form-encoded', (value: string) => new URLSearchParams([['', value]]).toString().slice(1)],
  ['percent-encoded', encodeURIComponent],
  [
    'percent-encoded in lower case',
    (value: string) => encodeURIComponent(value).replace(/%../g, (hex) => hex.toLowerCase()),
  ],
  ['HTML-escaped', (value: string) => value.replaceAll('&', '&amp;').replaceAll('=', '&#61;')],
  ['in base64', (value: string) => Buffer.from(value).toString('base64')],
  ['with invisible spaces', (value: string) => [...value].join('\u200b')],
])('the error does not contain an error text that quotes a secret, %s', async (_, encoded) => {
  const { provider, client } = await providerForTest();
  const { authorizationUrl, pending } = await client.startSignIn();
  const response = respond(provider, authorizationUrl, { code: `made up/code+${OTHER_ID}` });
  const secrets = [provider.clientSecret, response.code ?? '', ...Object.values(pending)].filter(
    (value) => typeof value === 'string',
  );
  expect(secrets).toHaveLength(5);
  for (const secret of secrets) {
    const quoted = encoded(secret);
    provider.scripts['token'] = () => ({
      status: 400,
      headers: {
        'www-authenticate': `Basic realm="${Buffer.from(quoted)
          .toString('latin1')
          .replace(/[^ -~]/g, '?')}"`,
      },
      body: { error: quoted, error_description: `It was ${quoted}.` },
    });
    const error = await errorOf(client.finishSignIn(response, pending));
    const shown = inspect(error, { depth: 9 });
    for (let at = 0; at + 12 <= secret.length; at += 1)
      expect(shown).not.toContain(secret.slice(at, at + 12));
    for (let at = 0; at + 12 <= quoted.length; at += 1)
      expect(shown).not.toContain(quoted.slice(at, at + 12));
    expect(error.facts.description).toMatch(/^\[secret, \d+ characters\]$/);
  }
});

test('an error text that is cut in the middle of a secret contains no part of the secret', async () => {
  const { provider, client } = await providerForTest();
  for (let before = 270; before < 300; before += 1) {
    const message = 'x'.repeat(before) + provider.clientSecret;
    provider.scripts['token'] = () => ({ status: 400, body: { code: 'C', message } });
    const { facts } = await errorOf(signIn(client, provider));
    expect(facts.description).toMatch(/^\[secret, \d+ characters\]$/);
  }
});
