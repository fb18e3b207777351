import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { type Answer, SUBJECT } from '../helpers/stand-in.ts';
import { errorOf, lastCheck, signIn, standInForTest } from './helpers.ts';

const SAME = 'sub of userinfo is that of the ID token';
const JSON_TYPE = { 'content-type': 'application/json' };

test('userinfo is asked with the access token in the header and nowhere else', async () => {
  const { standIn, client } = await standInForTest();
  await signIn(client, standIn);
  const [request] = standIn.requestsTo('userinfo');
  expect(request?.method).toBe('GET');
  expect(request?.headers.authorization).toBe(`Bearer ${standIn.accessToken}`);
  expect([...(request?.query ?? [])]).toEqual([]);
  expect(request?.body).toBe('');
});

test('the access token goes to userinfo alone', async () => {
  const { standIn, client } = await standInForTest();
  await signIn(client, standIn);
  const others = standIn.received.filter(({ path }) => !path.endsWith('/userinfo'));
  expect(inspect(others, { depth: 9 })).not.toContain(standIn.accessToken);
});

test.each([
  [{ sub: 'somebody-else' }, 'userinfo_subject_mismatch', SAME],
  [{ sub: SUBJECT.toUpperCase() }, 'userinfo_subject_mismatch', SAME],
  [{ sub: `${SUBJECT} ` }, 'userinfo_subject_mismatch', SAME],
  [{ name: 'nobody' }, 'userinfo_invalid', 'userinfo has a sub'],
  [{ sub: '' }, 'userinfo_invalid', 'userinfo has a sub'],
  [{ sub: null }, 'userinfo_invalid', 'userinfo has a sub'],
  [{ sub: [SUBJECT] }, 'userinfo_invalid', 'userinfo has a sub'],
  [JSON.parse(`{"__proto__":{"sub":"${SUBJECT}"}}`), 'userinfo_invalid', 'userinfo has a sub'],
])('a userinfo answer %j is refused', async (userinfo, code, check) => {
  const { standIn, client } = await standInForTest();
  standIn.userinfo = userinfo;
  const error = await errorOf(signIn(client, standIn));
  expect(error.code).toBe(code);
  expect(lastCheck(error)).toEqual({ name: check, result: 'failed' });
});

test.each<[string, Answer, string]>([
  ['an array', { body: [{ sub: SUBJECT }] }, 'pingone_answer_invalid'],
  ['a string', { headers: JSON_TYPE, body: `"${SUBJECT}"` }, 'pingone_answer_invalid'],
  [
    'a JWT',
    { headers: { 'content-type': 'application/jwt' }, body: 'e30.e30.e30' },
    'pingone_answer_invalid',
  ],
  ['HTML', { headers: { 'content-type': 'text/html' }, body: '<p>' }, 'pingone_answer_invalid'],
  [
    'JSON called text',
    { headers: { 'content-type': 'text/plain' }, body: { sub: SUBJECT } },
    'pingone_answer_invalid',
  ],
  [
    'JSON called something like JSON',
    { headers: { 'content-type': 'application/jsonp' }, body: { sub: SUBJECT } },
    'pingone_answer_invalid',
  ],
  ['204', { status: 204 }, 'userinfo_refused'],
  ['401', { status: 401, body: { error: 'invalid_token' } }, 'userinfo_refused'],
  ['403', { status: 403, body: { code: 'ACCESS_FAILED', message: 'No.' } }, 'userinfo_refused'],
  ['302', { status: 302, headers: { location: '/' } }, 'pingone_redirected'],
  ['429', { status: 429 }, 'pingone_busy'],
  ['500', { status: 500 }, 'pingone_failed'],
])('a userinfo answer that is %s ends the sign-in, asked once', async (_, answer, code) => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['userinfo'] = () => answer;
  const error = await errorOf(signIn(client, standIn));
  expect(error.code).toBe(code);
  expect(error.message).toContain('userinfo request');
  expect(standIn.requestsTo('userinfo')).toHaveLength(1);
});

test('a refusal is told in PingOne’s words, unless they quote the token', async () => {
  for (const length of [10, 290, 2000]) {
    const { standIn, client } = await standInForTest();
    standIn.accessToken = `made-up-${'t'.repeat(length)}`;
    const error_description = `The token ${standIn.accessToken} is not valid ${standIn.accessToken}`;
    standIn.scripts['userinfo'] = () => ({
      status: 401,
      body: { error: 'invalid_token', error_description },
    });
    const error = await errorOf(signIn(client, standIn));
    expect(error.details.pingOneSaid).toBeUndefined();
    expect(inspect(error, { depth: 9 })).not.toContain('made-up');
    const plain = { error: 'invalid_token', error_description: 'The token is not valid' };
    standIn.scripts['userinfo'] = () => ({ status: 401, body: plain });
    const { details } = await errorOf(signIn(client, standIn));
    expect(details.pingOneSaid).toBe('invalid_token: The token is not valid');
  }
});

test('a refusal names the Correlation ID', async () => {
  const { standIn, client } = await standInForTest();
  const id = '11111111-2222-4333-8444-555566667777';
  standIn.scripts['userinfo'] = () => ({ status: 401, headers: { 'correlation-id': id } });
  expect((await errorOf(signIn(client, standIn))).details.correlationId).toBe(id);
});

test('every claim comes out as PingOne sent it', async () => {
  const { standIn, client } = await standInForTest();
  const body = `{"sub":"${SUBJECT}","__proto__":{"admin":true},"address":{"deep":[null,{"ü":"<b>"}]},"toString":1}`;
  standIn.scripts['userinfo'] = () => ({ headers: JSON_TYPE, body });
  const { userinfoClaims = {} } = await signIn(client, standIn);
  expect(JSON.stringify(userinfoClaims)).toBe(body);
  expect(Object.getPrototypeOf(userinfoClaims)).toBe(Object.prototype);
  expect(userinfoClaims['admin']).toBeUndefined();
});
