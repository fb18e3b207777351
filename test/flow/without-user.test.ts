// What the record of a failed sign-in keeps: everything that explains the failure, and nothing about the user.

import { expect, test } from 'vitest';
import type { ExchangeEvent, RecordedEvent } from '../../src/flow/record.ts';
import { withoutUser } from '../../src/flow/without-user.ts';

const exchange = (changes: Partial<ExchangeEvent>): RecordedEvent => ({
  type: 'exchange',
  step: 'userinfo',
  method: 'GET',
  url: 'https://a.example',
  afterMs: 1,
  ...changes,
});

test('of a userinfo response, only names and lengths are kept', () => {
  const body = { sub: 'ada', name: 'Ada Example', address: { country: 'GB' }, age: 36, ok: true, none: null };
  expect(withoutUser(exchange({ status: 200, body }))).toMatchObject({
    body: {
      sub: '[withheld, 3 characters]',
      name: '[withheld, 11 characters]',
      address: '[withheld, 16 characters]',
      age: '[withheld, 2 characters]',
      ok: '[withheld, 4 characters]',
      none: '[withheld, 4 characters]',
    },
  });
});

test('of an error response, the code and the description are kept, and of all other fields only the length', () => {
  const body = {
    error: 'invalid_token',
    error_description: 'why',
    code: 'C',
    message: 'm',
    id: '1',
    sub: 'ada',
  };
  const kept = withoutUser(exchange({ status: 401, body }));
  expect(kept).toMatchObject({ body: { ...body, sub: '[withheld, 3 characters]' } });
  // In a successful response, these names are claims.
  expect(withoutUser(exchange({ status: 200, body: { message: 'Ada' } }))).toMatchObject({
    body: { message: '[withheld, 3 characters]' },
  });
});

test.each(['discovery', 'jwk_set'] as const)('the response of %s is public, and kept whole', (step) => {
  const public_ = exchange({
    step,
    status: 200,
    body: { issuer: 'https://a.example', keys: [{ kid: '1' }] },
  });
  expect(withoutUser(public_)).toMatchObject(public_);
});

test('the login_hint of a sign-in is not kept, but its other parameters are', () => {
  const parameters: [string, string][] = [
    ['scope', 'openid'],
    ['login_hint', 'ada@example.com'],
  ];
  expect(withoutUser(exchange({ step: 'authorization_request', parameters }))).toMatchObject({
    parameters: [
      ['scope', 'openid'],
      ['login_hint', '[withheld, 15 characters]'],
    ],
  });
});

test('claims are data, also with the names of methods', () => {
  const claims = JSON.parse(
    '{"__proto__":"ada","toString":"ada","toJSON":{"a":"ada"},"iss":"https://a.example"}',
  );
  const kept = withoutUser({ type: 'id_token', header: { alg: 'RS256' }, claims, afterMs: 1 });
  expect(JSON.stringify(kept)).toContain(
    '"__proto__":"[withheld, 3 characters]","toString":"[withheld, 3 characters]","toJSON":"[withheld, 11 characters]"',
  );
  expect(JSON.stringify(kept)).not.toContain('ada');
});
