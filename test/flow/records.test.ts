// Where records are kept. Keeping them does no harm to the sign-in, to the session, to the next user of the browser or to the
// records of other users.

import supertest from 'supertest';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { SignInError } from '../../src/pingone/index.ts';
import { RequestError } from '../../src/sign-in/index.ts';
import { createMemoryStores } from '../../src/stores/index.ts';
import { createBrowser } from '../helpers/browser.ts';
import { ADA, type Both, createFlowAlone, HEARD, recordCookies, startBoth } from './helpers.ts';

const ADAS_RECORD = 'Ada Example';
const LIMIT_BYTES = 16 * 1024;

let both: Both;
beforeEach(async () => {
  both = await startBoth();
  return both.close;
});

test('the cookie of a record has only a random id', async () => {
  const [[first = ''], [second = '']] = [await both.signIn(), await both.signIn()].map(recordCookies) as [
    string[],
    string[],
  ];
  expect(first).toMatch(
    /^pingone_flow=[\da-f-]{72}; Max-Age=3600; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
  );
  expect(second.slice(0, 60)).not.toBe(first.slice(0, 60));
});

test('with https the cookie is Secure and has the __Host- prefix', async () => {
  const { app } = createFlowAlone({ https: true });
  const [cookie] = recordCookies(await supertest(app).get('/callback'));
  expect(cookie).toMatch(
    /^__Host-pingone_flow=[\da-f-]{72}; Max-Age=3600; Path=\/; Expires=[^;]+; HttpOnly; Secure;/,
  );
});

test('each sign-in replaces the earlier record of its browser, under a new id', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  const [id] = both.records.held.keys();
  await both.signIn(browser);
  expect(both.records.held.size).toBe(1);
  expect([...both.records.held.keys()]).not.toEqual([id]);
});

test('an id that an attacker has put into the browser is not used', async () => {
  const known = 'a'.repeat(72);
  const browser = createBrowser();
  browser.setCookie('pingone_flow', known);
  await both.signIn(browser);
  expect([...both.records.held.keys()]).not.toContain(known);
});

test('a cookie value that is no id is not looked up in the store', async () => {
  const reads = vi.spyOn(both.records, 'get');
  const browser = createBrowser();
  for (const value of ['short', 'x'.repeat(5_000), '..%2F'.padEnd(72, 'a')]) {
    browser.setCookie('pingone_flow', value);
    expect((await browser.get(`${both.app.url}/flow`)).status).toBe(200);
  }
  expect(reads).not.toHaveBeenCalled();
});

test('only /flow reads the record', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  const reads = vi.spyOn(both.records, 'get');
  for (const path of ['/', '/profile', '/login', '/healthz', '/readyz', '/style.css', '/nothing'])
    await browser.get(both.app.url + path);
  expect(reads).not.toHaveBeenCalled();
  await browser.get(`${both.app.url}/flow`);
  expect(reads).toHaveBeenCalledOnce();
});

test('the session has no part of the record', async () => {
  await both.signIn();
  expect(both.records.held.size).toBe(1);
  expect([...both.sessions.held.values()].join()).not.toContain('durationMs');
});

test.each<[string, () => void, number]>([
  ['cannot be written', () => void both.records.failing.add('set'), 1],
  ['cannot be removed', () => void both.records.failing.add('delete'), 1],
  ['is never written', () => void both.records.hanging.add('set'), 0],
])('a record that %s neither fails the sign-in nor delays it', async (_, fail, warnings) => {
  const browser = createBrowser();
  await both.signIn(browser);
  fail();
  expect(await both.signIn(browser)).toMatchObject({ status: 303 });
  expect((await browser.get(`${both.app.url}/profile`)).status).toBe(200);
  expect(both.app.events('flow record not available')).toHaveLength(warnings);
});

test('if the record cannot be read, the page shows none', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  both.records.failing.add('get');
  expect(await browser.get(`${both.app.url}/flow`)).toMatchObject({ status: 200 });
  expect(await both.flowOf(browser)).not.toContain(ADAS_RECORD);
});

test('a record expires after an hour', async () => {
  const own = await startBoth({ recordStore: createMemoryStores().records });
  const browser = createBrowser();
  await own.signIn(browser);
  const isShown = async () => (await own.flowOf(browser)).includes(ADAS_RECORD);
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  onTestFinished(async () => {
    vi.useRealTimers();
    await own.close();
  });
  // The user keeps the session in use.
  for (const minutes of [20, 20, 19]) {
    vi.advanceTimersByTime(minutes * 60_000);
    expect(await isShown()).toBe(true);
  }
  vi.advanceTimersByTime(2 * 60_000);
  expect(await isShown()).toBe(false);
  expect((await browser.get(`${own.app.url}/profile`)).status).toBe(200);
});

