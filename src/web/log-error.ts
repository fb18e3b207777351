// Errors as the log writes them. Messages and properties of errors from outside may quote tokens and responses, so name,
// code, facts and places must do.

import { fileURLToPath } from 'node:url';

const TEXT_LIMIT = 300;
const PLACES_LIMIT = 8;
const ROOT = new URL('../../', import.meta.url);
/** Files of this app, as stacks name them. */
const OWN_FILES = [ROOT.href, fileURLToPath(ROOT)];

interface WrittenError {
  type: string;
  code?: string;
  /** Of an error by code: without secrets by design. */
  facts?: object;
  /** The upper lines of the stack. */
  at?: string[];
  cause?: WrittenError;
}

/** What is written of an error, whatever was thrown. */
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
 * Message and place of an error that is thrown in this app's own files; undefined for any other. What the network and
 * libraries throw has a code or its first place in their files, JSON.parse too, which quotes its input.
 */
export function ownErrorOf(error: unknown): { message: string; place: string } | undefined {
  if (!(error instanceof Error) || 'code' in error) return undefined;
  const [place = ''] = placesOf(error);
  const isOwn = OWN_FILES.some((path) => place.includes(path)) && !place.includes('/node_modules/');
  return isOwn ? { message: clean(error.message), place: clean(place.replace(/^at /, '')) } : undefined;
}

/** The lines of the stack. It begins with the message, which may have lines that look like one. */
function placesOf({ stack = '', message }: Error): string[] {
  return stack
    .replace(message, '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
}

/** On one line, and short. */
function clean(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value);
  return onOneLine(text.slice(0, TEXT_LIMIT));
}

/** Facts are short already, but may quote a request: its Host, its query. */
function cleanFacts(facts: object): object {
  const entries = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact === 'string' ? onOneLine(fact) : fact,
  ]);
  return Object.fromEntries(entries);
}

/** Without characters that a terminal or a log viewer would obey. */
function onOneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
