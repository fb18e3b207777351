// The only place that opens a connection to PingOne. An exchange ends within its deadline, its answer is bounded, no
// redirect is followed, and every fault becomes one of our error codes.

import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { beforeDeadline } from './deadline.ts';
import { caseOfBusy } from './error-cases.ts';
import { SignInError, type SignInErrorCode } from './errors.ts';
import { faultOf, looksUnanswered } from './http-faults.ts';
import { isLoopback } from './loopback.ts';
import { correlationIdOf, type PingOneAnswer, parseJsonObject, retryAfterOf } from './pingone-answer.ts';

const EXCHANGE_LIMIT_MS = 5_000;
const BODY_LIMIT_BYTES = 1024 * 1024;

export const COMMON_HEADERS = {
  accept: 'application/json',
  // A compressed answer could unfold far beyond the limit.
  'accept-encoding': 'identity',
  'user-agent': 'pingone-sign-in',
};

export interface PingOneRequest {
  /** The step as the specifications name it, for error messages. */
  step: string;
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  /** An encoded form. */
  body?: string;
  /** Shown each answer before it is judged, for the record of the flow. */
  onAnswer?: (answer: PingOneAnswer) => void;
}

export interface Http {
  /**
   * Sends one request and reads the whole answer: 2xx, or a 4xx that the step must interpret.
   * Without `deadline` (milliseconds of performance.now()) it has 5 s, with it 5 s or what is left, whichever is less.
   * @throws SignInError pingone_* for every other status and every fault of the connection
   */
  send(request: PingOneRequest, deadline?: number): Promise<PingOneAnswer>;
  close(): Promise<void>;
}

/** A connection pool for PingOne. Proxies of the environment (HTTPS_PROXY, NO_PROXY) serve all but loopback addresses. */
export function createHttp(): Http {
  // A connection that nobody waits for any more is given up. HTTP/1.1: a broken connection ends one exchange, not all.
  const options: Agent.Options = { connect: { timeout: EXCHANGE_LIMIT_MS }, allowH2: false };
  const direct = new Agent(options);
  const throughProxy = new EnvHttpProxyAgent(options);

  async function send(request: PingOneRequest, deadline = Number.POSITIVE_INFINITY): Promise<PingOneAnswer> {
    const url = new URL(request.url);
    const dispatcher = isLoopback(url.hostname) ? direct : throughProxy;
    const limit = Math.min(performance.now() + EXCHANGE_LIMIT_MS, deadline);
    const answer = await beforeDeadline(limit, nameOf(request), (signal) =>
      exchange(dispatcher, url, request, signal),
    );
    request.onAnswer?.(answer);
    return refuseUnusable(answer, request);
  }

  async function close(): Promise<void> {
    await Promise.all([direct.destroy(), throughProxy.destroy()]);
  }

  return { send, close };
}

async function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: PingOneRequest,
  signal: AbortSignal,
): Promise<PingOneAnswer> {
  const options: Dispatcher.RequestOptions = {
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method,
    headers: { ...COMMON_HEADERS, ...request.headers },
    body: request.body ?? null,
    signal,
  };
  try {
    const response = await dispatcher.request(options).catch((error: unknown) => {
      // The connection died, most likely one kept alive that PingOne has closed meanwhile. A GET may be sent again, once
      // (RFC 9110, section 9.2.2); a POST never: the code in it may have been used.
      if (request.method !== 'GET' || !looksUnanswered(error)) throw error;
      return dispatcher.request(options);
    });
    return await readAnswer(response, request);
  } catch (error) {
    throw faultOf(error, nameOf(request));
  }
}

async function readAnswer(
  response: Dispatcher.ResponseData,
  request: PingOneRequest,
): Promise<PingOneAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > BODY_LIMIT_BYTES) {
      throw new SignInError('pingone_answer_too_big', {
        detail: `${nameOf(request)} was answered with more than 1 MiB.`,
      });
    }
    chunks.push(chunk);
  }
  const json = parseJsonObject(Buffer.concat(chunks).toString('utf8'));
  return { status: response.statusCode, headers: response.headers, ...(json && { json }) };
}

function refuseUnusable(answer: PingOneAnswer, request: PingOneRequest): PingOneAnswer {
  const code = unusableStatus(answer.status);
  if (code) {
    throw new SignInError(code, {
      detail: `${nameOf(request)} was answered with status ${answer.status}.`,
      ...correlationIdOf(answer),
      ...(code === 'pingone_busy' && { ...retryAfterOf(answer), ...caseOfBusy(answer.status) }),
    });
  }
  if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new SignInError('pingone_answer_invalid', {
      detail: `${nameOf(request)} was answered compressed.`,
    });
  }
  return answer;
}

function unusableStatus(status: number): SignInErrorCode | undefined {
  if (status >= 300 && status < 400) return 'pingone_redirected';
  if (status === 429 || status === 503) return 'pingone_busy';
  return status >= 500 ? 'pingone_failed' : undefined;
}

/** Step, method and address, without the query: it may hold what must not be shown. */
function nameOf(request: PingOneRequest): string {
  return `The ${request.step} (${request.method} ${request.url.replace(/[?#].*/, '')})`;
}
