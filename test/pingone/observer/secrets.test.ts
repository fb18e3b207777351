// No secret reaches an observer or an error, wherever the provider quotes it.

import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createAfterSignIn } from '../../../src/pingone/index.ts';
import type { Answer, ProviderDouble } from '../../helpers/provider-double.ts';
import { numbersFrom, seed } from '../../helpers/random.ts';
import { collect, DISCOVERY, errorOf, providerForTest, respond, type Watched, watch } from '../helpers.ts';

const HEADERS = [
  'content-type',
  'cache-control',
  'date',
  'age',
  'retry-after',
  'correlation-id',
  'www-authenticate',
];
const ENDPOINTS = ['token', 'jwks', 'userinfo', DISCOVERY];

const ENCODINGS: [string, (secret: string) => string][] = [
  ['as it is', (secret) => secret],
  ['between other words', (secret) => `It was “${secret}”.`],
  ['in part', (secret) => secret.slice(4, 24)],
  ['percent-encoded', (secret) => encodeURIComponent(secret)],
  [
    'percent-encoded, each character of it',
    (secret) => Buffer.from(secret).toString('hex').replace(/../g, '%$&'),
  ],
  ['in base64', (secret) => Buffer.from(`x${secret}y`).toString('base64')],
  ['in base64url', (secret) => Buffer.from(`xy${secret}`).toString('base64url')],
  ['in base64 behind a word', (secret) => `A${Buffer.from(secret).toString('base64')}`],
  ['in base64 behind two letters', (secret) => `AB${Buffer.from(secret).toString('base64')}`],
  ['in base64 behind three letters', (secret) => `ABC${Buffer.from(secret).toString('base64')}`],
  ['with characters that nobody sees', (secret) => [...secret].join('\u200b')],
  ['behind 1,000 characters', (secret) => `${'x '.repeat(500)}${secret}`],
];

/** Shorter parts of a secret are of no use. */
const PART = 15;

/** All that no event and no error may hold. */
function secretsOf(provider: ProviderDouble, { pending, response }: Pick<Watched, 'pending' | 'response'>) {
  const { state, nonce, codeVerifier } = pending;
  const { clientSecret, accessToken, refreshToken } = provider;
  return { state, nonce, codeVerifier, code: response.code ?? '', clientSecret, accessToken, refreshToken };
}

/** No part of a secret is shown, nor of how it was quoted. */
function expectHidden(shown: unknown, secrets: string[]) {
  const text = inspect(shown, {
    depth: 60,
    maxStringLength: null,
    maxArrayLength: null,
    breakLength: Infinity,
  });
  for (const secret of secrets) {
    for (let at = 0; at + PART <= secret.length; at += 1) {
      const place = text.indexOf(secret.slice(at, at + PART));
      expect(place === -1 ? 'hidden' : text.slice(Math.max(0, place - 80), place + 80)).toBe('hidden');
    }
  }
}

/** A response that says something in every place that an observer is told of. */
function saying(words: string, { body, ...answer }: Answer): Answer {
  const ascii = words.replace(/[^\x20-\x7e]/g, '');
  const object = typeof body === 'object' ? body : {};
  const more = {
    error_description: words,
    note: words,
    [words]: 'a name',
    list: [words, { [words]: words }],
    deep: { er: { still: words } },
  };
  const headers = Object.fromEntries(HEADERS.slice(1).map((name) => [name, ascii]));
  return { ...answer, headers: { ...headers, ...answer.headers }, body: { ...more, ...object } };
}

test('a sign-in tells an observer no secret', async () => {
  const { provider, client } = await providerForTest();
  const watched = await watch(client, provider);
  const { id_token = '' } = watched.signedIn?.tokens ?? {};
  expectHidden(watched.events, [...Object.values(secretsOf(provider, watched)), id_token]);
});

for (const [how, encoded] of ENCODINGS) {
  test(`no secret is told that the provider quotes ${how}`, async () => {
    const probe = await providerForTest();
    const names = Object.keys(secretsOf(probe.provider, await watch(probe.client, probe.provider)));
    for (const name of names as (keyof ReturnType<typeof secretsOf>)[]) {
      const { provider, client } = await providerForTest();
      const { authorizationUrl, pending } = await client.startSignIn();
      const response = respond(provider, authorizationUrl);
      const secret = secretsOf(provider, { pending, response })[name];
      const words = encoded(secret);
      for (const endpoint of ENDPOINTS)
        provider.scripts[endpoint] = async (request) =>
          saying(words, await provider.goodAnswer(endpoint, request));
      provider.claims = { note: words, [words]: { deep: [words] } };
      provider.header = { ...provider.header, note: words };
      const { observer, events } = collect();
      const signedIn = await client.finishSignIn(response, pending, { observer });
      const { id_token } = signedIn.tokens;
      expect(events.length).toBeGreaterThan(30);
      expectHidden(
        events,
        [secret, words, id_token].map((text) => text.replaceAll('x ', '')),
      );

      const refreshed = collect();
      await createAfterSignIn(client).refresh(signedIn, { observer: refreshed.observer });
      const known = ['clientSecret', 'accessToken', 'refreshToken'].includes(name);
      if (known) expectHidden(refreshed.events, [secret]);
    }
  });
}

