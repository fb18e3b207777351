// The steps of a record, made from its events, even if these are unusual.

import { expect, test } from 'vitest';
import type { FlowRecord, RecordedEvent } from '../../src/flow/record.ts';
import { stepsOf } from '../../src/flow/steps.ts';
import { HEARD } from './helpers.ts';

const CHECK = { type: 'check', step: 'refresh', name: 'it is valid', section: 'RFC 1' } as const;

function steps(
  operation: FlowRecord['operation'],
  events: RecordedEvent[],
  changes: Partial<FlowRecord> = {},
) {
  const record = { operation, beganAtMs: 1_000_000, events, endedAfterMs: 50, ...changes };
  return stepsOf(record).map(({ id, result, atMs, durationMs }) => [id, result, atMs, durationMs]);
}

test('if a refresh fetches the keys beforehand, no step has a negative duration', () => {
  const events: RecordedEvent[] = [
    { ...HEARD, step: 'discovery', reused: true, afterMs: 1 },
    { ...HEARD, step: 'jwk_set', reused: true, afterMs: 2 },
    { ...HEARD, step: 'refresh', afterMs: 30 },
    { ...HEARD, step: 'userinfo', afterMs: 45 },
  ];
  expect(steps('refresh', events)).toEqual([
    ['discovery', 'done', 1_000_000, 1],
    ['refresh', 'done', 1_000_001, 29],
    ['id_token', 'done', 1_000_030, 0],
    ['userinfo', 'done', 1_000_030, 15],
  ]);
});

test('a step that did not happen in a successful refresh is skipped', () => {
  expect(steps('refresh', [{ ...HEARD, step: 'refresh', afterMs: 30 }])).toEqual([
    ['discovery', 'skipped', undefined, undefined],
    ['refresh', 'done', 1_000_000, 30],
    ['id_token', 'skipped', undefined, undefined],
    ['userinfo', 'skipped', undefined, undefined],
  ]);
});

test.each<[string, RecordedEvent]>([
  ['a check that failed', { ...CHECK, result: 'failed', afterMs: 20 }],
  ['an error status', { ...HEARD, step: 'refresh', status: 400, afterMs: 20 }],
  ['no response', { ...HEARD, step: 'refresh', failure: 'ECONNRESET', afterMs: 20 }],
])('the step with %s is the failed step, even if the error names no step', (_, event) => {
  const events = [event, { ...HEARD, step: 'userinfo', afterMs: 40 } as const];
  const error = { code: 'internal_error', facts: {} } as const;
  expect(steps('refresh', events, { error }).map(([id, result]) => [id, result])).toEqual([
    ['discovery', 'skipped'],
    ['refresh', 'failed'],
    ['id_token', 'skipped'],
    ['userinfo', 'skipped'],
  ]);
});

test('a step whose request succeeded at the second try has not failed', () => {
  const events: RecordedEvent[] = [
    { ...HEARD, step: 'jwk_set', status: 404, afterMs: 10 },
    { ...HEARD, step: 'jwk_set', status: 200, afterMs: 20 },
  ];
  expect(steps('refresh', events)[2]).toEqual(['id_token', 'done', 1_000_000, 20]);
});

test('the duration of the sign-on is from the authorization request to the callback', () => {
  const sent = { ...HEARD, step: 'authorization_request', startedAtMs: 990_000, afterMs: 2 } as const;
  expect(steps('sign-in', [sent]).slice(1, 3)).toEqual([
    ['authorization_request', 'done', 990_000, undefined],
    ['sign_on', 'done', 990_000, 10_000],
  ]);
});

test('the session step ends when the record ends', () => {
  expect(steps('sign-in', [{ ...HEARD, afterMs: 30 }]).at(-1)).toEqual(['session', 'done', 1_000_030, 20]);
});
