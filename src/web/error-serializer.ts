// How the log writes errors. Messages and properties of errors from outside may quote tokens and responses,
// so the log gets only the name, the code, the facts, and the places in the code.

import { fileURLToPath } from 'node:url';

const TEXT_LIMIT = 300;
const PLACES_LIMIT = 8;
const ROOT = new URL('../../', import.meta.url);
/** How the paths of this app's files start in a stack. */
const OWN_FILES = [ROOT.href, fileURLToPath(ROOT)];

interface WrittenError {
  type: string;
  code?: string;
  /** The facts of an error with a fixed code. They never contain secrets. */
  facts?: object;
  /** The first lines of the stack. */
  at?: string[];
  cause?: WrittenError;
}

/** What the log contains of an error. Any value can be thrown, so it accepts any value. */
export function serializeError(error: unknown): WrittenError {
  if (!(error instanceof Error)) return { type: typeof error };
  const at = placesOf(error).slice(0, PLACES_LIMIT);
  return {
    type: clean(error.name),
    ...('code' in error && { code: clean(error.code) }),
    ...('facts' in error && isObject(error.facts) && { facts: cleanFacts(error.facts) }),
    ...(at.length > 0 && { at }),
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}

/**
 * The message and the place of an error that this app's own files threw; undefined for any other error. An
 * error of the network or a library has a code, or its first place is not in this app's files. This includes
 * JSON.parse, whose message quotes its input.
 */
export function describeOwnError(error: unknown): { message: string; place: string } | undefined {
  if (!(error instanceof Error) || 'code' in error) return undefined;
  const [place = ''] = placesOf(error);
  const isOwn = OWN_FILES.some((path) => place.includes(path)) && !place.includes('/node_modules/');
  return isOwn ? { message: clean(error.message), place: clean(place.replace(/^at /, '')) } : undefined;
}

/**
 * The places in the stack. The message, with which the stack begins, may contain lines that look like places.
 */
function placesOf({ stack = '', message }: Error): string[] {
  return stack
    .replace(message, '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
}

/** Any value as a short text on one line. */
function clean(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value);
  return onOneLine(text.slice(0, TEXT_LIMIT));
}

/** Facts are already short, but may quote the Host or the query of a request. */
function cleanFacts(facts: object): object {
  const entries = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact === 'string' ? onOneLine(fact) : fact,
  ]);
  return Object.fromEntries(entries);
}

/** Replaces line breaks and control characters, which could change what a terminal or a log viewer shows. */
function onOneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
