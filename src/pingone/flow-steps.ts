// The steps of a sign-in, as a page shows them: in their order, each with the file that does it.

import type { Check } from './checks.ts';
import type { Exchange } from './flow-exchange.ts';

export interface FlowStep {
  /** As the specifications name it. */
  name: string;
  /** The file that does it, and its function; none for what the browser and PingOne do alone. */
  file?: string;
  function?: string;
  /** Skipped: it did not happen, because an earlier step failed. */
  result: 'done' | 'failed' | 'skipped';
  /** When it began, in milliseconds since 1970. */
  atMs?: number;
  durationMs?: number;
  exchanges: Exchange[];
  checks: Check[];
  /** What the ID token says, as JSON, whether it was believed or not. */
  idToken?: { header: string; claims: string };
  /** Why it failed. */
  failure?: string;
}

/** The steps of one sign-in in their order. */
export interface FlowRecord {
  steps: FlowStep[];
}

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
} satisfies Record<string, Pick<FlowStep, 'name' | 'file' | 'function'>>;

export type StepId = keyof typeof STEPS;
