// Reading the provider's responses: JSON narrowed before use, both of PingOne's error shapes, the Correlation ID.

import * as z from 'zod';
import type { GivenFacts } from './errors.ts';

/** Each field and item but the first has a comma: with more of them, all that reads an object would take long. */
const COMMAS_LIMIT = 3_000;
/** Deep nesting could exhaust the stack of code that writes the object again: a page, a session store. */
export const DEPTH_LIMIT = 50;

export type JsonObject = Record<string, unknown>;

export interface HttpResponse {
  status: number;
  /** Those that came once, and WWW-Authenticate, whose lines are joined. */
  headers: Record<string, string>;
  /** The body, if it is a JSON object; `why` it is none. */
  json?: JsonObject;
  why?: string | undefined;
}

/** An optional field: `null`, an empty text and a value of another type count as not given. */
export const lenient = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);

/** An optional field: `null` and an empty text count as not given. */
export const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => (value === null || value === '' ? undefined : value), type.optional());

export function isDeeperThan(limit: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((inner) => isDeeperThan(limit - 1, inner));
}

export function parseJsonObject(text: string): Pick<HttpResponse, 'json' | 'why'> {
  if (text.split(',', COMMAS_LIMIT + 1).length > COMMAS_LIMIT) return { why: 'too_many_fields' };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value && !Array.isArray(value)) return { json: { ...value } };
  } catch {
    // The parser's own message would quote the body.
  }
  return { why: 'no_json_object' };
}

/** RFC 9110, section 8.4.1: without regard to case. */
const NOT_ENCODED = /^[ \t]*(identity)?[ \t]*$/i;
const JSON_TYPE = /^application\/([\w.-]+\+)?json[ \t]*(;|$)/i;

/** The JSON object of a response, or why it has none. The body itself is never quoted. */
export function readJson({ headers, json, why }: HttpResponse): Pick<HttpResponse, 'json' | 'why'> {
  if (!NOT_ENCODED.test(headers['content-encoding'] ?? '')) return { why: 'compressed' };
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) return { why: 'content_type' };
  if (!json) return { why };
  return isDeeperThan(DEPTH_LIMIT, json) ? { why: 'too_deep' } : { json };
}

/** Which fields of an object are missing or wrong, for an error. `why`: all of them are only too long. */
export function wrongFields({ issues }: z.ZodError): GivenFacts {
  const wrong = issues.map(({ path, message }) => {
    const why = message.replace('Invalid input: ', '').replace(/^.*received undefined$/s, 'missing');
    return `${path.join('.')} (${why})`;
  });
  const why = issues.every(({ code }) => code === 'too_big') ? 'too_long' : undefined;
  return { found: wrong.join(', '), why };
}

/** What a response that is no success says, in either of PingOne's error shapes, or neither. */
export function errorFactsOf({ status, headers, json = {} }: HttpResponse): GivenFacts {
  const text = (name: string) => z.string().min(1).safeParse(json[name]).data;
  // RFC 6749, section 5.2, and PingOne's own platform shape, which has `code` and `message` instead.
  const error = text('error');
  const description = text(error ? 'error_description' : 'message');
  // The id of a platform error is its Correlation ID.
  const named = error ? description : `Correlation ID: ${text('id')}`;
  return {
    status,
    error,
    platformCode: error ? undefined : text('code'),
    description,
    wwwAuthenticate: headers['www-authenticate'],
    correlationId: correlationIdOf(headers['correlation-id'], named),
    retryAfterSeconds: secondsOf(headers['retry-after']),
  };
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i;
const NAMED_ID = new RegExp(`Correlation ID: ?(${UUID.source})`, 'i');
/** RFC 9110, section 5.6.7. The last two are obsolete: "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994". */
const HTTP_DATES = [
  /^[ \t]*[SMTWF][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT[ \t]*$/,
  /^[ \t]*[SMTWF][a-z]{2,5}day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT[ \t]*$/,
  /^[ \t]*[SMTWF][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}[ \t]*$/,
];

/** PingOne's Correlation ID: from its header, else from an error's description. */
export function correlationIdOf(header = '', description = ''): string | undefined {
  // Only the UUID that is called so: another one in a description may be the code.
  return header.slice(0, 100).match(UUID)?.[0] ?? description.slice(0, 1000).match(NAMED_ID)?.[1];
}

/** Retry-After in seconds: a number, or the time until a date (RFC 9110, section 10.2.3); an hour at most. */
function secondsOf(retryAfter = ''): number | undefined {
  // The last form names no zone, but is GMT, too. Where GMT stands already, a second one changes nothing.
  const date = Date.parse(HTTP_DATES.some((form) => form.test(retryAfter)) ? `${retryAfter} GMT` : '');
  const isNumber = /^[ \t]*\d{1,9}[ \t]*$/.test(retryAfter);
  const seconds = isNumber ? Number(retryAfter) : Math.ceil((date - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), 3600);
}
