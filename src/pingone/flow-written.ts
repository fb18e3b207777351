// What was noted of a sign-in, written down: masked, in the order of its steps.

import type { ProviderMetadata } from './discovery.ts';
import { maskIdToken } from './flow-body.ts';
import { authorizationRequest, authorizationResponse, secretsOf } from './flow-browser.ts';
import { type Exchange, maskExchange, rounded } from './flow-exchange.ts';
import type { RawRecord, RawStep } from './flow-record.ts';
import { quotesOf } from './flow-secrets.ts';
import type { SharedExchanges } from './flow-shared.ts';
import { type FlowRecord, type FlowStep, STEPS, type StepId } from './flow-steps.ts';

const STEP_IDS = Object.keys(STEPS) as StepId[];

export function writeDown(
  { messages, cameBackAtMs, steps, keyWaits }: RawRecord,
  shared: SharedExchanges,
  metadata: ProviderMetadata | undefined,
): FlowRecord {
  const tokens = tokensOf(steps.get('tokenRequest'));
  const secrets = [...secretsOf(messages), ...tokens.all];
  const quotes = quotesOf(secrets);
  const atMs = messages.pending.startedAtMs;

  function stepOf(id: StepId): FlowStep {
    if (id === 'authorizationRequest') {
      const sent = metadata ? [authorizationRequest(metadata, messages.registration)] : [];
      return { id, result: 'done', atMs, exchanges: sent, checks: [] };
    }
    if (id === 'signOn') {
      const none = { id, atMs, exchanges: [], checks: [] };
      // What came back is no answer to it: it may still go on.
      if (!messages.isResponse) return { ...none, result: 'unknown' };
      return { ...none, result: 'done', durationMs: cameBackAtMs - atMs };
    }
    const step = steps.get(id);
    if (!step) return { id, result: 'skipped', exchanges: [], checks: [] };
    const { wait, result, failure, checks, atMs: beganAtMs } = step;
    const durationMs = rounded((wait.until ?? performance.now()) - wait.since);
    const exchanges = exchangesOf(id, step);
    const written: FlowStep = { id, result, atMs: beganAtMs, durationMs, exchanges, checks };
    const idToken = id === 'idToken' && maskIdToken(tokens.idToken, quotes);
    if (idToken) written.idToken = idToken;
    if (failure) written.failure = failure;
    return written;
  }

  /** Of those that sign-ins share, the ones that this one waited for or used the answer of. */
  function exchangesOf(id: StepId, { wait, result, exchanges }: RawStep): Exchange[] {
    if (id === 'discovery') return shared.of('discovery request', wait, result === 'failed');
    if (id === 'idToken') return [...new Set(keyWaits.flatMap((asked) => shared.of('JWKS request', asked)))];
    if (id === 'authorizationResponse') return [authorizationResponse(messages, quotes)];
    return exchanges.map((exchange) => maskExchange(exchange, secrets, quotes));
  }

  return { steps: STEP_IDS.map(stepOf) };
}

/** What the token request was answered with, whether it was of use or not. */
function tokensOf(step: RawStep | undefined): { all: string[]; idToken: string } {
  const { access_token, refresh_token, id_token } = step?.exchanges[0]?.answer?.json ?? {};
  const all = [access_token, refresh_token, id_token].filter((token) => typeof token === 'string');
  return { all, idToken: typeof id_token === 'string' ? id_token : '' };
}
