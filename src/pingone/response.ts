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
  /** Those that came once. */
  headers: Record<string, string>;
  /** The body, if it is a JSON object. */
  json?: JsonObject | undefined;
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

export function parseJsonObject(text: string): JsonObject | undefined {
  if (text.split(',', COMMAS_LIMIT + 1).length > COMMAS_LIMIT) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // Not JSON: the caller's error says so. The parser's own message would quote the body.
    return undefined;
  }
}

const JSON_TYPE = /^application\/([\w.-]+\+)?json[ \t]*(;|$)/i;

/** The JSON object of a response, or why it has none. The body itself is never quoted. */
export function readJson({ headers, json }: HttpResponse): { json?: JsonObject; why?: string } {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return { why: 'compressed' };
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) return { why: 'content_type' };
  if (!json) return { why: 'no_json_object' };
  return isDeeperThan(DEPTH_LIMIT, json) ? { why: 'too_deep' } : { json };
}

/** Which fields of an object are missing or wrong, for an error. */
export function wrongFields({ issues }: z.ZodError): string {
  const wrong = issues.map(({ path, message }) => {
    const why = message.replace('Invalid input: ', '').replace(/^.*received undefined$/s, 'missing');
    return `${path.join('.')} (${why})`;
  });
  return wrong.join(', ');
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
const IMF_FIXDATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** PingOne's Correlation ID: from its header, else from an error's description. */
export function correlationIdOf(header = '', description = ''): string | undefined {
  // Only the UUID that is called so: another one in a description may be the code.
  return header.slice(0, 100).match(UUID)?.[0] ?? description.slice(0, 1000).match(NAMED_ID)?.[1];
}

/** Retry-After in seconds: a number, or the time until a date (RFC 9110, section 10.2.3); an hour at most. */
function secondsOf(retryAfter = ''): number | undefined {
  const date = Date.parse(IMF_FIXDATE.test(retryAfter) ? retryAfter : '');
  const seconds = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : Math.ceil((date - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), 3600);
}
