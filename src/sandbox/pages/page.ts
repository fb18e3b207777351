/** The sandbox's own pages: everything that a user sees here is one of them, none is oidc-provider's. */
import { join } from 'node:path';
import ejs from 'ejs';
import type { NextFunction, Request, Response } from 'express';
import { type InvalidValue, invalidData } from '../pingone-errors.ts';

export const VIEWS = join(import.meta.dirname, '../../../views/sandbox');

/** A page that says what was wrong and, as the sandbox may teach, what would have been right. */
export interface Problem {
  readonly title: string;
  readonly sentence: string;
  /** By what they are. */
  readonly facts?: Readonly<Record<string, string>>;
  readonly nextStep: string;
  /** What PingOne's envelope says of it, where that was seen. */
  readonly envelope?: InvalidValue;
}

/** Renders one of `views/sandbox` to HTML. */
function renderPage(view: string, locals: object): Promise<string> {
  return ejs.renderFile(join(VIEWS, `${view}.ejs`), locals, { cache: true });
}

/**
 * Renders the error page, or PingOne's envelope where the request's Accept header prefers JSON.
 *
 * @param correlationId as in the header of the same response
 * @param preferred 'json' or 'html', or false if the request accepts neither
 */
export async function renderProblem(problem: Problem, correlationId: string, preferred: string | false) {
  const { envelope, facts = {} } = problem;
  if (envelope !== undefined && preferred === 'json') {
    return { type: 'json', body: JSON.stringify(invalidData(envelope, correlationId)) };
  }
  return { type: 'html', body: await renderPage('error', { ...problem, envelope, facts, correlationId }) };
}

/** Responds with a page. Pages are never stored: they tell of one flow or one session. */
export async function sendPage(res: Response, view: string, locals: object) {
  const html = await renderPage(view, locals);
  res.set('Cache-Control', 'no-store').type('html').send(html);
}

/** Responds with an error. PingOne shows such errors itself and does not redirect them. */
export async function sendProblem(res: Response, status: number, problem: Problem) {
  const preferred = res.req.accepts(['json', 'html']);
  const { type, body } = await renderProblem(problem, res.get('Correlation-Id') ?? '', preferred);
  res.status(status).set('Cache-Control', 'no-store').type(type).send(body);
}

/** For every address that the sandbox does not have. */
export async function showNotFound(req: Request, res: Response) {
  await sendProblem(res, 404, {
    title: 'Page not found',
    sentence: `The sandbox has no response for ${req.method} ${req.path}.`,
    nextStep: 'Take the addresses from the discovery document.',
  });
}

type Crash = Error & { status?: number };

/** An unexpected error. Express' own page would print it to the terminal and lose the security headers. */
export async function showCrash(error: Crash, _req: Request, res: Response, next: NextFunction) {
  if (res.headersSent) return next(error);
  // Only express.urlencoded sets one: a form that is too long, or in another encoding.
  const { status = 500 } = error;
  if (status >= 500) tellCrash(error);
  await sendProblem(res, status, explainCrash(error, status));
}

/** One line on stderr: what the error is called, and where it comes from. Its message may quote a secret. */
export function tellCrash(error: unknown) {
  const { name, stack = '' } = error instanceof Error ? error : new Error();
  const [, place = 'an unknown place'] = /\n\s+at (.{1,300})/.exec(stack) ?? [];
  process.stderr.write(`The sandbox itself failed: ${name} at ${place}\n`);
}

/** The error's own words: only a developer sees them. */
export function explainCrash(error: unknown, status = 500): Problem {
  const sentence = error instanceof Error ? error.message : String(error);
  const nextStep = 'This is an error of the sandbox, not of the app that sent you here.';
  return status < 500
    ? { title: 'The request could not be read', sentence, nextStep: 'Correct the request.' }
    : { title: 'The sandbox itself failed', sentence, nextStep };
}
