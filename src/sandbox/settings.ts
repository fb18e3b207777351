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

export interface Settings {
  /** Scheme, host and port of the sandbox. */
  readonly origin: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The application's one registered redirect URI. */
  readonly redirectUri: string;
  /** The application's one registered Signoff URL. */
  readonly signOffUrl: string;
  readonly keys: SigningKeys;
}

/**
 * Makes everything that is secret or random, before the sandbox has a port. None of it is written down: each
 * start has a new client ID, client secret and new keys, so nothing made here is worth copying or keeping.
 */
export async function makeSettings(uris: { redirectUri: string; signOffUrl: string }) {
  return {
    ...uris,
    clientId: randomUUID(),
    clientSecret: randomBytes(48).toString('base64url'),
    keys: await makeSigningKeys(),
  };
}
