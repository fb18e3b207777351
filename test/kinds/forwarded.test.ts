// Two parsers of one header, X-Forwarded-*: an address counts however it is written, by its /56 if it is IPv6. A text that is
// no address does not count as another client. No header changes the redirect URI, or makes an insecure request secure.

import { isIP } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { StartOptions } from '../helpers/app.ts';
import { startBoth } from '../web/helpers.ts';
import { createRandom, type Random, seed, sendRaw } from './helpers.ts';

async function app(options: StartOptions) {
  const both = await startBoth(options);
  onTestFinished(both.close);
  const login = async (...lines: string[]) => sendRaw(`${both.app.url}/login`, lines);
  return { ...both, login };
}

const from = (address: string) => `X-Forwarded-For: ${address}`;
const hex = (random: Random) => random.number(0x10000).toString(16);

/** An address that no other round has. */
function ipv4(random: Random, round: number): string {
  return `${11 + (round % 90)}.${random.number(256)}.${random.number(256)}.${random.number(256)}`;
}

/** Two addresses of one /56. */
function ipv6(random: Random, round: number): [string, string] {
  const prefix = ['2001', `${(0x1000 + round).toString(16)}`, hex(random)];
  const own = random.number(256);
  const rest = () => {
    const subnet = (own * 256 + random.number(256)).toString(16);
    return [...prefix, subnet, ...Array.from({ length: 4 }, () => random.pick([hex(random), '0', '1']))];
  };
  return [rest().join(':'), rest().join(':')];
}

/** The same address, in one of the forms that proxies write. */
function written(random: Random, address: string): string {
  const port = 1 + random.number(65_535);
  if (isIP(address) === 4) {
    const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
    const [high, low] = [a * 256 + b, c * 256 + d].map((group) => group.toString(16));
    return random.pick([
      address,
      `${address}:${port}`,
      `::ffff:${address}`,
      `::ffff:${high}:${low}`,
      `::FFFF:${high}:${low}`,
    ]);
  }
  const compressed = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const full = address.replace(/[\da-f]+/g, (group) => group.padStart(4, '0'));
  const text = random.pick([address, compressed, full, full.toUpperCase()]);
  return random.pick([text, `[${text}]`, `[${text}]:${port}`]);
}

test(`each client has its own count, however its address is written (SEED=${seed})`, async () => {
  const random = createRandom();
  const { login } = await app({ trustProxy: 1, loginRateLimit: 1 });
  for (let round = 0; round < 120; round += 1) {
    const ours = round % 2 === 0 ? [ipv4(random, round)] : ipv6(random, round);
    const spoofed = random.some(2, () => random.pick(['unknown', ipv4(random, round), '"', '1.2.3.4', ' ']));
    const lines = [ours.at(0), ours.at(-1), ours.at(0)].map((address = '') => {
      const chain = [...spoofed, written(random, address)].join(random.pick([',', ', ', ' , ']));
      return from(random.chance(80) ? chain : `${chain} `);
    });
    const statuses = [];
    for (const line of lines) statuses.push((await login(line)).status);
    expect([lines, statuses]).toEqual([lines, [302, 429, 429]]);
  }
});

test(`a text that is no address counts as the proxy’s own address (SEED=${seed})`, async () => {
  const random = createRandom();
  const { login } = await app({ trustProxy: 1, loginRateLimit: 1 });
  expect((await login()).status).toBe(302);
  for (let round = 0; round < 150; round += 1) {
    const address = ipv4(random, round);
    const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
    const [six] = ipv6(random, round);
    const field = random.pick([
      'unknown',
      `_${random.text(6)}`,
      `${random.text(5)}.example`,
      `${((a * 256 + b) * 256 + c) * 256 + d}`,
      `0x${a.toString(16)}.${b}.${c}.${d}`,
      `${a}.${b}.${c * 256 + d}`,
      `0${a.toString(8)}.${b}.${c}.${d}`,
      `${address}.`,
      `${address}/24`,
      `${address}?x`,
      `${address}#x`,
      `x@${address}`,
      `x:y@${address}:80`,
      `http://${address}`,
      `${address}:`,
      `${address}:x`,
      `${address}:80:80`,
      `"${address}"`,
      `for=${address}`,
      `${address}\u00a0`,
      `${address} x`,
      `[${address}]`,
      `[${six}`,
      `${six}]`,
      `[${six}]x`,
      `[${six}%25eth0]`,
      `${six}/56`,
      `${six}:80:1`,
      `256.${b}.${c}.${d}`,
      '',
      '%',
    ]);
    const { status } = await login(from(field));
    expect([field, status]).toEqual([field, 429]);
  }
});

