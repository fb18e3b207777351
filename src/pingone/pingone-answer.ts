// Reading PingOne's answers: JSON narrowed before use, its two shapes of errors, its Correlation ID.

import * as z from 'zod';
import { caseOfContentType } from './error-cases.ts';
import { printable, SignInError } from './errors.ts';

const WORDS_LIMIT = 300;

/** Deep nesting would take the stack of whoever writes it out again: a page, a session store. */
export const DEPTH_LIMIT = 50;

export interface PingOneAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Its body, if that is a JSON object. */
  json?: JsonObject;
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
      ...caseOfContentType(type),
      ...correlationIdOf(answer),
    });
  }
  const { json } = answer;
  if (json && !isDeeperThan(DEPTH_LIMIT, json)) return json;
  throw new SignInError('pingone_answer_invalid', {
    detail: `The ${step} was answered with something that is not a JSON object, or a too deeply nested one.`,
    ...correlationIdOf(answer),
  });
}

/** Which members of an answer are missing or wrong, for a message. */
export function membersWrong(error: z.ZodError | undefined): string {
  const wrong = (error?.issues ?? []).map(({ path, message }) => {
    const why = message.replace('Invalid input: ', '').replace(/^.*received undefined$/, 'missing');
    return `${path.join('.')} (${why})`;
  });
  return wrong.join(', ');
}

export function isDeeperThan(limit: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((inner) => isDeeperThan(limit - 1, inner));
}

export function parseJsonObject(text: string): JsonObject | undefined {
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
 * @param secrets what was sent: words that quote any of it are left out whole
 */
export function readErrorAnswer(
  answer: PingOneAnswer,
  secrets: string[],
): {
  error?: string;
  pingOneSaid?: string;
  correlationId?: string;
} {
  const said = errorAnswer.parse(answer.json ?? {});
  const words = said.error ? [said.error, said.error_description] : [said.code, said.message];
  return {
    ...(said.error ? { error: said.error } : {}),
    // Only the words that could be shown are looked at, for an answer may hold a megabyte of them.
    ...(secrets.some((secret) => quotes(words.join(' ').slice(0, 2 * WORDS_LIMIT), secret))
      ? {}
      : pingOneSaid(...words)),
    // A platform error's own id is its Correlation ID.
    ...correlationIdOf(answer, said.error ? said.error_description : `Correlation ID: ${said.id}`),
  };
}

/** Whether a text quotes a secret, in any encoding that leaves eight of its letters and digits in a row. */
export function quotes(text: string, secret: string): boolean {
  const decoded = text.replace(/[\w+/-]{12,}=*/g, (run) => Buffer.from(run, 'base64').toString('latin1'));
  const haystacks = [text, decoded].map(lettersAndDigits);
  const needle = lettersAndDigits(secret);
  const length = Math.min(8, needle.length);
  for (let at = 0; at + length <= needle.length; at += 1) {
    const run = needle.slice(at, at + length);
    if (haystacks.some((haystack) => haystack.includes(run))) return true;
  }
  return false;
}

function lettersAndDigits(text: string): string {
  return text.replace(/[^a-z0-9]/gi, '');
}

/** PingOne's words for a page or a log: one line, shortened. */
export function pingOneSaid(...words: (string | undefined)[]): { pingOneSaid?: string } {
  const text = printable(words.filter(Boolean).join(': ')).slice(0, WORDS_LIMIT);
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
