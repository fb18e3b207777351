// The optional functions for signed-in users: refresh, revocation and sign-off. The sign-in works without
// this folder.

import type { Listeners } from '../attempt.ts';
import type { PingOneClient, SignIn } from '../client.ts';
import { type Refreshed, refresh } from './refresh.ts';
import { revokeToken } from './revocation.ts';
import { buildSignOffUrl } from './sign-off.ts';

/** Each function is documented in the file with its name. */
interface AfterSignIn {
  refresh(signIn: SignIn, listeners?: Listeners): Promise<Refreshed>;
  revoke(refreshToken: string): Promise<void>;
  signOffUrl(idToken?: string): Promise<string | undefined>;
}

export function createAfterSignIn({ provider }: PingOneClient): AfterSignIn {
  return {
    refresh: (signIn, listeners = {}) => refresh(provider, signIn, listeners),
    revoke: (refreshToken) => revokeToken(provider, refreshToken),
    signOffUrl: (idToken) => buildSignOffUrl(provider, idToken),
  };
}
