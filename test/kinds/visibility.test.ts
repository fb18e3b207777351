// Outside a developer's machine the app shows less: the operator's text, the configuration and /flow are there on a loopback
// address outside production, or if ERROR_DETAILS or FLOW_PAGE asks for them, and nowhere else.

import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { PRODUCTION } from '../config/helpers.ts';
import { startApp } from '../helpers/app.ts';
import { createBrowser } from '../helpers/browser.ts';
import { startProviderDouble } from '../helpers/provider-double.ts';
import { TestRecordStore } from '../web/test-store.ts';
import { createRandom, type Random, seed } from './helpers.ts';

/** Words from each kind of source that only the operator may read. */
const SAID = 'words-of-the-provider';
const CORRELATION_ID = '0a1b2c3d-0000-4000-8000-000000000001';
const OWN_MESSAGE = 'message-of-our-own-code';

function address(random: Random): [url: string, isLoopback: boolean] {
  const byte = () => random.number(256);
  const port = random.pick(['', ':3000', ':8443']);
  const name = random.text(6);
  const own = random.pick(['localhost', '127.0.0.1', `127.${byte()}.${byte()}.${byte()}`, '[::1]']);
  const other = random.pick([
    `${name}.example.com`,
    `localhost.${name}.example`,
    `${name}.localhost`,
    `localhost-${name}.example`,
    `127.0.0.1.${name}.example`,
    `127-0-0-1.${name}.example`,
    '128.0.0.1',
    '10.0.0.1',
    '0.0.0.0',
    '[::]',
    '[::2]',
    '[::1:1]',
    '[::ffff:127.0.0.1]',
    '[fe80::1]',
    'local.host',
  ]);
  return random.chance(50) ? [own + port, true] : [other + port, false];
}

interface Case {
  env: Record<string, string | undefined>;
  details: boolean;
  flow: boolean;
}

function environment(random: Random): Case {
  const [host, isLoopback] = address(random);
  const NODE_ENV = random.pick([
    undefined,
    '',
    'production',
    'development',
    'test',
    'Production',
    'prod',
    'staging',
    ' production',
  ]);
  const [ERROR_DETAILS, FLOW_PAGE] = [0, 0].map(() => random.pick([undefined, undefined, '', 'on', 'off']));
  // Without TLS only a local address is accepted.
  const scheme = isLoopback && NODE_ENV !== 'production' ? random.pick(['http', 'https']) : 'https';
  const env = {
    ...PRODUCTION,
    BASE_URL: new URL(`${scheme}://${host}`).origin,
    NODE_ENV,
    ERROR_DETAILS,
    FLOW_PAGE,
  };
  const usual = isLoopback && NODE_ENV !== 'production';
  const asked = (value: string | undefined) => (value ? value === 'on' : usual);
  return { env, details: asked(ERROR_DETAILS), flow: asked(FLOW_PAGE) };
}

test(`in each environment, the app shows what it may, and no more (SEED=${seed})`, async () => {
  const random = createRandom();
  const double = await startProviderDouble();
  onTestFinished(() => void double.close());
  const seen = new Set<string>();
  // More rounds if a combination has not occurred yet.
  for (let round = 0; round < 40 || (seen.size < 4 && round < 200); round += 1) {
    const { env, details, flow } = environment(random);
    const { baseUrl, errorDetails, flowPage, trustProxy } = readConfig(env as NodeJS.ProcessEnv);
    expect([env, { errorDetails, flowPage }]).toEqual([env, { errorDetails: details, flowPage: flow }]);
    seen.add(`${details} ${flow}`);

    const records = new TestRecordStore();
    const app = await startApp(double, { baseUrl, errorDetails, flowPage, trustProxy, recordStore: records });
    const browser = createBrowser();
    const headers = { 'x-forwarded-proto': new URL(baseUrl).protocol.slice(0, -1) };
    const get = (path: string) => browser.get(app.url + path, headers);
    const start = async () => double.authorize((await get('/login')).location ?? '');

    const home = await get('/');
    expect(home.body.includes(double.clientId)).toBe(details);
    const denied = await start();
    const query = {
      state: denied.state,
      error: 'invalid_scope',
      error_description: `${SAID} (Correlation ID: ${CORRELATION_ID})`,
    };
    const refused = await get(`/callback?${new URLSearchParams(query)}`);
    expect(refused.status).toBe(502);
    for (const words of [
      'For the administrator',
      'Next step',
      'Checks up to the error',
      SAID,
      CORRELATION_ID,
    ])
      expect([env, words, refused.body.includes(words)]).toEqual([env, words, details]);
    expect(refused.body.includes('/flow"')).toBe(flow);
    // The log always has the provider's words.
    expect(app.log()).toContain(SAID);

    const { state, code } = await start();
    expect((await get(`/callback?${new URLSearchParams({ state, code })}`)).status).toBe(303);
    const profile = await get('/profile');
    expect([profile.status, profile.body.includes('/flow"')]).toEqual([200, flow]);
    expect((await get('/flow')).status).toBe(flow ? 200 : 404);
    expect(records.held.size).toBe(flow ? 1 : 0);
    expect(browser.cookies().some((cookie) => cookie.includes('flow'))).toBe(flow);

    app.client.startSignIn = async () => {
      throw new TypeError(OWN_MESSAGE);
    };
    const own = await get('/login');
    expect([own.status, own.body.includes(OWN_MESSAGE), own.body.includes('.ts:')]).toEqual([
      500,
      details,
      details,
    ]);
    expect(app.log()).toContain(OWN_MESSAGE);
    await app.close();
  }
  expect(seen.size).toBe(4);
});
