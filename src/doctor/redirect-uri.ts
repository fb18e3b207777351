// GET <authorization_endpoint>?…&prompt=none, not followed: nobody is asked to sign on (OpenID Connect Core 1.0, section
// 3.1.2.1), and the answer may be sent to a registered redirect URI alone (RFC 6749, section 4.1.2.1).

import { Agent, EnvHttpProxyAgent } from 'undici';
import { buildAuthorizationUrl, createPendingSignIn } from '../pingone/authorization-request.ts';
import { beforeDeadline } from '../pingone/deadline.ts';
import { errorTexts, SignInError } from '../pingone/errors.ts';
import { faultOf } from '../pingone/http-faults.ts';
import { isLoopback } from '../pingone/loopback.ts';
import { type Check, type Context, type Finding, known } from './check.ts';
import { connectionFault } from './connection.ts';

const LIMIT_MS = 5_000;
const STEP = 'The authorization request';
const CONFIGURATION = 'Applications > Applications > your application > Configuration';
/** What `prompt=none` asks for where nobody is signed on. */
const EXPECTED = ['login_required', 'interaction_required', 'consent_required', 'account_selection_required'];

/** Refused whatever `prompt` is (RFC 6749, section 4.1.2.1). */
const REFUSED: Record<string, string> = {
  unauthorized_client: errorTexts.authorization_unauthorized_client.next,
  unsupported_response_type: errorTexts.authorization_unauthorized_client.next,
  invalid_scope: errorTexts.authorization_invalid_scope.next,
};
const NOT_FOUND: Finding = {
  result: 'failed',
  message: 'The authorization request was answered with status 404.',
  next: `Compare PINGONE_CLIENT_ID with the Client ID (${CONFIGURATION}), and find out what answers at authorization_endpoint of the discovery document.`,
};

/** Whether PingOne sends its answer to our redirect URI. That PingOne does so only if registered is assumed. */
export const redirectUri: Check = { name: 'redirect URI', needs: ['discovery'], run: checkRedirectUri };

async function checkRedirectUri(context: Context): Promise<Finding[]> {
  const { baseUrl, scope } = known(context.config);
  const ours = `${baseUrl}/callback`;
  const { clientId } = known(context.provider);
  const client = { clientId, redirectUri: ours, scope };
  const url = new URL(buildAuthorizationUrl(known(context.metadata), client, createPendingSignIn()));
  url.searchParams.set('prompt', 'none');
  try {
    const { status, location } = await ask(url);
    return judge(ours, status, location ? URL.parse(location, url.href) : null);
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    // Elsewhere than the issuer it may be a host that browsers reach and this machine does not.
    return url.origin === new URL(known(context.metadata).issuer).origin
      ? [{ result: 'failed', ...connectionFault(error, url.host) }]
      : [{ result: 'could not tell', message: `Could not tell: ${error.message}` }];
  }
}

/** The one request of this app that must see where a redirect leads, so `src/pingone/http.ts` is not the one to send it. */
async function ask(url: URL): Promise<{ status: number; location: string }> {
  const connect = { timeout: LIMIT_MS };
  const dispatcher = isLoopback(url.hostname) ? new Agent({ connect }) : new EnvHttpProxyAgent({ connect });
  try {
    return await beforeDeadline(performance.now() + LIMIT_MS, STEP, async (signal) => {
      const options = { origin: url.origin, path: url.pathname + url.search, method: 'GET' as const, signal };
      const headers = { accept: 'text/html', 'user-agent': 'pingone-sign-in' };
      const response = await dispatcher.request({ ...options, headers });
      const { location } = response.headers;
      return { status: response.statusCode, location: typeof location === 'string' ? location : '' };
    });
  } catch (error) {
    throw faultOf(error, STEP);
  } finally {
    // With the answer's body, which nobody reads.
    await dispatcher.destroy();
  }
}

function judge(ours: string, status: number, target: URL | null): Finding[] {
  const isRedirect = status >= 300 && status < 400;
  const leadsHome = isRedirect && target !== null && `${target.origin}${target.pathname}` === ours;
  const error = target?.searchParams.get('error') ?? undefined;
  const answered = error !== undefined || target?.searchParams.has('code') === true;
  if (status === 404) return [NOT_FOUND];
  if (!leadsHome || !answered) return [unclear(ours, status, isRedirect ? target : null)];

  const what = error === undefined ? 'a code' : error.slice(0, 60);
  const registered: Finding = {
    result: 'passed',
    message: `${ours} is registered (assumed): PingOne sends its answer there (${what}).`,
  };
  if (error === undefined || EXPECTED.includes(error)) return [registered];
  const fix = Object.hasOwn(REFUSED, error) ? REFUSED[error] : undefined;
  if (fix)
    return [registered, { result: 'failed', message: `A sign-in ends with this error: ${what}.`, next: fix }];
  const next = `Compare the application with the README: ${CONFIGURATION}, and Resources for the scopes.`;
  return [registered, { result: 'warning', message: `A sign-in may end with this error: ${what}.`, next }];
}

/** PingOne's documentation does not say what it shows for a redirect URI that it does not know. */
function unclear(ours: string, status: number, target: URL | null): Finding {
  const where = target ? `a redirect to ${target.origin}${target.pathname}` : 'no redirect';
  return {
    result: 'could not tell',
    message: `${ours} is not registered, or could not tell: status ${status}, ${where}.`,
    next: `${CONFIGURATION}: Redirect URIs must have ${ours} to the letter. Also compare the Client ID, and that the application is switched on.`,
  };
}
