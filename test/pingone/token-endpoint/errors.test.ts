// Error responses of the token endpoint: which status and which words mean what, and what of them is shown.

import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { errorOf, providerForTest, respond, signIn, watch } from '../helpers.ts';

const ID = '11111111-2222-4333-8444-555566667777';
const OTHER_ID = '99999999-2222-4333-8444-555566667777';

test.each([
  [401, 'invalid_client', 'token_invalid_client'],
  [400, 'invalid_client', 'token_invalid_client'],
  // Keycloak's word for a wrong client secret.
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
  [201, 'invalid_grant', 'token_invalid_grant'],
])('status %i with the error %s is the code %s', async (status, error, code) => {
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

test('PingOne’s platform shape is read: its code and message, its id as the Correlation ID', async () => {
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
  ['neither shape', { oops: true }],
  ['fields of other types', { error: { a: 1 }, error_description: [], code: 5, message: null, id: 7 }],
  ['empty fields', { error: '', error_description: '', code: '', message: '', id: '' }],
  ['an array', ['invalid_grant']],
  ['HTML', '<h1>invalid_grant</h1>'],
  ['nothing', ''],
])(
  'an error response of %s comes from something in between, and says no more than its status',
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

test('an error response issues no refresh token, whatever it says', async () => {
  const { provider, client } = await providerForTest();
  const body = { error: 'invalid_grant', refresh_token: 'a-token-that-was-not-issued' };
  provider.scripts['token'] = () => ({ status: 400, body });
  const { error, refreshTokens } = await watch(client, provider);
  expect(error?.code).toBe('token_invalid_grant');
  expect(refreshTokens).toEqual([]);
});

test('a message without an OAuth error, as a gateway sends it, is shown and is no verdict', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts['token'] = () => ({ status: 403, body: { message: 'Forbidden' } });
  const { code, facts } = await errorOf(signIn(client, provider));
  expect(code).toBe('pingone_blocked');
  expect(facts).toMatchObject({ status: 403, description: 'Forbidden' });
});

test('a WWW-Authenticate of the token endpoint is shown', async () => {
  const { provider, client } = await providerForTest();
  const headers = { 'www-authenticate': 'Basic realm="pingone"' };
  provider.scripts['token'] = () => ({ status: 401, headers, body: { error: 'invalid_client' } });
  expect((await errorOf(signIn(client, provider))).facts.wwwAuthenticate).toBe('Basic realm="pingone"');
});

test.each([
  ['the header before the text', { 'correlation-id': ID }, `x (Correlation ID: ${OTHER_ID})`, ID],
  ['the text where there is no header', {}, `x (Correlation ID: ${ID})`, ID],
  ['the text where the header has none', { 'correlation-id': 'none' }, `x (correlation id:${ID})`, ID],
  ['nothing from another UUID', {}, `The code ${OTHER_ID} is not known`, undefined],
  ['the one that is called so', {}, `The code ${OTHER_ID} is not known (Correlation ID: ${ID})`, ID],
])('the Correlation ID comes from %s', async (_, headers, error_description, id) => {
  const { provider, client } = await providerForTest();
  const body = { error: 'invalid_grant', error_description };
  provider.scripts['token'] = () => ({ status: 400, headers, body });
  expect((await errorOf(signIn(client, provider))).facts.correlationId).toBe(id);
});

test.each([
  ['as it is', (value: string) => value],
  ['as the form has it', (value: string) => new URLSearchParams([['', value]]).toString().slice(1)],
  ['as a URL has it', encodeURIComponent],
  [
    'as a URL in small letters',
    (value: string) => encodeURIComponent(value).replace(/%../g, (hex) => hex.toLowerCase()),
  ],
  ['as HTML has it', (value: string) => value.replaceAll('&', '&amp;').replaceAll('=', '&#61;')],
  ['in base64', (value: string) => Buffer.from(value).toString('base64')],
  ['with spaces that nobody sees', (value: string) => [...value].join('\u200b')],
])('an error text that quotes what was sent, %s, is not shown', async (_, encoded) => {
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

test('a secret at the place where an error text is cut leaves no part of it that is of use', async () => {
  const { provider, client } = await providerForTest();
  for (let before = 270; before < 300; before += 1) {
    const message = 'x'.repeat(before) + provider.clientSecret;
    provider.scripts['token'] = () => ({ status: 400, body: { code: 'C', message } });
    const { facts } = await errorOf(signIn(client, provider));
    expect(facts.description).toMatch(/^\[secret, \d+ characters\]$/);
  }
});
