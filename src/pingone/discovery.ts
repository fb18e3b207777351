// GET <issuer>/.well-known/openid-configuration: where the provider's endpoints are and what they can do
// (OpenID Connect Discovery 1.0, section 4).

import * as z from 'zod';
import { type Attempt, type Base, fail } from './attempt.ts';
import { SignInError } from './errors.ts';
import { createShared, exchangeJson, isWithin, take } from './exchange.ts';
import { beforeDeadline, isLoopback } from './http.ts';
import { lenient, optional, wrongFields } from './response.ts';

const KEPT_MS = 24 * 60 * 60 * 1000;
const FAILURE_KEPT_SECONDS = 1;
/** However long Retry-After says: until then every sign-in fails. */
const MAX_WAIT_SECONDS = 60;

/** A list may be as long as the response. */
const bounded = (value: unknown) => (Array.isArray(value) ? value.slice(0, 100) : value);

const endpoint = z.string().refine((value) => URL.canParse(value), 'is not a URL');

// Fields that PingOne leaves out, and all that this app does not use, are not asked for.
export const providerMetadata = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  userinfo_endpoint: optional(endpoint),
  end_session_endpoint: optional(endpoint),
  revocation_endpoint: optional(endpoint),
  token_endpoint_auth_methods_supported: lenient(z.preprocess(bounded, z.array(z.string()))),
  authorization_response_iss_parameter_supported: lenient(z.boolean()),
});

export type ProviderMetadata = z.infer<typeof providerMetadata>;

/** Told once for each fetch what is unusual, yet no reason to stop. */
export type Warn = (message: string) => void;

/** Gets the metadata: fetched at first use, shared by all that wait for it, kept 24 hours. @throws SignInError */
export function createDiscovery(base: Base, warn: Warn) {
  const shared = createShared(base, (attempt) => requestMetadata(attempt, warn));
  return async (attempt: Attempt): Promise<ProviderMetadata> => {
    const { good, failed } = shared.kept;
    const { retryAfterSeconds = FAILURE_KEPT_SECONDS } =
      failed?.reason instanceof SignInError ? failed.reason.facts : {};
    const mayFetch = !failed || !isWithin(failed.atMs, Math.min(retryAfterSeconds, MAX_WAIT_SECONDS) * 1000);
    // Metadata that was good stays in use. It is renewed in the background: no sign-in waits for it.
    if (good && mayFetch && !isWithin(good.atMs, KEPT_MS)) void shared.fetchOnce();
    const known = good ?? (mayFetch ? undefined : failed);
    if (known) return take(attempt, known, true);
    return take(attempt, await beforeDeadline(attempt.deadline, { step: 'discovery' }, shared.fetchOnce));
  };
}

/**
 * Nothing of a document is used unless all of it is right (section 4.3).
 * @throws SignInError discovery_*, client_secret_post_not_offered, pingone_*
 */
export async function requestMetadata(attempt: Attempt, warn: Warn): Promise<ProviderMetadata> {
  const { issuer } = attempt.registration;
  // One slash at the issuer's end is left out before the path is appended (section 4.1); elsewhere it counts.
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  // A 401 or 403 comes from the network's edge, or from PingOne where /as is missing in the issuer.
  const document = await exchangeJson(attempt, { step: 'discovery', method: 'GET', url }, ({ status }) =>
    status === 401 || status === 403 ? 'pingone_blocked' : 'discovery_not_found',
  );
  const { success, data: metadata, error } = providerMetadata.safeParse(document);
  if (!success) return fail(attempt, 'discovery_invalid', wrongFields(error));
  const { issuer: found, token_endpoint_auth_methods_supported: methods } = metadata;
  if (found !== issuer) fail(attempt, 'discovery_issuer_mismatch', { expected: issuer, found });
  const wrong = wrongEndpoint(metadata, new URL(issuer));
  if (wrong) fail(attempt, 'discovery_invalid', { found: wrong });
  if (!methods) warn('The discovery document names no client authentication methods.');
  if (methods && !methods.includes('client_secret_post'))
    fail(attempt, 'client_secret_post_not_offered', { found: methods.join(', ') });
  return metadata;
}

/** Endpoints need https, unless the whole provider is a local one. PingOne's own are never on another host. */
function wrongEndpoint(metadata: ProviderMetadata, issuer: URL): string | undefined {
  for (const [name, value] of Object.entries(metadata)) {
    if (typeof value !== 'string' || name === 'issuer') continue;
    const url = new URL(value);
    const shown = `${name} (${url.origin}${url.pathname})`;
    const isLocal = issuer.protocol === 'http:' && url.protocol === 'http:' && isLoopback(url.hostname);
    if (url.protocol !== 'https:' && !isLocal) return `${shown} is not an https URL`;
    if (url.hash || url.username || url.password) return `${shown} has a fragment or a user name`;
    // auth.pingone.com, .eu, .ca, .com.au, .sg, .asia
    if (/^auth\.pingone\.[a-z.]+$/.test(issuer.hostname) && url.origin !== issuer.origin)
      return `${shown} is not on ${issuer.origin}`;
  }
  return undefined;
}
