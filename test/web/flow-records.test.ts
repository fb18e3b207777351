// Where the record of a sign-in is kept, and that keeping it harms nobody: not the sign-in, not the session, not the next
// person at the browser.

import { beforeEach, expect, test, vi } from 'vitest';
import type { FlowStep } from '../../src/pingone/flow-steps.ts';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtStandIn, startSignIn } from '../helpers/flow.ts';
import { SUBJECT } from '../helpers/stand-in.ts';
import { type Both, isOfRecord, isSignedIn, setCookies, start, startBoth } from './helpers.ts';
import { TestFlowStore, TestStore } from './test-store.ts';

const ADAS_RECORD = 'Ada Example';

let both: Both;
let records: TestFlowStore;
let sessions: TestStore;
beforeEach(async () => {
  records = new TestFlowStore();
  sessions = new TestStore();
  both = await startBoth({ flowStore: records, sessionStore: sessions });
  return both.close;
});

const signIn = (browser = createBrowser()) => signInAtStandIn(browser, both.app.url, both.standIn);
const recordCookies = (page: { headers: Record<string, string | string[] | undefined> }) =>
  setCookies(page).filter(({ name }) => isOfRecord(name));
const recordHeld = (): string => [...records.held.values()][0] ?? '';
const stepsHeld = (): FlowStep[] => JSON.parse(recordHeld()).steps;

test('its cookie holds a random id alone, and lasts as long as the record', async () => {
  const [first] = recordCookies(await signIn());
  const [second] = recordCookies(await signIn());
  expect(first).toMatchObject({
    name: 'pingone_flow',
    attributes: ['httponly', 'max-age=3600', 'path=/', 'samesite=lax'],
  });
  expect(Buffer.from(first?.value ?? '', 'base64url')).toHaveLength(32);
  expect(second?.value).not.toBe(first?.value);
});

test('each sign-in puts a new record under a new id in the place of the one before', async () => {
  const browser = createBrowser();
  await signIn(browser);
  const [id] = records.held.keys();
  await signIn(browser);
  expect(records.held.size).toBe(1);
  expect([...records.held.keys()]).not.toEqual([id]);
});

test('an id that somebody slipped into the browser is not used', async () => {
  const browser = createBrowser();
  browser.setCookie('pingone_flow', 'known-to-somebody-else');
  await signIn(browser);
  expect([...records.held.keys()]).not.toContain('known-to-somebody-else');
  const other = createBrowser();
  other.setCookie('pingone_flow', 'known-to-somebody-else');
  expect((await other.get(`${both.app.url}/flow`)).body).not.toContain(ADAS_RECORD);
});

test('a callback that comes with no sign-in of this browser writes none', async () => {
  const { callbackUrl } = await start(createBrowser(), both.app.url, both.standIn);
  for (const url of [callbackUrl, `${both.app.url}/callback?state=s&error=e`, `${both.app.url}/callback`]) {
    const page = await createBrowser().get(url);
    expect(recordCookies(page)).toEqual([]);
  }
  expect(records.held.size).toBe(0);
});

test('it is read for the callback, the flow and the sign-out alone', async () => {
  const browser = createBrowser();
  await signIn(browser);
  const reads = vi.spyOn(records, 'get');
  for (const path of ['/', '/profile', '/login', '/healthz', '/readyz', '/style.css', '/nothing']) {
    await browser.get(both.app.url + path);
  }
  expect(reads).not.toHaveBeenCalled();
  await browser.get(`${both.app.url}/flow`);
  expect(reads).toHaveBeenCalledOnce();
});

test('the session does not carry it', async () => {
  await signIn();
  expect(records.held.size).toBe(1);
  const [session = ''] = sessions.held.values();
  expect(JSON.parse(session)).not.toHaveProperty('flow');
  expect(session).not.toContain('durationMs');
});

test.each<[string, () => void]>([
  ['cannot be written', () => void records.failing.add('set')],
  ['cannot be removed', () => void records.failing.add('delete')],
  ['never answers', () => void records.hanging.add('set')],
])('a record that %s costs nobody the sign-in', async (_, fail) => {
  const browser = createBrowser();
  await signIn(browser);
  fail();
  expect(await signIn(browser)).toMatchObject({ status: 303 });
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
  expect(both.app.events('flow record not available')).toHaveLength(1);
});

test('where it cannot be read, the page says that there is none', async () => {
  const browser = createBrowser();
  await signIn(browser);
  records.failing.add('get');
  expect(await browser.get(`${both.app.url}/flow`)).toMatchObject({ status: 200 });
  expect((await browser.get(`${both.app.url}/flow`)).body).not.toContain(ADAS_RECORD);
});

test('the app’s own store keeps 1,000 for an hour, and a flood of them ends nobody’s session', async () => {
  const own = await startBoth();
  const browser = createBrowser();
  await signInAtStandIn(browser, own.app.url, own.standIn);
  const shown = async () => (await browser.get(`${own.app.url}/flow`)).body.includes(ADAS_RECORD);
  expect(await shown()).toBe(true);

  own.standIn.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
  for (let count = 0; count < 1_000; count += 1) {
    const other = createBrowser();
    await other.get(await startSignIn(other, own.app.url, own.standIn));
  }
  expect(await shown()).toBe(false);
  expect(await isSignedIn(browser, own.app.url)).toBe(true);
  await own.close();
});

test('after an hour it is gone', async () => {
  const own = await startBoth();
  const browser = createBrowser();
  await signInAtStandIn(browser, own.app.url, own.standIn);
  const shown = async () => (await browser.get(`${own.app.url}/flow`)).body.includes(ADAS_RECORD);
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  // Somebody who keeps the session in use.
  for (const minutes of [20, 20, 19]) {
    vi.advanceTimersByTime(minutes * 60_000);
    expect(await shown()).toBe(true);
  }
  vi.advanceTimersByTime(2 * 60_000);
  expect(await shown()).toBe(false);
  expect(await isSignedIn(browser, own.app.url)).toBe(true);
  vi.useRealTimers();
  await own.close();
});

