// The options of the sign-in routes, and the types that they return.

import type { Request, Response } from 'express';
import type { failedRequirement, Observer, PingOneClient, SignIn, SignInError } from '../pingone/index.ts';

export interface SignInOptions {
  /** The origin of the app and the path of the callback come from its `redirectUri`. */
  client: PingOneClient;
  /**
   * Each has at least 32 characters. The newest comes first. They encrypt the cookies of pending sign-ins.
   */
  secrets: string[];
  /** The paths of the sign-in and sign-out routes. The defaults are `/login` and `/logout`. */
  paths?: { signIn?: string; signOut?: string };
  /** The path to which a sign-in leads if it has no `returnTo`. The default is `/`. */
  defaultPage?: string;
  /**
   * The beginning of cookie names, and the name of the only field of `req.session` that the routes use.
   * Default: `pingone`.
   */
  cookieName?: string;
  /** Needed if the app has several processes. The default is the memory of one process. */
  shared?: Shared;
  /** May return an observer of the sign-in or refresh that this request makes. */
  observe?(req: Request, res: Response): Observer | undefined;
  /** Called after each sign-in, sign-out, refresh, failure and warning. Some happen without a request. */
  onEvent?(event: SignInEvent, req?: Request, res?: Response): void;
  /**
   * Called with each new sign-in before the user is signed in. Look up your own user here. What it writes
   * into `req.session` is kept. If it throws, the response is 403, and the session stays as it was.
   */
  onSignIn?(req: Request, signIn: SignIn): void | Promise<void>;
  /**
   * Sends the page after sign-out. If there is a `signOffUrl`, it must lead the browser there, where the
   * session at PingOne ends.
   */
  signOutPage?(req: Request, res: Response, links: { signOffUrl?: string }): void | Promise<void>;
}

/** What the processes of an app share: which states are used, and which session is being refreshed. */
export interface Shared {
  /**
   * True for the first call with this key, false for later ones, until the key is released or `ttlMs` have
   * passed.
   */
  claim(key: string, ttlMs: number): Promise<boolean>;
  release(key: string): Promise<void>;
}

/**
 * `maxAgeSeconds`: the longest time since the user signed on at PingOne. `acrValues`: one of them is enough.
 */
export type Requirement = Parameters<typeof failedRequirement>[1];

/** `returnTo` must be a path of this app. Other addresses are ignored. */
export type StartRequest = Parameters<PingOneClient['startSignIn']>[0] & { returnTo?: string | undefined };

/** Identify the user by `issuer` and `subject` together, never by the email address. */
export type User = Pick<SignIn, 'issuer' | 'subject' | 'claims'>;

/** What `req.session` stores about a signed-in user, as plain JSON. */
export interface StoredSignIn {
  signIn: SignIn;
  signedInAtMs: number;
  /** Claims of the sign-in, for the guard. A refresh does not change them. */
  authentication: { auth_time?: unknown; acr?: unknown; amr?: unknown };
  /** The last refresh. Requests at the same time share its outcome. */
  refresh?: {
    /** How many refreshes there were. */
    count: number;
    endedAtMs: number;
    /** The error code, if the refresh failed. */
    failedWith?: SignInError['code'];
    facts?: SignInError['facts'];
    /** The error code, if only userinfo failed. Then the claims of userinfo are the earlier ones. */
    userinfoError?: SignInError['code'];
  };
}

export type SignInEvent =
  | { type: 'signed_in' | 'signed_out' | 'refreshed'; user: Pick<User, 'issuer' | 'subject'> }
  | { type: 'sign_in_failed' | 'refresh_failed'; error: unknown }
  | { type: 'sign_in_repeated' }
  | { type: 'warning'; what: 'return_to_refused' | 'revocation_failed' | 'sign_off_failed'; error?: unknown };
