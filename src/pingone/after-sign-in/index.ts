// What is done for a user who is signed in: refresh, revocation and sign-off. The sign-in works without this folder.

import type { Hooks } from '../attempt.ts';
import type { PingOneClient, SignIn } from '../client.ts';
import { type Refreshed, refreshTokens } from './refresh.ts';
import { revokeToken } from './revocation.ts';
import { buildSignOffUrl } from './sign-off.ts';

/** What a client can do after a sign-in; each function is documented in the file of its name. */
interface AfterSignIn {
  refresh(signIn: SignIn, hooks?: Hooks): Promise<Refreshed>;
  revoke(refreshToken: string): Promise<void>;
  signOffUrl(idToken?: string): Promise<string | undefined>;
}

export function createAfterSignIn({ provider }: PingOneClient): AfterSignIn {
  return {
    refresh: (signIn, hooks = {}) => refreshTokens(provider, signIn, hooks),
    revoke: (refreshToken) => revokeToken(provider, refreshToken),
    signOffUrl: (idToken) => buildSignOffUrl(provider, idToken),
  };
}
