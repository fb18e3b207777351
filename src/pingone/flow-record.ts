// The record of one sign-in: each step with its messages, its checks and how long it took, for a page to show. The
// recorder stands between the client and the steps, which know nothing of it. What is secret is masked when it is
// recorded, not when it is shown (flow-mask.ts).

import { type CheckList, createCheckList } from './checks.ts';
import type { ProviderMetadata } from './discovery.ts';
import { SignInError } from './errors.ts';
import { maskIdToken } from './flow-body.ts';
import {
  authorizationRequest,
  authorizationResponse,
  type BrowserMessages,
  secretsOf,
} from './flow-browser.ts';
import { type Exchange, noteExchanges, type SharedExchanges } from './flow-exchange.ts';

import { type FlowRecord, type FlowStep, STEPS, type StepId } from './flow-steps.ts';
import type { Http } from './http.ts';
import type { JsonObject } from './pingone-answer.ts';

export interface FlowRecorder {
  /** For the steps to write their checks into. */
  checks: CheckList;
  /** For the steps to send their requests with. */
  http: Http;
  /** Does one step; notes when, how long, with which messages and checks, and what came of it. */
  step<T>(id: StepId, work: () => T | Promise<T>): Promise<T>;
  /** All steps in their order; one that never began is a skipped one. */
  record(metadata: ProviderMetadata | undefined): FlowRecord;
}

/** @param http the connection that the sign-in's own requests take; `shared` has those that serve many sign-ins */
export function createFlowRecorder(
  http: Http,
  shared: SharedExchanges,
  messages: BrowserMessages,
): FlowRecorder {
  // What must not show, whoever quotes it. The tokens are added as they come.
  const secrets = secretsOf(messages);
  const checks = createCheckList();
  const steps = new Map<StepId, FlowStep>();
  let exchanges: Exchange[] = [];
  let idToken: string | undefined;
  const cameBackAt = Date.now();

  function secretsAfter(step: string, answer: JsonObject = {}): string[] {
    if (step !== 'token request') return secrets;
    const { access_token, refresh_token, id_token } = answer;
    secrets.push(...[access_token, refresh_token, id_token].filter((token) => typeof token === 'string'));
    if (typeof id_token === 'string') idToken = id_token;
    return secrets;
  }

  function note(id: StepId, known: Partial<FlowStep>): void {
    steps.set(id, { ...(steps.get(id) ?? emptyStep(id, 'done')), ...known });
  }

  async function step<T>(id: StepId, work: () => T | Promise<T>): Promise<T> {
    const [atMs, startedAt, madeBefore] = [Date.now(), performance.now(), checks.made.length];
    exchanges = [];
    note(id, { atMs });
    try {
      return await work();
    } catch (error) {
      note(id, { result: 'failed', ...(error instanceof SignInError && { failure: error.message }) });
      throw error;
    } finally {
      const durationMs = performance.now() - startedAt;
      if (id === 'discovery') exchanges = shared.of('discovery request', atMs);
      if (id === 'idToken') exchanges = shared.of('JWKS request', atMs);
      note(id, { durationMs, exchanges, checks: checks.made.slice(madeBefore) });
    }
  }

  function record(metadata: ProviderMetadata | undefined): FlowRecord {
    const said = steps.has('idToken') && idToken && maskIdToken(idToken, secrets);
    if (said) note('idToken', { idToken: said });
    const { pending } = messages;
    const sent = metadata ? [authorizationRequest(metadata, messages)] : [];
    note('authorizationRequest', { atMs: pending.startedAtMs, exchanges: sent });
    note('signOn', { atMs: pending.startedAtMs, durationMs: cameBackAt - pending.startedAtMs });
    // Where discovery failed, the answer was not looked at.
    if (steps.has('authorizationResponse'))
      note('authorizationResponse', { exchanges: [authorizationResponse(messages, secrets)] });
    const ids = Object.keys(STEPS) as StepId[];
    return { steps: ids.map((id) => steps.get(id) ?? emptyStep(id, 'skipped')) };
  }

  const noted = noteExchanges(http, secretsAfter, (exchange) => void exchanges.push(exchange));
  return { checks, http: noted, step, record };
}

function emptyStep(id: StepId, result: FlowStep['result']): FlowStep {
  return { ...STEPS[id], result, exchanges: [], checks: [] };
}
