// The steps of a sign-in, as a page shows them: in their order, each with the file that does it.

import type { Check } from './checks.ts';
import type { Exchange } from './flow-exchange.ts';
import type { JsonObject } from './pingone-answer.ts';

export interface FlowStep {
  id: StepId;
  /**
   * Skipped: it did not happen, because an earlier step failed. Unknown: it is the person's and PingOne's alone, and
   * nothing says that it has ended.
   */
  result: 'done' | 'failed' | 'skipped' | 'unknown';
  /** When it began, in milliseconds since 1970. */
  atMs?: number;
  durationMs?: number;
  exchanges: Exchange[];
  checks: Check[];
  /** What the ID token says, masked, whether it was believed or not. */
  idToken?: { header: JsonObject; claims: JsonObject };
  /** Why it failed. */
  failure?: string;
}

/** The steps of one sign-in in their order. */
export interface FlowRecord {
  steps: FlowStep[];
}

/** Each step's name in the specifications; the file that does it, and its function: none for what PingOne does alone. */
export const STEPS = {
  discovery: { name: 'Discovery', file: 'src/pingone/discovery.ts', function: 'createDiscovery' },
  authorizationRequest: {
    name: 'Authorization request',
    file: 'src/pingone/authorization-request.ts',
    function: 'buildAuthorizationUrl',
  },
  signOn: { name: 'Sign-on at PingOne' },
  authorizationResponse: {
    name: 'Authorization response',
    file: 'src/pingone/authorization-response.ts',
    function: 'checkAuthorizationResponse',
  },
  tokenRequest: { name: 'Token request', file: 'src/pingone/token-request.ts', function: 'requestTokens' },
  idToken: { name: 'ID token', file: 'src/pingone/id-token.ts', function: 'validateIdToken' },
  userinfo: { name: 'Userinfo', file: 'src/pingone/userinfo.ts', function: 'requestUserinfo' },
} satisfies Record<string, { name: string; file?: string; function?: string }>;

export type StepId = keyof typeof STEPS;
