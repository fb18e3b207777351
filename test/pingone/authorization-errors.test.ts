// The iss of an authorization response (RFC 9207), and its errors.

import { expect, test } from 'vitest';
import { errorOf, lastCheck, providerForTest, signIn, watch } from './helpers.ts';

const ANNOUNCED = 'authorization_response_iss_parameter_supported';
const CHECK = 'iss of the response is the issuer';

test.each([[true], [false], [undefined]])(
  'the correct iss is accepted if authorization_response_iss_parameter_supported is %j',
  async (announced) => {
    const { provider, client } = await providerForTest();
    provider.metadata[ANNOUNCED] = announced;
    const { checks } = await watch(client, provider, { changes: { iss: provider.issuer } });
    expect(checks.find(({ name }) => name === CHECK)?.result).toBe('passed');
  },
);

test.each([[false], [undefined]])(
  'iss may be absent if authorization_response_iss_parameter_supported is %j',
  async (announced) => {
    const { provider, client } = await providerForTest();
    provider.metadata[ANNOUNCED] = announced;
    const { checks } = await watch(client, provider);
    expect(checks.find(({ name }) => name === CHECK)?.result).toBe('not applicable');
  },
);

test.each([[{}], [{ error: 'access_denied' }]])(
  'a response without iss is refused if the metadata announces one: %j',
  async (changes) => {
    const { provider, client } = await providerForTest();
    provider.metadata[ANNOUNCED] = true;
    const { error, checks } = await watch(client, provider, { changes });
    expect([error?.code, error?.kind]).toEqual(['issuer_missing', 'user']);
    expect(lastCheck(checks)).toEqual({ name: CHECK, result: 'failed' });
    expect(provider.requestsTo('token')).toEqual([]);
  },
);

test.each<[string, (issuer: string) => string]>([
  ['an extra slash', (issuer) => `${issuer}/`],
  ['upper case', (issuer) => issuer.toUpperCase()],
  ['https', (issuer) => issuer.replace('http:', 'https:')],
  ['another environment', (issuer) => issuer.replace('9c5a1c4e', '00000000')],
  ['another host', () => 'https://evil.example/as'],
])(
  'an iss that differs by %s is refused with a code and with an error, announced or not',
  async (_, change) => {
    const { provider, client } = await providerForTest();
    const iss = change(provider.issuer);
    for (const announced of [true, false]) {
      provider.metadata[ANNOUNCED] = announced;
      for (const changes of [{ iss }, { iss, error: 'access_denied' }]) {
        const error = await errorOf(signIn(client, provider, changes));
        expect([error.code, error.kind]).toEqual(['issuer_mismatch', 'user']);
        expect(error.facts).toMatchObject({ expected: provider.issuer, found: iss });
      }
    }
    expect(provider.requestsTo('token')).toEqual([]);
  },
);

test.each([
  ['access_denied', 'access_denied'],
  ['login_required', 'login_required'],
  ['interaction_required', 'login_required'],
  ['consent_required', 'login_required'],
  ['account_selection_required', 'login_required'],
  ['invalid_request', 'authorization_invalid_request'],
  ['invalid_scope', 'authorization_invalid_scope'],
  ['unauthorized_client', 'authorization_unauthorized_client'],
  ['server_error', 'authorization_server_error'],
  ['temporarily_unavailable', 'authorization_temporarily_unavailable'],
  ['unsupported_response_type', 'authorization_refused'],
  ['ACCESS_DENIED', 'authorization_refused'],
  ['something new', 'authorization_refused'],
  ['__proto__', 'authorization_refused'],
  ['constructor', 'authorization_refused'],
  ['toString', 'authorization_refused'],
])('the error %s becomes the code %s, and its description does not change that', async (error, code) => {
  const { provider, client } = await providerForTest();
  const { authorizationUrl, pending } = await client.startSignIn();
  const { state } = provider.authorize(authorizationUrl);
  const response = { state, error, errorDescription: 'access_denied server_error' };
  const refused = await errorOf(client.finishSignIn(response, pending));
  expect(refused.code).toBe(code);
  expect(refused.facts).toEqual({
    step: 'authorization_response',
    error,
    description: 'access_denied server_error',
  });
  expect(provider.requestsTo('token')).toEqual([]);
});

test('the facts contain PingOne’s description as one short line, and the Correlation ID', async () => {
  const { provider, client } = await providerForTest();
  const id = '11111111-2222-4333-8444-555566667777';
  const errorDescription = `One\r\ntwo\u202e\u2028three\u0000 (Correlation ID: ${id}) ${'x'.repeat(1000)}`;
  const { facts } = await errorOf(signIn(client, provider, { error: 'server_error', errorDescription }));
  expect(facts.error).toBe('server_error');
  expect(facts.description).toMatch(/^One {2}two {2}three {2}\(Correlation ID: /);
  expect(facts.description).toHaveLength(301);
  expect(facts.correlationId).toBe(id);
});

test('the facts of an error without a description contain only the error', async () => {
  const { provider, client } = await providerForTest();
  for (const changes of [{}, { errorDescription: '' }]) {
    const { facts } = await errorOf(signIn(client, provider, { error: 'server_error', ...changes }));
    expect(facts).toEqual({ step: 'authorization_response', error: 'server_error' });
  }
});

test('an error whose text quotes the state, the nonce or the verifier shows no part of them', async () => {
  const { client } = await providerForTest();
  const { pending } = await client.startSignIn();
  const { state } = pending;
  for (const secret of [pending.state, pending.nonce, pending.codeVerifier]) {
    const response = { state, error: `bad_${secret}`, errorDescription: `It was ${secret.slice(3, 20)}…` };
    const error = await errorOf(client.finishSignIn(response, pending));
    expect(error.code).toBe('authorization_refused');
    for (let at = 0; at + 12 <= secret.length; at += 1)
      expect(error.message).not.toContain(secret.slice(at, at + 12));
  }
});
