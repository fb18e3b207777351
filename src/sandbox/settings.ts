// The settings of a running sandbox: the environment, its only application, and its keys.

import { randomBytes, randomUUID } from 'node:crypto';
import { makeSigningKeys, type SigningKeys } from './signing-keys.ts';

/** Made up, and constant, so that the issuer is the same after a restart. */
export const ENVIRONMENT_ID = '5a4db0c5-0e1f-4c3a-9d27-3b1c6f0e8a42';
export const ORGANIZATION_ID = 'c0ffee5a-7d10-4e6b-8f35-91a2d4b7e603';
/** Assumed: the value for North America. The only known value of `p1.region` is "CA". */
export const REGION = 'NA';

/** The target of the fault "Token endpoint redirects". */
export const REDIRECT_FAULT_PATH = '/never-called';

/** The application, with the settings that the PingOne console has. */
export interface Application {
  /** At least one. */
  readonly redirectUris: readonly string[];
  readonly signOffUrls: readonly string[];
  /** Default: a new one at each start. */
  readonly clientId?: string | undefined;
  /** Default: a new one at each start. */
  readonly clientSecret?: string | undefined;
  /** PKCE Enforcement: S256_REQUIRED or OPTIONAL. */
  readonly pkce: 'required' | 'optional';
  /** Not the app of this repository: the sandbox does not know its routes and error codes. */
  readonly isOtherApp: boolean;
  /** The URL where a portal starts a sign-in (OpenID Connect Core 1.0, section 4). */
  readonly initiateLoginUri?: string | undefined;
  readonly targetLinkUri?: string | undefined;
}

export interface Settings extends Application {
  /** Scheme, host, and port of the sandbox. */
  readonly origin: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Scheme, host, and port of the first redirect URI. */
  readonly appOrigin: string;
  readonly keys: SigningKeys;
}

/**
 * Makes everything that is secret or random, before the sandbox has a port. None of it is stored: each start makes new
 * keys and, by default, a new client ID and client secret.
 *
 * @throws TypeError if the first redirect URI is not a URL
 */
export async function makeSettings(application: Application): Promise<Omit<Settings, 'origin' | 'issuer'>> {
  const { clientId = randomUUID(), clientSecret = randomBytes(48).toString('base64url') } = application;
  const appOrigin = new URL(application.redirectUris[0] ?? '').origin;
  const own = { initiateLoginUri: `${appOrigin}/login`, targetLinkUri: `${appOrigin}/profile` };
  return {
    ...(application.isOtherApp ? application : { ...application, ...own }),
    ...{ clientId, clientSecret, appOrigin, keys: await makeSigningKeys() },
  };
}
