// A plain Express app with express-session and a store, without a sign-in, and one browser.

import type { AddressInfo } from 'node:net';
import express from 'express';
import session, { type SessionData, type Store } from 'express-session';
import { onTestFinished } from 'vitest';

declare module 'express-session' {
  interface SessionData {
    name: string;
    [key: string]: unknown;
  }
}

/** The methods of a store, with promises instead of callbacks. */
export function promised(store: Store) {
  return {
    get: (id: string) =>
      new Promise<SessionData | null | undefined>((resolve, reject) => {
        store.get(id, (error, data) => (error ? reject(error) : resolve(data)));
      }),
    set: (id: string, data: object) =>
      new Promise<void>((resolve, reject) => {
        store.set(id, { cookie: { originalMaxAge: null }, ...data } as SessionData, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
    destroy: (id: string) =>
      new Promise<void>((resolve, reject) => {
        store.destroy(id, (error) => (error ? reject(error) : resolve()));
      }),
  };
}

/** The session data of a user whom src/sign-in/ has signed in. */
export const sessionOf = (subject: string, more: object = {}) => ({
  pingone: { signIn: { issuer: 'https://login.example.com/as', subject }, ...more },
});

/**
 * POST /in signs in, POST /out destroys the session, and GET / returns the user. POST /slow loads the session, waits for
 * `release`, changes the session and ends. `arrived` resolves when it has loaded the session.
 */
export async function plainApp(store: Store) {
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const app = express();
  app.use(session({ secret: 'a-secret-of-the-tests', store, resave: false, saveUninitialized: false }));
  app.post('/in', (req, res) => {
    req.session.name = 'Ada';
    res.send('in');
  });
  app.get('/', (req, res) => void res.send(req.session.name ?? 'no user'));
  app.post('/out', (req, res, next) =>
    req.session.destroy((error) => (error ? next(error) : res.send('out'))),
  );
  app.post('/slow', async (req, res) => {
    arrived.resolve();
    await released.promise;
    req.session['changed'] = true;
    res.send(req.session.name ?? 'no user');
  });
  // Saves the session that it has destroyed, through an old reference.
  app.post('/out-and-save', (req, res, next) => {
    const before = req.session;
    before.destroy((error) => (error ? next(error) : before.save(() => res.send('out'))));
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  let cookie = '';
  async function ask(method: 'GET' | 'POST', path: string): Promise<string> {
    const response = await fetch(url + path, { method, headers: { cookie } });
    const [set] = response.headers.getSetCookie();
    if (set) cookie = set.split(';')[0] ?? '';
    return response.text();
  }
  return { ask, arrived: arrived.promise, release: released.resolve };
}
