// What an app gives to the sign-in routes, and what it gets from them.

import type { Request, Response } from 'express';
import type { failedRequirement, Observer, PingOneClient, SignIn, SignInError } from '../pingone/index.ts';

export interface SignInOptions {
  /** Its redirect URI says which origin this app has, and at which path the callback is. */
  client: PingOneClient;
  /** 32 characters at least; the newest first. They encrypt the cookie of a pending sign-in. */
  secrets: string[];
  paths?: { signIn?: string; signOut?: string };
  /** Where a sign-in leads to if it was not started from another page. */
  defaultPage?: string;
  /** Cookie names start with it, and it is the one field of `req.session` that the routes use. */
  cookieName?: string;
  /** For an app of several processes. */
  shared?: Shared;
  /** May return an observer of the sign-in or refresh that this request makes. */
  observe?(req: Request, res: Response): Observer | undefined;
  onEvent?(event: SignInEvent, req?: Request, res?: Response): void;
  /**
   * Gets each new sign-in before the user is signed in: the place for an app's own user lookup. What it writes into
   * `req.session` is kept. If it throws, the response is 403 and the session is what it was.
   */
  onSignIn?(req: Request, signIn: SignIn): void | Promise<void>;
  /** Sends the page after sign-out, which leads on to `signOffUrl`: there the session at PingOne ends. */
  signOutPage?(req: Request, res: Response, links: { signOffUrl?: string }): void | Promise<void>;
}

/** What requests share: which states were used, and which session is being refreshed. */
export interface Shared {
  /** True for the first that claims this key, until it is released or `ttlMs` have passed. */
  claim(key: string, ttlMs: number): Promise<boolean>;
  release(key: string): Promise<void>;
}

/** `maxAgeSeconds`: how long ago the user may have signed in at PingOne; `acrValues`: any one of them is enough. */
export type Requirement = Parameters<typeof failedRequirement>[1];

/** `returnTo` is a path of this app; any other address is ignored. */
export type StartRequest = Parameters<PingOneClient['startSignIn']>[0] & { returnTo?: string | undefined };

/** The identity is `issuer` and `subject` together, never the email address. */
export type User = Pick<SignIn, 'issuer' | 'subject' | 'claims'>;

/** What `req.session` holds of a signed-in user. Plain JSON. */
export interface StoredSignIn {
  signIn: SignIn;
  signedInAtMs: number;
  /** Of the sign-in: no refresh changes them. */
  authentication: { auth_time?: unknown; acr?: unknown; amr?: unknown };
  /** The last refresh. Its outcome is that of all requests that asked for one at the same time. */
  refresh?: {
    /** Refreshes so far. */
    count: number;
    endedAtMs: number;
    /** The error, if it failed. */
    failedWith?: SignInError['code'];
    facts?: SignInError['facts'];
    /** Userinfo failed, so the claims are those from before. */
    userinfoError?: SignInError['code'];
  };
}

export type SignInEvent =
  | { type: 'signed_in' | 'signed_out' | 'refreshed'; user: Pick<User, 'issuer' | 'subject'> }
  | { type: 'sign_in_failed' | 'refresh_failed'; error: unknown }
  | { type: 'sign_in_repeated' }
  | { type: 'warning'; what: 'return_to_refused' | 'revocation_failed' | 'sign_off_failed'; error?: unknown };
