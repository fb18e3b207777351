// Reading PingOne's answers: JSON narrowed before use, its two shapes of errors, its Correlation ID.

import * as z from 'zod';
import { SignInError } from './errors.ts';

export interface PingOneAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export type JsonObject = Record<string, unknown>;

/**
 * The JSON object of an answer whose content type says that it is one.
 * @throws SignInError pingone_answer_invalid; the message never quotes the answer
 */
export function readJsonObject(answer: PingOneAnswer, step: string): JsonObject {
  const type = String(answer.headers['content-type'] ?? 'none');
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) {
    throw new SignInError('pingone_answer_invalid', {
      detail: `The ${step} was answered with content type ${type.slice(0, 60)}, not application/json.`,
      ...correlationIdOf(answer),
    });
  }
  const value = parseJsonObject(answer.body);
  if (value) return value;
  throw new SignInError('pingone_answer_invalid', {
    detail: `The ${step} was answered with something that is not a JSON object.`,
    ...correlationIdOf(answer),
  });
}

function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Not JSON: the caller's error says so. The parser's own message would quote the answer.
  }
  return undefined;
}

// RFC 6749, section 5.2, and PingOne's own platform shape, which has `code` and `message` instead.
const errorAnswer = z.object({
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  id: z.string().optional().catch(undefined),
});

/**
 * What a 4xx answer says: `error` to decide on, PingOne's words to show. Empty where it is in neither shape.
 * @param secrets what was sent and the words may quote: it is left out of them
 */
export function readErrorAnswer(
  answer: PingOneAnswer,
  secrets: string[],
): {
  error?: string;
  pingOneSaid?: string;
  correlationId?: string;
} {
  const said = errorAnswer.parse(parseJsonObject(answer.body) ?? {});
  const words = said.error ? [said.error, said.error_description] : [said.code, said.message];
  return {
    ...(said.error ? { error: said.error } : {}),
    // Before the words are shortened: of a secret cut in two, the first half would not be found.
    ...pingOneSaid(...words.map((text = '') => without(secrets, text))),
    // A platform error's own id is its Correlation ID.
    ...correlationIdOf(answer, said.error ? said.error_description : `Correlation ID: ${said.id}`),
  };
}

/** Takes out each secret, as it is and as a form or a URL encodes it. */
function without(secrets: string[], text: string): string {
  return secrets
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ '': secret }).toString().slice(1),
    ])
    .reduce((rest, form) => rest.replaceAll(form, '…'), text);
}

/** PingOne's words for a page or a log: one line, shortened. */
export function pingOneSaid(...words: (string | undefined)[]): { pingOneSaid?: string } {
  const text = words
    .filter(Boolean)
    .join(': ')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .slice(0, 300);
  return text ? { pingOneSaid: text } : {};
}

/** The Correlation ID of an answer: from its header, else from the end of an error's description. */
export function correlationIdOf(answer?: PingOneAnswer, description = ''): { correlationId?: string } {
  const header = String(answer?.headers['correlation-id'] ?? '');
  // Only the UUID that is called so: another one in a description may be the code.
  const id = header.match(UUID)?.[0] ?? description.match(NAMED_ID)?.[1];
  return id ? { correlationId: id } : {};
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i;
const NAMED_ID = new RegExp(`Correlation ID: ?(${UUID.source})`, 'i');

/** Retry-After in seconds: a number, or the time until a date (RFC 9110, section 10.2.3); an hour at most. */
export function retryAfterOf(answer: PingOneAnswer): { retryAfterSeconds?: number } {
  const header = String(answer.headers['retry-after'] ?? '');
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? {} : { retryAfterSeconds: Math.min(Math.max(seconds, 1), 3600) };
}
