// Keys: a JWK Set with entries of every kind beside the right key. A sign-in succeeds if the key that signed is among the
// first four candidates: usable keys first, and of these the keys with its kid. A crit is refused, whatever it names.

import { expect, test } from 'vitest';
import { createSigningKey, publicJwk } from '../helpers/provider-double.ts';
import { errorOf, providerForTest, signIn } from '../pingone/helpers.ts';
import { changeIdToken, signed } from '../pingone/id-token/helpers.ts';
import { createRandom, type Random, seed } from './helpers.ts';

const KEYS_TRIED = 4;

/** Strong keys that have signed nothing. Making RSA keys is slow, so they are made once. */
const OTHERS = Array.from({ length: 6 }, () => publicJwk(createSigningKey()));

/** A modulus with this number of bits. No key has it. */
function modulus(random: Random, bits: number): string {
  const bytes = Buffer.from(Array.from({ length: bits / 8 }, () => random.number(256)));
  bytes.writeUInt8((bytes[0] ?? 0) | 0x80, 0);
  bytes.writeUInt8((bytes.at(-1) ?? 0) | 1, bytes.length - 1);
  return bytes.toString('base64url');
}

interface Entry {
  value: unknown;
  /** How the app must treat the entry. It never tries a skipped entry. */
  is: 'right' | 'usable' | 'unusable' | 'skipped';
}

function entry(random: Random, right: object, kid: string | undefined): Entry {
  const [other = {}] = [random.pick(OTHERS)];
  const own = random.pick([{ kid }, { kid }, { kid: undefined }, { kid: null }, { kid: '' }]);
  const foreign = { kid: random.text(5) };
  const of = (value: object, is: Entry['is']): Entry => ({ value: { ...value, ...own }, is });
  return random.pick<() => Entry>([
    () => of(other, 'usable'),
    () =>
      of({ ...other, use: random.pick(['sig', null, '']), alg: random.pick(['RS256', null, '']) }, 'usable'),
    // Another kid than the token's: not tried, unless the token has none.
    () => ({ value: { ...other, ...foreign }, is: kid === undefined ? 'usable' : 'skipped' }),
    () => of({ ...other, n: modulus(random, random.pick([2_048, 4_096, 8_192])) }, 'usable'),
    () => of({ ...other, n: modulus(random, random.pick([512, 1_024, 2_040, 8_200, 16_384])) }, 'unusable'),
    () => of({ ...other, e: random.pick(['Aw', 'AAEAAQ', 'f____w']) }, 'usable'),
    () =>
      of({ ...other, e: random.pick(['Ag', 'BA', 'AQAA', 'AQ', 'AA', 'gAAAAQ', '__________8']) }, 'unusable'),
    () => of({ ...right, n: modulus(random, 1_024) }, 'unusable'),
    () => of({ ...right, use: random.pick(['enc', 'x', 7]) }, 'skipped'),
    () => of({ ...right, alg: random.pick(['RS512', 'PS256', 'HS256', 7]) }, 'skipped'),
    () => of({ ...right, kty: random.pick(['EC', 'oct', 'rsa', null]) }, 'skipped'),
    () => of({ ...right, n: random.pick([undefined, 7, null, {}]) }, 'skipped'),
    () => ({ value: { ...right, kid: random.pick([7, {}, ['default']]) }, is: 'skipped' }),
    () => ({ value: random.pick([null, 'x', 7, [], {}, [right], true, { keys: [right] }]), is: 'skipped' }),
  ])();
}

test(`the app finds the right key among any others, if it is one of the first four candidates (SEED=${seed})`, async () => {
  const random = createRandom();
  const seen = new Set<string>();
  for (let round = 0; round < 160; round += 1) {
    const { provider, client } = await providerForTest();
    const right = publicJwk(provider.signingKey);
    const kid = random.pick(['default', 'default', undefined]);
    provider.header = { alg: 'RS256', ...(kid && { kid }) };
    const entries = random.some(9, () => entry(random, right, kid));
    const copies: Entry[] = random.some(2, () => ({ value: right, is: 'right' }));
    // Often more of them than are tried.
    const crowd = random.some(random.pick([0, 0, 0, 9]), (): Entry => {
      const own = random.pick([{ kid }, { kid: undefined }, { kid: null }, { kid: '' }]);
      return { value: { ...random.pick(OTHERS), ...own }, is: 'usable' };
    });
    const all = random.shuffled([...entries, ...copies, ...crowd]);
    provider.keys = all.map(({ value }) => value as object);
    // The usable keys come first, and of these the keys with the token's kid; each group in the order of the JWK Set.
    const usable = all.filter(({ is }) => is === 'right' || is === 'usable');
    const isOfKid = ({ value }: Entry) => kid === undefined || (value as { kid?: unknown }).kid === kid;
    const tried = [...usable.filter(isOfKid), ...usable.filter((one) => !isOfKid(one))].slice(0, KEYS_TRIED);
    const code = tried.some(({ is }) => is === 'right')
      ? 'signed in'
      : tried.length > 0
        ? 'id_token_signature'
        : all.some(({ is }) => is === 'unusable')
          ? 'id_token_key_unusable'
          : 'id_token_key_unknown';
    seen.add(code);
    const outcome = signIn(client, provider);
    const found = code === 'signed in' ? await outcome.then(() => code) : (await errorOf(outcome)).code;
    expect([round, all.map(({ is }) => is), found]).toEqual([round, all.map(({ is }) => is), code]);
    // If no key fits, the app fetches the JWK Set once more, and not again.
    expect(provider.requestsTo('jwks')).toHaveLength(code === 'signed in' ? 1 : 2);
    if (code === 'id_token_key_unusable')
      expect((await errorOf(signIn(client, provider))).facts.found).toMatch(/^kid .* (has|is)/);
  }
  expect(seen.size).toBe(4);
});

test(`a crit is refused, whatever it names and whatever other fields the header has (SEED=${seed})`, async () => {
  const random = createRandom();
  const { provider, client } = await providerForTest();
  const names = ['b64', 'exp', 'kid', 'alg', 'crit', 'x', '', 'http://example.com/x'];
  for (let round = 0; round < 50; round += 1) {
    const crit = random.pick<unknown>([
      random.some(3, () => random.pick(names)),
      [],
      null,
      '',
      'b64',
      {},
      7,
      false,
    ]);
    const fields = Object.fromEntries(
      random.some(3, () => [random.pick(names.slice(0, -2)), random.pick<unknown>([false, true, 1, 'x'])]),
    );
    const hasCrit = random.chance(80);
    const header = { ...fields, ...provider.header, ...(hasCrit ? { crit } : { crit: undefined }) };
    changeIdToken(provider, (good) => {
      const payload = Buffer.from(good.split('.')[1] ?? '', 'base64url').toString();
      return signed(header, payload, provider.signingKey.privateKey);
    });
    const outcome = await signIn(client, provider).then(
      () => 'signed in',
      (error: { code: string }) => error.code,
    );
    expect([header, outcome]).toEqual([header, hasCrit ? 'id_token_critical_header' : 'signed in']);
  }
});
