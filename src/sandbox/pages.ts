/** The sandbox's own pages: everything a person sees here is one of them, none is oidc-provider's. */
import { join } from 'node:path';
import ejs from 'ejs';
import type { NextFunction, Request, Response } from 'express';

export const VIEWS = join(import.meta.dirname, '../../views/sandbox');

/** A page that says what was wrong and, as the sandbox may teach, what would have been right. */
export interface Problem {
  readonly title: string;
  readonly sentence: string;
  readonly facts?: readonly { readonly label: string; readonly value: string }[];
  readonly nextStep: string;
}

/** Renders one of `views/sandbox` to HTML. */
function renderPage(view: string, locals: object): Promise<string> {
  return ejs.renderFile(join(VIEWS, `${view}.ejs`), locals, { cache: true });
}

/** Renders the error page, with the Correlation ID that the answer's header carries too. */
export function renderProblem(problem: Problem, correlationId: string): Promise<string> {
  return renderPage('error', { facts: [], ...problem, correlationId });
}

/** Answers with a page. Pages are never stored: they tell of one flow or one session. */
export async function sendPage(res: Response, view: string, locals: object) {
  const html = await renderPage(view, locals);
  res.set('Cache-Control', 'no-store').type('html').send(html);
}

/** Answers with the error page. PingOne shows such errors itself and does not redirect them. */
export async function sendProblem(res: Response, status: number, problem: Problem) {
  const html = await renderProblem(problem, res.get('Correlation-Id') ?? '');
  res.status(status).set('Cache-Control', 'no-store').type('html').send(html);
}

/** Whatever the sandbox has no page for. */
export async function showNotFound(req: Request, res: Response) {
  await sendProblem(res, 404, {
    title: 'There is nothing here',
    sentence: `The sandbox has no answer for ${req.method} ${req.path}.`,
    nextStep: 'Take the addresses from the discovery document rather than putting them together.',
  });
}

/** An error nobody expected. Express' own page would print it to the terminal and lose the security headers. */
export async function showCrash(error: unknown, _req: Request, res: Response, next: NextFunction) {
  if (res.headersSent) return next(error);
  await sendProblem(res, 500, explainCrash(error));
}

/** The error's own words: nobody but a developer at this machine sees them. */
export function explainCrash(error: unknown): Problem {
  return {
    title: 'The sandbox itself failed',
    sentence: error instanceof Error ? error.message : String(error),
    nextStep: 'This is a fault of the sandbox, not of the application that sent you here.',
  };
}
