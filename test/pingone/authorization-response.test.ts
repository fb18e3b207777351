// The query of the callback: which parameters are read, and whether it belongs to this browser's sign-in.

import { expect, test } from 'vitest';
import { readAuthorizationResponse as read, SignInError } from '../../src/pingone/index.ts';
import { collect, errorOf, lastCheck, providerForTest, respond, split } from './helpers.ts';

/** The error with which reading a query fails. */
function refusal(query: string): SignInError {
  try {
    throw new Error(`It was read: ${JSON.stringify(read(query))}`);
  } catch (error) {
    if (error instanceof SignInError) return error;
    throw error;
  }
}

test('a response with a code is read, and unknown parameters are ignored', () => {
  const known = { state: 's', code: 'c' };
  expect(read('code=c&state=s')).toEqual(known);
  expect(read('code=c&state=s&session_state=x&foo=&__proto__=y&access_token=a&id_token=b')).toEqual(known);
  expect(read('code=c%2B%26+d&state=s&iss=https%3A%2F%2Fa.example')).toEqual({
    state: 's',
    code: 'c+& d',
    iss: 'https://a.example',
  });
});

test('a response with an error is read together with its description', () => {
  expect(read('error=access_denied&error_description=No+thanks&state=s')).toEqual({
    state: 's',
    error: 'access_denied',
    errorDescription: 'No thanks',
  });
  expect(read('error=access_denied&state=s&error_uri=https://a.example')).toEqual({
    state: 's',
    error: 'access_denied',
  });
});

test.each([
  ['state', 'state=s&code=c&state=s'],
  ['state', 'state=s&code=c&state=t'],
  ['code', 'state=s&code=c&code=d'],
  ['error', 'state=s&error=a&error=a'],
  ['error_description', 'state=s&error=a&error_description=a&error_description=b'],
  ['iss', 'state=s&code=c&iss=a&iss=a'],
  ['session_state', 'state=s&code=c&session_state=a&session_state=a'],
  ['', 'state=s&code=c&=1&=2'],
  ['__proto__', 'state=s&code=c&__proto__=1&__proto__=2'],
])('a query with the parameter %j twice is refused: %s', (name, query) => {
  const { code, kind, facts, message } = refusal(query);
  expect([code, kind]).toEqual(['callback_malformed', 'user']);
  expect(facts).toEqual({ step: 'authorization_response', found: 'a parameter more than once' });
  // A parameter name can contain a secret, too.
  expect(message).not.toContain(`"${name}"`);
});

test.each([
  ['state=&code=c', 'an empty state'],
  ['state=s&code=', 'an empty code'],
  ['state=s&error=', 'an empty error'],
  ['state=s&code=c&error=', 'an empty error'],
  ['state=s&code=c&iss=', 'an empty iss'],
  ['code=c', 'no state'],
  ['error=access_denied', 'no state'],
  ['', 'no state'],
  ['state=s', 'neither a code nor an error'],
  ['state=s&iss=a', 'neither a code nor an error'],
  ['state=s&code=c&error=access_denied', 'both a code and an error'],
])('the query %j is refused: %s', (query, reason) => {
  const { code, facts } = refusal(query);
  expect(code).toBe('callback_malformed');
  expect(facts.found).toBe(reason);
});

test('the facts about an error without a state contain that error in one short line', () => {
  expect(refusal('error=invalid_scope').facts.description).toBe('invalid_scope');
  const { description = '' } = refusal(`error=${'x%0a%1b'.repeat(200)}`).facts;
  expect(description).toHaveLength(101);
  expect(description).toMatch(/^[x ]+…$/);
});

test('a query of 8 KiB is read, and a longer one is refused without parsing', () => {
  const query = 'state=s&code=c&more=';
  expect(read(query.padEnd(8_192, 'x'))).toEqual({ state: 's', code: 'c' });
  expect(refusal(query.padEnd(8_193, 'x')).facts.found).toBe('more than 8192 characters');
});

test('a code of 4,096 characters is sent unchanged, and a code of 4,097 characters is refused', async () => {
  const code = 'abc+'.repeat(1024);
  const encoded = encodeURIComponent(code);
  expect(read(`state=s&code=${encoded}`).code).toBe(code);
  expect(refusal(`state=s&code=${encoded}a`)).toMatchObject({ code: 'callback_malformed' });
  const { provider, client } = await providerForTest();
  const { authorizationUrl, pending } = await client.startSignIn();
  await client.finishSignIn(respond(provider, authorizationUrl, { code }), pending);
  expect(provider.requestsTo('token')[0]?.body).toContain(`&code=${encoded}&`);
});

test.each([
  ['different', (state: string) => state.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))],
  ['shorter', (state: string) => state.slice(0, -1)],
  ['longer', (state: string) => `${state} `],
  ['in upper case', (state: string) => state.toUpperCase()],
  ['empty', () => ''],
])('a response whose state is %s is refused, and PingOne gets no token request', async (_, change) => {
  const { provider, client } = await providerForTest();
  const { pending } = await client.startSignIn();
  const response = { code: 'a-code', state: change(pending.state) };
  const { observer, events } = collect();
  const error = await errorOf(client.finishSignIn(response, pending, { observer }));
  expect([error.code, error.kind]).toEqual(['sign_in_unknown', 'user']);
  expect(error.message).not.toContain(pending.state);
  const check = { name: 'state matches the sign-in of this browser', result: 'failed' };
  expect(lastCheck(split(events).checks)).toEqual(check);
  expect(provider.requestsTo('token')).toEqual([]);
});

test('an error whose state belongs to another browser is ignored: the code is sign_in_unknown', async () => {
  const { provider, client } = await providerForTest();
  const response = { state: 'foreign', error: 'access_denied' };
  const { pending } = await client.startSignIn();
  expect((await errorOf(client.finishSignIn(response, pending))).code).toBe('sign_in_unknown');
  expect(provider.requestsTo('token')).toEqual([]);
});

test('finishSignIn refuses a response without a code', async () => {
  const { client } = await providerForTest();
  const { pending } = await client.startSignIn();
  const error = await errorOf(client.finishSignIn({ state: pending.state }, pending));
  expect(error.code).toBe('callback_malformed');
});
