// The titles of the tests in a file, as they are written there.

import { readFileSync } from 'node:fs';

/** The first argument of test(…), or of what test.each(…) and the like return. */
const TITLE = /(?:\btest(?:\.\w+)?|\)|`)\(\s*(?:'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`)\s*,/g;

/** Where a title is a template, %s stands for each expression in it. */
export function titlesIn(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(TITLE)].map(
    ([, plain, template = '']) => plain?.replaceAll("\\'", "'") ?? template.replace(/\$\{[^}]*\}/g, '%s'),
  );
}

/** What the test is called when it runs: %s, %i, $name and the like stand for anything. */
export function patternOf(title: string): RegExp {
  const parts = title.split(/%[sdijof]|\$\w+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`);
}
