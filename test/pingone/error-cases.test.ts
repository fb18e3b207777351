// Where a case tells more than its code, its own causes and next step come first.

import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { errorTexts } from '../../src/pingone/errors.ts';
import { clientForTest, DISCOVERY, errorOf, registrationAt, signIn, standInForTest } from './helpers.ts';
import { listen } from './servers.ts';

test('where nobody listens, that is the likeliest cause', async () => {
  const { standIn } = await standInForTest();
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  const { client } = clientForTest(registrationAt(standIn, { issuer: `http://127.0.0.1:${port}/as` }));
  const { code, details } = await errorOf(client.ready());
  expect(code).toBe('pingone_unreachable');
  expect(details.causes?.[0]).toContain('Nothing listens');
});

test('a name that does not resolve is named as the cause, whichever way it fails', async () => {
  const { standIn } = await standInForTest();
  const { client } = clientForTest(registrationAt(standIn, { issuer: 'https://nobody.invalid/as' }));
  const { message, details } = await errorOf(client.ready());
  const [cause] = details.causes ?? [];
  expect(cause).toContain(/ENOTFOUND/.test(message) ? 'host name in PINGONE_ISSUER' : 'name server');
  expect(details.next).toContain('HTTPS_PROXY');
});

test.each([
  ['Request denied: Unsupported authentication method', 'Token Endpoint Authentication Method', 1],
  ['Request denied: Invalid client credentials', 'The client secret or the client ID is wrong', 1],
  ['Request denied: something new', errorTexts.token_invalid_client.causes[0], 3],
])('invalid_client, %s', async (words, cause, count) => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['token'] = () => ({
    status: 401,
    body: { error: 'invalid_client', error_description: words },
  });
  const { details } = await errorOf(signIn(client, standIn));
  const causes = details.causes ?? errorTexts.token_invalid_client.causes;
  expect(causes).toHaveLength(count);
  expect(causes[0]).toContain(cause);
});

test.each([
  [
    '/env',
    [
      'PINGONE_ISSUER does not end in /as, as PingOne’s issuers do.',
      'The environment ID or the region in PINGONE_ISSUER is wrong.',
    ],
  ],
  ['/env/as', ['The environment ID or the region in PINGONE_ISSUER is wrong.']],
])('with no document at an issuer that ends in %s', async (path, causes) => {
  const { standIn } = await standInForTest();
  standIn.scripts[DISCOVERY] = () => ({ status: 404 });
  const { client } = clientForTest(registrationAt(standIn, { issuer: `${standIn.origin}/as${path}` }));
  const { code, details } = await errorOf(client.ready());
  expect(code).toBe('discovery_not_found');
  expect(details.causes).toEqual(causes);
});

test.each([
  [429, ['The environment’s licence has reached its request rate.']],
  [503, ['PingOne is under maintenance or overloaded.', 'A proxy in between cannot reach PingOne.']],
])('asked to wait with status %i', async (status, causes) => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['token'] = () => ({ status });
  const { code, details } = await errorOf(signIn(client, standIn));
  expect(code).toBe('pingone_busy');
  expect(details.causes).toEqual(causes);
});

test.each([
  ['application/jwt', ['The provider signs its userinfo answer, which this app does not ask for.']],
  [
    'text/html; charset=utf-8',
    [
      'A proxy or a login page of the network answered in place of PingOne.',
      'PINGONE_ISSUER belongs to another product.',
    ],
  ],
  ['text/plain', undefined],
])('an answer of the type %s', async (type, causes) => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['userinfo'] = () => ({ headers: { 'content-type': type }, body: 'x' });
  const { code, details } = await errorOf(signIn(client, standIn));
  expect(code).toBe('pingone_answer_invalid');
  expect(details.causes).toEqual(causes);
});
