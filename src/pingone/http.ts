// The only file that opens connections to the provider. Every request has a time limit, every response has a
// size limit, no redirect is followed, and every connection error becomes a SignInError code.

import { Agent, type Dispatcher, EnvHttpProxyAgent, request as send } from 'undici';
import { type GivenFacts, SignInError, type SignInErrorCode, type Step } from './errors.ts';
import { type HttpResponse, parseJsonObject } from './response.ts';

export const EXCHANGE_LIMIT_MS = 5_000;
const BODY_LIMIT_BYTES = 256 * 1024;

const COMMON_HEADERS = {
  accept: 'application/json',
  // A decompressed response could exceed the size limit by far.
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

/**
 * Makes a pool of connections. It uses the proxies in HTTPS_PROXY, HTTP_PROXY and NO_PROXY, but not for
 * loopback addresses.
 */
export function createHttp() {
  let pool = createPool();
  return {
    /**
     * Sends one request and reads the whole response, with any status. If the connection breaks before the
     * response, a GET is sent once more. A POST is never repeated, because the first one may have used the
     * code.
     * @param deadline in milliseconds of performance.now(). The limit is 5 s, or less if the deadline is
     *   earlier.
     * @throws SignInError pingone_*
     */
    async send(request: HttpRequest, deadline: number): Promise<HttpResponse> {
      const limit = Math.min(performance.now() + EXCHANGE_LIMIT_MS, deadline);
      const dispatcher = isLoopback(new URL(request.url).hostname) ? pool.direct : pool.throughProxy;
      const work = (signal: AbortSignal) => roundTrip(request, dispatcher, signal);
      const facts = factsOf(request);
      return beforeDeadline(limit, facts, work).catch((error: unknown) => rethrow(error, facts));
    },

    /** Gives each later request a new connection. Requests under way still finish. */
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
  // HTTP/1.1, because a broken HTTP/2 connection would end all its exchanges. If an address does not respond
  // within 2 s, the next one is tried. That leaves time for the next one, and is long enough for a lost
  // packet, which the operating system sends again after 1 s.
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
    // Most likely, the provider closed a connection that was kept open (RFC 9110, section 9.2.2).
    if (method === 'GET' && BROKEN.has(networkCodeOf(error))) return send(url, options);
    throw error;
  });
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers))
    if (typeof value === 'string' || name === 'www-authenticate') headers[name] = `${value}`;
  return { status: response.statusCode, headers, ...parseJsonObject(await response.body.text()) };
}

/** All headers of a request, except those that undici adds. */
export function headersOf({ headers, form }: HttpRequest): Record<string, string> {
  const type = form && { 'content-type': 'application/x-www-form-urlencoded' };
  return { ...COMMON_HEADERS, ...type, ...headers };
}

/**
 * Waits for `work` until the deadline, in milliseconds of performance.now(). Because undici notices an abort
 * only when its socket is connected, the timer also races the work.
 * @throws SignInError pingone_timeout with these facts
 */
export async function beforeDeadline<T>(deadline: number, facts: GivenFacts, work: Work<T>): Promise<T> {
  const milliseconds = deadline - performance.now();
  if (milliseconds <= 0) throw new SignInError('pingone_timeout', facts);
  const aborter = new AbortController();
  // An exchange in `work` has its own limit and a more precise error, so its timer is set first.
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

/** The connection broke before the response headers arrived. */
const BROKEN = new Set<string | undefined>(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Turns a connection error into a SignInError code. @throws SignInError pingone_* */
function rethrow(error: unknown, facts: GivenFacts): never {
  if (error instanceof SignInError) throw error;
  // Not passed on as the cause, because undici keeps the response in this error, with its tokens.
  if (error instanceof Error && error.name === 'HTTPParserError')
    throw new SignInError('pingone_response_invalid', { ...facts, why: 'not_http' });
  // Only the message of undici's error has the status with which a proxy refused to connect.
  const refusal = /^Proxy response \((\d{3})\)/.exec(error instanceof Error ? error.message : '');
  const status = refusal ? Number(refusal[1]) : undefined;
  const networkCode = refusal ? 'PROXY_REFUSED' : networkCodeOf(error);
  const found = networkCode?.startsWith('CERT_') ? `clock ${new Date().toISOString()}` : undefined;
  throw new SignInError(codeOf(networkCode), { ...facts, networkCode, status, found }, error);
}

function codeOf(networkCode = ''): SignInErrorCode {
  if (/^UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/.test(networkCode)) return 'pingone_timeout';
  // OpenSSL and Node.js have many codes: CERT_HAS_EXPIRED, ERR_TLS_CERT_ALTNAME_INVALID, INVALID_CA, EPROTO,
  // UNABLE_TO_VERIFY_LEAF_SIGNATURE, ERR_SSL_WRONG_VERSION_NUMBER.
  if (/CERT|TLS|SSL|CRL|SIGNATURE|_CA$|PURPOSE|PATH_LENGTH|HOSTNAME|^EPROTO$/.test(networkCode))
    return 'pingone_tls_failed';
  if (networkCode === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'pingone_response_too_big';
  const isInvalid = /^UND_ERR_(HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH)$/.test(networkCode);
  return isInvalid ? 'pingone_response_invalid' : 'pingone_unreachable';
}

const networkCodeOf = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** The facts that name a request. The URL has no query, because the query may contain secrets. */
export function factsOf({ step, method, url }: HttpRequest): { step: Step; request: string } {
  return { step, request: `${method} ${url.replace(/[?#].*/s, '')}` };
}

/**
 * Whether a URL's host is always this machine (RFC 8252, section 8.3). The app may connect without TLS only
 * to such hosts, and never uses a proxy for them.
 */
export const isLoopback = (hostname: string) =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
