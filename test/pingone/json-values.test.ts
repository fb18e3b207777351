// JSON values are data: with any value in any field of any response, a sign-in succeeds or fails with a SignInError.

import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import {
  createAfterSignIn,
  type ObserverEvent,
  type PingOneClient,
  SignInError,
} from '../../src/pingone/index.ts';
import { type ProviderDouble, SUBJECT } from '../helpers/provider-double.ts';
import { numbersFrom, seed } from '../helpers/random.ts';
import {
  clientForTest,
  collect,
  DISCOVERY,
  errorOf,
  JSON_TYPE,
  providerForTest,
  signIn,
  watch,
} from './helpers.ts';
import { changeIdToken, payloadOf, signed } from './id-token/helpers.ts';

/** JSON texts of values that break code which turns values into strings or trusts a prototype. */
const VALUES = [
  '{"toString":1}',
  '{"toString":null,"valueOf":{}}',
  '{"toJSON":1}',
  '{"toJSON":{"then":"x"}}',
  '{"then":1}',
  '{"then":{"length":-1}}',
  '{"__proto__":{"sub":"x"}}',
  '{"__proto__":null}',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"length":1e9}',
  '{"0":"a","length":1}',
  '"\\ud800"',
  '"\\udfff\\ud800 "',
  '"\\u0000\\u001b[2J\\u202e\\u2028"',
  '1e999',
  '-1e999',
  '-0',
  '1e-400',
  '9007199254740993',
  'null',
  'true',
  'false',
  '0',
  '""',
  '[]',
  '{}',
  '[[[[]]]]',
  '[null]',
  '["client_secret_post",{"toString":1}]',
  `${'['.repeat(48)}1${']'.repeat(48)}`,
  `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`,
];

/** A JSON text with `field` set to a JSON value. The field comes last, so that it replaces an earlier one. */
function withField(object: object, field: string, value: string): string {
  const inner = JSON.stringify({ ...object, [field]: undefined }).slice(1, -1);
  return `{${inner}${inner ? ',' : ''}${JSON.stringify(field)}:${value}}`;
}

const FIELDS: Record<string, string[]> = {
  [DISCOVERY]: [
    'issuer',
    'authorization_endpoint',
    'token_endpoint',
    'jwks_uri',
    'userinfo_endpoint',
    'end_session_endpoint',
    'revocation_endpoint',
    'token_endpoint_auth_methods_supported',
    'authorization_response_iss_parameter_supported',
  ],
  token: ['access_token', 'token_type', 'id_token', 'refresh_token', 'expires_in', 'scope'],
  userinfo: ['sub', 'name', 'address'],
  jwks: ['keys'],
};
const ODD_NAMES = ['__proto__', 'toString', 'then', 'toJSON', 'constructor', 'hasOwnProperty', '\ud800', 'x'];
const CLAIMS = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'nbf',
  'nonce',
  'azp',
  'at_hash',
  'auth_time',
  'acr',
  'amr',
];
const HEADER = ['alg', 'kid', 'typ', 'crit', 'b64', 'jwk', 'x5c'];
const KEY = ['kty', 'n', 'e', 'kid', 'use', 'alg', 'x5c'];

/** Expects that the events and the error can be written as JSON, and that the facts are strings and numbers. */
function expectSound({ events, error }: { events: ObserverEvent[]; error?: SignInError }) {
  expect(() => JSON.stringify([events, error?.facts])).not.toThrow();
  expect(inspect(events, { depth: 60 })).toBeDefined();
  if (!error) return;
  expect(error.message).toMatch(/^[a-z_]+ \{.*\}$/);
  expect(error.message).not.toMatch(/\[object|undefined|[\p{C}\p{Zl}\p{Zp}]/u);
  for (const fact of Object.values(error.facts)) expect(['string', 'number']).toContain(typeof fact);
}

/** A sign-in, and a refresh if the sign-in succeeded. */
async function expectSoundSignIn(provider: ProviderDouble, client: PingOneClient) {
  const failed = await errorIn(client.ready());
  if (failed) return expectSound({ events: [], error: failed });
  const request = { maxAgeSeconds: 300, acrValues: ['Single_Factor'] };
  const watched = await watch(client, provider, { request });
  expectSound(watched);
  if (!watched.signedIn) return;
  expect(typeof watched.signedIn.subject).toBe('string');
  if (!watched.signedIn.tokens.refresh_token) return;
  const { observer, events } = collect();
  const error = await errorIn(createAfterSignIn(client).refresh(watched.signedIn, { observer }));
  expectSound({ events, ...(error && { error }) });
}

/** The SignInError of the work, if it failed with one. Any other error is thrown. */
async function errorIn(work: Promise<unknown>): Promise<SignInError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof SignInError) return error;
    throw error;
  }
}

