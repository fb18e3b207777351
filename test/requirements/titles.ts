// The names of the tests in a file, as they stand there.

import { readFileSync } from 'node:fs';

/** The first argument of test(…), or of what test.each(…) and the like return. */
const TITLE = /(?:\btest(?:\.\w+)?|\)|`)\(\s*(?:'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`)\s*,/g;

export function titlesIn(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(TITLE)].map(
    ([, plain, template]) => plain?.replaceAll("\\'", "'") ?? template ?? '',
  );
}

/** A test's name as it stands in its file, or the beginning of it; %s and the like stand for anything. */
export function patternOf(title: string): RegExp {
  const parts = title.split(/%[sijof]|\$\w+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}`);
}