test(`a request is secure only if the trusted proxy sends exactly https; otherwise no sign-in starts (SEED=${seed})`, async () => {
  const random = createRandom();
  const both = await app({ trustProxy: 1, baseUrl: 'https://app.example' });
  const others = [
    'http',
    'HTTPS',
    'Https',
    'httpss',
    'https:',
    'https;',
    '"https"',
    'https http',
    'wss',
    'on',
    '',
    '1',
    'ttps',
    'https\u00ad',
  ];
  for (let round = 0; round < 60; round += 1) {
    const isSecure = random.chance(30);
    const field = isSecure ? 'https' : random.pick(others);
    const lines = [
      `X-Forwarded-Proto: ${field}`,
      ...random.pick([
        [],
        ['X-Forwarded-Ssl: on'],
        ['Front-End-Https: on'],
        ['Forwarded: proto=https'],
        ['X-Forwarded-Scheme: https'],
        ['X-Forwarded-Port: 443'],
      ]),
    ];
    for (const path of ['/login', '/callback?state=s&code=c', '/switch-user']) {
      const page = await sendRaw(both.app.url + path, lines);
      const expected = isSecure ? (path.startsWith('/callback') ? 400 : 302) : 400;
      expect([lines, path, page.status]).toEqual([lines, path, expected]);
      expect(page.body.includes('insecure_connection')).toBe(!isSecure);
      if (!isSecure) expect(page.cookies).toEqual([]);
    }
  }
});

test.each([0, 1])(
  `no header of a request changes the redirect URI, with TRUST_PROXY %i (SEED=${seed})`,
  async (trustProxy) => {
    const random = createRandom();
    const { app: started, login } = await app({ trustProxy });
    const names = [
      'X-Forwarded-Host',
      'X-Forwarded-Proto',
      'X-Forwarded-Port',
      'X-Forwarded-Prefix',
      'X-Original-URL',
      'X-Rewrite-URL',
      'Forwarded',
      'X-Host',
      'Origin',
      'Referer',
      'X-Forwarded-Server',
      'Via',
    ];
    const values = () =>
      random.pick([
        'evil.example',
        'https',
        'host=evil.example;proto=https',
        `${random.text(8)}.example:444`,
        '/evil',
        '\u00a0',
        'localhost, evil.example',
        '[::1]',
        '"',
        '443',
      ]);
    for (let round = 0; round < 80; round += 1) {
      const lines = random.some(4, () => `${random.pick(names)}: ${values()}`);
      const { status, headers } = await login(...lines);
      expect(status).toBe(302);
      const asked = new URL(headers['location'] ?? '').searchParams;
      expect([lines, asked.get('redirect_uri')]).toEqual([lines, `${started.baseUrl}/callback`]);
    }
    for (let round = 0; round < 40; round += 1) {
      const host = random.pick([
        'evil.example',
        `${random.text(4)}.localhost:${started.port}`,
        `localhost.:${started.port}`,
        '127.0.0.1',
        `localhost:${started.port}@evil.example`,
        `[::1]:${started.port}`,
        '',
        'a b',
        '\u00a0localhost',
      ]);
      const { status, headers, body } = await sendRaw(`${started.url}/login`, [`Host: ${host}`]);
      const asked = headers['location'] && new URL(headers['location']).searchParams.get('redirect_uri');
      // Behind a proxy, Host may name another host. Without a proxy, the page names the URL of the app.
      expect([host, status, asked ?? ''], body).toEqual([
        host,
        ...(asked ? [302, `${started.baseUrl}/callback`] : [400, '']),
      ]);
    }
  },
);

test(`with TRUST_PROXY 0, no header makes a request count as another client’s (SEED=${seed})`, async () => {
  const random = createRandom();
  const { login } = await app({ loginRateLimit: 1 });
  expect((await login()).status).toBe(302);
  for (let round = 0; round < 60; round += 1) {
    const name = random.pick([
      'X-Forwarded-For',
      'Forwarded',
      'X-Real-IP',
      'X-Client-IP',
      'CF-Connecting-IP',
      'True-Client-IP',
      'Via',
      'X-Forwarded-Host',
    ]);
    const address = random.pick([ipv4(random, round), ipv6(random, round)[0], `for=${ipv4(random, round)}`]);
    expect((await login(`${name}: ${address}`)).status).toBe(429);
  }
});
