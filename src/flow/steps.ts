// Makes the steps of a record from its events: in order, each with its messages and checks.

import { STEP_IDS, type StepId } from './explanations.ts';
import type { CheckEvent, ExchangeEvent, FlowRecord, IdTokenEvent, RecordedEvent } from './record.ts';

export interface FlowStep extends Messages {
  id: StepId;
  /**
   * Skipped: it did not happen, usually because an earlier step failed. Unknown: only the user and PingOne
   * take part in it, and the app does not know whether it ended.
   */
  result: 'done' | 'failed' | 'skipped' | 'unknown';
  /** Its start, in milliseconds since 1970. */
  atMs?: number;
  durationMs?: number;
}

interface Messages {
  exchanges: ExchangeEvent[];
  checks: CheckEvent[];
  idToken: IdTokenEvent | undefined;
}

export const SIGN_IN_STEPS = STEP_IDS.filter((id) => id !== 'refresh');
const REFRESH_STEPS: StepId[] = ['discovery', 'refresh', 'id_token', 'userinfo'];

/** All steps of a sign-in or a refresh, including steps that did not happen. */
export function stepsOf(record: FlowRecord): FlowStep[] {
  const { events, error, isUntrusted, beganAtMs, endedAfterMs } = record;
  const eventsOf = Map.groupBy(events, (event) =>
    stepOf(event.type === 'id_token' ? event.type : event.step),
  );
  const { startedAtMs } = messagesOf(eventsOf.get('authorization_request') ?? []).exchanges[0] ?? {};
  const sent = startedAtMs === undefined ? {} : { atMs: startedAtMs };
  const signOn = startedAtMs === undefined ? {} : { ...sent, durationMs: beganAtMs - startedAtMs };
  let doneAfterMs = 0;
  let hasFailed = false;

  function addStep(id: StepId): FlowStep {
    const own = eventsOf.get(id) ?? [];
    const messages = messagesOf(own);
    // These two steps end before the record starts.
    if (id === 'authorization_request') return { id, result: 'done', ...messages, ...sent };
    if (id === 'sign_on') return { id, result: isUntrusted ? 'unknown' : 'done', ...messages, ...signOn };
    const result = hasFailed ? 'skipped' : resultOf(id, messages);
    hasFailed ||= result === 'failed';
    const until = id === 'session' ? endedAfterMs : own.at(-1)?.afterMs;
    if (result === 'skipped' || until === undefined || isUntrusted) return { id, result, ...messages };
    // From the last event of the previous step to the last event of this step. A refresh may fetch keys
    // before its own request, so the difference can be negative.
    const times = { atMs: beganAtMs + doneAfterMs, durationMs: Math.max(until - doneAfterMs, 0) };
    doneAfterMs += times.durationMs;
    return { id, result, ...messages, ...times };
  }

  function resultOf(id: StepId, { exchanges, checks, idToken }: Messages): FlowStep['result'] {
    if (error?.facts.step !== undefined && stepOf(error.facts.step) === id) return 'failed';
    if (id === 'session') return error ? 'failed' : 'done';
    if (isUntrusted) return id === 'discovery' ? 'done' : 'failed';
    const { status = 0, failure } = exchanges.at(-1) ?? {};
    if (failure || status >= 400 || checks.some(({ result }) => result === 'failed')) return 'failed';
    return exchanges.length + checks.length > 0 || idToken ? 'done' : 'skipped';
  }

  return (record.operation === 'refresh' ? REFRESH_STEPS : SIGN_IN_STEPS).map(addStep);
}

function stepOf(name: ExchangeEvent['step']): StepId {
  return name === 'jwk_set' ? 'id_token' : (STEP_IDS.find((id) => id === name) ?? 'session');
}

function messagesOf(events: RecordedEvent[]): Messages {
  const all = events.filter((event) => event.type === 'exchange');
  // If a step fetches a response and uses it again, the page shows it once.
  const first = ({ startedAtMs }: ExchangeEvent) => all.find((one) => one.startedAtMs === startedAtMs);
  return {
    exchanges: all.filter((one) => !one.reused || one === first(one)),
    checks: events.filter((event) => event.type === 'check'),
    idToken: events.find((event) => event.type === 'id_token'),
  };
}