test('one user has at most ten records, and so has one address whose sign-ins fail', async () => {
  const { app, records: own, play } = createFlowAlone();
  const makeRecord = async (event: typeof play.event, address = '203.0.113.7') => {
    play.event = event;
    const page = await supertest(app).get('/callback').set('X-Forwarded-For', address);
    return recordCookies(page)[0]?.slice('pingone_flow='.length, 'pingone_flow='.length + 72) ?? '';
  };
  const deletes = vi.spyOn(own, 'delete');
  const graces = await makeRecord({ type: 'signed_in', user: { ...ADA, subject: 'grace' } });
  const ids: string[] = [];
  for (let count = 0; count < 25; count += 1) ids.push(await makeRecord({ type: 'signed_in', user: ADA }));
  expect([...own.held.keys()]).toEqual([graces, ...ids.slice(-10)]);
  expect(deletes).toHaveBeenCalledTimes(15);

  const failed = { type: 'sign_in_failed', error: new Error('no matter why') } as const;
  // An internet provider gives one client a whole /56 network.
  for (let count = 0; count < 25; count += 1) await makeRecord(failed, `2001:db8:0:${count}::1`);
  expect(own.held.size).toBe(1 + 10 + 10);
  await makeRecord(failed, '2001:db8:0:100::1');
  expect(own.held.size).toBe(1 + 10 + 10 + 1);
  // All ports of one client share one limit.
  for (let port = 5_000; port < 5_025; port += 1) await makeRecord(failed, `203.0.113.8:${port}`);
  expect(own.held.size).toBe(1 + 10 + 10 + 1 + 10);
  expect(own.held.has(graces)).toBe(true);
});

test('records that a browser replaces do not count against its user', async () => {
  const { app, records: own } = createFlowAlone();
  const elsewhere = recordCookies(await supertest(app).get('/callback'))[0]?.slice(13, 13 + 72) ?? '';
  const browser = supertest.agent(app);
  for (let count = 0; count < 15; count += 1) await browser.get('/callback');
  expect(own.held.has(elsewhere)).toBe(true);
  expect(own.held.size).toBe(2);
});

test('a sign-out removes the record and its cookie', async () => {
  const { app, records: own, play } = createFlowAlone();
  const browser = supertest.agent(app);
  await browser.get('/callback');
  expect(own.held.size).toBe(1);
  play.event = { type: 'signed_out', user: ADA };
  const page = await browser.get('/callback');
  expect(own.held.size).toBe(0);
  expect(recordCookies(page)).toEqual([
    expect.stringMatching(/^pingone_flow=; Path=\/; Expires=Thu, 01 Jan 1970/),
  ]);
});

test.each([{ type: 'sign_in_repeated' }, { type: 'warning', what: 'revocation_failed' }] as const)(
  'an event $type leaves no record',
  async (event) => {
    const { app, records: own, play } = createFlowAlone();
    play.event = event;
    expect(recordCookies(await supertest(app).get('/callback'))).toEqual([]);
    expect(own.held.size).toBe(0);
  },
);

test('an event without a request, or after the response, leaves no record', async () => {
  const { app, flow, records: own, lines } = createFlowAlone();
  flow.onEvent({ type: 'signed_in', user: ADA });
  expect((await supertest(app).get('/late')).text).toBe('sent');
  expect(own.held.size).toBe(0);
  expect(lines.join()).not.toContain('thrown');
});

test('an error before the first event leaves a record only if a made-up callback comes during a pending sign-in', async () => {
  const { app, records: own, play } = createFlowAlone({ https: true });
  play.heard = [];
  const held = async (error: Error, cookie: string) => {
    own.held.clear();
    play.event = { type: 'sign_in_failed', error };
    await supertest(app).get('/callback?code=c').set('Cookie', cookie);
    return own.held.size;
  };
  const malformed = new SignInError('callback_malformed');
  expect(await held(malformed, '__Host-pingone_sign_in_a=1')).toBe(1);
  expect(await held(new RequestError('sign_in_expired'), '__Host-pingone_sign_in_a=1')).toBe(0);
  // Another host of this domain could have set these.
  expect(await held(malformed, 'pingone_sign_in_a=1')).toBe(0);
  expect(await held(malformed, '\u00a0__Host-pingone_sign_in_a=1')).toBe(0);
  play.session = { pingone: {} };
  expect(await held(malformed, '__Host-pingone_sign_in_a=1')).toBe(0);
});

