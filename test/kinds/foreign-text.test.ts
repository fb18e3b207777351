// Secrets and foreign text: names and values that come from PingOne, from a browser or in a link of an attacker reach pages
// and log lines without a secret of the sign-in, and without a control character for a terminal or a log viewer.

import { expect, onTestFinished, test } from 'vitest';
import type { StartOptions } from '../helpers/app.ts';
import { type Browser, createBrowser, type Page } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { type Both, startBoth } from '../web/helpers.ts';
import { createRandom, type Random, seed, sendRaw } from './helpers.ts';

/** A shorter part of a secret is of no use to an attacker. */
const PART = 15;
/** Escape sequences of seven and of eight bits, line ends of every kind, characters that hide text or reverse it. */
const CONTROLS = [
  '\u001b[2J',
  '\u009b31m',
  '\u001b]0;t\u0007',
  '\u0085',
  '\u2028',
  '\u2029',
  '\r\n',
  '\u202e',
  '\u200b',
  '\u00ad',
  '\ufeff',
  '\u0000',
  '\u007f',
  '\u0090',
  '\u{e0041}',
  '\u2066',
];

const ENCODINGS: ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => `It was “${secret}”.`,
  (secret) => secret.slice(2, 30),
  (secret) => encodeURIComponent(secret),
  (secret) => secret.replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (secret) => Buffer.from(`x${secret}y`).toString('base64'),
  (secret) => Buffer.from(`xy${secret}`).toString('base64url'),
  (secret) => [...secret].join('\u200b'),
  (secret) => [...secret].join(' '),
  (secret) => `${'x '.repeat(140)}${secret}`,
  (secret) => `${secret.slice(0, 20)}\u001b[2J${secret.slice(20)}`,
];

/** A text as an attacker or the provider can send it, in a name or in a value. */
const words = (random: Random, text: string) =>
  random.pick([text, `${random.text(3)} ${text}`, `${text}${random.pick(CONTROLS)}`]);

async function app(options: StartOptions = {}): Promise<Both> {
  const both = await startBoth(options);
  onTestFinished(both.close);
  return both;
}

function expectHidden(where: string, text: string, secrets: string[]): void {
  for (const secret of secrets)
    for (let at = 0; at + PART <= secret.length; at += 1) {
      const place = text.indexOf(secret.slice(at, at + PART));
      expect([where, place < 0 ? '' : text.slice(Math.max(0, place - 90), place + 60)]).toEqual([where, '']);
    }
}

/** Expects no secret in any page of this browser, and none in the log. */
async function expectNothingShown(
  { app: started }: Both,
  browser: Browser,
  pages: Page[],
  secrets: string[],
) {
  const flow = await browser.get(`${started.url}/flow`);
  for (const { body, url } of [...pages, flow]) expectHidden(new URL(url).pathname, body, secrets);
  expectHidden('log', started.log(), secrets);
}

/** The secrets of this sign-in. */
function secretsOf({ providerDouble: double }: Both, location: string, code: string) {
  const query = new URL(location).searchParams;
  const [state = '', nonce = ''] = [query.get('state') ?? '', query.get('nonce') ?? ''];
  return {
    state,
    nonce,
    code,
    clientSecret: double.clientSecret,
    accessToken: double.accessToken,
    refreshToken: double.refreshToken,
  };
}

test(`no page and no log line quotes a secret that comes back in a name or a value (SEED=${seed})`, async () => {
  const random = createRandom();
  for (let round = 0; round < 30; round += 1) {
    const both = await app();
    const { app: started, providerDouble: double } = both;
    const browser = createBrowser();
    const { location = '' } = await browser.get(`${started.url}/login`);
    const { state, code } = double.authorize(location);
    const secrets = secretsOf(both, location, code);
    const place = random.pick(['authorization', 'token', 'userinfo', 'claims']);
    // A response cannot quote a secret that does not exist yet.
    const all = ['state', 'nonce', 'clientSecret', 'code', 'accessToken', 'refreshToken'];
    const known = all.slice(0, { authorization: 3, token: 4 }[place]);
    const name = random.pick(known) as keyof typeof secrets;
    const quoted = random.pick(ENCODINGS)(secrets[name]);
    const text = words(random, quoted);
    const ascii = text.replace(/[^\x20-\x7e]/g, '');
    const said = {
      error: random.pick(['invalid_request', text]),
      error_description: text,
      [text]: 'a name',
      list: [text, { [text]: text }],
      message: text,
      code: text,
      id: text,
    };
    const headers = {
      'www-authenticate': `Bearer error_description="${ascii}"`,
      'correlation-id': ascii,
      'retry-after': ascii,
    };
    const status = random.pick([400, 401, 403, 404, 429, 500, 503]);
    let query = new URLSearchParams({ state, code });
    if (place === 'authorization')
      query = new URLSearchParams({
        state,
        error: random.pick(['access_denied', 'invalid_request', text]),
        error_description: text,
        [text]: text,
        iss: random.pick([double.issuer, text]),
      });
    else if (place === 'claims')
      double.claims = { [text]: text, note: text, [random.pick(['aud', 'azp', 'iss', 'sub'])]: text };
    else double.scripts[place] = () => ({ status, headers, body: said });
    const page = await browser.get(`${started.url}/callback?${query}`);
    expect(page.status).toBeGreaterThan(399);
    const hidden = [secrets[name], quoted].filter((secret) => !secret.startsWith('x x'));
    await expectNothingShown(both, browser, [page], hidden);
  }
});