test(`an error response that quotes a secret anywhere shows none of it (SEED=${seed})`, async () => {
  const number = numbersFrom(seed);
  for (let round = 0; round < 60; round += 1) {
    const { provider, client } = await providerForTest();
    const { authorizationUrl, pending } = await client.startSignIn();
    const response = respond(provider, authorizationUrl);
    const secrets = Object.values(secretsOf(provider, { pending, response }));
    // The tokens have not come yet when the token endpoint refuses.
    const endpoint = ['token', 'userinfo'][number(2)] ?? 'token';
    const secret = secrets[number(endpoint === 'token' ? 5 : 7)] ?? '';
    const [, encoded] = ENCODINGS[number(ENCODINGS.length)] ?? [];
    const words = encoded?.(secret) ?? secret;
    const status = [400, 401, 403, 404, 429, 500, 503, 302, 201][number(9)] ?? 400;
    const place = ['error', 'error_description', 'code', 'message', 'id'][number(5)] ?? 'error';
    provider.scripts[endpoint] = () => saying(words, { status, body: { error: 'e', [place]: words } });
    const { observer, events } = collect();
    const error = await errorOf(client.finishSignIn(response, pending, { observer }));
    expectHidden(
      [error, error.message, error.facts, events],
      [secret, words].map((text) => text.replaceAll('x ', '')),
    );
  }
});

test.each<[string, string]>([
  ['iss', 'id_token_issuer'],
  ['aud', 'id_token_audience'],
  ['azp', 'id_token_authorized_party'],
  ['acr', 'id_token_acr'],
])('a claim %s that quotes a secret shows none of it in the error %s', async (claim, code) => {
  const { provider, client } = await providerForTest();
  const { authorizationUrl, pending } = await client.startSignIn({ acrValues: ['A'] });
  const response = respond(provider, authorizationUrl);
  const secrets = Object.values(secretsOf(provider, { pending, response }));
  for (const [, encoded] of ENCODINGS.slice(0, 10)) {
    for (const secret of [pending.state, pending.nonce, provider.accessToken]) {
      const words = encoded(secret);
      provider.claims = { acr: 'A', [claim]: words };
      provider.codes.set(response.code ?? '', authorizationOf(authorizationUrl));
      const { observer, events } = collect();
      const error = await errorOf(client.finishSignIn(response, pending, { observer }));
      expect(error.code).toBe(code);
      expectHidden([error, events], [...secrets, words]);
    }
  }
});

/** So that a code can be used again. */
function authorizationOf(authorizationUrl: string) {
  const query = new URL(authorizationUrl).searchParams;
  const [nonce = '', challenge = '', redirectUri = ''] = ['nonce', 'code_challenge', 'redirect_uri'].map(
    (name) => query.get(name) ?? '',
  );
  return { nonce, challenge, redirectUri };
}

test('keys that cannot be fetched, with words that quote the state, show none of them', async () => {
  const { provider, client } = await providerForTest();
  const { authorizationUrl, pending } = await client.startSignIn();
  const description = `The state was ${pending.state}`;
  provider.scripts['jwks'] = () => ({ status: 400, body: { error: 'bad', error_description: description } });
  const { observer, events } = collect();
  const error = await errorOf(
    client.finishSignIn(respond(provider, authorizationUrl), pending, { observer }),
  );
  expect(error.facts).toMatchObject({ step: 'jwk_set', status: 400, error: 'bad' });
  expectHidden([error, events], [pending.state]);
});

test('a token in a field within another object is hidden by its name', async () => {
  const { provider, client } = await providerForTest();
  const inner = 'a-token-that-came-in-an-inner-object';
  provider.userinfo = {
    ...(provider.userinfo as object),
    federated: [{ access_token: inner, id_token: inner }],
  };
  const { events, signedIn } = await watch(client, provider);
  expect(signedIn?.userinfo).toEqual(provider.userinfo);
  expectHidden(events, [inner]);
});

test('what is no secret is told as it is', async () => {
  const { provider, client } = await providerForTest();
  const claims = {
    picture: `https://example.com/a%20b/${randomBytes(24).toString('base64url')}.png`,
    address: { street_address: 'Süße Straße 1\nHamburg', list: [1, null, true, { a: '%41%' }] },
    empty: '',
    'p1.region': 'EU',
  };
  provider.userinfo = { ...(provider.userinfo as object), ...claims };
  provider.claims = claims;
  const { events, exchanges } = await watch(client, provider);
  const { address, ...flat } = claims;
  expect(exchanges.at(-1)?.body).toMatchObject(flat);
  expect(events.find(({ type }) => type === 'id_token')).toMatchObject({ claims: flat });
  expect(JSON.stringify(exchanges.at(-1)?.body?.['address'])).toContain('Süße Straße 1');
  expect(address).toBeDefined();
});
