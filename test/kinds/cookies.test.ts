// Two parsers of one header, cookies: a cookie that a browser keeps under a name other than ours, because a sibling
// subdomain or a page without https set it, must not be read as ours by any part of this app.

import { expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { type Both, startBoth } from '../web/helpers.ts';
import { createRandom, type Random, seed, sendRaw } from './helpers.ts';

/** Texts that only look like the prefixes that bind a cookie to its host (RFC 6265bis, section 4.1.3). */
const PREFIXES = [
  '',
  '__Secure-',
  '__host-',
  '__HOST-',
  '__Host_',
  '_Host-',
  '__Host-__Host-',
  '__Host',
  'Host-',
];
/** Characters that some parsers take for white space or a quotation mark, or ignore; as bytes of latin1. */
const UNSEEN = [
  '\u00a0',
  '\u0085',
  '\u00ad',
  '\u00ff',
  '"',
  "'",
  '$',
  '%20',
  '%5F',
  '+',
  ',',
  '\\',
  '.',
  '[',
  '\u00c2\u00a0',
  '\u00e2\u0080\u008b',
  '\u00ef\u00bb\u00bf',
];
/** Bytes of a Cookie header that are no part of a name. Only these may come before the name of our cookie. */
const AROUND = ['', ' ', '\t', '  ', ' \t '];

/** A name that every browser keeps apart from this name. */
function otherName(random: Random, name: string): string {
  const at = random.number(name.length + 1);
  const unseen = random.pick(UNSEEN);
  const rest = name.replace('__Host-', '');
  return random.pick([
    unseen + name,
    name + unseen,
    name.slice(0, at) + unseen + name.slice(at),
    ...(name.startsWith('__Host-') ? [random.pick(PREFIXES) + rest, `${unseen}__Host-${rest}`] : []),
    name.replace(/[a-z]/, (letter) => letter.toUpperCase()),
    `__Host-${name}`,
    name.slice(0, -1),
  ]);
}

const SITES = [
  { what: 'http', baseUrl: undefined, lines: [] },
  { what: 'https', baseUrl: 'https://app.example', lines: ['X-Forwarded-Proto: https'] },
] as const;

async function site({
  baseUrl,
  lines,
}: (typeof SITES)[number]): Promise<Both & { headers: Record<string, string> }> {
  const both = await startBoth(baseUrl ? { baseUrl, trustProxy: 1 } : {});
  onTestFinished(both.close);
  const headers: Record<string, string> = lines.length > 0 ? { 'x-forwarded-proto': 'https' } : {};
  return { ...both, headers };
}

/** A started sign-in: the path of its callback, and its cookie. */
async function pending({ app, providerDouble, headers }: Both & { headers: Record<string, string> }) {
  const browser = createBrowser();
  const { location = '' } = await browser.get(`${app.url}/login`, headers);
  const { state, code } = providerDouble.authorize(location);
  const [cookie = ''] = browser.cookies();
  return { path: `/callback?${new URLSearchParams({ code, state })}`, cookie, browser };
}

const split = (cookie: string) =>
  [cookie.slice(0, cookie.indexOf('=')), cookie.slice(cookie.indexOf('=') + 1)] as const;

for (const one of SITES) {
  test(`over ${one.what} no cookie under another name completes a sign-in, is a session or opens a record (SEED=${seed})`, async () => {
    const random = createRandom();
    const both = await site(one);
    const { app, providerDouble, headers } = both;
    const signedIn = await pending(both);
    await signedIn.browser.get(app.url + signedIn.path, headers);
    const all = signedIn.browser.cookies();
    const session = split(all.find((cookie) => cookie.includes('pingone_session')) ?? '');
    const record = split(all.find((cookie) => cookie.includes('pingone_flow')) ?? '');
    const { path, cookie } = await pending(both);
    const signIn = split(cookie);
    providerDouble.received.length = 0;

    const send = (target: string, field: string) =>
      sendRaw(app.url + target, [...one.lines, `Cookie: ${field}`]);
    for (let round = 0; round < 40; round += 1) {
      const others = random.some(3, (n) => `c${n}=${random.text(5)}`);
      const field = ([name, value]: readonly [string, string]) => {
        const pair = `${otherName(random, name)}=${value}`;
        return random.shuffled([...others, pair]).join(`;${random.pick(AROUND)}`);
      };
      const callback = field(signIn);
      expect((await send(path, callback)).status, JSON.stringify(callback)).toBe(400);
      const profile = field(session);
      expect((await send('/profile', profile)).status, JSON.stringify(profile)).toBe(302);
      const flow = `${session.join('=')}; ${field(record)}`;
      expect((await send('/flow', flow)).body, JSON.stringify(flow)).not.toContain('id="step-1"');
    }
    expect(providerDouble.requestsTo('token')).toEqual([]);

    // Under their own names, the app accepts its cookies, whatever white space surrounds them.
    for (const around of AROUND) {
      const field = `a=b;${around}${session.join('=')}${around.trimEnd()};${around}${record.join('=')}`;
      expect((await send('/flow', field)).body).toContain('id="step-1"');
      expect((await send('/profile', field)).status).toBe(200);
    }
    expect((await send(path, `;=;a=b; ${signIn.join('=')}`)).status).toBe(303);
  });

  test(`over ${one.what} every part of the app reads the first of several cookies with one name (SEED=${seed})`, async () => {
    const random = createRandom();
    const both = await site(one);
    const { app, headers } = both;
    const signedIn = await pending(both);
    await signedIn.browser.get(app.url + signedIn.path, headers);
    const all = signedIn.browser.cookies().map(split);
    // A user has at most ten records, so the test makes no more sign-ins than that.
    for (let round = 0; round < 8; round += 1) {
      const bad = () => random.pick(['', 'x', '""', 's%3Ax.y', random.text(43), '%', '%ff']);
      for (const [name, value] of all) {
        const target = name.includes('flow') ? '/flow' : '/profile';
        const rest = all.filter(([other]) => other !== name).map((pair) => pair.join('='));
        const sees = async (...values: string[]) => {
          const field = [...values.map((text) => `${name}=${text}`), ...rest].join('; ');
          const { status, body } = await sendRaw(app.url + target, [...one.lines, `Cookie: ${field}`]);
          return target === '/flow' ? body.includes('id="step-1"') : status === 200;
        };
        expect([name, await sees(value, bad(), bad())]).toEqual([name, true]);
        expect([name, await sees(bad(), value)]).toEqual([name, false]);
      }
      const { path, cookie } = await pending(both);
      const [name, value] = split(cookie);
      const first = await sendRaw(app.url + path, [
        ...one.lines,
        `Cookie: ${name}=${bad()}; ${name}=${value}`,
      ]);
      expect(first.status).toBe(400);
      const second = await sendRaw(app.url + path, [
        ...one.lines,
        `Cookie: ${name}=${value}; ${name}=${bad()}`,
      ]);
      expect(second.status).toBe(303);
    }
  });
}
