import { expect, test } from 'vitest';
import { readAuthorizationResponse } from '../../src/pingone/authorization-response.ts';
import { SignInError } from '../../src/pingone/errors.ts';
import { errorOf, lastCheck, signIn, standInForTest } from './helpers.ts';

const read = (query: string) => readAuthorizationResponse(new URLSearchParams(query));

/** Code and message of the error that reading a query ends with. */
function refusal(query: string) {
  try {
    return { code: 'none', message: JSON.stringify(read(query)) };
  } catch (error) {
    if (error instanceof SignInError) return error;
    throw error;
  }
}

test('a response with a code is read, whatever unknown parameters come along', () => {
  const known = { state: 's', code: 'c' };
  expect(read('code=c&state=s')).toEqual(known);
  expect(read('code=c&state=s&session_state=x&foo=&__proto__=y&access_token=a&id_token=b')).toEqual(known);
  expect(read('code=c%2B%26+d&state=s&iss=https%3A%2F%2Fa.example')).toEqual({
    state: 's',
    code: 'c+& d',
    iss: 'https://a.example',
  });
});

test('a response with an error is read with its description', () => {
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
])('the parameter %j that comes twice is refused (%s)', (name, query) => {
  const { code, message } = refusal(query);
  expect(code).toBe('callback_malformed');
  expect(message).toContain(`more than once: ${JSON.stringify(name)}`);
});

test('the name of a repeated parameter is shortened', () => {
  const name = 'x'.repeat(5000);
  expect(refusal(`state=s&${name}=1&${name}=2`).message.length).toBeLessThan(100);
});

test.each([
  ['state=&code=c', 'state is empty'],
  ['state=s&code=', 'code is empty'],
  ['state=s&error=', 'error is empty'],
  ['state=s&code=c&error=', 'error is empty'],
  ['state=s&code=c&iss=', 'iss is empty'],
  ['code=c', 'state is missing'],
  ['error=access_denied', 'state is missing'],
  ['', 'state is missing'],
  ['state=s', 'neither a code nor an error'],
  ['state=s&iss=a', 'neither a code nor an error'],
  ['state=s&code=c&error=access_denied', 'both a code and an error'],
])('a response %j is refused: %s', (query, reason) => {
  const { code, message } = refusal(query);
  expect(code).toBe('callback_malformed');
  expect(message).toContain(reason);
});

test('a code of 4,096 characters is exchanged as it is, and one of 4,097 is refused', async () => {
  const code = '+'.repeat(4096);
  const encoded = encodeURIComponent(code);
  expect(read(`state=s&code=${encoded}`).code).toBe(code);
  expect(refusal(`state=s&code=${encoded}a`)).toMatchObject({ code: 'callback_malformed' });
  const { standIn, client } = await standInForTest();
  await signIn(client, standIn, { code });
  expect(standIn.requestsTo('token')[0]?.body).toContain(`&code=${encoded}&`);
});

test.each([
  ['another', (state: string) => state.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))],
  ['a shorter', (state: string) => state.slice(0, -1)],
  ['a longer', (state: string) => `${state} `],
  ['one in other case', (state: string) => state.toUpperCase()],
  ['an empty', () => ''],
])('%s state is not this browser’s, and nothing is asked of PingOne', async (_, change) => {
  const { standIn, client } = await standInForTest();
  const { pending } = await client.startSignIn();
  const response = { code: 'a-code', state: change(pending.state) };
  const error = await errorOf(client.finishSignIn(response, pending));
  expect(error.code).toBe('sign_in_unknown');
  expect(lastCheck(error)).toEqual({ name: 'state is that of this browser', result: 'failed' });
  expect(standIn.requestsTo('token')).toEqual([]);
});

test('an error with a state that is not this browser’s is not believed', async () => {
  const { standIn, client } = await standInForTest();
  const response = { state: 'foreign', error: 'access_denied' };
  const { pending } = await client.startSignIn();
  expect((await errorOf(client.finishSignIn(response, pending))).code).toBe('sign_in_unknown');
  expect(standIn.requestsTo('token')).toEqual([]);
});

test('a response that was read elsewhere and has no code is refused', async () => {
  const { client } = await standInForTest();
  const { pending } = await client.startSignIn();
  const error = await errorOf(client.finishSignIn({ state: pending.state }, pending));
  expect(error.code).toBe('callback_malformed');
});