test(`a made-up callback with names and values of every kind shows none of them (SEED=${seed})`, async () => {
  const random = createRandom();
  const both = await app();
  const { app: started } = both;
  for (let round = 0; round < 60; round += 1) {
    const browser = createBrowser();
    if (random.chance(50)) await browser.get(`${started.url}/login`);
    const marks = random.some(4, () => `mark-${random.text(20)}`);
    const names = () =>
      random.pick(['code', 'state', 'error', 'error_description', 'iss', 'x', 'session_state']);
    const pairs = marks.map((mark) =>
      random.pick([
        `${mark}=1`,
        `${names()}=${mark}`,
        `${names()}=${encodeURIComponent(mark + random.pick(CONTROLS))}`,
      ]),
    );
    const page = await browser.get(`${started.url}/callback?${pairs.join('&')}`);
    expect(page.status).toBe(400);
    // The administrator sees the OAuth error even if it came without a state.
    const isStray = !pairs.some((pair) => pair.startsWith('state='));
    const hidden = marks.filter(
      (mark) => !(isStray && pairs.some((pair) => pair.startsWith('error=') && pair.includes(mark))),
    );
    await expectNothingShown(both, browser, [page], hidden);
  }
});

/** All names and values in a JSON value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)]);
}

/** Each place where text from outside can come in: one request or a whole sign-in. */
const ENTRIES: Record<string, (both: Both, text: string, random: Random) => Promise<unknown>> = {
  path: ({ app: { url } }, text) => createBrowser().get(`${url}/${encodeURIComponent(text)}`),
  host: ({ app: { url } }, text) => sendRaw(`${url}/login`, [`Host: evil${text}.example`]),
  'x-forwarded-proto': ({ app: { url } }, text) =>
    sendRaw(`${url}/login`, [`X-Forwarded-Proto: http${text}`]),
  'other headers': ({ app: { url } }, text) =>
    sendRaw(
      `${url}/profile`,
      ['User-Agent', 'Referer', 'Origin', 'X-Request-Id', 'Cookie'].map((name) => `${name}: a${text}=b`),
    ),
  return_to: ({ app: { url } }, text) =>
    createBrowser().get(`${url}/login?return_to=${encodeURIComponent(`/${text}`)}`),
  iss: ({ app: { url } }, text) =>
    createBrowser().get(`${url}/login?iss=${encodeURIComponent(`https://evil${text}`)}`),
  target: ({ app: { url }, providerDouble: { issuer } }, text) =>
    createBrowser().get(
      `${url}/login?${new URLSearchParams({ iss: issuer, target_link_uri: `${url}/${text}`, login_hint: text })}`,
    ),
  'stray error': ({ app: { url } }, text) =>
    createBrowser().get(`${url}/callback?error=${encodeURIComponent(`e${text}`)}`),
  state: ({ app: { url } }, text) =>
    createBrowser().get(`${url}/callback?code=c&state=${encodeURIComponent(`s${text}`)}`),
  'authorization error': async ({ app: { url }, providerDouble }, text) => {
    const browser = createBrowser();
    const { state } = providerDouble.authorize((await browser.get(`${url}/login`)).location ?? '');
    const query = { state, error: `e${text}`, error_description: `d${text}`, [`n${text}`]: text };
    return browser.get(`${url}/callback?${new URLSearchParams(query)}`);
  },
  'iss of a response': async ({ app: { url }, providerDouble }, text) => {
    const browser = createBrowser();
    const { state, code } = providerDouble.authorize((await browser.get(`${url}/login`)).location ?? '');
    return browser.get(`${url}/callback?${new URLSearchParams({ state, code, iss: `https://evil${text}` })}`);
  },
  'error response': async ({ app: { url }, providerDouble: double }, text, random) => {
    const header = text.replace(/[^\x20-\x7e\x80-\xff]/g, '');
    const headers = {
      'www-authenticate': `Bearer ${header}`,
      'correlation-id': header,
      'content-type': `application/json;x=${header}`,
    };
    const body = {
      [random.pick(['error', 'code'])]: `e${text}`,
      error_description: `d${text}`,
      message: `m${text}`,
      id: text,
    };
    const endpoint = random.pick(['token', 'userinfo', 'jwks']);
    double.scripts[endpoint] = () => ({ status: random.pick([200, 400, 401, 500]), headers, body });
    await signInAtProvider(createBrowser(), url, double);
  },
  claims: async ({ app: { url }, providerDouble: double }, text, random) => {
    double.claims = { [random.pick(['iss', 'aud', 'azp', 'acr', 'sub'])]: `c${text}` };
    double.header = { ...double.header, [random.pick(['kid', 'typ'])]: `h${text}` };
    await signInAtProvider(createBrowser(), url, double);
  },
};

test.each(Object.keys(ENTRIES))(
  `no log line and no fact has a control character for a terminal: %s (SEED=${seed})`,
  async (name) => {
    const random = createRandom();
    for (let round = 0; round < 6; round += 1) {
      const both = await app(name.startsWith('x-') ? { baseUrl: 'https://app.example', trustProxy: 1 } : {});
      const text = random.some(2, () => random.pick(CONTROLS)).join('x') + random.pick(CONTROLS);
      // A header of HTTP carries visible characters and characters above 0x7f.
      const isField = name.startsWith('host') || name.startsWith('x-') || name.startsWith('other');
      const sent = isField ? text.replace(/[^\x20-\x7e\x80-\xff]/g, '\u009b31m') : text;
      await ENTRIES[name]?.(both, sent, random);
      await expect.poll(() => both.app.events('request ended').length, { timeout: 5_000 }).toBeGreaterThan(0);
      for (const line of both.app.log().trimEnd().split('\n')) {
        const controls = textsIn(JSON.parse(line))
          .concat(line)
          .filter((one) => /[\p{C}\p{Zl}\p{Zp}]/u.test(one));
        expect(controls.map((one) => JSON.stringify(one))).toEqual([]);
      }
    }
  },
);
