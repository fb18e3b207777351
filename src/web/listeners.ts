// What hears of sign-ins: the log, the claims page, and what is added.

import type { Request, Response } from 'express';
import type { Observer } from '../pingone/index.ts';
import type { SignInEvent } from '../sign-in/index.ts';
import { type Logger, pseudonym } from './logging.ts';

export interface Listener {
  /** An observer of the messages and checks that this request leads to. */
  observe?(req: Request, res: Response): Observer | undefined;
  onEvent?(event: SignInEvent, req?: Request, res?: Response): void;
}

/** All of them as one, for src/sign-in/; the list may still grow. */
export function combine(listeners: Listener[]): Required<Listener> {
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

/** Writes what happened, but no failure: the error page writes those. @param logger for events that belong to no request */
export function logEvents(logger: Logger): Listener {
  return {
    onEvent(event, req) {
      const log = req?.log ?? logger;
      if ('user' in event) log.info({ who: pseudonym(event.user) }, MESSAGES[event.type]);
      if (event.type === 'sign_in_repeated') log.info('callback repeated');
      if (event.type === 'warning') log.warn({ error: event.error }, event.what);
    },
  };
}
