// The record behind GET /flow. It listens to sign-ins and refreshes as an observer; without this folder they work alike.

import type { Request, RequestHandler, Response } from 'express';
import { PageError, type ProviderName } from '../error-texts/index.ts';
import { type Observer, SignInError } from '../pingone/index.ts';
import { RequestError, type SignInEvent, type SignInRoutes } from '../sign-in/index.ts';
import type { RecordStore } from '../stores/index.ts';
import { clientOf } from '../web/rate-limit.ts';
import { type CookieNames, createKeeper } from './keeper.ts';
import { createDescriptions } from './page.ts';
import { createRecorder, type FlowError, type FlowRecord, type Recorder } from './record.ts';
import { recordRefused } from './refused-callback.ts';

type FlowOptions = CookieNames & { records: RecordStore; provider: ProviderName; on: boolean };

/**
 * Takes part in the sign-in routes by two of their options, `observe` and `onEvent`, and has the handler of GET /flow.
 * @param options.https whether browsers reach the app by https: then the cookie has the prefix __Host-
 * @param options.provider what the page calls the provider
 * @param options.on without it nothing is recorded, and the page does not exist
 */
export function createFlow({ records, provider, on, ...cookies }: FlowOptions) {
  const { describe, preview } = createDescriptions(provider);
  const keeper = createKeeper(records, cookies);
  const recorders = new WeakMap<Request, Recorder>();
  const recorded = new WeakSet<Request>();

  function observe(req: Request): Observer | undefined {
    if (!on) return undefined;
    const recorder = createRecorder();
    recorders.set(req, recorder);
    return recorder.observer;
  }

  /** Writes or forgets a record. It waits for no store. */
  function onEvent(event: SignInEvent, req?: Request, res?: Response): void {
    if (!on || !req || !res || res.headersSent) return;
    if (event.type === 'signed_out') keeper.forget(req, res);
    const record = recordOf(event, req);
    // A share for each user; for each address, where it is not known who it is.
    const owner = 'user' in event ? `${event.user.issuer} ${event.user.subject}` : clientOf(req);
    if (!record) return;
    keeper.keep(req, res, { record, owner });
    recorded.add(req);
  }

  function recordOf(event: SignInEvent, req: Request): FlowRecord | undefined {
    const recorder = recorders.get(req);
    const error = 'error' in event ? errorOf(event.error) : undefined;
    if (event.type === 'refreshed' || event.type === 'refresh_failed') return recorder?.end('refresh', error);
    if (event.type !== 'signed_in' && event.type !== 'sign_in_failed') return undefined;
    return recorder?.end('sign-in', error) ?? (error && recordRefused(req, error, cookies));
  }

  function page(auth: Pick<SignInRoutes, 'user'>): RequestHandler {
    return async function showFlow(req, res, next) {
      if (!on) return next();
      const record = await keeper.find(req);
      const isSignedIn = auth.user(req) !== undefined;
      // After sign-out no user may see the claims in it.
      const shown = record && (record.error || isSignedIn) ? describe(record) : { preview };
      res.render('flow/flow', { page: { title: 'Step by step', isSignedIn, ...shown } });
    };
  }

  return { observe, onEvent, page, hasRecord: (req: Request) => recorded.has(req) };
}

function errorOf(error: unknown): FlowError {
  const known = error instanceof SignInError || error instanceof RequestError;
  const { code, facts } = known ? error : new PageError('internal_error');
  return { code, facts };
}
