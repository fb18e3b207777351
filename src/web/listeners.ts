// Listeners receive the events of sign-ins. The log, the claims page, the sign-out page and /flow each have
// one.

import type { Request, Response } from 'express';
import type { Observer } from '../pingone/index.ts';
import type { SignInEvent } from '../sign-in/index.ts';
import { type Logger, pseudonym } from './logging.ts';

export interface SignInListener {
  /** Returns an observer of the messages and checks of this request. */
  observe?(req: Request, res: Response): Observer | undefined;
  onEvent?(event: SignInEvent, req?: Request, res?: Response): void;
}

/**
 * Combines the listeners into one for src/sign-in/. Listeners that join the list later receive events too.
 */
export function combineListeners(listeners: SignInListener[]): Required<SignInListener> {
  return {
    observe(req, res) {
      const observers = listeners.map((listener) => listener.observe?.(req, res));
      return (event) => {
        for (const observer of observers) observer?.(event);
      };
    },
    onEvent(event, req, res) {
      for (const listener of listeners) listener.onEvent?.(event, req, res);
    },
  };
}

const MESSAGES = { signed_in: 'sign-in succeeded', signed_out: 'signed out', refreshed: 'tokens refreshed' };
const WARNINGS = {
  return_to_refused: 'return_to ignored',
  revocation_failed: 'token revocation failed',
  sign_off_failed: 'sign-off URL not available',
};

/**
 * Logs all events except failures, which the error page logs.
 * @param logger for events that belong to no request
 */
export function createEventLog(logger: Logger): SignInListener {
  return {
    onEvent(event, req) {
      const log = req?.log ?? logger;
      if ('user' in event) log.info({ who: pseudonym(event.user) }, MESSAGES[event.type]);
      if (event.type === 'sign_in_repeated') log.info('callback repeated');
      if (event.type === 'warning') log.warn({ error: event.error }, WARNINGS[event.what]);
    },
  };
}