test('if the flow is off, nothing is observed, stored or shown', async () => {
  const { app, records: own, play } = createFlowAlone({ isOn: false });
  const page = await supertest(app).get('/callback');
  expect(page.text).toBe('not observed');
  play.event = { type: 'sign_in_failed', error: new SignInError('callback_malformed') };
  const refused = await supertest(app).get('/callback').set('Cookie', 'pingone_sign_in_a=1');
  expect([...recordCookies(page), ...recordCookies(refused)]).toEqual([]);
  expect(own.held.size).toBe(0);
  expect((await supertest(app).get('/flow')).status).toBe(404);
});

test('if there are more users than the app can count, the records of the oldest user are no longer counted', async () => {
  const { app, records: own, play } = createFlowAlone();
  const browser = supertest(app);
  for (let count = 0; count < 10; count += 1) await browser.get('/callback');
  const adas = [...own.held.keys()];
  for (let count = 0; count < 1_000; count += 1) {
    play.event = { type: 'signed_in', user: { ...ADA, subject: `user ${count}` } };
    await browser.get('/callback');
  }
  play.event = { type: 'signed_in', user: ADA };
  await browser.get('/callback');
  expect(own.held.has(adas[0] ?? '')).toBe(true);
});

/** The record's length, and the page of a signed-in user. */
async function recordOf(play: Partial<ReturnType<typeof createFlowAlone>['play']>) {
  const alone = createFlowAlone();
  Object.assign(alone.play, { user: { ...ADA, claims: {} }, ...play });
  const browser = supertest.agent(alone.app);
  await browser.get('/callback');
  const [text = ''] = alone.records.held.values();
  return {
    bytes: Buffer.byteLength(text),
    record: JSON.parse(text),
    page: (await browser.get('/flow')).text,
  };
}

const LONG = '"\u{1F600}\\'.repeat(20_000);
const CLAIMS = {
  ...Object.fromEntries(Array.from({ length: 500 }, (_, n): [string, string] => [`c${n}`, LONG])),
  [LONG]: LONG,
};

test('a record is at most 16 KiB, and each value at most 2 KiB, whatever the provider sends', async () => {
  const body = { ...HEARD, body: CLAIMS };
  const idToken = { type: 'id_token', header: { ...CLAIMS }, claims: CLAIMS } as const;
  const { bytes, record } = await recordOf({ heard: [body, body, idToken] });
  expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
  const values = [record.events[0].body, record.events[2].header, record.events[2].claims];
  for (const value of values) {
    expect(Buffer.byteLength(JSON.stringify(value))).toBeGreaterThan(500);
    expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThanOrEqual(2048);
  }
  expect(record.omitted).toBeUndefined();
});

test('if only the bodies and ID tokens make the record too long, only they are left out', async () => {
  const { bytes, record, page } = await recordOf({ heard: Array(12).fill({ ...HEARD, body: CLAIMS }) });
  expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
  expect(record.events).toHaveLength(12);
  expect(page).toContain('This page shows no bodies and no ID token, because the record was too long.');
  expect(page).toContain('curl --globoff');
});

test('if the messages are too long, the page shows no request, not even a part of one', async () => {
  const scope: [string, string] = ['scope', `openid ${'s'.repeat(17_000)}`];
  const { bytes, page } = await recordOf({ heard: [HEARD, { ...HEARD, parameters: [scope] }] });
  expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
  expect(page).toContain('This page shows no messages, because the record was too long.');
  expect(page).not.toContain('curl --globoff');
  expect(page).toContain('id="step-8"');
});

test('the record of a failure leaves out facts that are too long', async () => {
  const facts = { step: 'token_request', request: `POST https://a.example/${'x'.repeat(20_000)}` } as const;
  const error = new SignInError('token_refused', facts);
  const { bytes, record } = await recordOf({ event: { type: 'sign_in_failed', error } });
  expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
  expect(record.error).toEqual({ code: 'token_refused', facts: { step: 'token_request' } });
});

test.each<[string, [string, string][]]>([
  ['hundreds of parameters', Array.from({ length: 500 }, (_, n): [string, string] => [`""${n}`, 'x'])],
  ['one parameter a thousand times', Array.from({ length: 1_000 }, (): [string, string] => ['code', 'x'])],
  [
    'letters of three bytes',
    Array.from({ length: 5 }, (): [string, string] => ['error_description', '漢'.repeat(100)]),
  ],
])('the record of a made-up callback with %s is small, too', async (_, pairs) => {
  const browser = createBrowser();
  await both.start(browser);
  const query = new URLSearchParams(pairs);
  await browser.get(`${both.app.url}/callback?${query}`);
  expect(Buffer.byteLength(both.recordHeld())).toBeGreaterThan(100);
  expect(Buffer.byteLength(both.recordHeld())).toBeLessThanOrEqual(LIMIT_BYTES);
});
