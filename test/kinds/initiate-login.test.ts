// A sign-in from PingOne's application portal (OpenID Connect Core 1.0, section 4): iss must be exactly the issuer and come
// once; the target must be a page of this app; a short hint is sent to PingOne; and nothing else in the query counts.

import { expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { codeOn, setCookies, startBoth } from '../web/helpers.ts';
import { createRandom, type Random, seed } from './helpers.ts';

const HINT_LIMIT = 256;
const RETURN_TO_LIMIT = 512;

async function app() {
  const both = await startBoth();
  onTestFinished(both.close);
  const signedIn = createBrowser();
  await signInAtProvider(signedIn, both.app.url, both.providerDouble);
  return { ...both, signedIn };
}

const NAVIGATION = {
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-site': 'cross-site',
};

/** Another issuer, which may look like ours. */
function otherIssuer(random: Random, issuer: string): string {
  const at = 1 + random.number(issuer.length - 1);
  return random.pick([
    `${issuer}/`,
    issuer.toUpperCase(),
    issuer.replace('http:', 'https:'),
    issuer.replace('127.0.0.1', 'localhost'),
    issuer.replace('127.0.0.1', '127.0.0.1.'),
    issuer.slice(0, at),
    issuer.slice(0, at) + random.pick(['\u200b', '%2F', '\u00a0', ' ', '\u0000', '.']) + issuer.slice(at),
    ` ${issuer}`,
    `${issuer} `,
    `${issuer}#x`,
    `${issuer}?`,
    `${issuer}/.well-known/openid-configuration`,
    encodeURIComponent(issuer),
    'https://evil.example',
    '',
    'null',
  ]);
}

test(`another iss, an empty iss or two of them start no sign-in (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app: started, providerDouble, signedIn } = await app();
  const { issuer } = providerDouble;
  for (let round = 0; round < 80; round += 1) {
    const other = otherIssuer(random, issuer);
    const values = random.pick([
      [other],
      [other],
      [other, issuer],
      [issuer, other],
      [issuer, issuer],
      ['', issuer],
    ]);
    const others = () => random.pick(['return_to', 'target_link_uri', 'login_hint', 'x']);
    const query = new URLSearchParams([
      ...values.map((value): [string, string] => ['iss', value]),
      ...random.some(2, (): [string, string] => [others(), random.text(5)]),
    ]);
    const browser = random.pick([createBrowser(), signedIn]);
    const page = await browser.get(`${started.url}/login?${query}`, NAVIGATION);
    expect([values, page.status, codeOn(page)]).toEqual([values, 400, 'initiate_login_issuer']);
    expect([page.location, setCookies(page).filter(({ name }) => name.includes('sign_in'))]).toEqual([
      undefined,
      [],
    ]);
  }
  expect((await signedIn.get(`${started.url}/profile`)).status).toBe(200);
});

const IGNORED = [
  'prompt',
  'max_age',
  'acr_values',
  'scope',
  'redirect_uri',
  'state',
  'client_id',
  'nonce',
  'response_type',
  'request',
];

/** A target, and the path of this app that it leads to, or undefined if the app must ignore it. */
function target(random: Random, origin: string): [uri: string, path: string | undefined] {
  const { host, port } = new URL(origin);
  const path = `/${random.text(random.number(8))}${random.pick(['', `?a=${random.text(3)}`, '#part', '/x/', '?a=%2F%2Fevil.example'])}`;
  const own = path.startsWith('//') ? undefined : path;
  return random.pick<[string, string | undefined]>([
    [origin + path, own],
    [origin + path, own],
    [`${origin}/`, '/'],
    [origin, '/'],
    [`${origin}/${'a'.repeat(RETURN_TO_LIMIT - 1)}`, `/${'a'.repeat(RETURN_TO_LIMIT - 1)}`],
    [`${origin}/${'a'.repeat(RETURN_TO_LIMIT)}`, undefined],
    [`https://evil.example${path}`, undefined],
    [`${origin}.evil.example${path}`, undefined],
    [`${origin}@evil.example${path}`, undefined],
    [`${origin}0${path}`, undefined],
    [`https://${host}${path}`, undefined],
    [`http://127.0.0.1:${port}${path}`, undefined],
    [`http://user@${host}${path}`, undefined],
    [`//${host}${path}`, undefined],
    [path, undefined],
    [`${origin}//evil.example${path}`, undefined],
    [`${origin}/\\evil.example`, undefined],
    [`${origin}/x/../..//evil.example`, undefined],
    [`${origin}/a\u0000b`, undefined],
    [`${origin}/a\nb`, undefined],
    [`${origin}/ä`, undefined],
    [`${origin}/login`, undefined],
    [`${origin}/callback?code=c&state=s`, undefined],
    [`${origin}/logout`, undefined],
    [` ${origin}${path}`, undefined],
    [`javascript:alert(1)//${origin}`, undefined],
    ['', undefined],
  ]);
}

