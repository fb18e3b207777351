// What an authorization response says of its issuer, and its `error` answers.

import { expect, test } from 'vitest';
import { errorOf, lastCheck, signIn, standInForTest } from './helpers.ts';

const ANNOUNCED = 'authorization_response_iss_parameter_supported';
const CHECK = 'iss of the response is the issuer';

test.each([[true], [false], [undefined]])(
  'the issuer’s own iss is accepted where %j is announced',
  async (announced) => {
    const { standIn, client } = await standInForTest();
    standIn.metadata[ANNOUNCED] = announced;
    const { checks } = await signIn(client, standIn, { iss: standIn.issuer });
    expect(checks.find(({ name }) => name === CHECK)?.result).toBe('passed');
  },
);

test.each([[false], [undefined]])('no iss is accepted where %j is announced', async (announced) => {
  const { standIn, client } = await standInForTest();
  standIn.metadata[ANNOUNCED] = announced;
  const { checks } = await signIn(client, standIn);
  expect(checks.find(({ name }) => name === CHECK)?.result).toBe('not applicable');
});

test.each([[{}], [{ error: 'access_denied' }]])(
  'no iss is refused where one is announced: %j',
  async (changes) => {
    const { standIn, client } = await standInForTest();
    standIn.metadata[ANNOUNCED] = true;
    const error = await errorOf(signIn(client, standIn, changes));
    expect(error.code).toBe('issuer_missing');
    expect(lastCheck(error)).toEqual({ name: CHECK, result: 'failed' });
    expect(standIn.requestsTo('token')).toEqual([]);
  },
);

test.each<[string, (issuer: string) => string]>([
  ['a slash more', (issuer) => `${issuer}/`],
  ['upper case', (issuer) => issuer.toUpperCase()],
  ['https', (issuer) => issuer.replace('http:', 'https:')],
  ['another environment', (issuer) => issuer.replace('9c5a1c4e', '00000000')],
  ['another host', () => 'https://evil.example/as'],
])(
  'an iss that differs by %s is refused, with a code or with an error, announced or not',
  async (_, change) => {
    const { standIn, client } = await standInForTest();
    const iss = change(standIn.issuer);
    for (const announced of [true, false]) {
      standIn.metadata[ANNOUNCED] = announced;
      for (const changes of [{ iss }, { iss, error: 'access_denied' }]) {
        const error = await errorOf(signIn(client, standIn, changes));
        expect(error.code).toBe('issuer_mismatch');
        expect(error.message).toContain(JSON.stringify(iss));
      }
    }
    expect(standIn.requestsTo('token')).toEqual([]);
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
])('the error %s is the code %s, whatever its description says', async (error, code) => {
  const { standIn, client } = await standInForTest();
  const { authorizationUrl, pending } = await client.startSignIn();
  const { state } = standIn.authorize(authorizationUrl);
  const response = { state, error, errorDescription: 'access_denied server_error' };
  const refused = await errorOf(client.finishSignIn(response, pending));
  expect(refused.code).toBe(code);
  expect(refused.details.pingOneSaid).toBe(`${error}: access_denied server_error`);
  expect(standIn.requestsTo('token')).toEqual([]);
});

test('PingOne’s words come as one short line, with the Correlation ID beside them', async () => {
  const { standIn, client } = await standInForTest();
  const id = '11111111-2222-4333-8444-555566667777';
  const errorDescription = `One\r\ntwo\u202e\u2028three\u0000 (Correlation ID: ${id}) ${'x'.repeat(1000)}`;
  const { details } = await errorOf(signIn(client, standIn, { error: 'server_error', errorDescription }));
  expect(details.pingOneSaid).toMatch(/^server_error: One {2}two {2}three {2}\(Correlation ID: /);
  expect(details.pingOneSaid).toHaveLength(300);
  expect(details.correlationId).toBe(id);
});

test('an error without a description is shown alone', async () => {
  const { standIn, client } = await standInForTest();
  for (const changes of [{}, { errorDescription: '' }]) {
    const { details } = await errorOf(signIn(client, standIn, { error: 'server_error', ...changes }));
    expect({ ...details, checks: undefined, cause: undefined }).toEqual({ pingOneSaid: 'server_error' });
  }
});
