// The pages of the sandbox. A user sees only these, and none of oidc-provider.

import { join } from 'node:path';
import ejs from 'ejs';
import type { NextFunction, Request, Response } from 'express';
import { type InvalidValue, invalidDataError } from '../pingone-errors.ts';

export const VIEWS = join(import.meta.dirname, '../../../views/sandbox');

/** An error page: what is wrong, and what to write instead. */
export interface Problem {
  readonly title: string;
  readonly sentence: string;
  /** By label. */
  readonly facts?: Readonly<Record<string, string>>;
  readonly nextStep: string;
  /** Where a user can go on. */
  readonly appUrl?: string;
  /** PingOne's own error, if it is known. */
  readonly pingoneError?: InvalidValue;
}

/** Renders a view of `views/sandbox` to HTML. */
function renderPage(view: string, locals: object): Promise<string> {
  return ejs.renderFile(join(VIEWS, `${view}.ejs`), locals, { cache: true });
}

/**
 * Renders the error page, or PingOne's error as JSON if the Accept header of the request prefers JSON.
 *
 * @param correlationId the same as in the header of this response
 * @param preferred 'json' or 'html', or false if the request accepts neither
 */
export async function renderProblem(problem: Problem, correlationId: string, preferred: string | false) {
  const { pingoneError, facts = {} } = problem;
  if (pingoneError !== undefined && preferred === 'json') {
    return { type: 'json', body: JSON.stringify(invalidDataError(pingoneError, correlationId)) };
  }
  return {
    type: 'html',
    body: await renderPage('error', { ...problem, pingoneError, facts, correlationId }),
  };
}

/** Sends a page. Browsers must not store it, because it is about a single flow or session. */
export async function sendPage(res: Response, view: string, locals: object) {
  const html = await renderPage(view, locals);
  res.set('Cache-Control', 'no-store').type('html').send(html);
}

/** Sends an error page. PingOne shows such errors itself, without a redirect to the app. */
export async function sendProblem(res: Response, status: number, problem: Problem) {
  const preferred = res.req.accepts(['json', 'html']);
  const { type, body } = await renderProblem(problem, res.get('Correlation-Id') ?? '', preferred);
  res.status(status).set('Cache-Control', 'no-store').type(type).send(body);
}

/** Responds to every URL that the sandbox does not have. */
export async function showNotFound(req: Request, res: Response) {
  await sendProblem(res, 404, {
    title: 'Page not found',
    sentence: `The sandbox has no page or endpoint for ${req.method} ${req.path}.`,
    nextStep: 'Use the URLs in the discovery document.',
  });
}

type Crash = Error & { status?: number };

/** Shows an unexpected error. Express's own handler would print all of it and drop the security headers. */
export async function showCrash(error: Crash, _req: Request, res: Response, next: NextFunction) {
  if (res.headersSent) return next(error);
  // Only express.urlencoded sets a status: the form is too long, or has an unknown encoding.
  const { status = 500 } = error;
  if (status >= 500) printCrash(error);
  await sendProblem(res, status, explainCrash(error, status));
}

/** Prints one line on stderr: the name and place of the error, without its message, which may quote a secret. */
export function printCrash(error: unknown) {
  const { name, stack = '' } = error instanceof Error ? error : new Error();
  const [, place = 'an unknown place'] = /\n\s+at (.{1,300})/.exec(stack) ?? [];
  process.stderr.write(`Error in the sandbox: ${name} at ${place}\n`);
}

/** The page of an unexpected error. It shows the error's message, because only developers use the sandbox. */
export function explainCrash(error: unknown, status = 500): Problem {
  const sentence = error instanceof Error ? error.message : String(error);
  const nextStep = 'This is an error in the sandbox, not in the app that sent you here.';
  return status < 500
    ? { title: 'The sandbox cannot read the request', sentence, nextStep: 'Correct the request.' }
    : { title: 'Error in the sandbox', sentence, nextStep };
}