test(`the app ignores a target that is not its own page, and sends only a short hint to PingOne (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app: started, providerDouble, signedIn } = await app();
  const { issuer } = providerDouble;
  for (let round = 0; round < 100; round += 1) {
    const [uri, path] = target(random, started.baseUrl);
    const hint = random.pick([
      random.text(1 + random.number(HINT_LIMIT)),
      'ada@example.com',
      `ä${random.text(9)} +&=%/?#"`,
      random.text(HINT_LIMIT + 1 + random.number(900)),
      'ü'.repeat(20 + random.number(60)),
      `a\u0000${random.text(3)}`,
      `a\u200b\u202e${random.text(3)}`,
      '',
    ]);
    const encoded = new URLSearchParams({ x: hint }).toString().length - 2;
    const isPassed = hint !== '' && encoded <= HINT_LIMIT && !/\p{C}/u.test(hint);
    const hasTarget = random.chance(80);
    const others = random.some(3, (): [string, string] => [
      random.pick(IGNORED),
      random.pick(['none', 'evil', '0']),
    ]);
    const given: [string, string][] = [['iss', issuer], ['login_hint', hint], ...others];
    if (hasTarget) given.push(['target_link_uri', uri]);
    const query = new URLSearchParams(random.shuffled(given));
    const browser = random.chance(50) ? signedIn : createBrowser();
    const page = await browser.get(`${started.url}/login?${query}`, random.pick([NAVIGATION, {}]));
    expect([query.toString(), page.status]).toEqual([query.toString(), 302]);
    const asked = new URL(page.location ?? '').searchParams;
    expect([hint, asked.get('login_hint')]).toEqual([hint, isPassed ? hint : null]);
    for (const name of ['prompt', 'max_age', 'acr_values', 'request']) expect(asked.get(name)).toBe(null);
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      client_id: providerDouble.clientId,
      scope: 'openid profile email',
      redirect_uri: `${started.baseUrl}/callback`,
    });
    const { state, code } = providerDouble.authorize(page.location ?? '');
    const end = await browser.get(`${started.url}/callback?${new URLSearchParams({ state, code })}`);
    const expected = hasTarget && path !== undefined ? path : '/profile';
    expect([uri, end.headers['location']]).toEqual([uri, expected]);
  }
});

test(`without iss the app ignores the hint and the target (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app: started, providerDouble } = await app();
  for (let round = 0; round < 30; round += 1) {
    const [uri] = target(random, started.baseUrl);
    const names = random.pick(['ISS', 'iss ', 'issuer', '%69ss%20', 'x']);
    const query = new URLSearchParams({
      login_hint: random.text(6),
      target_link_uri: uri,
      [names]: providerDouble.issuer,
    });
    const browser = createBrowser();
    const page = await browser.get(`${started.url}/login?${query}`);
    expect(new URL(page.location ?? '').searchParams.get('login_hint')).toBe(null);
    const { state, code } = providerDouble.authorize(page.location ?? '');
    const end = await browser.get(`${started.url}/callback?${new URLSearchParams({ state, code })}`);
    expect(end.headers['location']).toBe('/profile');
  }
});