async function providerWithAuthTime() {
  const made = await providerForTest();
  made.provider.claims = { auth_time: Math.floor(Date.now() / 1000) };
  return made;
}

const PLACES = Object.entries(FIELDS).flatMap(([endpoint, fields]) =>
  fields.map((field) => [endpoint, field] as const),
);

test.each(PLACES)(
  'in a response of the endpoint %s, the field %j may have any value',
  async (endpoint, field) => {
    const { provider, registration } = await providerWithAuthTime();
    for (const value of VALUES) {
      provider.scripts[endpoint] = async (request) => {
        const { body } = await provider.goodResponse(endpoint, request);
        return { headers: JSON_TYPE, body: withField(body as object, field, value) };
      };
      // A new client, which has no metadata and no keys yet.
      await expectSoundSignIn(provider, clientForTest(registration).client);
    }
  },
);

test.each(CLAIMS)('in an ID token, the claim %j may have any value', async (claim) => {
  const { provider, client } = await providerWithAuthTime();
  for (const value of VALUES) {
    changeIdToken(provider, (good) =>
      signed(
        provider.header,
        withField(JSON.parse(payloadOf(good)), claim, value),
        provider.signingKey.privateKey,
      ),
    );
    await expectSoundSignIn(provider, client);
  }
});

test.each(HEADER)('in the header of an ID token, the field %j may have any value', async (field) => {
  const { provider, client } = await providerWithAuthTime();
  for (const value of VALUES) {
    changeIdToken(provider, (good) => {
      const header = Buffer.from(withField(provider.header, field, value)).toString('base64url');
      return good.replace(/^[^.]+/, header);
    });
    await expectSoundSignIn(provider, client);
  }
});

test.each(KEY)('in a key, the field %j may have any value', async (field) => {
  const { provider, registration } = await providerWithAuthTime();
  const [good] = provider.keys;
  for (const value of VALUES) {
    const body = `{"keys":[${withField(good ?? {}, field, value)},${value}]}`;
    provider.scripts['jwks'] = () => ({ headers: JSON_TYPE, body });
    await expectSoundSignIn(provider, clientForTest(registration).client);
  }
});

test.each(['error', 'error_description', 'code', 'message', 'id', 'details'])(
  'in an error response, the field %j may have any value',
  async (field) => {
    const { provider, client } = await providerForTest();
    for (const [index, value] of VALUES.entries()) {
      const status = [400, 401, 403, 429, 500][index % 5] ?? 400;
      const body = withField({ error: 'invalid_grant', error_description: 'd' }, field, value);
      for (const endpoint of ['token', 'userinfo']) {
        provider.scripts = { [endpoint]: () => ({ status, headers: JSON_TYPE, body }) };
        expectSound(await watch(client, provider));
      }
    }
  },
);

test(`odd values in random places of a response never cause an error other than SignInError (SEED=${seed})`, async () => {
  const number = numbersFrom(seed);
  const one = <T>(list: T[]): T => list[number(list.length)] as T;
  /** Random values, nested at random. */
  const value = (depth: number): string => {
    const kind = number(depth > 3 ? 1 : 3);
    if (kind === 1) return `[${value(depth + 1)},${value(depth + 1)}]`;
    if (kind === 2)
      return `{${JSON.stringify(one([...ODD_NAMES, 'error', 'sub', 'kid']))}:${value(depth + 1)}}`;
    return one(VALUES);
  };
  const { provider, registration } = await providerWithAuthTime();
  for (let round = 0; round < 300; round += 1) {
    const endpoint = one(Object.keys(FIELDS));
    const field = one([...(FIELDS[endpoint] ?? []), ...ODD_NAMES, 'error', 'code']);
    const status = one([200, 200, 200, 400, 401, 404, 503]);
    const text = value(0);
    provider.scripts = {};
    provider.scripts[endpoint] = async (request) => {
      const { body } = await provider.goodResponse(endpoint, request);
      return { status, headers: JSON_TYPE, body: withField(body as object, field, text) };
    };
    await expectSoundSignIn(provider, clientForTest(registration).client);
  }
});

test('claims of every type arrive unchanged', async () => {
  const { provider, client } = await providerForTest();
  const body = `{"sub":"${SUBJECT}","a":{"toString":1},"then":{"then":1},"toJSON":1,"__proto__":{"x":1},"u":"\\ud800","n":-0}`;
  provider.scripts['userinfo'] = () => ({ headers: JSON_TYPE, body });
  const { userinfo } = await signIn(client, provider);
  expect(JSON.stringify(userinfo)).toBe(body.replace('-0', '0'));
  provider.scripts['userinfo'] = () => ({ status: 401, headers: JSON_TYPE, body });
  expect((await errorOf(signIn(client, provider))).code).toBe('pingone_blocked');
});
