// The record of one sign-in or refresh: the events that its observer received, limited in size at once, and
// the result.

import type { textOf } from '../error-texts/index.ts';
import type { ObserverEvent } from '../pingone/index.ts';
import { truncate, truncateObject, VALUE_LIMIT_BYTES } from './json.ts';
import { withoutUser } from './without-user.ts';

const RECORD_LIMIT_BYTES = 16 * 1024;

export type ExchangeEvent = Extract<ObserverEvent, { type: 'exchange' }>;
export type CheckEvent = Extract<ObserverEvent, { type: 'check' }>;
export type IdTokenEvent = Extract<ObserverEvent, { type: 'id_token' }>;
export type JsonObject = IdTokenEvent['claims'];
export type FlowError = Parameters<typeof textOf>[0];

/** @property afterMs milliseconds since the start of the record */
export type RecordedEvent = ObserverEvent & { afterMs: number };

export interface FlowRecord {
  operation: 'sign-in' | 'refresh';
  /** Milliseconds since 1970. */
  beganAtMs: number;
  events: RecordedEvent[];
  /** Milliseconds since the start. */
  endedAfterMs: number;
  /** Absent if it succeeded. */
  error?: FlowError;
  /**
   * The request to the callback is not a response to a sign-in in this browser: anyone may have made it up.
   */
  isUntrusted?: true;
  /** What the record omits because it would be too long, as the beginning of a sentence. */
  omitted?: string;
}

export type Recorder = ReturnType<typeof createRecorder>;

/** Observes one sign-in or refresh and makes its record. */
export function createRecorder() {
  const beganAtMs = Date.now();
  const began = performance.now();
  const events: RecordedEvent[] = [];
  // Rounded to a hundredth of a millisecond.
  const afterMs = () => Math.round((performance.now() - began) * 100) / 100;

  /**
   * Ends the record. After an error, nothing in the record says who the user is.
   * @returns undefined if there were no events
   */
  function end(operation: FlowRecord['operation'], error?: FlowError): FlowRecord | undefined {
    if (events.length === 0) return undefined;
    const record = { operation, beganAtMs, endedAfterMs: afterMs() };
    return error ? { ...record, events: events.map(withoutUser), error } : { ...record, events };
  }

  return {
    observer: (event: ObserverEvent) => void events.push({ ...truncateEvent(event), afterMs: afterMs() }),
    end,
  };
}

/** What records have of the bodies of cached responses. Each sign-in gets the same body from the cache. */
const cachedBodies = new WeakMap<JsonObject, JsonObject>();

function truncateBody(body: JsonObject, isCached = false): JsonObject {
  const shown = (isCached && cachedBodies.get(body)) || truncateObject(body);
  if (isCached) cachedBodies.set(body, shown);
  return shown;
}

function truncateEvent(event: ObserverEvent): ObserverEvent {
  if (event.type === 'check') return event;
  if (event.type === 'id_token') {
    return { ...event, header: truncateObject(event.header), claims: truncateObject(event.claims) };
  }
  const { step, parameters = [], body, reused } = event;
  const url = truncate(event.url, VALUE_LIMIT_BYTES);
  const bounded = { ...event, url, ...(body && { body: truncateBody(body, reused) }) };
  // Parameters that this app sends are never cut, because a reader must be able to send the request again.
  if (step !== 'authorization_response') return bounded;
  return { ...bounded, parameters: parameters.map(([name, value]) => [truncate(name), truncate(value)]) };
}

const isShort = (text: string) => Buffer.byteLength(text) <= RECORD_LIMIT_BYTES;
const CONTENTS = ['body', 'header', 'claims'];
const MESSAGES = ['url', 'headers', 'parameters', 'responseHeaders', 'expected', 'found', 'why'];

/**
 * The record as text, at most 16 KiB. If it is too long, the contents are omitted, and then also the
 * messages.
 */
export function serializeRecord(record: FlowRecord): string {
  const whole = JSON.stringify(record);
  if (isShort(whole)) return whole;
  const smaller = without(CONTENTS, { ...record, omitted: 'This page shows no bodies and no ID token' });
  if (isShort(smaller)) return smaller;
  const { code, facts } = record.error ?? {};
  const error = code && { error: { code, facts: facts?.step ? { step: facts.step } : {} } };
  return without([...CONTENTS, ...MESSAGES], { ...record, ...error, omitted: 'This page shows no messages' });
}

function without(names: string[], record: FlowRecord): string {
  return JSON.stringify(record, (name, value) => (names.includes(name) ? undefined : value));
}
