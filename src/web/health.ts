// GET /healthz: the process is running. GET /readyz: the app can sign users in.

import type { RequestHandler } from 'express';
import type { Store } from 'express-session';
import { type PingOneClient, SignInError } from '../pingone/index.ts';

const RETRY_AFTER_SECONDS = '5';

/** Always returns 200. */
export const healthz: RequestHandler = (_req, res) => {
  res.json({ status: 'ok' });
};

/**
 * Returns 503 with a code until discovery has succeeded once. After that, only the session store counts. If
 * PingOne is not available, this app still serves its pages, so taking it out of service would not help
 * users.
 */
export function readyz({ client, store }: { client: PingOneClient; store: Store }): RequestHandler {
  let isDiscovered = false;

  async function problem(): Promise<string | undefined> {
    try {
      if (!isDiscovered) await client.ready();
      isDiscovered = true;
    } catch (error) {
      return error instanceof SignInError ? error.code : 'internal_error';
    }
    return storeProblem(store);
  }

  return async function showReadiness(_req, res) {
    const reason = await problem();
    if (reason === undefined) return void res.json({ status: 'ok' });
    res.status(503).set('Retry-After', RETRY_AFTER_SECONDS).json({ status: 'unavailable', reason });
  };
}

function storeProblem(store: Store): Promise<string | undefined> {
  return new Promise((resolve) => {
    store.get('readyz', (error) => resolve(error ? 'session_unavailable' : undefined));
  });
}
