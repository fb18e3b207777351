// The EJS pages of views/, compiled once at start. A template sees one object, `page`, and nothing else: no claim can
// ever take the place of a template's own variable.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import type { Request, Response } from 'express';

const VIEWS = fileURLToPath(new URL('../../views/', import.meta.url));

/** The HTML of one page of views/. */
export type RenderPage = (name: string, page: object) => string;

/** @param shared what every page shows */
export function createPages(shared: object): RenderPage {
  const names = readdirSync(VIEWS).filter((file) => file.endsWith('.ejs'));
  const templates = new Map(names.map((file) => [file.slice(0, -'.ejs'.length), compile(VIEWS + file)]));
  const render = (name: string, page: object): string => {
    const template = templates.get(name);
    if (!template) throw new Error(`There is no page ${name}.`);
    // EJS's own include would look for the partial on the disk each time.
    return template({
      ...page,
      include: (partial: string, more?: object) => render(partial, { ...page, ...more }),
    });
  };
  return (name, page) => render(name, { ...shared, ...page });
}

function compile(filename: string): ejs.TemplateFunction {
  return ejs.compile(readFileSync(filename, 'utf8'), { filename, strict: true, localsName: 'page' });
}

/** Ends the request with a page. */
export function sendPage(req: Request, res: Response, page: string, type = 'html'): void {
  // No page changes the session. express-session would look whether it has, and save behind an error page what failed:
  // half a sign-in, or something that cannot be written at all.
  Object.assign(req, { session: undefined });
  res
    .type(type)
    .set('Content-Length', String(Buffer.byteLength(page)))
    .end(page);
}
