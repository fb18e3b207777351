// Work grows no faster than its input, which an attacker, a user or the provider can make long. Nothing is timed: the test
// counts the characters that parsers, regular expressions and searches get, at one size and at twice that size.

import crypto from 'node:crypto';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider, startSignIn } from '../helpers/flow.ts';
import { SUBJECT } from '../helpers/provider-double.ts';
import { type Both, startBoth } from '../web/helpers.ts';
import { createRandom, type Random, seed, sendRaw, workOf } from './helpers.ts';

// The spy counts the calls and makes them.
vi.mock('node:crypto', { spy: true });
beforeEach(() => void vi.clearAllMocks());

/** Linear work doubles with its input. The other 0.3 is for sorting. */
const AT_TWICE_THE_SIZE = 2.3;
/** The length of a small input. */
const SMALL = 200;
/** Less work than this is too little to measure how it grows. */
const TOO_LITTLE = 20_000;
/** How often the app may read each character of the input and of BASE, the rest of a request and its page. */
const LOOKS = 40;
const BASE = 10_000;

const JSON_TYPE = { 'content-type': 'application/json' };
const NAMES = 'abcXYZ019-_.~%+[]{}"<>\\|^`@!*';

const HARD_PARTS = [
  ...['[ ', '{"a":', ' ', '\\', '"', '\t\n', 'a', '%41', '%', '&&', '=', ';', '<>', '“', '\u00a0', 'Aa0'],
  ...['/', '..', '((((', 'a@', '-'],
];

/** A text of this length that is hard for parsers and regular expressions. */
function hardText(random: Random, length: number): string {
  const unit = random.pick(HARD_PARTS);
  const other = random.pick(['', ']', '}', '"', 'Correlation ID: ', '\u2028', '!', random.text(3)]);
  return (unit.repeat(Math.ceil(length / unit.length)) + other).slice(-length);
}

/** A text of this length that repeats the same few parts. Each # becomes another number. */
function repeated(make: () => string, length: number): string {
  const parts = Array.from({ length: 40 }, make);
  const texts: string[] = [];
  for (let at = 0; at < length; at += texts.at(-1)?.length ?? 1)
    texts.push((parts[texts.length % parts.length] ?? 'x').replace('#', `${texts.length + 1_000}`) || ' ');
  return texts.join('').slice(0, length);
}

