// One HTTP request and its answer as the flow's record keeps them: masked as soon as the answer is there.

import { maskBody, maskErrorBody } from './flow-body.ts';
import { maskHeaders, maskParameters, type Parameter } from './flow-mask.ts';
import type { Http, PingOneRequest } from './http.ts';
import type { JsonObject, PingOneAnswer } from './pingone-answer.ts';

export interface Exchange {
  method: 'GET' | 'POST';
  /** Without its query. */
  url: string;
  headers: Parameter[];
  /** Of the query, or of the form of a POST. */
  parameters: Parameter[];
  /** When it began, in milliseconds since 1970, and how long it took; unknown of the browser's own requests. */
  atMs?: number;
  durationMs?: number;
  /** These three are absent where no answer came. */
  status?: number;
  answerHeaders?: Parameter[];
  /** JSON, or a line that says what is not shown and why. */
  body?: string;
}

/**
 * The same connection, with each exchange noted once it has ended.
 * @param secretsAfter what must not show, whoever quotes it, once this answer has come
 */
export function noteExchanges(
  http: Http,
  secretsAfter: (step: string, answer?: JsonObject) => string[],
  note: (exchange: Exchange, step: string) => void,
): Http {
  async function send(request: PingOneRequest, deadline?: number): Promise<PingOneAnswer> {
    const [atMs, startedAt] = [Date.now(), performance.now()];
    let answer: PingOneAnswer | undefined;
    const onAnswer = (came: PingOneAnswer) => {
      answer = came;
    };
    try {
      return await http.send({ ...request, onAnswer }, deadline);
    } finally {
      const durationMs = performance.now() - startedAt;
      const secrets = secretsAfter(request.step, answer?.json);
      note({ ...maskExchange(request, answer, secrets), atMs, durationMs }, request.step);
    }
  }
  return { send, close: http.close };
}

function maskExchange(
  request: PingOneRequest,
  answer: PingOneAnswer | undefined,
  secrets: string[],
): Exchange {
  const url = new URL(request.url);
  const sent = {
    method: request.method,
    url: url.origin + url.pathname,
    headers: maskHeaders(request.headers ?? {}, secrets),
    parameters: maskParameters(request.body ? new URLSearchParams(request.body) : url.searchParams, secrets),
  };
  if (!answer) return sent;
  return {
    ...sent,
    status: answer.status,
    answerHeaders: maskHeaders(answer.headers, secrets),
    body:
      answer.status === 200
        ? maskBody(request.step, answer.json, secrets)
        : maskErrorBody(answer.json, secrets),
  };
}

/** The latest exchanges of what many sign-ins share: discovery and the keys. */
export interface SharedExchanges {
  http: Http;
  /** Those of a step that began since then; where there are none, the one before whose answer was kept. */
  of(step: string, sinceMs: number): Exchange[];
}

export function noteSharedExchanges(http: Http, clientSecret: string): SharedExchanges {
  const latest = new Map<string, Exchange[]>();
  const keep = (exchange: Exchange, step: string) =>
    void latest.set(step, [...(latest.get(step) ?? []), exchange].slice(-2));
  return {
    http: noteExchanges(http, () => [clientSecret], keep),
    of(step, sinceMs) {
      const known = latest.get(step) ?? [];
      const since = known.filter(({ atMs = 0 }) => atMs >= sinceMs);
      return since.length > 0 ? since : known.filter(({ status }) => status === 200).slice(-1);
    },
  };
}
