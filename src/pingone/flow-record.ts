// The recorder of one sign-in notes each step with its messages, its checks and how long it took. It stands between the
// client and the steps, which know nothing of it. What it has noted is masked when the record is made (flow-written.ts).

import { type CheckList, createCheckList } from './checks.ts';
import type { ProviderMetadata } from './discovery.ts';
import { SignInError } from './errors.ts';
import type { BrowserMessages } from './flow-browser.ts';
import { noteExchanges, type RawExchange } from './flow-exchange.ts';
import type { SharedExchanges, Wait } from './flow-shared.ts';
import type { FlowRecord, FlowStep, StepId } from './flow-steps.ts';
import { writeDown } from './flow-written.ts';
import type { Http } from './http.ts';
import type { Jwks } from './jwks.ts';

export interface FlowRecorder {
  /** For the steps to write their checks into. */
  checks: CheckList;
  /** For the steps to send their requests with. */
  http: Http;
  /** Does one step; notes when, how long, with which messages and checks, and what came of it. */
  step<T>(id: StepId, work: () => T | Promise<T>): Promise<T>;
  /** The same keys; when they were asked for is noted. */
  noteWaits(jwks: Jwks): Jwks;
  /** All steps in their order, masked; one that never began is a skipped one. */
  record(metadata: ProviderMetadata | undefined): FlowRecord;
}

/** A step as it happened, with all its secrets. */
export interface RawStep extends Pick<FlowStep, 'result' | 'failure' | 'checks'> {
  atMs: number;
  /** From its begin to its end. */
  wait: Wait;
  exchanges: RawExchange[];
}

export interface RawRecord {
  messages: BrowserMessages;
  cameBackAtMs: number;
  /** Those that began. */
  steps: Map<StepId, RawStep>;
  keyWaits: Wait[];
}

/** @param http the connection that the sign-in's own requests take; `shared` has those that serve many sign-ins */
export function createFlowRecorder(
  http: Http,
  shared: SharedExchanges,
  messages: BrowserMessages,
): FlowRecorder {
  const checks = createCheckList();
  const raw: RawRecord = { messages, cameBackAtMs: Date.now(), steps: new Map(), keyWaits: [] };
  let exchanges: RawExchange[] = [];

  async function step<T>(id: StepId, work: () => T | Promise<T>): Promise<T> {
    const madeBefore = checks.made.length;
    exchanges = [];
    const noted: RawStep = { result: 'done', atMs: Date.now(), wait: begin(), exchanges, checks: [] };
    raw.steps.set(id, noted);
    try {
      return await work();
    } catch (error) {
      noted.result = 'failed';
      if (error instanceof SignInError) noted.failure = error.message;
      throw error;
    } finally {
      noted.wait.until = performance.now();
      noted.checks = checks.made.slice(madeBefore);
    }
  }

  function noteWaits(jwks: Jwks): Jwks {
    async function noted<T>(work: () => T | Promise<T>): Promise<T> {
      const wait = begin();
      raw.keyWaits.push(wait);
      try {
        return await work();
      } finally {
        wait.until = performance.now();
      }
    }
    return {
      ...jwks,
      findKey: (header, token) => noted(() => jwks.findKey(header, token)),
      refresh: () => noted(jwks.refresh),
    };
  }

  return {
    checks,
    http: noteExchanges(http, (exchange) => void exchanges.push(exchange)),
    step,
    noteWaits,
    record: (metadata) => writeDown(raw, shared, metadata),
  };
}

function begin(): Wait {
  return { since: performance.now() };
}