/** Parameters whose names mostly differ, so that a search for each name in a list of all names takes long. */
function query(random: Random, length: number): string {
  const part = () =>
    random.pick([
      `${random.text(1 + random.number(4), NAMES)}#=${random.text(random.number(6), NAMES)}&`,
      'p#&',
      'p#=%41&',
      `${encodeURIComponent(hardText(random, 9))}#&`,
    ]);
  return repeated(part, length).replace(/[\s#]/g, 'x');
}

function cookies(random: Random, length: number): string {
  const prefixes = ['pingone_sign_in_', 'pingone_flow', 'pingone_session', 'a'];
  const values = [`#=${random.text(random.number(9))}; `, '#=; ', '#=s%3A#; ', '#=a;', '=; '];
  return repeated(() => random.pick(prefixes) + random.pick(values), length);
}

/**
 * The fields of a JSON object of about this length, half of it in short fields. A longer object has more fields, or longer
 * ones. The app refuses a response of more than 2,000 fields and items.
 */
function fields(random: Random, length: number): Record<string, unknown> {
  const size = Math.min(random.pick([200, 2_000, length / 2]), length / 2);
  const makers = Array.from({ length: 6 }, () => {
    const text = hardText(random, size);
    const list = Array.from({ length: Math.ceil(size / 60) }, (_, n) => text.slice(n * 60, n * 60 + 60));
    const value = random.pick<unknown>([text, list, { [text.slice(0, 40)]: text }, { a: [[text]] }]);
    return { name: random.pick(['x', '\u00a0', '<', 'toString']), value };
  });
  const many = Array.from({ length: length / 40 }, (_, n) => [`y${n}`, `value ${n}`]);
  const long = Array.from({ length: Math.ceil(length / (2 * size)) }, (_, n) => {
    const { name = '', value } = makers[n % makers.length] ?? {};
    return [name + n, value];
  });
  return Object.fromEntries([...many, ...long]);
}

/** Expects linear work: at twice the size at most AT_TWICE_THE_SIZE times as much, not counting the work for a small input. */
async function expectLinear(
  size: number,
  prepare: (size: number, random: Random) => () => Promise<unknown>,
  start = seed,
): Promise<void> {
  const work = (length: number) => workOf(prepare(length, createRandom(start)));
  // Templates and the like are compiled at first use.
  await work(size);
  const [small, once, twice] = [await work(SMALL), await work(size), await work(2 * size)];
  const expected = Math.max(AT_TWICE_THE_SIZE * (once - small), TOO_LITTLE);
  expect(twice - small, `${small}, ${once} and ${twice}`).toBeLessThan(expected);
  expect(twice).toBeLessThan(LOOKS * (2 * size + BASE));
}

async function app(): Promise<Both> {
  const both = await startBoth({ trustProxy: 1 });
  onTestFinished(both.close);
  return both;
}

const PATHS = [
  '/callback?state=s&code=c&',
  '/callback?',
  '/login?',
  '/?',
  '/profile?',
  '/flow?',
  '/switch-user?',
  '/x?',
];

for (const path of PATHS)
  test(`the work for a query grows no faster than its length, at ${path} (SEED=${seed})`, async () => {
    const { app: started } = await app();
    const prepare = (length: number, random: Random) => {
      const url = started.url + path + query(random, length);
      return () => sendRaw(url);
    };
    for (let round = 0; round < 4; round += 1) {
      // About the longest query that the app reads, and one that it refuses.
      for (const size of [4_000, 30_000]) await expectLinear(size, prepare, seed + round);
    }
  });

test.each([
  'Cookie',
  'X-Forwarded-For',
  'X-Forwarded-Proto',
  'Sec-Fetch-Mode',
  'Sec-Purpose',
  'Origin',
  'Referer',
])(`the work for the header %s grows no faster than its length (SEED=${seed})`, async (name) => {
  const { app: started } = await app();
  const items = ['navigate', 'prefetch', 'https', '203.0.113.8', '"', '[::1]:1', ' ', 'a#', '\\'];
  const field = (size: number, random: Random) => {
    const separator = random.pick([',', ', ', ';', ' ']);
    return name === 'Cookie' ? cookies(random, size) : repeated(() => random.pick(items) + separator, size);
  };
  for (const path of ['/login', '/callback?state=s&code=c', '/profile', '/flow']) {
    const prepare = (size: number, random: Random) => {
      const line = `${name}: ${field(size, random).slice(0, size)}`;
      return () => sendRaw(started.url + path, [line]);
    };
    await expectLinear(14_000, prepare);
  }
});

test(`the app decrypts each cookie at most once, and does not hash a state or a name for each cookie (SEED=${seed})`, async () => {
  const { app: started } = await app();
  const random = createRandom();
  for (const count of [50, 500]) {
    const pairs = Array.from({ length: count }, (_, n) => `pingone_sign_in_${n}=${random.text(60)}`);
    for (const [path, decrypted] of [
      ['/login', count],
      ['/callback?state=s&code=c', 0],
      [`/callback?state=${random.text(43)}&code=c`, 0],
      ['/flow', 0],
    ] as const) {
      vi.clearAllMocks();
      await sendRaw(started.url + path, [`Cookie: ${pairs.join('; ')}`]);
      expect(vi.mocked(crypto.createDecipheriv).mock.calls.length, path).toBeLessThanOrEqual(decrypted);
      expect(vi.mocked(crypto.hash).mock.calls.length, path).toBeLessThan(6);
    }
  }
});

test.each(['/', '/profile', '/flow', '/api/me'])(
  `the work for claims grows no faster than their size, in the sign-in and in %s after it (SEED=${seed})`,
  async (path) => {
    const { app: started, providerDouble } = await app();
    const prepare = (size: number, random: Random) => {
      const claims = fields(random, Math.min(size / 20, 2_000));
      const userinfo = { ...fields(random, size), sub: SUBJECT };
      return async () => {
        Object.assign(providerDouble, { claims, userinfo });
        const browser = createBrowser();
        expect((await signInAtProvider(browser, started.url, providerDouble)).status).toBe(303);
        const page = await sendRaw(started.url + path, [`Cookie: ${browser.cookies().join('; ')}`]);
        expect(page.status).toBe(200);
      };
    };
    for (let round = 0; round < 4; round += 1) await expectLinear(20_000, prepare, seed + round);
  },
);

test.each(['token', 'userinfo', 'jwks', '.well-known/openid-configuration'])(
  `the work for an error response grows no faster than its size: %s (SEED=${seed})`,
  async (endpoint) => {
    const prepare = (size: number, random: Random) => {
      const words = random.pick(['error_description', 'message', 'error', 'x']);
      const body = { error: 'e', ...fields(random, size / 2), [words]: hardText(random, size / 2) };
      const field = hardText(random, size / 20).replace(/[^\x20-\x7e]/g, 'x');
      const status = random.pick([400, 401, 403, 500, 503]);
      const headers = {
        'www-authenticate': field,
        'correlation-id': field,
        'retry-after': field.slice(0, 900),
      };
      return async () => {
        const { app: started, providerDouble, close } = await startBoth();
        const browser = createBrowser();
        const isDiscovery = endpoint.startsWith('.');
        const callback = isDiscovery ? '' : await startSignIn(browser, started.url, providerDouble);
        providerDouble.scripts[endpoint] = () => ({ status, headers, body });
        const page = await browser.get(isDiscovery ? `${started.url}/login` : callback);
        await close();
        expect(page.status).toBeGreaterThan(399);
      };
    };
    for (let round = 0; round < 3; round += 1) await expectLinear(30_000, prepare, seed + round);
  },
);

test(`the work for a JWK Set and a discovery document grows no faster than their size (SEED=${seed})`, async () => {
  const prepare = (size: number, random: Random) => {
    const more = fields(random, size);
    const chosen = Array.from({ length: 20 }, () => random.number(6));
    const around = fields(random, size / 4);
    return async () => {
      const { app: started, providerDouble, close } = await startBoth();
      const [good = {}] = providerDouble.keys;
      const odd = [null, 'x', [], good, { kty: 'RSA' }, { ...good, n: 'AQAB' }];
      const keys = Array.from({ length: size / 100 }, (_, n) => odd[chosen[n % chosen.length] ?? 0]);
      const body = { keys: [good, ...keys], ...around };
      providerDouble.scripts['jwks'] = () => ({ headers: JSON_TYPE, body });
      Object.assign(providerDouble.metadata, more);
      const page = await signInAtProvider(createBrowser(), started.url, providerDouble);
      await close();
      expect(page.status).toBe(303);
    };
  };
  for (let round = 0; round < 4; round += 1) await expectLinear(20_000, prepare, seed + round);
});
