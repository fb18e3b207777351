// What the tests of src/flow/ need: the whole app with a test double of PingOne, and the flow alone with events from the test.

import { createFlow } from '../../src/flow/index.ts';
import type { ExchangeEvent } from '../../src/flow/record.ts';
import type { ObserverEvent } from '../../src/pingone/index.ts';
import type { SignInEvent, User } from '../../src/sign-in/index.ts';
import { createExpressApp } from '../../src/web/express-app.ts';
import { createLogger, requestLogging } from '../../src/web/logging.ts';
import { type StartOptions, startApp } from '../helpers/app.ts';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { startProviderDouble } from '../helpers/provider-double.ts';
import { TestRecordStore, TestStore } from '../web/test-store.ts';

/** The app and the double that it signs in with. */
export async function startBoth(options: StartOptions = {}) {
  const provider = await startProviderDouble();
  const records = new TestRecordStore();
  const sessions = new TestStore();
  const app = await startApp(provider, { recordStore: records, sessionStore: sessions, ...options });

  /** The first half of a sign-in: the address that the browser comes back to. */
  async function start(browser: Browser, path = '/login') {
    const { location = '' } = await browser.get(app.url + path);
    const { state, code } = provider.authorize(location);
    const query = new URLSearchParams({ code, state });
    return { state, authorizationUrl: location, callbackUrl: `${app.url}/callback?${query}` };
  }

  return {
    app,
    provider,
    records,
    sessions,
    start,
    /** The one record in the store, as text. */
    recordHeld: (): string => [...records.held.values()][0] ?? '',
    /** A whole sign-in: the response of /callback. */
    signIn: async (browser = createBrowser()) => browser.get((await start(browser)).callbackUrl),
    /** The body of /flow in this browser. */
    flowOf: async (browser: Browser) => (await browser.get(`${app.url}/flow`)).body,
    close: async () => {
      await app.close();
      await provider.close();
    },
  };
}

export type Both = Awaited<ReturnType<typeof startBoth>>;

export const ADA = { issuer: 'https://auth.pingone.eu/id/as', subject: 'ada' };

/** An exchange that is enough for a record. */
export const HEARD: ExchangeEvent = {
  type: 'exchange',
  step: 'token_request',
  method: 'POST',
  url: 'https://auth.pingone.eu/id/as/token',
  status: 200,
};

/** The flow in an app without any other code: /callback sends it the events in `play`. */
export function createFlowAlone({ https = false, isOn = true } = {}) {
  const records = new TestRecordStore();
  const flow = createFlow({ records, provider: 'PingOne', https, cookieName: 'pingone', isOn });
  const lines: string[] = [];
  const play = {
    heard: [HEARD] as ObserverEvent[],
    event: { type: 'signed_in', user: ADA } as SignInEvent,
    /** The session of the request, as express-session would set it. */
    session: {} as Record<string, unknown>,
    user: undefined as User | undefined,
  };
  const app = createExpressApp(1, { provider: 'PingOne' });
  app.use(requestLogging(createLogger('info', { write: (line) => void lines.push(line) })));
  app.get('/callback', (req, res) => {
    Object.assign(req, { session: play.session });
    const observer = flow.observe(req);
    for (const event of play.heard) observer?.(event);
    flow.onEvent(play.event, req, res);
    res.send(observer ? 'observed' : 'not observed');
  });
  app.get('/late', (req, res) => {
    for (const event of play.heard) flow.observe(req)?.(event);
    res.send('sent');
    try {
      flow.onEvent(play.event, req, res);
    } catch (error) {
      lines.push(`thrown: ${error}`);
    }
  });
  app.get('/flow', flow.page({ user: () => play.user }));
  return { app, flow, records, play, lines };
}

/** What the page shows of one step, as text. */
export function sectionOf(body: string, step: number): string {
  const [, section = ''] = body.split(`id="step-${step}"`);
  const [own = ''] = section.split('</section>');
  return own.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

/** Each step as the diagram names it to a screen reader: its number, its result, its text. */
export const drawn = (body: string) =>
  [...body.matchAll(/href="#step-(\d)" class="(\w+)" aria-label="([^"]+)"/g)].map((match) => match.slice(1));

export const resultsOf = (body: string) => drawn(body).map(([, result]) => result);

/** Values of the record's cookie that a response sets. */
export const recordCookies = ({ headers }: { headers: Record<string, string | string[] | undefined> }) =>
  [headers['set-cookie'] ?? []].flat().filter((line) => line.includes('pingone_flow='));
