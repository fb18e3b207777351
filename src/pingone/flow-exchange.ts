// One HTTP request and its answer as the flow's record keeps them. A sign-in's own are masked when its record is made;
// those that many sign-ins share, as soon as the answer is there.

import { type Body, maskBody, maskErrorBody } from './flow-body.ts';
import { maskAnswerHeaders, maskOwnParameters, maskRequestHeaders, type Parameter } from './flow-mask.ts';
import type { Quotes } from './flow-secrets.ts';
import type { Http, PingOneRequest } from './http.ts';
import type { PingOneAnswer } from './pingone-answer.ts';

export interface Exchange {
  method: 'GET' | 'POST';
  url: string;
  /** Its own: those that every request to PingOne has beside them are COMMON_HEADERS of http.ts. */
  headers: Parameter[];
  /** Of the query that the browser is sent with, or of the form of a POST. */
  parameters: Parameter[];
  /** When it began, in milliseconds since 1970, and how long it took; unknown of the browser's own requests. */
  atMs?: number;
  durationMs?: number;
  /** These three are absent where no answer came. */
  status?: number;
  answerHeaders?: Parameter[];
  body?: Body;
}

/** As it happened, with all its secrets: never kept longer than the sign-in lasts. */
export interface RawExchange {
  request: PingOneRequest;
  answer?: PingOneAnswer;
  atMs: number;
  /** By performance.now(); the end is absent while it is under way. */
  startedAt: number;
  endedAt?: number;
}

/** The same connection, with each exchange told when it begins and when it has ended. */
export function noteExchanges(
  http: Http,
  begun: (exchange: RawExchange) => void,
  ended?: (exchange: RawExchange) => void,
): Http {
  async function send(request: PingOneRequest, deadline?: number): Promise<PingOneAnswer> {
    const exchange: RawExchange = { request, atMs: Date.now(), startedAt: performance.now() };
    begun(exchange);
    const onAnswer = (answer: PingOneAnswer) => {
      exchange.answer = answer;
    };
    try {
      return await http.send({ ...request, onAnswer }, deadline);
    } finally {
      exchange.endedAt = performance.now();
      ended?.(exchange);
    }
  }
  return { send, close: http.close };
}

/** @param secrets what must not show, whoever quotes it; `quotes` finds it */
export function maskExchange(
  { request, answer, atMs, startedAt, endedAt = performance.now() }: RawExchange,
  secrets: string[],
  quotes: Quotes,
): Exchange {
  const { step, method, url, body = '' } = request;
  const sent = {
    method,
    url: addressOf(url, quotes),
    headers: maskRequestHeaders(request.headers ?? {}),
    parameters: maskOwnParameters(new URLSearchParams(body)),
    atMs,
    durationMs: rounded(endedAt - startedAt),
  };
  if (!answer) return sent;
  const { status, headers, json } = answer;
  return {
    ...sent,
    status,
    answerHeaders: maskAnswerHeaders(headers, quotes),
    body: status === 200 ? maskBody(step, json, quotes) : maskErrorBody(json, secrets, quotes),
  };
}

/** An address of the discovery document with its query, unless that quotes a secret. */
export function addressOf(url: string | URL, quotes: Quotes): string {
  return quotes(String(url)) ? `${new URL(url).origin} […]` : String(url);
}

/** To a hundredth of a millisecond. */
export function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
