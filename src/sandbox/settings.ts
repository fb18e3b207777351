/** What one running sandbox knows of itself: the environment, its one application and its keys. */
import { randomBytes, randomUUID } from 'node:crypto';
import { makeSigningKeys, type SigningKeys } from './signing-keys.ts';

/** Made up, and fixed so that the issuer stays the same when the sandbox is started again. */
export const ENVIRONMENT_ID = '5a4db0c5-0e1f-4c3a-9d27-3b1c6f0e8a42';
export const ORGANIZATION_ID = 'c0ffee5a-7d10-4e6b-8f35-91a2d4b7e603';
/** Assumed: "CA" is the one value of `p1.region` on record, North America's was not seen. */
export const REGION = 'NA';

/** The path that the redirect fault of the token endpoint leads to. */
export const NEVER_CALLED = '/never-called';

/** The application, as the PingOne console would have it. */
export interface Application {
  /** At least one. */
  readonly redirectUris: readonly string[];
  readonly signOffUrls: readonly string[];
  /** Generated if it is not given. */
  readonly clientId?: string | undefined;
  /** Generated if it is not given. */
  readonly clientSecret?: string | undefined;
  /** PKCE Enforcement: S256_REQUIRED or OPTIONAL. */
  readonly pkce: 'required' | 'optional';
  /** The app is not this repository's: the sandbox knows neither its routes nor its error codes. */
  readonly isForeign: boolean;
  /** Where a portal starts a sign-in (OpenID Connect Core 1.0, section 4). */
  readonly initiateLoginUri?: string | undefined;
  readonly targetLinkUri?: string | undefined;
}

export interface Settings extends Application {
  /** Scheme, host and port of the sandbox. */
  readonly origin: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Scheme, host and port of the first redirect URI. */
  readonly appOrigin: string;
  readonly keys: SigningKeys;
}

/**
 * Makes everything that is secret or random, before the sandbox has a port. None of it is written down: each start has
 * new keys and, unless they are given, a new client ID and client secret.
 *
 * @throws TypeError when the first redirect URI is no URL
 */
export async function makeSettings(application: Application): Promise<Omit<Settings, 'origin' | 'issuer'>> {
  const { clientId = randomUUID(), clientSecret = randomBytes(48).toString('base64url') } = application;
  const appOrigin = new URL(application.redirectUris[0] ?? '').origin;
  const own = { initiateLoginUri: `${appOrigin}/login`, targetLinkUri: `${appOrigin}/profile` };
  return {
    ...(application.isForeign ? application : { ...application, ...own }),
    ...{ clientId, clientSecret, appOrigin, keys: await makeSigningKeys() },
  };
}
