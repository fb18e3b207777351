// The record of one sign-in, or of one refresh: what its observer heard, bounded at once, and how it ended.

import type { textOf } from '../error-texts/index.ts';
import type { ObserverEvent } from '../pingone/index.ts';
import { boundObject, cut, VALUE_LIMIT_BYTES } from './json.ts';
import { withoutUser } from './without-user.ts';

const RECORD_LIMIT_BYTES = 16 * 1024;

export type Exchange = Extract<ObserverEvent, { type: 'exchange' }>;
export type Check = Extract<ObserverEvent, { type: 'check' }>;
export type DecodedIdToken = Extract<ObserverEvent, { type: 'id_token' }>;
export type JsonObject = DecodedIdToken['claims'];
export type FlowError = Parameters<typeof textOf>[0];

/** @property afterMs since the record began */
export type Heard = ObserverEvent & { afterMs: number };

export interface FlowRecord {
  of: 'sign-in' | 'refresh';
  /** Milliseconds since 1970. */
  beganAtMs: number;
  events: Heard[];
  /** Since it began. */
  endedAfterMs: number;
  /** Absent if it succeeded. */
  error?: FlowError;
  /** What came to the callback is not the response to a sign-in of this browser: anybody may have made it up. */
  isForeign?: true;
  /** What is not in it because it was too long. */
  left?: string;
}

export type Recorder = ReturnType<typeof createRecorder>;

/** Hears one sign-in, or one refresh, and makes its record. */
export function createRecorder() {
  const beganAtMs = Date.now();
  const began = performance.now();
  const events: Heard[] = [];
  // To a hundredth of a millisecond.
  const afterMs = () => Math.round((performance.now() - began) * 100) / 100;

  /** @returns undefined if nothing was heard; with an error, nothing in it says who the user is */
  function end(of: FlowRecord['of'], error?: FlowError): FlowRecord | undefined {
    if (events.length === 0) return undefined;
    const record = { of, beganAtMs, endedAfterMs: afterMs() };
    return error ? { ...record, events: events.map(withoutUser), error } : { ...record, events };
  }

  return {
    observer: (event: ObserverEvent) => void events.push({ ...bound(event), afterMs: afterMs() }),
    end,
  };
}

function bound(event: ObserverEvent): ObserverEvent {
  if (event.type === 'check') return event;
  if (event.type === 'id_token') {
    return { ...event, header: boundObject(event.header), claims: boundObject(event.claims) };
  }
  const { step, parameters = [], body } = event;
  const bounded = {
    ...event,
    url: cut(event.url, VALUE_LIMIT_BYTES),
    ...(body && { body: boundObject(body) }),
  };
  // What this app sends is never cut, or nobody could send it again.
  if (step !== 'authorization_response') return bounded;
  return { ...bounded, parameters: parameters.map(([name, value]) => [cut(name), cut(value)]) };
}

const isShort = (text: string) => Buffer.byteLength(text) <= RECORD_LIMIT_BYTES;
const CONTENTS = ['body', 'header', 'claims'];
const MESSAGES = ['url', 'headers', 'parameters', 'responseHeaders', 'expected', 'found', 'why'];

/** The record as text, at most 16 KiB: if it is too long, the contents are left out, then also the messages. */
export function serialize(record: FlowRecord): string {
  const whole = JSON.stringify(record);
  if (isShort(whole)) return whole;
  const smaller = without(CONTENTS, { ...record, left: 'No body and no ID token is shown' });
  if (isShort(smaller)) return smaller;
  const { code, facts } = record.error ?? {};
  const error = code && { error: { code, facts: facts?.step ? { step: facts.step } : {} } };
  return without([...CONTENTS, ...MESSAGES], { ...record, ...error, left: 'No message is shown' });
}

function without(names: string[], record: FlowRecord): string {
  return JSON.stringify(record, (name, value) => (names.includes(name) ? undefined : value));
}
