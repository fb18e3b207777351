// Each user has a share of the shared resources: whatever one account or one address does, however it writes its address, the
// records and sign-ins of others stay. Requests that complete no sign-in of their browser use no share.

import { expect, onTestFinished, test } from 'vitest';
import { createMemoryStores } from '../../src/stores/index.ts';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { type Both, startBoth } from '../web/helpers.ts';
import { TestRecordStore } from '../web/test-store.ts';
import { createRandom, type Random, seed } from './helpers.ts';

const RECORDS_OF_EACH = 10;

interface Client {
  browser: Browser;
  /** The address that the proxy reports. */
  address: () => string;
}

async function app() {
  const records = new TestRecordStore();
  const stores = createMemoryStores();
  const claimed: string[] = [];
  const shared = {
    ...stores.shared,
    claim: async (key: string, ttlMs: number) => {
      claimed.push(key);
      return stores.shared.claim(key, ttlMs);
    },
  };
  const both = await startBoth({ trustProxy: 1, recordStore: records, shared });
  onTestFinished(both.close);
  return { ...both, records, claimed };
}

const headers = ({ address }: Client) => ({ 'x-forwarded-for': address() });

/** A sign-in of the double's user, or one that the user declines. */
async function signIn({ app: { url }, providerDouble }: Both, client: Client, subject?: string) {
  providerDouble.claims = { sub: subject };
  providerDouble.userinfo = { sub: subject };
  const { location = '' } = await client.browser.get(`${url}/login`, headers(client));
  const { state, code } = providerDouble.authorize(location);
  const query = new URLSearchParams(subject ? { state, code } : { state, error: 'access_denied' });
  return client.browser.get(`${url}/callback?${query}`, headers(client));
}

const shows = async ({ app: { url } }: Both, { browser }: Client) =>
  (await browser.get(`${url}/flow`)).body.includes('id="step-1"');

const hex = (random: Random) => random.number(0x10000).toString(16);
const port = (random: Random) => 1 + random.number(65_535);

/** The addresses of one client, in each form that a proxy writes. */
function addressesOf(random: Random, own: number): (() => string)[] {
  const four = `198.51.${100 + own}.${random.number(256)}`;
  const six = `2001:db8:${(0x100 + own).toString(16)}:${random.number(256).toString(16)}`;
  const any = () =>
    `${six}${random.number(256).toString(16).padStart(2, '0')}:${hex(random)}:${hex(random)}::1`;
  return [
    () => four,
    () => `${four}:${port(random)}`,
    any,
    () => `[${any()}]:${port(random)}`,
    () => `::ffff:${four}`,
  ];
}

test(`a flood of sign-ins, successful or declined, removes no record of another user (SEED=${seed})`, async () => {
  const random = createRandom();
  const both = await app();
  const { records } = both;
  for (let round = 0; round < 5; round += 1) {
    const ways = addressesOf(random, round * 4);
    // Each form of address has its own users and its own attacker.
    const way = round % ways.length;
    const at = (own: number) => addressesOf(random, round * 4 + own)[way] ?? (() => '');
    const victims: [Client, string | undefined][] = [
      [{ browser: createBrowser(), address: at(1) }, undefined],
      [{ browser: createBrowser(), address: at(2) }, `victim-${round}`],
    ];
    for (const [client, subject] of victims) await signIn(both, client, subject);
    const before = records.held.size;
    const address = at(3);
    const attacks = [undefined, `attacker-${round}`];
    for (let sent = 0; sent < 3 * RECORDS_OF_EACH; sent += 1)
      await signIn(both, { browser: createBrowser(), address }, random.pick(attacks));
    for (const [client, subject] of victims)
      expect([round, subject, await shows(both, client)]).toEqual([round, subject, true]);
    expect(records.held.size - before).toBeLessThanOrEqual(attacks.length * RECORDS_OF_EACH);
  }
});

test(`callbacks that complete no sign-in of their browser claim no state (SEED=${seed})`, async () => {
  const random = createRandom();
  const both = await app();
  const { app: started, claimed, providerDouble } = both;
  const own: Client = { browser: createBrowser(), address: () => '203.0.113.8' };
  const { location = '' } = await own.browser.get(`${started.url}/login`, headers(own));
  const { state, code } = providerDouble.authorize(location);
  const [cookie = ''] = own.browser.cookies();
  const [name = '', value = ''] = cookie.split('=');
  for (let round = 0; round < 100; round += 1) {
    const other = random.text(43, 'abcXYZ019-_');
    const fields = random.pick<Record<string, string>>([
      {},
      { cookie: `${name}=${value.slice(0, -1 - random.number(9))}` },
      { cookie: `${name}=${random.text(200)}` },
      { cookie: `${name}x=${value}` },
      { cookie, 'sec-fetch-dest': random.pick(['image', 'iframe', 'script', 'empty']) },
      { cookie, 'sec-fetch-mode': random.pick(['cors', 'no-cors', 'websocket']) },
      { cookie, 'sec-purpose': 'prefetch' },
    ]);
    const isWhole = Object.keys(fields).length > 1;
    const query = random.pick([
      { state, code },
      { state: isWhole ? state : other, code },
      { state, error: 'x' },
    ]);
    const page = await createBrowser().get(`${started.url}/callback?${new URLSearchParams(query)}`, fields);
    expect([400, 401, 503]).toContain(page.status);
  }
  for (const query of ['', `state=${state}`, `state=${state}&code=`, `state=${state}&code=a&code=b`])
    expect((await own.browser.get(`${started.url}/callback?${query}`)).status).toBe(400);
  expect(claimed).toEqual([]);
  expect(
    (await own.browser.get(`${started.url}/callback?${new URLSearchParams({ state, code })}`)).status,
  ).toBe(303);
  expect(claimed).toHaveLength(1);
});
