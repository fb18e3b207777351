// GET /healthz: the process lives. GET /readyz: it can sign people in.

import type { RequestHandler } from 'express';
import type { Store } from 'express-session';
import type { PingOneClient } from '../pingone/client.ts';
import { SignInError } from '../pingone/errors.ts';
import { askStore } from './ask-store.ts';

export const healthz: RequestHandler = (_req, res) => {
  res.json({ status: 'ok' });
};

/** 503 with the code of what is wrong; nothing of the configuration is shown. */
export function readyz(client: PingOneClient, store: Store): RequestHandler {
  return async function showReadiness(_req, res) {
    const problems = await Promise.all([discoveryProblem(client), storeProblem(store)]);
    const [reason] = problems.filter((problem) => problem !== undefined);
    if (reason === undefined) return res.json({ status: 'ok' });
    return res.status(503).set('Retry-After', '5').json({ status: 'unavailable', reason });
  };
}

async function discoveryProblem(client: PingOneClient): Promise<string | undefined> {
  try {
    await client.ready();
    return undefined;
  } catch (error) {
    return error instanceof SignInError ? error.code : 'internal_error';
  }
}

async function storeProblem(store: Store): Promise<string | undefined> {
  return askStore((done) => store.get('readyz', done)).then(
    () => undefined,
    () => 'session_store_unavailable',
  );
}
