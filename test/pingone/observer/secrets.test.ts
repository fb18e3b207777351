// No secret reaches an observer or an error, no matter in which field or header the provider quotes it.

import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createAfterSignIn } from '../../../src/pingone/index.ts';
import { createRedactor } from '../../../src/pingone/text.ts';
import type { ProviderDouble, ScriptedResponse } from '../../helpers/provider-double.ts';
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
  ['unchanged', (secret) => secret],
  ['inside other text', (secret) => `It was “${secret}”.`],
  ['in part', (secret) => secret.slice(4, 24)],
  ['percent-encoded', (secret) => encodeURIComponent(secret)],
  [
    'percent-encoded, each character of it',
    (secret) => Buffer.from(secret).toString('hex').replace(/../g, '%$&'),
  ],
  ['in base64', (secret) => Buffer.from(`x${secret}y`).toString('base64')],
  ['in base64url', (secret) => Buffer.from(`xy${secret}`).toString('base64url')],
  ['in base64 after one letter', (secret) => `A${Buffer.from(secret).toString('base64')}`],
  ['in base64 after two letters', (secret) => `AB${Buffer.from(secret).toString('base64')}`],
  ['in base64 after three letters', (secret) => `ABC${Buffer.from(secret).toString('base64')}`],
  ['with invisible characters', (secret) => [...secret].join('\u200b')],
  ['after 1,000 characters', (secret) => `${'x '.repeat(500)}${secret}`],
];

/** Shorter parts of a secret are not useful to an attacker. */
const PART = 15;

/** All values that no event and no error may contain. */
function secretsOf(provider: ProviderDouble, { pending, response }: Pick<Watched, 'pending' | 'response'>) {
  const { state, nonce, codeVerifier } = pending;
  const { clientSecret, accessToken, refreshToken } = provider;
  return { state, nonce, codeVerifier, code: response.code ?? '', clientSecret, accessToken, refreshToken };
}

/** Expects that no part of these texts is in `shown`. */
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

/** A response that contains `words` in every place that an observer hears of. */
function saying(words: string, { body, ...response }: ScriptedResponse): ScriptedResponse {
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
  return { ...response, headers: { ...headers, ...response.headers }, body: { ...more, ...object } };
}

test('an observer of a sign-in hears no secret', async () => {
  const { provider, client } = await providerForTest();
  const watched = await watch(client, provider);
  const { id_token = '' } = watched.signedIn?.tokens ?? {};
  expectHidden(watched.events, [...Object.values(secretsOf(provider, watched)), id_token]);
});

for (const [how, encoded] of ENCODINGS) {
  test(`an observer hears no secret that the provider quotes ${how}`, async () => {
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
          saying(words, await provider.goodResponse(endpoint, request));
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

test(`an error and its events contain no part of a secret that the response quotes (SEED=${seed})`, async () => {
  const number = numbersFrom(seed);
  for (let round = 0; round < 60; round += 1) {
    const { provider, client } = await providerForTest();
    const { authorizationUrl, pending } = await client.startSignIn();
    const response = respond(provider, authorizationUrl);
    const secrets = Object.values(secretsOf(provider, { pending, response }));
    // When the token endpoint returns an error, the client has no tokens yet.
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
])('if the claim %s quotes a secret, the error %s contains no part of it', async (claim, code) => {
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

/** The entry for `provider.codes` that makes a used code work again. */
function authorizationOf(authorizationUrl: string) {
  const query = new URL(authorizationUrl).searchParams;
  const [nonce = '', challenge = '', redirectUri = ''] = ['nonce', 'code_challenge', 'redirect_uri'].map(
    (name) => query.get(name) ?? '',
  );
  return { nonce, challenge, redirectUri };
}

test('an error response to the JWK Set request that quotes the state does not reveal it', async () => {
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

test('a JWK Set that quotes tokens of the sign-in that fetched it reveals them to no later observer', async () => {
  const { provider, client } = await providerForTest();
  const secrets = [provider.accessToken, provider.refreshToken];
  provider.scripts['jwks'] = async () => saying(secrets.join(' '), await provider.goodResponse('jwks'));
  const first = await watch(client, provider);
  // Later sign-ins get other tokens, so they do not search for these.
  provider.accessToken = '0123456789'.repeat(4);
  provider.refreshToken = '9876543210'.repeat(4);
  const second = await watch(client, provider);
  const refreshed = collect();
  if (!second.signedIn) throw second.error;
  await createAfterSignIn(client).refresh(second.signedIn, { observer: refreshed.observer });
  for (const events of [first.events, second.events, refreshed.events]) {
    expect(JSON.stringify(events)).toContain('"step":"jwk_set"');
    expectHidden(events, secrets);
  }
});

test('a code that a browser made up masks nothing for later observers', async () => {
  const { provider, client } = await providerForTest();
  const { authorizationUrl, pending } = await client.startSignIn();
  const { state } = provider.authorize(authorizationUrl);
  const { observer, events } = collect();
  const madeUp = { state, code: `${provider.issuer}/` };
  expect(await errorOf(client.finishSignIn(madeUp, pending, { observer }))).toBeDefined();
  const { exchanges } = await watch(client, provider);
  for (const discovery of [events[0], exchanges[0]])
    expect(discovery).toMatchObject({ step: 'discovery', body: { issuer: provider.issuer } });
});

test('a secret that is added after another one was found is hidden, too', () => {
  const secrets = ['the-first-secret-0123456789'];
  const redact = createRedactor(secrets);
  expect(redact('It is the-first-secret-0123456789.')).toBe('[secret, 34 characters]');
  secrets.push('the-second-secret-9876543210');
  expect(redact('It is the-second-secret-9876543210.')).toBe('[secret, 35 characters]');
  expect(redact('It is the-third-text.')).toBe('It is the-third-text.');
});

test('a token in a nested object is hidden because of its field name', async () => {
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

test('values that are not secret reach an observer unchanged', async () => {
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