test('it stays within 16 KiB, and each body within 2 KiB, whatever the provider sends', async () => {
  const long = '"\u{1F600}\\'.repeat(20_000);
  both.standIn.claims = { long, list: Array(5_000).fill('x') };
  const { sub } = both.standIn.userinfo as { sub: string };
  both.standIn.userinfo = { sub, long, deep: { long } };
  both.standIn.metadata['more'] = long;
  both.standIn.tokenAnswer = { more: long, [long.slice(0, 5_000)]: 1, scope: long };
  both.standIn.keys.push(
    ...Array.from({ length: 50 }, (_, n) => ({ kty: 'RSA', kid: `k${n}`, x5c: [long.slice(0, 5_000)] })),
  );
  expect(await signIn()).toMatchObject({ status: 303 });
  expect(Buffer.byteLength(recordHeld())).toBeLessThanOrEqual(16 * 1024);
  for (const { exchanges, idToken } of stepsHeld()) {
    const bodies = [...exchanges.map(({ body = '' }) => body), idToken?.claims ?? '', idToken?.header ?? ''];
    for (const body of bodies) expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(2048);
  }
});

test('so does that of a callback with a thousand parameters that somebody made up', async () => {
  const browser = createBrowser();
  await start(browser, both.app.url, both.standIn);
  const query = new URLSearchParams(
    Array.from({ length: 1000 }, (_, n): [string, string] => [`""${n}`, 'x']),
  );
  await browser.get(`${both.app.url}/callback?${query}`);
  expect(stepsHeld()).toHaveLength(8);
  expect(Buffer.byteLength(recordHeld())).toBeLessThanOrEqual(16 * 1024);
});

test('so does that of a callback whose every parameter is long, in letters of three bytes', async () => {
  const browser = createBrowser();
  await start(browser, both.app.url, both.standIn);
  const pairs = Array.from({ length: 20 }, (): [string, string] => ['error_description', '漢'.repeat(300)]);
  await browser.get(`${both.app.url}/callback?${new URLSearchParams(pairs)}`);
  expect(stepsHeld()).toHaveLength(8);
  expect(Buffer.byteLength(recordHeld())).toBeLessThanOrEqual(16 * 1024);
});

test('so does that of a sign-in whose scope alone is longer, and the page says what is left out', async () => {
  const own = await startBoth({ flowStore: records, scope: `openid ${'s'.repeat(12_500)}` });
  const browser = createBrowser();
  await signInAtStandIn(browser, own.app.url, own.standIn);
  expect(stepsHeld()).toHaveLength(8);
  expect(Buffer.byteLength(recordHeld())).toBeLessThanOrEqual(16 * 1024);
  const { body } = await browser.get(`${own.app.url}/flow`);
  await own.close();
  expect(body).toContain('the record was too long');
  // Rather none than half a request.
  expect(body).not.toContain('curl --globoff');
});

test('where the bodies alone make it too long, they alone are left out', async () => {
  const claims = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`c${n}`, 'x'.repeat(30)]));
  both.standIn.claims = claims;
  both.standIn.userinfo = { ...(both.standIn.userinfo as object), ...claims };
  const own = await startBoth({ flowStore: records, scope: `openid ${'s'.repeat(8_000)}` });
  own.standIn.claims = claims;
  own.standIn.userinfo = both.standIn.userinfo;
  const browser = createBrowser();
  await signInAtStandIn(browser, own.app.url, own.standIn);
  const { body } = await browser.get(`${own.app.url}/flow`);
  await own.close();
  expect(Buffer.byteLength(recordHeld())).toBeLessThanOrEqual(16 * 1024);
  expect(body).toContain('No body and no ID token is shown');
  expect(body).toContain('curl --globoff');
});

test.each<[string, () => void]>([
  ['the ID token', () => Object.assign(both.standIn.claims, { aud: 'another' })],
  ['userinfo', () => Object.assign(both.standIn.userinfo as object, { sub: 'another' })],
  ['the session', () => void sessions.failing.add('set')],
])('a sign-in that fails at %s leaves no claim of the person', async (_, arrange) => {
  const { kid } = both.standIn.signingKey;
  both.standIn.claims = { name: 'Ada Example', email: 'ada@example.com', 'p1.region': 'EU' };
  arrange();
  await signIn();
  const idToken = stepsHeld().find(({ id }) => id === 'idToken')?.idToken;
  expect(idToken?.header).toEqual({ alg: 'RS256', kid });
  expect(idToken?.claims).toMatchObject({
    iss: both.standIn.issuer,
    iat: expect.any(Number),
    exp: expect.any(Number),
    aud: expect.any(String),
    sub: '[sub, 36 characters]',
    nonce: '[nonce, 43 characters]',
    email: '[email, 15 characters]',
    'p1.region': '[p1.region, 2 characters]',
  });
  for (const word of ['Ada', 'ada@', 'EU"', SUBJECT]) expect(recordHeld()).not.toContain(word);
});

test('a callback that is of no sign-in does not replace the record of somebody signed in', async () => {
  const browser = createBrowser();
  await signIn(browser);
  const before = recordHeld();
  await start(browser, both.app.url, both.standIn);
  const page = await browser.get(`${both.app.url}/callback?code=c&state=${'x'.repeat(43)}`);
  expect(page.status).toBe(400);
  expect(page.body).not.toContain('/flow#step');
  expect([...records.held.values()]).toEqual([before]);
});
