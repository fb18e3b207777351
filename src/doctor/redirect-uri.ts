// GET <authorization_endpoint>?…&prompt=none, without following the redirect. PingOne then asks no user to sign on (OpenID
// Connect Core 1.0, section 3.1.2.1), and must redirect only to a registered redirect URI (RFC 6749, section 4.1.2.1).

import * as z from 'zod';
import { SignInError } from '../pingone/index.ts';
import type { Attempt, ProviderMetadata } from '../pingone/steps.ts';
import { buildAuthorizationUrl, createPendingSignIn } from '../pingone/steps.ts';
import { attemptOf, type DoctorCheck, type Examination, type Finding, outcomeOf, required } from './check.ts';
import { explainConnection, explainError, isConnectionError } from './explain.ts';

const CONFIGURATION = 'Applications > Applications > your application > Configuration';
/** The errors that `prompt=none` causes if no user is signed on. */
const EXPECTED = ['login_required', 'interaction_required', 'consent_required', 'account_selection_required'];
/** Errors that end every sign-in, with or without `prompt` (RFC 6749, section 4.1.2.1). */
const FATAL = new Map<string, SignInError['code']>([
  ['unauthorized_client', 'authorization_unauthorized_client'],
  ['unsupported_response_type', 'authorization_unauthorized_client'],
  ['invalid_scope', 'authorization_invalid_scope'],
]);

/** PingOne may name the redirect URI in its error even if the client ID is unknown. */
const CAUSES = [
  'The redirect URI is not registered exactly like this.',
  'PINGONE_CLIENT_ID is not the Client ID of an application in this environment.',
  'Not verified: the application is turned off.',
];

interface Received {
  status: number;
  /** The target of a redirect. */
  target?: URL | undefined;
  /** What the error response names: the OAuth `error` or PingOne's code, and the parameters. */
  named: string[];
}

/** Checks that PingOne responds to this app's redirect URI. Assumed: PingOne does so only if the URI is registered. */
export const redirectUri: DoctorCheck = { name: 'redirect URI', needs: ['discovery'], run: checkRedirectUri };

async function checkRedirectUri(context: Examination): Promise<Finding[]> {
  const attempt = attemptOf(context);
  const metadata = required(context.metadata);
  const { value: received, error } = await outcomeOf(requestAuthorization(attempt, metadata));
  // A provider may repeat the state or the nonce anywhere in its response.
  const safe = (finding: Finding) => ({ ...finding, message: attempt.redact(finding.message) });
  if (received) return judge(attempt.registration.redirectUri, received).map(safe);
  const { origin, host } = new URL(metadata.authorization_endpoint);
  // If it is not the issuer's origin, it may be a host that browsers can reach but this machine cannot.
  if (isConnectionError(required(error)) && origin === new URL(metadata.issuer).origin)
    return [{ result: 'failed', ...explainConnection(required(error), host) }];
  return [{ result: 'unclear', message: `Unclear: ${explainError(required(error)).message}` }];
}

const text = z.string().optional().catch(undefined);
/** A platform error of PingOne, or an OAuth error, as JSON. */
const problem = z.object({ error: text, code: text, details: z.array(z.object({ target: text })).catch([]) });

async function requestAuthorization(attempt: Attempt, metadata: ProviderMetadata): Promise<Received> {
  const pending = createPendingSignIn();
  attempt.secrets.push(pending.state, pending.nonce);
  const url = buildAuthorizationUrl(metadata, attempt.registration, pending);
  url.searchParams.set('prompt', 'none');
  const request = { step: 'authorization_request', method: 'GET', url: url.href } as const;
  const { status, headers, json = {} } = await attempt.http.send(request, attempt.deadline);
  const { error, code, details } = problem.parse(json);
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

  const isExpected = EXPECTED.includes(error ?? '');
  const what = isExpected ? `${error}, as expected without a sign-on` : (error ?? 'a code');
  const message = `${ours} appears to be registered: PingOne sent its response there (${what}).`;
  const registered: Finding = { result: 'passed', message };
  if (!error || isExpected) return [registered];
  const fatal = FATAL.get(error);
  if (fatal) {
    const ending = `Every sign-in ends with the error ${error}.`;
    return [registered, { result: 'failed', ...explainError(new SignInError(fatal)), message: ending }];
  }
  const next = `Open ${CONFIGURATION} and compare each setting with the README, then sign in once.`;
  const unclear = `Unclear: sign-ins may end with this error: ${error}.`;
  return [registered, { result: 'unclear', message: unclear, next }];
}

/** PingOne does not document the statuses of its error page. An error without details may come from its network edge. */
function notSentHere(ours: string, { status, target, named }: Received): Finding {
  const next = `Open ${CONFIGURATION}, add exactly ${ours} to Redirect URIs, compare the Client ID, and turn on the application.`;
  const isRejected =
    status === 400 || status === 404 || ((status === 401 || status === 403) && named.length > 0);
  if (!isRejected) {
    const where = target ? `a redirect to ${target.origin}${target.pathname}` : 'no redirect';
    const message = `Unclear: ${ours} may not be registered. PingOne returned status ${status} and ${where}.`;
    return { result: 'unclear', message, next };
  }
  const names = named.length > 0 ? ` (${named.join(', ')})` : '';
  const message = `PingOne returned status ${status}${names} and no redirect to ${ours}.`;
  return { result: 'failed', message, causes: CAUSES, next };
}
