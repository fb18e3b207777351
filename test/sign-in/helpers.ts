// Another Express app: with its own express-session, its own data in the session, and the routes of src/sign-in/.

import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import session, { type SessionData } from 'express-session';
import { expect, onTestFinished } from 'vitest';
import { createPingOneClient } from '../../src/pingone/index.ts';
import {
  createSignInRoutes,
  type RequestError,
  type SignInEvent,
  type SignInOptions,
} from '../../src/sign-in/index.ts';
import { type Browser, createBrowser, type Page } from '../helpers/browser.ts';
import { type ProviderDouble, startProviderDouble } from '../helpers/provider-double.ts';

declare module 'express-session' {
  interface SessionData {
    basket: string[];
    appUser: string;
  }
}

export const SECRET = 'a-secret-of-the-foreign-app-0123456789';

export interface ForeignOptions extends Partial<Omit<SignInOptions, 'client'>> {
  store?: session.Store;
  /** The origin for browsers, if it is not the port of the app. The app then trusts a proxy. */
  origin?: string;
  callbackPath?: string;
  /** False: Express responds to errors itself. */
  errorHandler?: boolean;
  /** Middleware before the sign-in routes, instead of express-session. */
  middleware?: RequestHandler;
  /** The provider of an app that already runs, so that this app acts as another process of it. */
  double?: ProviderDouble;
}

export type ForeignApp = Awaited<ReturnType<typeof startForeignApp>>;

export async function startForeignApp(options: ForeignOptions = {}) {
  const { store = new TestStore(), origin, callbackPath = '/callback', errorHandler = true } = options;
  const double = options.double ?? (await startProviderDouble());
  const app: Express = express();
  const server = app.listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const events: SignInEvent[] = [];

  const client = createPingOneClient({
    issuer: double.issuer,
    clientId: double.clientId,
    clientSecret: double.clientSecret,
    scope: 'openid profile email',
    redirectUri: (origin ?? url) + callbackPath,
    signOffUrl: `${origin ?? url}/`,
  });
  const auth = createSignInRoutes({
    secrets: [SECRET],
    onEvent: (event) => events.push(event),
    ...options,
    client,
  });

  if (origin) app.set('trust proxy', 1);
  const secure = Boolean(origin?.startsWith('https:'));
  const own = session({ secret: 'x', store, resave: false, saveUninitialized: false, cookie: { secure } });
  app.use(options.middleware ?? own, auth.routes);
  app.get('/', (req, res) => void res.json({ user: auth.user(req), session: req.session }));
  app.get('/orders', auth.required(), (req, res) => void res.json(auth.user(req)));
  app.post('/orders', auth.required(), (_req, res) => void res.json('ordered'));
  app.get('/recent', auth.required({ maxAgeSeconds: 300 }), (_req, res) => void res.json('recent'));
  app.get('/strong', auth.required({ acrValues: ['Multi_Factor'] }), (_req, res) => void res.json('strong'));
  app.post('/strong', auth.required({ acrValues: ['Multi_Factor'] }), (_req, res) => void res.json('strong'));
  app.get('/api', async (req, res) => void res.send(await auth.accessToken(req, res)));
  app.post('/refresh', async (req, res) => void res.json(await auth.refresh(req, res)));
  app.post('/basket', (req, res) => {
    req.session.basket = [...(req.session.basket ?? []), 'tea'];
    res.sendStatus(204);
  });
  app.get('/tea-and-api', async (req, res) => {
    req.session.basket = [...(req.session.basket ?? []), 'tea'];
    res.send(await auth.accessToken(req, res));
  });
  app.get('/switch', (req, res) => auth.start(req, res, { prompt: 'login', returnTo: '/orders' }));
  const showError: ErrorRequestHandler = (error: RequestError, _req, res, next) => {
    const { code, status, expose, facts } = error;
    if (!code || res.headersSent) return next(error);
    res.status(status).json({ code, status, expose, facts });
  };
  if (errorHandler) app.use(showError);

  return {
    url,
    double,
    client,
    auth,
    store,
    events,
    server,
    eventTypes: () => events.map((event) => ('what' in event ? event.what : event.type)),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await auth.close();
      await client.close();
      if (!options.double) await double.close();
    },
  };
}

