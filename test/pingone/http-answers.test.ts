// Answers that are not read: too big, a redirect, compressed.

import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DISCOVERY, errorOf, signIn, standInForTest } from './helpers.ts';

const MIB = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };

test('an answer of 1 MiB is read, one byte more is refused', async () => {
  const { standIn, client } = await standInForTest();
  const text = JSON.stringify(standIn.metadata);
  standIn.scripts[DISCOVERY] = () => ({ headers: JSON_TYPE, body: text.padEnd(MIB) });
  await client.ready();
  const second = await standInForTest();
  second.standIn.scripts[DISCOVERY] = () => ({ headers: JSON_TYPE, body: text.padEnd(MIB + 1) });
  expect((await errorOf(second.client.ready())).code).toBe('pingone_answer_too_big');
});

test.each(['token', 'jwks', 'userinfo'])('a %s answer that does not end is dropped', async (endpoint) => {
  const { standIn, client } = await standInForTest();
  const dropped: Promise<unknown>[] = [];
  standIn.scripts[endpoint] = (_, response) => {
    dropped.push(once(response, 'close'));
    response.writeHead(200, JSON_TYPE);
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(MIB / 16)));
    };
    response.on('drain', more);
    more();
    return undefined;
  };
  expect((await errorOf(signIn(client, standIn))).code).toBe('pingone_answer_too_big');
  await dropped[0];
  expect(dropped).toHaveLength(1);
});

test.each([
  ['token', 307],
  ['token', 308],
  ['token', 303],
  ['jwks', 302],
  ['userinfo', 307],
  [DISCOVERY, 301],
])(
  'a redirect of %s with %i to another origin is not followed: nothing arrives there',
  async (endpoint, status) => {
    const { standIn, client } = await standInForTest();
    const { standIn: elsewhere } = await standInForTest();
    const location = `${elsewhere.issuer}/${endpoint}`;
    standIn.scripts[endpoint] = () => ({ status, headers: { location } });
    const error = await errorOf(signIn(client, standIn));
    expect(error.code).toBe('pingone_redirected');
    expect(elsewhere.received).toEqual([]);
    expect(standIn.requestsTo(endpoint)).toHaveLength(1);
  },
);

test.each(['token', 'jwks', 'userinfo', DISCOVERY])(
  'a compressed %s answer is refused, unread',
  async (endpoint) => {
    const { standIn, client } = await standInForTest();
    standIn.scripts[endpoint] = (_, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify(standIn.metadata)));
      return undefined;
    };
    const error = await errorOf(signIn(client, standIn));
    expect(error.code).toBe('pingone_answer_invalid');
    expect(error.message).toContain('compressed');
    expect(standIn.requestsTo(endpoint)[0]?.headers['accept-encoding']).toBe('identity');
  },
);

test('an address in an error comes without its query', async () => {
  const { standIn, client } = await standInForTest();
  standIn.metadata['userinfo_endpoint'] = `${standIn.issuer}/userinfo?key=made-up-key`;
  standIn.scripts['userinfo'] = () => ({ status: 500 });
  const { message } = await errorOf(signIn(client, standIn));
  expect(message).toBe(`The userinfo request (GET ${standIn.issuer}/userinfo) was answered with status 500.`);
  expect(standIn.requestsTo('userinfo')[0]?.query.get('key')).toBe('made-up-key');
});
