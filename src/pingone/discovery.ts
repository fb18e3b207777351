// GET <issuer>/.well-known/openid-configuration: where PingOne's endpoints are and what they can do
// (OpenID Connect Discovery 1.0, section 4).

import * as z from 'zod';
import { isWithin } from './clock.ts';
import { caseOfIssuer } from './error-cases.ts';
import { SignInError } from './errors.ts';
import type { Http } from './http.ts';
import { isLoopback } from './loopback.ts';
import { correlationIdOf, membersWrong, readJsonObject } from './pingone-answer.ts';

const KEPT_MS = 24 * 60 * 60 * 1000;
const FAILURE_KEPT_SECONDS = 1;
/** However long Retry-After says: nobody could sign in meanwhile. */
const MAX_WAIT_SECONDS = 60;

const endpoint = z.string().refine((value) => URL.canParse(value), 'is not a URL');

// Fields that PingOne leaves out, and all that this app does not use, are not asked for.
export const providerMetadata = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  userinfo_endpoint: endpoint.optional(),
  end_session_endpoint: endpoint.optional(),
  revocation_endpoint: endpoint.optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});

export type ProviderMetadata = z.infer<typeof providerMetadata>;

export interface Discovery {
  /** The metadata, fetched at first use, shared by all who wait for it, kept 24 hours. @throws SignInError */
  metadata(): Promise<ProviderMetadata>;
  /** The metadata if it has been fetched. */
  known(): ProviderMetadata | undefined;
}

/** @param warn told once for each discovery what is odd, yet no reason to stop */
export function createDiscovery(issuer: string, http: Http, warn: (message: string) => void): Discovery {
  let lastGood: ProviderMetadata | undefined;
  let fetchedAt = 0;
  let failure: SignInError | undefined;
  let failedAt = 0;
  let waitMs = 0;
  let underWay: Promise<ProviderMetadata> | undefined;

  async function fetchMetadata(): Promise<ProviderMetadata> {
    try {
      lastGood = await requestMetadata(issuer, http, warn);
      fetchedAt = Date.now();
      return lastGood;
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      failure = error;
      failedAt = Date.now();
      waitMs = Math.min(error.details.retryAfterSeconds ?? FAILURE_KEPT_SECONDS, MAX_WAIT_SECONDS) * 1000;
      // An outage does not take away what was known before; a document that must not be used does.
      if (!error.code.startsWith('pingone_')) lastGood = undefined;
      throw error;
    } finally {
      underWay = undefined;
    }
  }

  async function metadata(): Promise<ProviderMetadata> {
    if (lastGood && isWithin(fetchedAt, KEPT_MS)) return lastGood;
    if (!isWithin(failedAt, waitMs)) underWay ??= fetchMetadata();
    if (!lastGood) return underWay ?? Promise.reject(failure);
    // Renewed in the background: nobody waits for it, and a failure is kept for whoever asks next.
    underWay?.catch(() => {});
    return lastGood;
  }

  return { metadata, known: () => lastGood };
}

async function requestMetadata(
  issuer: string,
  http: Http,
  warn: (message: string) => void,
): Promise<ProviderMetadata> {
  const step = 'discovery request';
  // One slash at the issuer's end is left out before the path is appended (section 4.1); elsewhere it counts.
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await http.send({ step, method: 'GET', url });
  if (answer.status !== 200) {
    const detail = `${url} was answered with status ${answer.status}.`;
    throw new SignInError('discovery_not_found', {
      detail,
      ...correlationIdOf(answer),
      ...caseOfIssuer(issuer),
    });
  }
  return checkMetadata(readJsonObject(answer, step), issuer, warn);
}

/** Section 4.3: nothing of a document is used unless all of it holds. */
function checkMetadata(document: unknown, issuer: string, warn: (message: string) => void): ProviderMetadata {
  const parsed = providerMetadata.safeParse(document);
  if (!parsed.success) {
    throw new SignInError('discovery_invalid', {
      detail: `Missing or wrong in the discovery document: ${membersWrong(parsed.error)}.`,
    });
  }
  const metadata = parsed.data;
  if (metadata.issuer !== issuer) {
    const detail = `Configured: ${JSON.stringify(issuer)}. The document says: ${JSON.stringify(metadata.issuer.slice(0, 200))}.`;
    throw new SignInError('discovery_issuer_mismatch', { detail });
  }
  checkEndpoints(metadata, new URL(issuer));
  const methods = metadata.token_endpoint_auth_methods_supported;
  if (!methods)
    warn('The discovery document does not say which client authentication methods are supported.');
  if (methods && !methods.includes('client_secret_post')) {
    throw new SignInError('client_secret_post_not_offered', {
      detail: `Offered: ${methods.join(', ').slice(0, 200)}.`,
    });
  }
  return metadata;
}

/** Endpoints need https, unless the whole provider is a local one. PingOne's own are never on another host. */
function checkEndpoints(metadata: ProviderMetadata, issuer: URL): void {
  for (const [name, value] of Object.entries(metadata)) {
    if (!name.endsWith('_endpoint') && name !== 'jwks_uri') continue;
    const url = new URL(String(value));
    const local = issuer.protocol === 'http:' && url.protocol === 'http:' && isLoopback(url.hostname);
    const foreign = isPingOneHost(issuer.hostname) && url.origin !== issuer.origin;
    if ((url.protocol === 'https:' || local) && !foreign && !url.hash && !url.username && !url.password)
      continue;
    const why = foreign
      ? `is not on ${issuer.origin}`
      : 'is not an https address, or has a fragment or a user name';
    throw new SignInError('discovery_invalid', { detail: `${name} ${why}: ${url.origin}${url.pathname}.` });
  }
}

/** PingOne's own hosts for sign-in, of every region: auth.pingone.com, .eu, .ca, .com.au, .sg, .asia. */
export function isPingOneHost(hostname: string): boolean {
  return /^auth\.pingone\.[a-z.]+$/.test(hostname);
}