/** An app that stops when the test ends. */
export async function appForTest(options?: ForeignOptions): Promise<ForeignApp> {
  const app = await startForeignApp(options);
  onTestFinished(app.close);
  return app;
}

export interface Started {
  state: string;
  callbackUrl: string;
  location: URL;
  finish(headers?: Record<string, string>): Promise<Page>;
}

/** The first half of a sign-in. */
export async function start(browser: Browser, app: ForeignApp, path = '/login'): Promise<Started> {
  const page = await browser.get(app.url + path);
  return startedFrom(browser, app, page);
}

export function startedFrom(browser: Browser, app: ForeignApp, page: Page): Started {
  if (!page.location?.startsWith(app.double.origin)) throw new Error(`No sign-in started: ${page.body}`);
  const { state, code } = app.double.authorize(page.location);
  const callbackUrl = `${app.url}/callback?${new URLSearchParams({ code, state })}`;
  return {
    state,
    callbackUrl,
    location: new URL(page.location),
    finish: (headers) => browser.get(callbackUrl, headers),
  };
}

export async function signIn(app: ForeignApp, browser = createBrowser(), path = '/login'): Promise<Browser> {
  const page = await (await start(browser, app, path)).finish();
  expect(page).toMatchObject({ status: 303 });
  return browser;
}

/** From now on, this user signs on at the provider. */
export function signOnAs(double: ProviderDouble, sub: string): void {
  Object.assign(double.claims, { sub });
  double.userinfo = { sub, name: sub };
}

export async function isSignedIn(browser: Browser, app: ForeignApp): Promise<boolean> {
  return (await browser.get(`${app.url}/orders`)).status === 200;
}

export function errorOf({ status, body }: Page): { status: number; code: string; facts?: object } {
  const { code, facts } = body.startsWith('{') ? JSON.parse(body) : { code: body };
  return { status, code, facts };
}

export function setCookiesOf({ headers }: Page): string[] {
  return [headers['set-cookie'] ?? []].flat();
}

/** The number of bytes in the head of a response. */
export function headBytes({ headers }: Page): number {
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    [values ?? []].flat().map((v) => `${name}: ${v}\r\n`),
  );
  return `HTTP/1.1 302 Found\r\n${lines.join('')}\r\n`.length;
}

export const sessionOf = async (browser: Browser, app: ForeignApp) =>
  JSON.parse((await browser.get(`${app.url}/`)).body);

export const until = async (condition: () => boolean) => expect.poll(condition, { timeout: 5000 }).toBe(true);

type Callback = (error?: unknown, data?: SessionData | null) => void;

/** A MemoryStore that can fail or wait, and shows what it holds. A late write brings an ended session back. */
export class TestStore extends session.Store {
  readonly held = new Map<string, string>();
  readonly failing = new Set<'get' | 'set' | 'destroy'>();
  readonly failingOnce = new Set<'get' | 'set' | 'destroy'>();
  readonly before: Partial<Record<'get' | 'set' | 'destroy', () => Promise<unknown>>> = {};

  async #run(
    operation: 'get' | 'set' | 'destroy',
    callback: Callback | undefined,
    work: () => SessionData | null,
  ) {
    await this.before[operation]?.();
    await new Promise((resolve) => setImmediate(resolve));
    if (this.failingOnce.delete(operation) || this.failing.has(operation))
      return callback?.(new Error(`cannot ${operation}`));
    return callback?.(null, work());
  }
  override get(id: string, callback: Callback): void {
    void this.#run('get', callback, () => JSON.parse(this.held.get(id) ?? 'null'));
  }
  override set(id: string, data: SessionData, callback?: Callback): void {
    const json = JSON.stringify(data);
    void this.#run('set', callback, () => {
      this.held.set(id, json);
      return null;
    });
  }
  override destroy(id: string, callback?: Callback): void {
    void this.#run('destroy', callback, () => {
      this.held.delete(id);
      return null;
    });
  }
}
