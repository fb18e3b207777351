// Responses that the client does not read: too large, a redirect, compressed.

import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DISCOVERY, errorOf, JSON_TYPE, providerForTest, signIn } from '../helpers.ts';

const LIMIT_BYTES = 256 * 1024;

test('a response of 256 KiB is read, and a response with one more byte is refused', async () => {
  const { provider, client } = await providerForTest();
  const text = JSON.stringify(provider.metadata);
  provider.scripts[DISCOVERY] = () => ({ headers: JSON_TYPE, body: text.padEnd(LIMIT_BYTES) });
  await client.ready();
  const second = await providerForTest();
  second.provider.scripts[DISCOVERY] = () => ({ headers: JSON_TYPE, body: text.padEnd(LIMIT_BYTES + 1) });
  expect((await errorOf(second.client.ready())).code).toBe('pingone_response_too_big');
});

test.each(['token', 'jwks', 'userinfo'])(
  'the client closes the connection if a %s response does not end',
  async (endpoint) => {
    const { provider, client } = await providerForTest();
    const dropped: Promise<unknown>[] = [];
    provider.scripts[endpoint] = (_, response) => {
      dropped.push(once(response, 'close'));
      response.writeHead(200, JSON_TYPE);
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(LIMIT_BYTES / 16)));
      };
      response.on('drain', more);
      more();
      return undefined;
    };
    expect((await errorOf(signIn(client, provider))).code).toBe('pingone_response_too_big');
    await dropped[0];
    expect(dropped).toHaveLength(1);
  },
);

test.each([
  ['token', 307],
  ['token', 308],
  ['token', 303],
  ['jwks', 302],
  ['userinfo', 307],
  [DISCOVERY, 301],
])(
  'the client does not follow a redirect of the endpoint %s with status %i to another origin',
  async (endpoint, status) => {
    const { provider, client } = await providerForTest();
    const { provider: elsewhere } = await providerForTest();
    const location = `${elsewhere.issuer}/${endpoint}`;
    provider.scripts[endpoint] = () => ({ status, headers: { location } });
    const error = await errorOf(signIn(client, provider));
    expect(error.code).toBe('pingone_redirected');
    expect(elsewhere.received).toEqual([]);
    expect(provider.requestsTo(endpoint)).toHaveLength(1);
  },
);

test.each(['token', 'jwks', 'userinfo', DISCOVERY])(
  'a compressed %s response is refused without decompression',
  async (endpoint) => {
    const { provider, client } = await providerForTest();
    provider.scripts[endpoint] = (_, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify(provider.metadata)));
      return undefined;
    };
    const error = await errorOf(signIn(client, provider));
    expect(error.code).toBe('pingone_response_invalid');
    expect(error.facts).toMatchObject({ request: expect.stringContaining(endpoint), why: 'compressed' });
    expect(provider.requestsTo(endpoint)[0]?.headers['accept-encoding']).toBe('identity');
  },
);

test('the URL in the facts of an error has no query', async () => {
  const { provider, client } = await providerForTest();
  provider.metadata['userinfo_endpoint'] = `${provider.issuer}/userinfo?key=made-up-key`;
  provider.scripts['userinfo'] = () => ({ status: 500 });
  const { facts, message } = await errorOf(signIn(client, provider));
  expect(facts).toEqual({ step: 'userinfo', request: `GET ${provider.issuer}/userinfo`, status: 500 });
  expect(message).not.toContain('made-up');
  expect(provider.requestsTo('userinfo')[0]?.query.get('key')).toBe('made-up-key');
});
