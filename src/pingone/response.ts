// Reads the provider's responses: JSON objects, both of PingOne's error formats, the Correlation ID.

import * as z from 'zod';
import type { GivenFacts } from './errors.ts';

/**
 * Limits the fields and items of a body: each one except the first has a comma. With more, all code that
 * reads the object would take long.
 */
const COMMAS_LIMIT = 3_000;
/** Deep nesting could exhaust the stack of code that writes the object, such as a page or a session store. */
export const DEPTH_LIMIT = 50;

export type JsonObject = Record<string, unknown>;

export interface HttpResponse {
  status: number;
  /** The headers that occur once, and WWW-Authenticate, whose lines are joined. */
  headers: Record<string, string>;
  /** The body if it is a JSON object. Otherwise, `why` says why it is not. */
  json?: JsonObject;
  why?: string | undefined;
}

/** An optional field. `null`, an empty string and a value of another type count as absent. */
export const lenient = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);

/** An optional field. `null` and an empty string count as absent. */
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
    // Not passed on, because the parser's message quotes the body.
  }
  return { why: 'not_a_json_object' };
}

/** Upper and lower case are the same (RFC 9110, section 8.4.1). */
const NOT_ENCODED = /^[ \t]*(identity)?[ \t]*$/i;
const JSON_TYPE = /^application\/([\w.-]+\+)?json[ \t]*(;|$)/i;

/** The JSON object of a response, or why there is none. The body is never quoted. */
export function readJson({ headers, json, why }: HttpResponse): Pick<HttpResponse, 'json' | 'why'> {
  if (!NOT_ENCODED.test(headers['content-encoding'] ?? '')) return { why: 'compressed' };
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) return { why: 'content_type' };
  if (!json) return { why };
  return isDeeperThan(DEPTH_LIMIT, json) ? { why: 'nested_too_deeply' } : { json };
}

/** Facts that name the missing and wrong fields. `why` is "too_long" if all of them are only too long. */
export function wrongFields({ issues }: z.ZodError): GivenFacts {
  const wrong = issues.map(({ path, message }) => {
    const why = message.replace('Invalid input: ', '').replace(/^.*received undefined$/s, 'missing');
    return `${path.join('.')} (${why})`;
  });
  const why = issues.every(({ code }) => code === 'too_big') ? 'too_long' : undefined;
  return { found: wrong.join(', '), why };
}

/** The facts of an error response. It may have either of PingOne's two error formats, or neither. */
export function errorFactsOf({ status, headers, json = {} }: HttpResponse): GivenFacts {
  const text = (name: string) => z.string().min(1).safeParse(json[name]).data;
  // RFC 6749, section 5.2, or PingOne's platform format, which has `code` and `message` instead.
  const error = text('error');
  const description = text(error ? 'error_description' : 'message');
  // The `id` of a platform error is its Correlation ID.
  const textWithId = error ? description : `Correlation ID: ${text('id')}`;
  return {
    status,
    error,
    platformCode: error ? undefined : text('code'),
    description,
    wwwAuthenticate: headers['www-authenticate'],
    correlationId: correlationIdOf(headers['correlation-id'], textWithId),
    retryAfterSeconds: secondsOf(headers['retry-after']),
  };
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i;
const NAMED_ID = new RegExp(`Correlation ID: ?(${UUID.source})`, 'i');
// RFC 9110, section 5.6.7. The last two are obsolete: "Sunday, 06-Nov-94 08:49:37 GMT" and
// "Sun Nov  6 08:49:37 1994".
const HTTP_DATES = [
  /^[ \t]*[SMTWF][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT[ \t]*$/,
  /^[ \t]*[SMTWF][a-z]{2,5}day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT[ \t]*$/,
  /^[ \t]*[SMTWF][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}[ \t]*$/,
];

/** PingOne's Correlation ID, from its header or from an error description. */
export function correlationIdOf(header = '', description = ''): string | undefined {
  // Only the UUID after "Correlation ID", because another UUID in a description may be the code.
  return header.slice(0, 100).match(UUID)?.[0] ?? description.slice(0, 1000).match(NAMED_ID)?.[1];
}

/**
 * Retry-After in seconds: a number, or the time until a date (RFC 9110, section 10.2.3). At most one hour.
 */
function secondsOf(retryAfter = ''): number | undefined {
  // The last format has no zone, but means GMT. In the others, a second GMT changes nothing.
  const date = Date.parse(HTTP_DATES.some((format) => format.test(retryAfter)) ? `${retryAfter} GMT` : '');
  const isNumber = /^[ \t]*\d{1,9}[ \t]*$/.test(retryAfter);
  const seconds = isNumber ? Number(retryAfter) : Math.ceil((date - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), 3600);
}
