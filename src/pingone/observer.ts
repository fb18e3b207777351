// What an observer of a sign-in hears: each exchange of messages and each check, in their order and at once. Secret values
// never reach it: "[secret, 43 characters]" stands in their place.

import type { SignInErrorCode, Step } from './errors.ts';
import { DEPTH_LIMIT, isDeeperThan, type JsonObject } from './response.ts';
import { type Redactor, secretOf } from './text.ts';

/** One HTTP request and its response, of this app or of the browser. */
export interface Exchange {
  type: 'exchange';
  step: Step;
  method: 'GET' | 'POST';
  /** Of the browser's own requests without the query: its fields are among the parameters. */
  url: string;
  headers?: Record<string, string>;
  /** Of a form, or of the query that the browser carries. */
  parameters?: [name: string, value: string][] | undefined;
  /** Milliseconds since 1970. */
  startedAtMs?: number | undefined;
  durationMs?: number;
  /** The response was kept from an earlier sign-in. */
  reused?: true;
  /** Absent, with the two below, where no response came. */
  status?: number;
  responseHeaders?: Record<string, string>;
  /** Absent where the body is not a JSON object. */
  body?: JsonObject;
  /** The network's code, or one of ours, where no response came. */
  failure?: string;
}

/** One check of the specifications. */
export interface Check {
  type: 'check';
  step: Step;
  /** What is true when the check has passed. */
  name: string;
  /** The section that asks for it. */
  section: string;
  result: 'passed' | 'failed' | 'not applicable';
  code?: SignInErrorCode;
  expected?: string | undefined;
  found?: string | undefined;
  /** Why there is nothing to compare. */
  why?: string | undefined;
}

/** The third is an ID token, decoded, before any check: it may be anything. */
export type ObserverEvent = Exchange | Check | { type: 'id_token'; header: JsonObject; claims: JsonObject };

/** Called synchronously. What it throws is ignored: it never replaces the verdict of a check. */
export type Observer = (event: ObserverEvent) => void;

const FIELDS_LIMIT = 50;
const VALUE_LIMIT = 2_048;
const SECRET = '(?:client_)?secret|code(?:_verifier)?|(?:(?:access|refresh|id)_)?token|state|nonce';
const SECRET_NAME = new RegExp(`^(?:${SECRET})$`);
/** In JSON, also where it was cut. */
const SECRET_FIELD = new RegExp(`("(?:${SECRET})":)"((?:[^"\\\\]|\\\\.)*)"?`, 'g');
const TOLD_HEADER = /^(content-type|cache-control|date|age|retry-after|correlation-id|www-authenticate)$/;

/** Tells the observer, if there is one: of a check, whose texts are clean already; else a copy, bounded and without secrets. */
export function observe({ observer, redact }: Listener, event: ObserverEvent): void {
  if (!observer) return;
  const copy = () => Object.entries(event).map(([name, value]) => [name, masked(name, value, redact)]);
  // Called at once. What is thrown here, or rejects later, has no say in a sign-in.
  (async () => observer(event.type === 'check' ? event : Object.fromEntries(copy())))().catch(() => {});
}

type Listener = { observer?: Observer | undefined; redact: Redactor };

/** Parameters, headers, a body: a list of names and values, or an object. */
function masked(of: string, value: unknown, redact: Redactor): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const fields: [string, unknown][] = Array.isArray(value) ? value : Object.entries(value);
  const told = of === 'responseHeaders' ? fields.filter(([name]) => TOLD_HEADER.test(name)) : fields;
  const bounded = told.slice(0, FIELDS_LIMIT);
  const safe = bounded.map(([name, inner]) => [redact(name), hidden(name, inner, redact)]);
  // fromEntries makes "__proto__" an ordinary field.
  return Array.isArray(value) ? safe : Object.fromEntries(safe);
}

/** The value of one field. */
function hidden(name: string, value: unknown, redact: Redactor): unknown {
  if (typeof value === 'string') {
    if (SECRET_NAME.test(name)) return secretOf(value);
    // A scheme and a token.
    return name === 'authorization' ? value.replace(/\S+$/, secretOf) : redact(value, VALUE_LIMIT);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (isDeeperThan(DEPTH_LIMIT, value)) return '[nested too deeply to show]';
  const json = JSON.stringify(value).slice(0, VALUE_LIMIT + 1);
  const text = json.replace(SECRET_FIELD, (_, field, inner) => `${field}"${secretOf(inner)}"`);
  const safe = redact(text, VALUE_LIMIT);
  return safe === text && json.length <= VALUE_LIMIT ? JSON.parse(text) : safe;
}
