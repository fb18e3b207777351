// The record behind GET /flow. It observes sign-ins and refreshes, which work the same without this folder.

import type { Request, RequestHandler, Response } from 'express';
import { PageError, type ProviderName } from '../error-texts/index.ts';
import { type Observer, SignInError } from '../pingone/index.ts';
import { RequestError, type SignInEvent, type SignInRoutes } from '../sign-in/index.ts';
import type { RecordStore } from '../stores/index.ts';
import { clientAddressOf } from '../web/rate-limit.ts';
import { type CookieSettings, createBrowserRecords } from './browser-records.ts';
import { createRecorder, type FlowError, type FlowRecord, type Recorder } from './record.ts';
import { makeRejectedRecord } from './rejected-callback.ts';

type FlowOptions = CookieSettings & { records: RecordStore; provider: ProviderName; isOn: boolean };

/**
 * Makes two options for the sign-in routes, `observe` and `onEvent`, and the handler of GET /flow.
 * @param options.https whether browsers use https to reach the app. If so, the cookie has the prefix __Host-
 * @param options.provider the name of the provider on the page
 * @param options.isOn if false, nothing is recorded, and the page does not exist
 */
export function createFlow({ records, provider, isOn, ...cookies }: FlowOptions) {
  const browserRecords = createBrowserRecords(records, cookies);
  const recorders = new WeakMap<Request, Recorder>();
  const recorded = new WeakSet<Request>();

  function observe(req: Request): Observer | undefined {
    if (!isOn) return undefined;
    const recorder = createRecorder();
    recorders.set(req, recorder);
    return recorder.observer;
  }

  /** Stores or deletes a record, without waiting for the store. */
  function onEvent(event: SignInEvent, req?: Request, res?: Response): void {
    if (!isOn || !req || !res || res.headersSent) return;
    if (event.type === 'signed_out') browserRecords.remove(req, res);
    const record = recordOf(event, req);
    if (!record) return;
    // Each user has a share of the store. If the user is not known, the network address has one.
    const owner = 'user' in event ? `${event.user.issuer} ${event.user.subject}` : clientAddressOf(req);
    browserRecords.save(req, res, { record, owner });
    recorded.add(req);
  }

  function recordOf(event: SignInEvent, req: Request): FlowRecord | undefined {
    const recorder = recorders.get(req);
    const error = 'error' in event ? errorOf(event.error) : undefined;
    if (event.type === 'refreshed' || event.type === 'refresh_failed') return recorder?.end('refresh', error);
    if (event.type !== 'signed_in' && event.type !== 'sign_in_failed') return undefined;
    return recorder?.end('sign-in', error) ?? (error && makeRejectedRecord(req, error, cookies));
  }

  function page(auth: Pick<SignInRoutes, 'user'>): RequestHandler {
    return async function showFlow(req, res, next) {
      if (!isOn) return next();
      // Loaded when the page is opened, because no sign-in needs it.
      const { createPageData } = await import('./page.ts');
      const { describe, preview } = createPageData(provider);
      const record = await browserRecords.find(req);
      const isSignedIn = auth.user(req) !== undefined;
      // After sign-out, the page must not show the claims in the record.
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
