// The events for an observer: each exchange and each check of an attempt, in order, and at once. In place of
// a secret, an observer gets a text such as "[secret, 43 characters]".

import type { SignInErrorCode, Step } from './errors.ts';
import { DEPTH_LIMIT, isDeeperThan, type JsonObject } from './response.ts';
import { cleanText, maskOf, type Redactor } from './text.ts';

/** One HTTP request of this app or of the browser, and its response. */
export interface Exchange {
  type: 'exchange';
  step: Step;
  method: 'GET' | 'POST';
  /** Without the query if the browser sent the request. The query is then in `parameters`. */
  url: string;
  headers?: Record<string, string>;
  /** The fields of the form, or of the browser's query. */
  parameters?: [name: string, value: string][] | undefined;
  /** In milliseconds since 1970. */
  startedAtMs?: number | undefined;
  durationMs?: number;
  /** The response comes from the cache. Its parts are frozen, because all observers share them. */
  reused?: true;
  /** Absent, like the next two fields, if there was no response. */
  status?: number;
  responseHeaders?: Record<string, string>;
  /** Absent if the body is not a JSON object. */
  body?: JsonObject;
  /** The code of the connection error, or of the SignInError, if there was no response. */
  failure?: string;
}

/** The result of one check. */
export interface CheckEvent {
  type: 'check';
  step: Step;
  /** What is true if the check passed. */
  name: string;
  /** The section of the specification that requires it. */
  section: string;
  result: 'passed' | 'failed' | 'not applicable';
  code?: SignInErrorCode;
  expected?: string | undefined;
  found?: string | undefined;
  /** Why the check does not apply. */
  why?: string | undefined;
}

/** The decoded ID token, before any check. Header and claims may be anything. */
type DecodedIdToken = { type: 'id_token'; header: JsonObject; claims: JsonObject };

export type ObserverEvent = Exchange | CheckEvent | DecodedIdToken;

/** Called synchronously. If it throws, that changes nothing in the sign-in. */
export type Observer = (event: ObserverEvent) => void;

const FIELDS_LIMIT = 50;
const VALUE_LIMIT = 2_048;
const SECRET = '(?:client_)?secret|code(?:_verifier)?|(?:(?:access|refresh|id)_)?token|state|nonce';
const SECRET_NAME = new RegExp(`^(?:${SECRET})$`);
/** A secret field in JSON, even if the JSON was cut within its value. */
const SECRET_FIELD = new RegExp(`("(?:${SECRET})":)"((?:[^"\\\\]|\\\\.)*)"?`, 'g');
const SHOWN_HEADER = /^(content-type|cache-control|date|age|retry-after|correlation-id|www-authenticate)$/;

/**
 * Calls the observer, if there is one, with a bounded copy of the event in which secrets are masked.
 * @param copy makes the copy
 */
export function notify({ observer, redact }: Observed, event: ObserverEvent, copy = mask): void {
  // Called at once. What is thrown here, or rejects later, is ignored.
  if (observer) (async () => observer(copy(event, redact)))().catch(() => {});
}

type Observed = { observer?: Observer | undefined; redact: Redactor };

/** The texts of a check are clean already. What this app sends has secrets only in fields with their names. */
export function mask(event: ObserverEvent, redact: Redactor): ObserverEvent {
  if (event.type === 'check') return event;
  const isSent = event.type === 'exchange' && event.step !== 'authorization_response';
  const redactorOf = (part: string) => (isSent && /^(headers|parameters)$/.test(part) ? cleanText : redact);
  const parts = Object.entries(event).map(([name, value]) => [name, maskPart(name, value, redactorOf(name))]);
  return Object.fromEntries(parts);
}

/** Masks one part of an event (parameters, headers or a body): a list of names and values, or an object. */
function maskPart(part: string, value: unknown, redact: Redactor): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const fields: [string, unknown][] = Array.isArray(value) ? value : Object.entries(value);
  const chosen = part === 'responseHeaders' ? fields.filter(([name]) => SHOWN_HEADER.test(name)) : fields;
  const maskField = ([name, inner]: [string, unknown]) => [redact(name), maskValue(name, inner, redact)];
  const safe = chosen.slice(0, FIELDS_LIMIT).map(maskField);
  // fromEntries makes "__proto__" an ordinary field.
  return Array.isArray(value) ? safe : Object.fromEntries(safe);
}

/** Masks the value of one field. */
function maskValue(name: string, value: unknown, redact: Redactor): unknown {
  if (typeof value === 'string') {
    if (SECRET_NAME.test(name)) return maskOf(value);
    // The scheme stays, the token is masked.
    return name === 'authorization' ? value.replace(/\S+$/, maskOf) : redact(value, VALUE_LIMIT);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (isDeeperThan(DEPTH_LIMIT, value)) return '[nested too deeply to show]';
  const json = JSON.stringify(value).slice(0, VALUE_LIMIT + 1);
  const text = json.replace(SECRET_FIELD, (_, field, inner) => `${field}"${maskOf(inner)}"`);
  const safe = redact(text, VALUE_LIMIT);
  return safe === text && json.length <= VALUE_LIMIT ? JSON.parse(text) : safe;
}
