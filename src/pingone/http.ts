// The only place that opens a connection to the provider. A request ends within its deadline, its response is bounded, no
// redirect is followed, and every connection error becomes one of our codes.

import { Agent, type Dispatcher, EnvHttpProxyAgent, request as send } from 'undici';
import { type GivenFacts, SignInError, type SignInErrorCode, type Step } from './errors.ts';
import { type HttpResponse, parseJsonObject } from './response.ts';

const EXCHANGE_LIMIT_MS = 5_000;
const BODY_LIMIT_BYTES = 256 * 1024;

const COMMON_HEADERS = {
  accept: 'application/json',
  // A compressed response could unfold far beyond the limit.
  'accept-encoding': 'identity',
  'user-agent': 'pingone-sign-in',
};

export interface HttpRequest {
  step: Step;
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  /** Sent as application/x-www-form-urlencoded. */
  form?: Record<string, string>;
}

export type Http = ReturnType<typeof createHttp>;

/** One pool of connections. Proxies of the environment (HTTPS_PROXY, NO_PROXY) serve all but loopback addresses. */
export function createHttp() {
  let pool = createPool();
  return {
    /**
     * Sends one request and reads the whole response, whatever its status. A GET is sent once more if its connection broke
     * before a response came; a POST never: the code in it may have been used.
     * @param deadline milliseconds of performance.now(); the request has 5 s, or what is left until then
     * @throws SignInError pingone_*
     */
    async send(request: HttpRequest, deadline: number): Promise<HttpResponse> {
      const limit = Math.min(performance.now() + EXCHANGE_LIMIT_MS, deadline);
      const dispatcher = isLoopback(new URL(request.url).hostname) ? pool.direct : pool.throughProxy;
      const work = (signal: AbortSignal) => roundTrip(request, dispatcher, signal);
      const facts = factsOf(request);
      return beforeDeadline(limit, facts, work).catch((error: unknown) => refuse(error, facts));
    },

    /** Uses none of the open connections again: requests that are under way end, new ones open new connections. */
    renew(): void {
      const used = pool;
      pool = createPool();
      for (const agent of Object.values(used)) agent.close().catch(() => {});
    },

    async close(): Promise<void> {
      await Promise.all(Object.values(pool).map((agent) => agent.destroy()));
    },
  };
}

function createPool() {
  // HTTP/1.1: a broken connection ends one exchange, not all. An address that stays silent leaves time for the next one,
  // and has time itself: the system sends a packet that was lost again after 1 s.
  const connect = { timeout: EXCHANGE_LIMIT_MS, autoSelectFamilyAttemptTimeout: 2_000 };
  const options: Agent.Options = { connect, allowH2: false, maxResponseSize: BODY_LIMIT_BYTES };
  const throughProxy = new EnvHttpProxyAgent({ ...options, proxyTls: connect });
  return { direct: new Agent(options), throughProxy };
}

async function roundTrip(request: HttpRequest, dispatcher: Dispatcher, signal: AbortSignal) {
  const { method, url, form } = request;
  const body = form ? new URLSearchParams(form).toString() : null;
  const options = { dispatcher, method, headers: headersOf(request), body, signal };
  const response = await send(url, options).catch((error: unknown) => {
    // Most likely a kept connection that the provider has closed meanwhile (RFC 9110, section 9.2.2).
    if (method === 'GET' && BROKEN.has(networkCodeOf(error))) return send(url, options);
    throw error;
  });
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers))
    if (typeof value === 'string' || name === 'www-authenticate') headers[name] = `${value}`;
  return { status: response.statusCode, headers, ...parseJsonObject(await response.body.text()) };
}

/** All headers that a request is sent with, but those of HTTP itself. */
export function headersOf({ headers, form }: HttpRequest): Record<string, string> {
  const type = form && { 'content-type': 'application/x-www-form-urlencoded' };
  return { ...COMMON_HEADERS, ...type, ...headers };
}

/**
 * Runs `work` until a deadline, in milliseconds of performance.now(). undici notices an abort only once its socket is
 * connected, so the timer also races the work.
 * @throws SignInError pingone_timeout with these facts
 */
export async function beforeDeadline<T>(deadline: number, facts: GivenFacts, work: Work<T>): Promise<T> {
  const milliseconds = deadline - performance.now();
  if (milliseconds <= 0) throw new SignInError('pingone_timeout', facts);
  const aborter = new AbortController();
  // An exchange within the work has its own limit, and its error says more: its timer is set first.
  const working = work(aborter.signal);
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new SignInError('pingone_timeout', facts));
      aborter.abort();
    }, milliseconds);
  });
  return Promise.race([working, timeUp]).finally(() => clearTimeout(timer));
}

type Work<T> = (signal: AbortSignal) => Promise<T>;

/** The connection broke before the head of a response came. */
const BROKEN = new Set<string | undefined>(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** @throws SignInError pingone_* */
function refuse(error: unknown, facts: GivenFacts): never {
  if (error instanceof SignInError) throw error;
  // undici keeps the response itself in this error, tokens and all: it is no cause to pass on.
  if (error instanceof Error && error.name === 'HTTPParserError')
    throw new SignInError('pingone_response_invalid', { ...facts, why: 'not_http' });
  // undici tells in words alone with which status a proxy refuses to connect.
  const refusal = /^Proxy response \((\d{3})\)/.exec(error instanceof Error ? error.message : '');
  const status = refusal ? Number(refusal[1]) : undefined;
  const networkCode = refusal ? 'PROXY_REFUSED' : networkCodeOf(error);
  const found = networkCode?.startsWith('CERT_') ? `clock ${new Date().toISOString()}` : undefined;
  throw new SignInError(codeOf(networkCode), { ...facts, networkCode, status, found }, error);
}

function codeOf(networkCode = ''): SignInErrorCode {
  if (/^UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/.test(networkCode)) return 'pingone_timeout';
  // OpenSSL and Node.js have many names: CERT_HAS_EXPIRED, ERR_TLS_CERT_ALTNAME_INVALID, INVALID_CA, EPROTO,
  // UNABLE_TO_VERIFY_LEAF_SIGNATURE, ERR_SSL_WRONG_VERSION_NUMBER.
  if (/CERT|TLS|SSL|CRL|SIGNATURE|_CA$|PURPOSE|PATH_LENGTH|HOSTNAME|^EPROTO$/.test(networkCode))
    return 'pingone_tls_failed';
  if (networkCode === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'pingone_response_too_big';
  const isInvalid = /^UND_ERR_(HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH)$/.test(networkCode);
  return isInvalid ? 'pingone_response_invalid' : 'pingone_unreachable';
}

const networkCodeOf = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Step, method and URL, without the query: it may hold what must not show. */
export function factsOf({ step, method, url }: HttpRequest): { step: Step; request: string } {
  return { step, request: `${method} ${url.replace(/[?#].*/s, '')}` };
}

/**
 * Whether a URL's host never leaves this machine. Only such hosts may be spoken to without TLS, and they are never reached
 * through a proxy (RFC 8252, section 8.3).
 */
export const isLoopback = (hostname: string) =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
