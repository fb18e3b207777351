// GET <issuer>/.well-known/openid-configuration: the provider's metadata, with the addresses of its endpoints
// (OpenID Connect Discovery 1.0, section 4).

import * as z from 'zod';
import { type Attempt, type Connection, fail } from './attempt.ts';
import { SignInError } from './errors.ts';
import { createCache, exchangeJson, isYounger, useCached } from './exchange.ts';
import { beforeDeadline, isLoopback } from './http.ts';
import { lenient, optional, wrongFields } from './response.ts';

const KEPT_MS = 24 * 60 * 60 * 1000;
const FAILURE_KEPT_SECONDS = 1;
/** The longest Retry-After that is obeyed, because every sign-in fails until then. */
const MAX_WAIT_SECONDS = 60;

/** A list is read up to its hundredth item, because it may be as long as the response. */
const bounded = (value: unknown) => (Array.isArray(value) ? value.slice(0, 100) : value);

const endpoint = z.string().refine((value) => URL.canParse(value), 'is not a URL');

// Not required: fields that PingOne does not send. Not read: fields that this app does not use.
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

/** Called once for each fetched document that is unusual but can be used. */
export type Warn = (message: string) => void;

/**
 * Makes the function that returns the metadata. It is fetched at first use, once for all attempts, and kept
 * for 24 hours. The function throws a SignInError if there is none.
 */
export function createDiscovery(connection: Connection, warn: Warn) {
  const cache = createCache(connection, (attempt) => requestMetadata(attempt, warn));
  return async (attempt: Attempt): Promise<ProviderMetadata> => {
    const { success, failure } = cache.latest;
    const { retryAfterSeconds = FAILURE_KEPT_SECONDS } =
      failure?.reason instanceof SignInError ? failure.reason.facts : {};
    const mayFetch = !failure || !isYounger(failure, Math.min(retryAfterSeconds, MAX_WAIT_SECONDS) * 1000);
    // Valid metadata stays in use. It is renewed in the background, so no sign-in waits for it.
    if (success && mayFetch && !isYounger(success, KEPT_MS)) void cache.fetchOnce();
    const cached = success ?? (mayFetch ? undefined : failure);
    if (cached) return useCached(attempt, cached, true);
    return useCached(attempt, await beforeDeadline(attempt.deadline, { step: 'discovery' }, cache.fetchOnce));
  };
}

/**
 * Fetches the metadata. If one field is wrong, the whole document is rejected (section 4.3).
 * @throws SignInError discovery_*, client_secret_post_not_offered, pingone_*
 */
export async function requestMetadata(attempt: Attempt, warn: Warn): Promise<ProviderMetadata> {
  const { issuer } = attempt.registration;
  // Only here, a slash at the end of the issuer is removed (section 4.1). Comparisons keep it.
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  // A 401 or 403 comes from a firewall or proxy, or from PingOne if the issuer does not end in /as.
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

/**
 * Endpoints must use https, unless the issuer uses http and the endpoint is on this machine. PingOne's own
 * endpoints must be on the issuer's host.
 */
function wrongEndpoint(metadata: ProviderMetadata, issuer: URL): string | undefined {
  for (const [name, value] of Object.entries(metadata)) {
    if (typeof value !== 'string' || name === 'issuer') continue;
    const url = new URL(value);
    const place = `${name} (${url.origin}${url.pathname})`;
    const isLocal = issuer.protocol === 'http:' && url.protocol === 'http:' && isLoopback(url.hostname);
    if (url.protocol !== 'https:' && !isLocal) return `${place} is not an https URL`;
    if (url.hash || url.username || url.password) return `${place} has a fragment or a user name`;
    // auth.pingone.com, .eu, .ca, .com.au, .sg, .asia
    if (/^auth\.pingone\.[a-z.]+$/.test(issuer.hostname) && url.origin !== issuer.origin)
      return `${place} is not on ${issuer.origin}`;
  }
  return undefined;
}
