// What a sign-in leads to, and what the client of client.ts does.

import type { PendingSignIn } from './authorization-request.ts';
import type { AuthorizationResponse } from './authorization-response.ts';
import type { Check } from './checks.ts';
import type { FlowRecord } from './flow-steps.ts';
import type { JsonObject } from './pingone-answer.ts';
import type { TokenAnswer } from './token-request.ts';

/** A sign-in whose every check held. Who it is: `issuer` and `subject` together, never an e-mail address. */
export interface SignIn {
  issuer: string;
  subject: string;
  idTokenClaims: JsonObject;
  /** Absent where the provider has no userinfo endpoint. */
  userinfoClaims?: JsonObject;
  tokens: TokenAnswer;
  /** When the token answer came, in milliseconds since 1970: expires_in counts from here. */
  receivedAt: number;
  checks: Check[];
}

export type SignInWithRefreshToken = SignIn & { tokens: { refresh_token: string } };

export interface PingOneClient {
  /** The address to send the browser to, and what to keep for this browser until it comes back. @throws SignInError */
  startSignIn(): Promise<{ authorizationUrl: string; pending: PendingSignIn }>;
  /**
   * Ends a sign-in, in 8 s at most.
   * @param show is given the record of all its steps, whatever they led to
   * @throws SignInError at the first thing that does not hold: nobody is signed in then
   */
  finishSignIn(
    response: AuthorizationResponse,
    pending: PendingSignIn,
    show?: (flow: FlowRecord) => void,
  ): Promise<SignIn>;
  /**
   * The record of a sign-in that is under way, where something came back that is not its response. Asks nobody anything.
   * @param query as it came to /callback
   */
  refusedFlow(query: URLSearchParams, pending: PendingSignIn): Promise<FlowRecord | undefined>;
  /**
   * The sign-in with new tokens; one token request, in 8 s at most. Never two at a time with the same refresh token.
   * @param rotated told the refresh token to keep, whatever comes of the rest: the one before is spent
   * @throws SignInError refresh_refused or id_token_*: PingOne, or what it says, is against it; all others: a fault
   */
  refreshTokens(signIn: SignInWithRefreshToken, rotated: (refreshToken: string) => void): Promise<SignIn>;
  /** Makes a refresh token worthless, in 2 s at most. @throws SignInError: it may still be good */
  revokeTokens(refreshToken: string): Promise<void>;
  /**
   * Where to send the browser to sign off at PingOne, known in 2 s at most; nowhere if the provider has no such endpoint.
   * @throws SignInError
   */
  startSignOff(idToken?: string): Promise<string | undefined>;
  /** Where a sign-off leads to; the issuer until discovery has answered. */
  signOffEndpoint(): string;
  /** Resolves when discovery has answered. @throws SignInError why it has not */
  ready(): Promise<void>;
  close(): Promise<void>;
}
