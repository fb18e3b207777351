// GET <authorization_endpoint>?…&prompt=none, not followed: no user is asked to sign on (OpenID Connect Core 1.0, section
// 3.1.2.1), and the response may be sent to a registered redirect URI alone (RFC 6749, section 4.1.2.1).

import * as z from 'zod';
import type { Attempt, ProviderMetadata } from '../pingone/steps.ts';
import { buildAuthorizationUrl, createPendingSignIn, SignInError } from '../pingone/steps.ts';
import { attemptOf, type Check, type Context, type Finding, known, outcomeOf } from './check.ts';
import { explain, explainConnection, isConnectionError } from './explain.ts';

const CONFIGURATION = 'Applications > Applications > your application > Configuration';
/** What `prompt=none` brings if the user is not signed on. */
const EXPECTED = ['login_required', 'interaction_required', 'consent_required', 'account_selection_required'];
/** What no sign-in gets past, with or without `prompt` (RFC 6749, section 4.1.2.1). */
const FATAL = new Map<string, SignInError['code']>([
  ['unauthorized_client', 'authorization_unauthorized_client'],
  ['unsupported_response_type', 'authorization_unauthorized_client'],
  ['invalid_scope', 'authorization_invalid_scope'],
]);

/** For an unknown client ID, PingOne may name the redirect URI too. */
const CAUSES =
  'The redirect URI is not registered exactly like this. PINGONE_CLIENT_ID is not the Client ID of an application in this environment. Not verified: the application is turned off.';

interface Received {
  status: number;
  /** Where a redirect leads. */
  target?: URL | undefined;
  /** What the error names: the OAuth `error` or PingOne's code, and the parameters. */
  named: string[];
}

/** Whether PingOne sends its response to this app's redirect URI. That it does so only if it is registered is assumed. */
export const redirectUri: Check = { name: 'redirect URI', needs: ['discovery'], run: checkRedirectUri };

async function checkRedirectUri(context: Context): Promise<Finding[]> {
  const attempt = attemptOf(context);
  const { value: received, error } = await outcomeOf(requestAuthorization(attempt, known(context.metadata)));
  // A provider may repeat anywhere what it was sent.
  const safe = (finding: Finding) => ({ ...finding, message: attempt.redact(finding.message) });
  if (received) return judge(attempt.registration.redirectUri, received).map(safe);
  const { authorization_endpoint, issuer } = known(context.metadata);
  const { origin, host } = new URL(authorization_endpoint);
  // Elsewhere than the issuer it may be a host that browsers reach and this machine does not.
  if (isConnectionError(known(error)) && origin === new URL(issuer).origin)
    return [{ result: 'failed', ...explainConnection(known(error), host) }];
  return [{ result: 'could not tell', message: `Could not tell: ${explain(known(error)).message}` }];
}

const text = z.string().optional().catch(undefined);
/** PingOne's platform error, or an OAuth error as JSON. */
const errorResponse = z.object({
  error: text,
  code: text,
  details: z.array(z.object({ target: text })).catch([]),
});

async function requestAuthorization(attempt: Attempt, metadata: ProviderMetadata): Promise<Received> {
  const pending = createPendingSignIn();
  attempt.secrets.push(pending.state, pending.nonce);
  const url = buildAuthorizationUrl(metadata, attempt.registration, pending);
  url.searchParams.set('prompt', 'none');
  const request = { step: 'authorization_request', method: 'GET', url: url.href } as const;
  const { status, headers, json = {} } = await attempt.http.send(request, attempt.deadline);
  const { error, code, details } = errorResponse.parse(json);
  const named = [error ?? code, ...details.map(({ target }) => target)].filter((word) => word !== undefined);
  const { location } = headers;
  const isRedirect = status >= 300 && status < 400 && typeof location === 'string';
  return {
    status,
    target: (isRedirect && URL.parse(location, url.href)) || undefined,
    named: named.slice(0, 5).map((word) => word.slice(0, 60)),
  };
}

function judge(ours: string, received: Received): Finding[] {
  const { target } = received;
  const isOurs = target !== undefined && `${target.origin}${target.pathname}` === ours;
  const error = target?.searchParams.get('error')?.slice(0, 60);
  if (!isOurs || (!error && !target.searchParams.has('code'))) return [notSentHere(ours, received)];

  const what = error ?? 'a code';
  const message = `${ours} is registered (assumed): PingOne sends its response there (${what}).`;
  const registered: Finding = { result: 'passed', message };
  if (!error || EXPECTED.includes(error)) return [registered];
  const fatal = FATAL.get(error);
  if (fatal) {
    const { causes, next } = explain(new SignInError(fatal));
    const ending = `Each sign-in ends with the error ${error}.`;
    return [registered, { result: 'failed', message: ending, causes, next }];
  }
  const next = `Open ${CONFIGURATION} and compare each setting with the README, then sign in once.`;
  const unclear = `Could not tell whether sign-ins end with this error: ${error}.`;
  return [registered, { result: 'could not tell', message: unclear, next }];
}

/** Statuses of PingOne's own error page are not documented. An error without details may come from its network edge. */
function notSentHere(ours: string, { status, target, named }: Received): Finding {
  const next = `Open ${CONFIGURATION}: add exactly ${ours} to Redirect URIs, compare the Client ID, and turn on the application.`;
  const isRejected =
    status === 400 || status === 404 || ((status === 401 || status === 403) && named.length > 0);
  if (!isRejected) {
    const where = target ? `a redirect to ${target.origin}${target.pathname}` : 'no redirect';
    const message = `Could not tell whether ${ours} is registered: PingOne returned status ${status} and ${where}.`;
    return { result: 'could not tell', message, next };
  }
  const words = named.length > 0 ? ` (${named.join(', ')})` : '';
  const message = `PingOne returned status ${status}${words} and no redirect to ${ours}.`;
  return { result: 'failed', message, causes: CAUSES, next };
}
