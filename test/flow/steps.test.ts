// The steps of a record, made from what was heard, also where that is not the usual.

import { expect, test } from 'vitest';
import type { FlowRecord, Heard } from '../../src/flow/record.ts';
import { stepsOf } from '../../src/flow/steps.ts';
import { HEARD } from './helpers.ts';

const CHECK = { type: 'check', step: 'refresh', name: 'it holds', section: 'RFC 1' } as const;

function steps(of: FlowRecord['of'], events: Heard[], changes: Partial<FlowRecord> = {}) {
  const record = { of, beganAtMs: 1_000_000, events, endedAfterMs: 50, ...changes };
  return stepsOf(record).map(({ id, result, atMs, durationMs }) => [id, result, atMs, durationMs]);
}

test('keys that a refresh fetches beforehand make no step negative', () => {
  const events: Heard[] = [
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

test('what did not happen in a refresh that succeeded is skipped', () => {
  expect(steps('refresh', [{ ...HEARD, step: 'refresh', afterMs: 30 }])).toEqual([
    ['discovery', 'skipped', undefined, undefined],
    ['refresh', 'done', 1_000_000, 30],
    ['id_token', 'skipped', undefined, undefined],
    ['userinfo', 'skipped', undefined, undefined],
  ]);
});

test.each<[string, Heard]>([
  ['a check that failed', { ...CHECK, result: 'failed', afterMs: 20 }],
  ['an error status', { ...HEARD, step: 'refresh', status: 400, afterMs: 20 }],
  ['no response', { ...HEARD, step: 'refresh', failure: 'ECONNRESET', afterMs: 20 }],
])('%s is the failed step, also where the error does not say', (_, event) => {
  const events = [event, { ...HEARD, step: 'userinfo', afterMs: 40 } as const];
  const error = { code: 'internal_error', facts: {} } as const;
  expect(steps('refresh', events, { error }).map(([id, result]) => [id, result])).toEqual([
    ['discovery', 'skipped'],
    ['refresh', 'failed'],
    ['id_token', 'skipped'],
    ['userinfo', 'skipped'],
  ]);
});

test('a request that succeeded at the second try has not failed', () => {
  const events: Heard[] = [
    { ...HEARD, step: 'jwk_set', status: 404, afterMs: 10 },
    { ...HEARD, step: 'jwk_set', status: 200, afterMs: 20 },
  ];
  expect(steps('refresh', events)[2]).toEqual(['id_token', 'done', 1_000_000, 20]);
});

test('the sign-on lasts from the authorization request to the callback', () => {
  const sent = { ...HEARD, step: 'authorization_request', startedAtMs: 990_000, afterMs: 2 } as const;
  expect(steps('sign-in', [sent]).slice(1, 3)).toEqual([
    ['authorization_request', 'done', 990_000, undefined],
    ['sign_on', 'done', 990_000, 10_000],
  ]);
});

test('the session lasts until the record ends', () => {
  expect(steps('sign-in', [{ ...HEARD, afterMs: 30 }]).at(-1)).toEqual(['session', 'done', 1_000_030, 20]);
});
